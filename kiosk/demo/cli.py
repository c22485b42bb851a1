"""`flask demo`: a simulated year for those who want to see the service at work."""

import json
import sys
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.accounts import audit, passwords
from kiosk.centre import service as centres
from kiosk.config import Settings
from kiosk.core.periods import Month, day_bounds, local_day
from kiosk.demo import service
from kiosk.demo.rules import period, simulate
from kiosk.demo.sending import Post, send
from kiosk.demo.story import story_of
from kiosk.demo.timetable import Timetable
from kiosk.edge.transaction import reading, writing_session
from kiosk.extensions import db
from kiosk.insight import service as insight

demo = AppGroup("demo", help="A simulated year, in a database of its own.")

ENDPOINT = "/api/v1/responses"
PREVIEW_POINT = "Q1"
Day = click.DateTime(formats=["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Prepared:
    """What must be known before the first request."""

    centre_id: int
    timetable: Timetable
    keys: Mapping[str, str]
    codes: Mapping[str, str]


@demo.command("fill")
@click.option("--from", "first", type=Day, help="First simulated day.")
@click.option("--to", "end", type=Day, help="Day after the last one.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def fill(first: datetime | None, end: datetime | None, *, as_json: bool) -> None:
    """Send twelve simulated months to the intake, once; print how to sign in."""
    settings: Settings = current_app.config["KIOSK"]
    if not settings.demo:
        raise click.ClickException(
            "DEMO is not 1: simulated answers go into a database of their own only."
        )
    now = clock.now()
    begin, stop = period(local_day(now))
    if not _is_filled():
        _fill(now, first.date() if first else begin, end.date() if end else stop)
    ways = _open_ways_in(now, settings.public_url)
    click.echo(json.dumps(ways) if as_json else _in_words(ways))


def _is_filled() -> bool:
    session = reading()
    filled = audit.is_simulated(session)
    refused = not filled and not service.is_empty(session)
    session.rollback()
    if refused:
        raise click.ClickException(
            "This database holds real answers or people, or half a simulated year. "
            "Name another one in DATABASE_URL, or remove it."
        )
    return filled


def _fill(now: datetime, first: date, end: date) -> None:
    if end <= first:
        raise click.UsageError("--to must lie after --from")
    prepared = _prepare(first)
    story = story_of(prepared.timetable, Month.of(local_day(now)))
    requests = simulate(prepared.timetable, story, first, end)
    length = len(list(prepared.timetable.open_days(first, end)))
    post = _poster_of(current_app.test_client())
    label = f"Mô phỏng từ {first:%d/%m/%Y}"
    with click.progressbar(
        requests, length=length, label=label, file=sys.stderr
    ) as days:
        # A context of its own: each request must open and close one, as on a server,
        # and not live in the one of this command.
        fates = Context().run(
            send,
            chain.from_iterable(days),
            post,
            keys=prepared.keys,
            codes=prepared.codes,
        )
    insight.refresh(db.engine, prepared.centre_id)
    with writing_session() as session:
        _record(
            session, now, {"from": first.isoformat(), "to": end.isoformat(), **fates}
        )
    told = ", ".join(f"{count} {fate}" for fate, count in fates.most_common())
    click.echo(told, err=True)


def _prepare(first: date) -> Prepared:
    """Pair the tablets on the first simulated day, which is also when the target holds."""
    start, _ = day_bounds(first)
    with writing_session() as session:
        centre_id = centres.only_centre(session).id
        service.aim(session, start, centre_id, first)
        return Prepared(
            centre_id,
            service.timetable(session, centre_id),
            service.pair_tablets(session, start, centre_id),
            service.poster_codes(session, start, centre_id),
        )


def _poster_of(client: FlaskClient) -> Post:
    """Return what posts a request to the intake at the moment at which it arrives."""

    def post(
        at: datetime, key: str | None, body: Mapping[str, object]
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with clock.showing(at):
            answer = client.post(ENDPOINT, json=body, headers=headers)
        return answer.status_code, answer.get_json()

    return post


def _record(session: Session, now: datetime, detail: Mapping[str, object]) -> None:
    audit.record(
        session,
        actor="flask demo fill",
        action=audit.SIMULATED,
        subject="answer_sheet",
        detail=detail,
        now=now,
    )


def _open_ways_in(now: datetime, base_url: str) -> dict[str, str]:
    """Give every role a new password and the tablet a new key; they are shown once."""
    password = passwords.one_time_password()
    password_hash = passwords.new_hash(password, email=service.DOMAIN, name="")
    with writing_session() as session:
        centre_id = centres.only_centre(session).id
        service.open_accounts(session, now, centre_id, password_hash)
        key = service.pair_preview(session, now, centre_id, PREVIEW_POINT)
        code = service.poster_codes(session, now, centre_id)[PREVIEW_POINT]
    return {
        "kiosk": f"{base_url}/kiosk#key={key}",
        "form": f"{base_url}/q/{code}",
        "password": password,
    }


def _in_words(ways: Mapping[str, str]) -> str:
    lines = [
        f"\nMáy tính bảng thử / try the tablet:  {ways['kiosk']}",
        f"Trang điện thoại / try the phone:    {ways['form']}",
        f"Đăng nhập thử, mật khẩu / sign in with the password:  {ways['password']}",
    ]
    lines += [
        f"  {address:<26} {service.PEOPLE[role]}"
        for role, address in service.addresses().items()
    ]
    return "\n".join(lines)
