"""`flask alarms`: what is wrong now, for whoever sits at the server."""

import json

import click
from flask.cli import AppGroup

from kiosk.centre.service import only_centre
from kiosk.edge.filters import moment
from kiosk.edge.transaction import reading
from kiosk.watch import service
from kiosk.watch.messages import sentence
from kiosk.watch.models import Alarm

alarms = AppGroup("alarms", help="What is wrong with tablets, backups and mail.")


@alarms.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def list_alarms(*, as_json: bool) -> None:
    """List the open alarms, those that nobody has acknowledged first."""
    session = reading()
    centre_id = only_centre(session).id
    names = service.names(session, centre_id)
    found = service.open_alarms(session, centre_id)
    if as_json:
        rows = [_described(alarm, sentence(alarm, names)) for alarm in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for alarm in found:
        known = f", {alarm.acknowledged_by} đã biết" if alarm.acknowledged_by else ""
        since = moment(alarm.raised_at)
        click.echo(f"{sentence(alarm, names)} (báo lúc {since}{known})")
    if not found:
        click.echo("Không có cảnh báo nào.")


def _described(alarm: Alarm, text: str) -> dict[str, object]:
    return {
        "id": str(alarm.id),
        "kind": alarm.kind,
        "subject": alarm.subject,
        "detail": alarm.detail,
        "sentence": text,
        "raised_at": alarm.raised_at.isoformat(),
        "acknowledged_at": alarm.acknowledged_at and alarm.acknowledged_at.isoformat(),
        "acknowledged_by": alarm.acknowledged_by,
    }
