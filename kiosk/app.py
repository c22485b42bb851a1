"""The factory: settings, extensions, rooms, headers, commands; nothing else."""

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk import clock, logs
from kiosk.accounts import cli as accounts_cli
from kiosk.accounts import people_views as people
from kiosk.accounts import rules as account_rules
from kiosk.accounts import session as staff_session
from kiosk.accounts import views as accounts
from kiosk.capture import api as intake_api
from kiosk.capture import form_views, kiosk_views, rescue_views
from kiosk.centre import calendar_views as calendar_settings
from kiosk.centre import cli as centre_cli
from kiosk.centre import place_views as place_settings
from kiosk.centre import views as centre_settings
from kiosk.config import Settings, load_settings
from kiosk.core.database import prepare_engine
from kiosk.demo import cli as demo_cli
from kiosk.devices import api as devices_api
from kiosk.devices import cli as devices_cli
from kiosk.devices import pair_views as pairing_page
from kiosk.devices import views as device_settings
from kiosk.edge import (
    access,
    assets,
    bodies,
    filters,
    headers,
    language,
    problems,
    static_files,
)
from kiosk.extensions import compress, csrf, db, migrate
from kiosk.insight import api as figures_api
from kiosk.insight import cli as insight_cli
from kiosk.insight import views as insight_views
from kiosk.operations import api_description, health, pages
from kiosk.operations import cli as operations_cli
from kiosk.operations.backup import cli as backup_commands
from kiosk.survey import api as survey_api
from kiosk.watch import cli as watch_cli
from kiosk.watch import views as watch_views

BLUEPRINTS = (
    pages.blueprint,
    health.blueprint,
    api_description.blueprint,
    survey_api.blueprint,
    kiosk_views.blueprint,
    intake_api.blueprint,
    form_views.blueprint,
    accounts.blueprint,
    people.blueprint,
    centre_settings.blueprint,
    place_settings.blueprint,
    calendar_settings.blueprint,
    insight_views.blueprint,
    figures_api.blueprint,
    watch_views.blueprint,
    devices_api.blueprint,
    pairing_page.blueprint,
    device_settings.blueprint,
    rescue_views.blueprint,
)
COMMANDS: tuple[click.Command, ...] = (
    operations_cli.init,
    operations_cli.tick,
    backup_commands.backup_cli,
    operations_cli.canary,
    accounts_cli.user,
    accounts_cli.apikey,
    insight_cli.cube_cli,
    centre_cli.field,
    devices_cli.device,
    devices_cli.point,
    devices_cli.poster,
    watch_cli.alarms,
    demo_cli.demo,
)
MAX_BODY_BYTES = 256 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the service; raise SettingsError when the environment is not usable."""
    settings = settings or load_settings()
    logs.set_up(settings.log_level)
    app = Flask(
        __name__,
        static_folder=str(assets.STATIC_FOLDER),
        static_url_path=f"/static/{assets.release()}",
    )
    _configure(app, settings)
    static_files.send_from_memory(app)
    bodies.read_whole(app)
    _bind_extensions(app)
    _add_rooms(app)
    # Looked up at each call: whoever moves the clock moves it for sessions too.
    staff_session.bind(app, lambda: clock.now())  # noqa: PLW0108 - looked up late
    access.protect(app)
    problems.handle_errors(app)
    headers.set_headers(app)
    language.speak(app)
    filters.add_filters(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        KIOSK=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_location,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        **_session_cookie(secure=settings.public_url.startswith("https://")),
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["br", "gzip"],
        STAFF_BLUEPRINTS=access.staff_blueprints(),
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _session_cookie(*, secure: bool) -> dict[str, object]:
    return {
        # A browser keeps a __Host- cookie from every other host and path (RFC 6265bis).
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": account_rules.ABSOLUTE,
    }


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    csrf.init_app(app)
    compress.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def _add_rooms(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
