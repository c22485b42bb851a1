"""Commands that start an installation and do its periodic work."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from kiosk import clock
from kiosk.accounts import audit
from kiosk.centre import service as centres
from kiosk.config import Settings
from kiosk.devices import service as devices
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import DomainError
from kiosk.extensions import db
from kiosk.operations import schedule
from kiosk.operations.jobs import Ledger, attempt
from kiosk.operations.messages import NO_DATABASE, told
from kiosk.operations.rules import Outcome
from kiosk.survey import service as surveys

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="For a program to read."
)


@click.command("init")
@with_appcontext
def init() -> None:
    """Bring the database to this release; load the reference data if it is empty."""
    settings: Settings = current_app.config["KIOSK"]
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if db.engine.url.database and db.engine.dialect.name == "sqlite":
        _make_private(Path(db.engine.url.database))
    flask_migrate.upgrade(directory=str(MIGRATIONS))
    now = clock.now()
    with writing_session() as session:
        loaded = centres.load_reference(session)
        centre = centres.only_centre(session)
        published = surveys.load_reference(session, now, centre.id)
        for point in centres.points(session, centre.id):
            devices.issue_poster(session, now, centre.id, point.code)
        unmarked = audit.is_simulated(session) and not settings.demo
    if unmarked:
        raise click.ClickException(
            "The answers in this database are simulated: start it with DEMO=1, "
            "which marks every page."
        )
    if loaded:
        click.echo(f"Reference data of {centre.name_vi} loaded.")
    for survey in published:
        click.echo(f"Survey {survey.code} version {survey.version} published.")


def _make_private(database: Path) -> None:
    """Make the file before SQLite does, readable by its owner alone.

    It holds citizens' words and the posters' key. SQLite gives the files beside it,
    which hold the newest of both, the same rights.
    """
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.touch(mode=0o600)


@click.command("tick")
@as_json_option
@click.pass_context
@with_appcontext
def tick(context: click.Context, *, as_json: bool) -> None:
    """Do all periodic work that is due; a timer calls this every five minutes."""
    settings: Settings = current_app.config["KIOSK"]
    with _database_faults():
        engine, centre_id = db.engine, _centre_id()
        ledger = Ledger(engine, centre_id)
        # At both ends: a backup may take longer than a tick may be silent.
        ledger.stamp("tick", clock.now())
        outcomes = [
            attempt(ledger, job, clock.now)
            for job in schedule.jobs(engine, centre_id, settings)
        ]
        ledger.stamp("tick", clock.now())
    _tell(outcomes, as_json=as_json)
    context.exit(int(any(outcome.result == "failed" for outcome in outcomes)))


canary = AppGroup("canary", help="Made-up answers that prove the way of real ones.")


@canary.command("run")
@click.option("--url", default="", help="Address of the server, unless CANARY_URL.")
@as_json_option
@click.pass_context
def canary_run(context: click.Context, url: str, *, as_json: bool) -> None:
    """Send every score at every point, and find each counted and in no figure."""
    settings: Settings = current_app.config["KIOSK"]
    address = url or settings.canary_address
    if not address.startswith(("http://", "https://")):
        raise click.UsageError("--url must begin with http:// or https://")
    with _database_faults():
        engine, centre_id = db.engine, _centre_id()
    job = schedule.canary_job(engine, centre_id, address)
    outcome = attempt(Ledger(engine, centre_id), job, clock.now, when_due=False)
    if as_json:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        click.echo(told(outcome), err=outcome.result == "failed")
    context.exit(int(outcome.result != "done"))


@contextmanager
def _database_faults() -> Iterator[None]:
    """Tell in a sentence what would else end in a list of calls."""
    try:
        yield
    except (DomainError, SQLAlchemyError) as error:
        raise click.ClickException(NO_DATABASE) from error


def _centre_id() -> int:
    """Return the centre; end the look-up, so that the jobs' own turns see no other."""
    try:
        return centres.only_centre(reading()).id
    finally:
        db.session.remove()


def _tell(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    if as_json:
        jobs = [asdict(outcome) for outcome in outcomes]
        click.echo(json.dumps({"jobs": jobs}, ensure_ascii=False))
        return
    for outcome in outcomes:
        click.echo(told(outcome), err=outcome.result == "failed")
