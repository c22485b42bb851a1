"""Who may call what: one table over every endpoint, enforced before each request.

An endpoint that is not in the table is refused, so forgetting is impossible.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user


@dataclass(frozen=True, slots=True)
class Public:
    """Anyone; the reason says why that is right."""

    reason: str


@dataclass(frozen=True, slots=True)
class ByKey:
    """The view itself checks a key in the Authorization header or the body."""

    reason: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in account whose role holds the permission."""

    permission: str


@dataclass(frozen=True, slots=True)
class StaffOrKey:
    """A signed-in account with the permission, or an API key with the scope."""

    permission: str
    scope: str


@dataclass(frozen=True, slots=True)
class MachineOrKey:
    """A program on the server itself, or one with an API key of the scope."""

    scope: str


Access = Public | ByKey | Staff | StaffOrKey | MachineOrKey
# Whoever sent one of these on came through a proxy, wherever that proxy stands.
FORWARDED = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Via",
)

ENDPOINTS: dict[str, Access] = {
    "static": Public("style, script, fonts: nothing of a person"),
    "pages.home": Public("the ways into the service"),
    "pages.privacy": Public("what is stored, and the rights over it"),
    "health.alive": Public("the process lives; nothing else is told"),
    "health.ready": Public("whether the service is ready, and why not; no data"),
    "health.metrics": MachineOrKey("figures"),
    "api_description.show": Public("the API's description holds no data"),
    "surveys_api.show": Public("a questionnaire is public wording"),
    "kiosk_page.show": Public("an empty page; the tablet's key opens the intake"),
    "kiosk_page.manifest": Public("how a tablet installs the page"),
    "kiosk_page.worker": Public("script: nothing of a person"),
    "intake.ping": Public("who we are and the time"),
    "intake.receive": ByKey("the device's key, or a poster's code in each sheet"),
    "accounts.sign_in": Public("nobody is signed in before"),
    "accounts.sign_out": Public("leaving needs no right"),
    "accounts.own": Staff("own.edit"),
    "accounts.audit_log": Staff("audit.read"),
    "people.people": Staff("accounts.manage"),
    "people.new": Staff("accounts.manage"),
    "people.create": Staff("accounts.manage"),
    "people.person": Staff("accounts.manage"),
    "people.change": Staff("accounts.manage"),
    "people.ask_reset": Staff("accounts.manage"),
    "people.reset": Staff("accounts.manage"),
    "people.ask_disable": Staff("accounts.manage"),
    "people.disable": Staff("accounts.manage"),
    "centre_settings.centre": Staff("settings.edit"),
    "centre_settings.set_signatory": Staff("settings.edit"),
    "centre_settings.set_hours": Staff("settings.edit"),
    "centre_settings.targets": Staff("targets.edit"),
    "centre_settings.set_target": Staff("targets.edit"),
    "centre_settings.remove_target": Staff("targets.edit"),
    "calendar_settings.calendar": Staff("settings.edit"),
    "calendar_settings.set_day": Staff("settings.edit"),
    "calendar_settings.remove_day": Staff("settings.edit"),
    "place_settings.points": Staff("settings.edit"),
    "place_settings.add_point": Staff("settings.edit"),
    "place_settings.confirm_points": Staff("settings.edit"),
    "place_settings.point": Staff("settings.edit"),
    "place_settings.change_point": Staff("settings.edit"),
    "place_settings.retire_point": Staff("settings.edit"),
    "place_settings.reopen_point": Staff("settings.edit"),
    "place_settings.fields": Staff("settings.edit"),
    "place_settings.add_field": Staff("settings.edit"),
    "place_settings.field": Staff("settings.edit"),
    "place_settings.rename_field": Staff("settings.edit"),
    "place_settings.retire_field": Staff("settings.edit"),
    "place_settings.reopen_field": Staff("settings.edit"),
    "device_settings.devices": Staff("devices.manage"),
    "device_settings.ask_pair": Staff("devices.manage"),
    "device_settings.pair": Staff("devices.manage"),
    "device_settings.pair_again": Staff("devices.manage"),
    "device_settings.device": Staff("devices.manage"),
    "device_settings.change": Staff("devices.manage"),
    "device_settings.show_pin": Staff("devices.manage"),
    "device_settings.renew_pin": Staff("devices.manage"),
    "device_settings.ask_revoke": Staff("devices.manage"),
    "device_settings.revoke": Staff("devices.manage"),
    "rescue.ask": Staff("devices.manage"),
    "rescue.bring_in": Staff("devices.manage"),
    "dashboard.show": Staff("dashboard.read"),
    "dashboard.figure": Staff("dashboard.read"),
    "alarms.show": Staff("alarms.read"),
    "alarms.acknowledge": Staff("alarms.acknowledge"),
    "figures_api.measures": StaffOrKey("figures.read", "figures"),
    "form.show": Public("a citizen with a phone; it shows nobody's answers"),
    "form.send": ByKey("the poster's code and the signed ticket of the page"),
    "form.thanks": Public("what happens with the answers; none of them is shown"),
    "devices_api.show": ByKey("a tablet asks who it is, with its device key"),
    "devices_api.hear": ByKey("a tablet tells how it is, with its device key"),
    "pairing_page.show": Public("it shows a code that opens nothing by itself"),
    "devices_api.ask_to_pair": ByKey("a key opens nothing until staff confirm it"),
}


def staff_blueprints() -> frozenset[str]:
    """Name the blueprints that answer signed-in staff."""
    return frozenset(
        endpoint.partition(".")[0]
        for endpoint, access in ENDPOINTS.items()
        if isinstance(access, Staff)
    )


def protect(app: Flask) -> None:
    """Enforce the table on every request of the app."""
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    access = ENDPOINTS.get(request.endpoint)
    if access is None:
        abort(403)
    if isinstance(access, Public | ByKey):
        return None
    if isinstance(access, Staff):
        return _check_person(access.permission)
    return _check_program(access)


def _check_program(access: StaffOrKey | MachineOrKey) -> ResponseReturnValue | None:
    """Let a key decide where one was sent, though it came from where none is needed."""
    if "Authorization" in request.headers:
        _check_key(access.scope)
    elif isinstance(access, StaffOrKey):
        return _check_person(access.permission)
    elif not _is_from_this_machine():
        abort(403)
    return None


def _is_from_this_machine() -> bool:
    """Tell whether a program on the server asks, and asks the server directly.

    A proxy on the server connects from there as well, for people anywhere; it says so
    in a header. A header can be sent by anybody: here it only takes away.
    """
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _check_person(permission: str) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if not current_user.may(permission):
        abort(403)
    return None


def _check_key(scope: str) -> None:
    """Let a program in by its key; the accounts room knows the keys."""
    opens: Callable[[str, str], bool] = current_app.extensions["api_keys"]
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not opens(sent.token or "", scope):
        abort(401)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.path.startswith("/api/") or request.method not in {"GET", "HEAD"}:
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
