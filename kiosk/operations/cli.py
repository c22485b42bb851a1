"""Commands that start an installation and do its periodic work."""

from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from kiosk import clock
from kiosk.accounts import audit
from kiosk.centre import service as centres
from kiosk.config import Settings
from kiosk.devices import service as devices
from kiosk.edge.transaction import reading, writing_session
from kiosk.extensions import db
from kiosk.insight import service as insight
from kiosk.survey import service as surveys

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


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
@with_appcontext
def tick() -> None:
    """Do all periodic work that is due; a timer calls this every five minutes."""
    centre_id = centres.only_centre(reading()).id
    db.session.remove()
    days = insight.refresh(db.engine, centre_id)
    click.echo(f"{days} day(s) counted again.")
