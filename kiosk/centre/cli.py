"""Commands about the centre."""

import json

import click
from flask.cli import AppGroup

from kiosk.centre import service
from kiosk.edge.transaction import reading

field = AppGroup("field", help="Fields of service (lĩnh vực).")


@field.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def list_fields(*, as_json: bool) -> None:
    """List the code and name of every field in use."""
    session = reading()
    centre_id = service.only_centre(session).id
    fields = service.fields(session, centre_id)
    if as_json:
        rows = [{"code": one.code, "name": one.name_vi} for one in fields]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in fields:
        click.echo(f"{one.code}\t{one.name_vi}")
