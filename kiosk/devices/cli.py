"""Commands about tablets, points and posters."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.accounts.audit import record
from kiosk.centre import service as centres
from kiosk.config import Settings
from kiosk.devices import service
from kiosk.devices.posters.content import Content
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import DomainError

device = AppGroup("device", help="Tablets that may send answers.")
point = AppGroup("point", help="Places where citizens are asked.")
as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="For a program to read."
)
point_option = click.option(
    "--point", "point_code", required=True, metavar="CODE", help="Code of the point."
)


@device.command("pair")
@point_option
@click.option("--name", required=True, help="What people call the tablet.")
@as_json_option
def pair(point_code: str, name: str, *, as_json: bool) -> None:
    """Admit a tablet and print its key, which is shown this once."""
    now = clock.now()
    with _refusals(), writing_session() as session:
        centre_id = centres.only_centre(session).id
        paired, key = service.pair(session, now, centre_id, point_code, name)
        record(
            session,
            actor="flask device pair",
            action="device.pair",
            subject=str(paired.id),
            detail={"name": paired.name, "point": paired.point_code},
            now=now,
        )
        row = {
            "id": str(paired.id),
            "key": key,
            "pin": paired.pin,
            # A fragment never reaches the server or its log.
            "address": f"{_base_url()}/kiosk#key={key}",
        }
    if as_json:
        click.echo(json.dumps(row))
        return
    click.echo(f"id       {row['id']}\nkey      {row['key']}")
    click.echo(f"pin      {row['pin']}\naddress  {row['address']}")
    click.echo("Open the address on the tablet once. The key is not shown again.")


@device.command("list")
@as_json_option
def list_devices(*, as_json: bool) -> None:
    """List every tablet, revoked ones too."""
    with _refusals():
        session = reading()
        devices = service.list_devices(session, centres.only_centre(session).id)
    rows = [
        {
            "id": str(one.id),
            "name": one.name,
            "point": one.point_code,
            "created_at": one.created_at.isoformat(),
            "revoked_at": one.revoked_at and one.revoked_at.isoformat(),
        }
        for one in devices
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = f"revoked {row['revoked_at']}" if row["revoked_at"] else "in use"
        click.echo(f"{row['id']}\t{row['point']}\t{row['name']}\t{state}")


@device.command("revoke")
@click.argument("device_id", type=click.UUID)
def revoke(device_id: UUID) -> None:
    """Refuse a tablet from now on; what it sent before stays."""
    now = clock.now()
    with _refusals(), writing_session() as session:
        centre_id = centres.only_centre(session).id
        revoked = service.revoke(session, now, centre_id, device_id)
        record(
            session,
            actor="flask device revoke",
            action="device.revoke",
            subject=str(revoked.id),
            detail={"name": revoked.name, "point": revoked.point_code},
            now=now,
        )
        click.echo(f"{revoked.name} is revoked.")


@point.command("list")
@as_json_option
def list_points(*, as_json: bool) -> None:
    """List the points in use and the address in the QR code of each."""
    now = clock.now()
    with _refusals(), writing_session() as session:
        centre_id = centres.only_centre(session).id
        rows = [
            {
                "code": one.code,
                "name": one.name_vi,
                "qr_url": _qr_url(
                    service.issue_poster(session, now, centre_id, one.code).code
                ),
            }
            for one in centres.points(session, centre_id)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['code']}\t{row['name']}\t{row['qr_url']}")


@click.command("poster")
@point_option
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending is .pdf, .png or .svg.",
)
@click.option(
    "--size", type=click.Choice(["A4", "A5"]), default="A5", show_default=True
)
@click.option(
    "--language",
    type=click.Choice(["vi", "en", "both"]),
    default="both",
    show_default=True,
)
@click.option(
    "--new",
    "replace",
    is_flag=True,
    help="Issue a new code; the one that hangs there takes no more answers.",
)
@with_appcontext
def poster(
    point_code: str, out: Path, size: str, language: str, *, replace: bool
) -> None:
    """Write a point's poster with its QR code, ready for the printer."""
    # Loaded here: the makers of pictures and PDF are no part of taking in answers.
    from kiosk.devices.posters.layout import lay_out
    from kiosk.devices.posters.painters import PAINTERS

    paint = PAINTERS.get(out.suffix.lower().removeprefix("."))
    if paint is None:
        raise click.BadParameter("must end in .pdf, .png or .svg", param_hint="--out")
    with _refusals():
        content = _content(point_code, clock.now(), replace=replace)
        out.write_bytes(paint(lay_out(content, size, language)))
    click.echo(f"{out}: {content.address}")
    if not _settings().base_url:
        click.echo("BASE_URL is not set: phones cannot open this address.", err=True)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the data refuses into exit status 1."""
    try:
        yield
    except DomainError as error:
        told = ", ".join(f"{name} {value}" for name, value in error.details.items())
        raise click.ClickException(f"{error.code}: {told}") from None
    except OSError as error:
        raise click.ClickException(str(error)) from None


def _settings() -> Settings:
    settings: Settings = current_app.config["KIOSK"]
    return settings


def _base_url() -> str:
    return _settings().public_url


def _qr_url(code: str) -> str:
    return f"{_base_url()}/q/{code}"


def _content(point_code: str, now: datetime, *, replace: bool) -> Content:
    with writing_session() as session:
        centre = centres.only_centre(session)
        if replace:
            _retire(session, centre.id, point_code, now)
        issued = service.issue_poster(session, now, centre.id, point_code)
        place = centres.point(session, centre.id, point_code)
        return Content(
            point={"vi": place.name_vi, "en": place.name_en},
            centre={"vi": centre.name_vi, "en": centre.name_en},
            address=_qr_url(issued.code),
            issued_at=issued.issued_at,
            demo=_settings().demo,
        )


def _retire(session: Session, centre_id: int, point_code: str, now: datetime) -> None:
    if service.retire_poster(session, now, centre_id, point_code):
        record(
            session,
            actor="flask poster --new",
            action="poster.retire",
            subject=point_code,
            detail={},
            now=now,
        )
