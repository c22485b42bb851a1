"""`flask cube`: count the cube again, and check it against the answer sheets."""

import json
from dataclasses import asdict
from datetime import date, datetime

import click
from flask.cli import AppGroup

from kiosk.centre.service import only_centre
from kiosk.core.database import snapshot
from kiosk.edge.transaction import reading
from kiosk.extensions import db
from kiosk.insight import service
from kiosk.insight.verification import Verification, verify

cube_cli = AppGroup("cube", help="The daily counts behind every figure.")
SHOWN_DIFFERENCES = 20

Day = click.DateTime(formats=["%Y-%m-%d"])


@cube_cli.command("rebuild")
@click.option("--from", "first", type=Day, help="First day to count.")
@click.option("--to", "end", type=Day, help="Day after the last one to count.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def rebuild_command(
    first: datetime | None, end: datetime | None, *, as_json: bool
) -> None:
    """Count days of the cube again from the answer sheets (all of them, unless said)."""
    begin = first.date() if first else date.min
    stop = end.date() if end else date.max
    if stop <= begin:
        raise click.UsageError("--to must lie after --from")
    days = service.rebuild(db.engine, _centre_id(), begin, stop)
    click.echo(json.dumps({"days": days}) if as_json else f"Đã đếm lại {days} ngày.")


@cube_cli.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def verify_command(context: click.Context, *, as_json: bool) -> None:
    """Compare the cube with the answer sheets, one by one; status 1 when they differ."""
    centre_id = _centre_id()
    with snapshot(db.engine).connect() as connection:
        found = verify(connection, centre_id)
    click.echo(_as_json(found) if as_json else _as_text(found))
    context.exit(1 if found.differences else 0)


def _centre_id() -> int:
    centre_id = only_centre(reading()).id
    reading().rollback()
    return centre_id


def _as_json(found: Verification) -> str:
    return json.dumps(
        {
            "sheets": found.sheets,
            "pending": [day.isoformat() for day in found.pending],
            "differences": [asdict(difference) for difference in found.differences],
        },
        ensure_ascii=False,
    )


def _as_text(found: Verification) -> str:
    lines = [
        f"Đã đối chiếu {found.sheets} phiếu, {len(found.pending)} ngày đang chờ đếm lại."
    ]
    for difference in found.differences[:SHOWN_DIFFERENCES]:
        where = ", ".join(f"{name} {value}" for name, value in difference.key.items())
        lines.append(
            f"Lệch: {difference.table}.{difference.column} ({where}): "
            f"bảng {difference.cube}, phiếu {difference.sheets}"
        )
    lines.append(
        f"{len(found.differences)} chỗ lệch. Chạy: flask --app wsgi cube rebuild"
        if found.differences
        else "Không có chỗ lệch."
    )
    return "\n".join(lines)
