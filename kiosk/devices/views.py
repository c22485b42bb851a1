"""Settings of the tablets: how each is, admitting, moving and revoking one."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.centre import service as centres
from kiosk.devices import inventory, messages, pairing, service
from kiosk.devices.forms import (
    UNKNOWN_CODE,
    CodeForm,
    KnownTabletForm,
    NewTabletForm,
    PlaceForm,
)
from kiosk.devices.models import Device, PairingRequest
from kiosk.devices.rules import show_pairing_code
from kiosk.edge import audit
from kiosk.edge.assets import release
from kiosk.edge.language import language
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import NotFoundError

blueprint = Blueprint("device_settings", __name__, url_prefix="/settings/devices")


@blueprint.get("")
def devices() -> ResponseReturnValue:
    """Show every tablet and how it is."""
    return _devices_page(CodeForm(formdata=None))


def _devices_page(form: CodeForm) -> str:
    session, now = reading(), clock.now()
    return render_template(
        "devices/devices.html",
        form=form,
        lines=inventory.lines(session, now, _centre_id(session)),
        say=messages,
        now=now,
        release=release(),
    )


def _centre_id(session: Session) -> int:
    return centres.only_centre(session).id


def _refuse_code(typed: str) -> ResponseReturnValue:
    """Show the list again: the code has expired, or never was."""
    form = CodeForm(formdata=None, data={"code": typed})
    form.code.errors = [UNKNOWN_CODE]
    return _devices_page(form), 422


@blueprint.get("/pair")
def ask_pair() -> ResponseReturnValue:
    """Ask which tablet it is that shows the code."""
    form = CodeForm(formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return _devices_page(form), 422
    found = _waiting(form.code.data)
    if found is None:
        return _refuse_code(form.code.data)
    return _pair_page(found, _new_form(found), _known_form(found))


def _waiting(typed: str) -> PairingRequest | None:
    session = reading()
    return pairing.find(session, clock.now(), _centre_id(session), typed)


def _new_form(found: PairingRequest | None = None) -> NewTabletForm:
    form = NewTabletForm(data={"code": found.code} if found else None)
    form.offer(_points())
    return form


def _known_form(found: PairingRequest | None = None) -> KnownTabletForm:
    session = reading()
    form = KnownTabletForm(data={"code": found.code} if found else None)
    lines = inventory.lines(session, clock.now(), _centre_id(session))
    form.offer((line.device.id, _described(line)) for line in lines)
    return form


def _points(current: str = "") -> dict[str, object]:
    """Return the points in use, and the one where a tablet stands already."""
    session = reading()
    listed = centres.points(session, _centre_id(session), with_retired=True)
    return {
        one.code: getattr(one, f"name_{language()}")
        for one in listed
        if one.retired_on is None or one.code == current
    }


def _described(line: inventory.Line) -> str:
    place = getattr(line.point, f"name_{language()}")
    return f"{line.device.name} · {place} · {messages.state(line, clock.now())}"


def _pair_page(
    found: PairingRequest, new: NewTabletForm, known: KnownTabletForm
) -> str:
    age = clock.now() - found.created_at
    return render_template(
        "devices/confirm.html",
        code=show_pairing_code(found.code),
        minutes=int(age.total_seconds() // 60),
        new=new,
        known=known,
    )


@blueprint.post("/pair")
def pair() -> ResponseReturnValue:
    """Admit a tablet that is new here."""
    form = _new_form()
    found = _waiting(form.code.data or "")
    if found is None:
        return _refuse_code(form.code.data or "")
    if not form.validate():
        return _pair_page(found, form, _known_form(found)), 422
    now, place = clock.now(), form.place()
    try:
        with writing_session() as session:
            centre_id = _centre_id(session)
            device = pairing.admit(session, now, centre_id, form.code.data, place)
            detail = {"name": device.name, "point": device.point_code}
            _record(session, "device.pair", device, detail)
    except NotFoundError:
        return _refuse_code(form.code.data)
    return _pin_page(device.id, paired=True)


@blueprint.post("/pair/again")
def pair_again() -> ResponseReturnValue:
    """Give a tablet that lost its key a new one; it stays the same tablet."""
    form = _known_form()
    found = _waiting(form.code.data or "")
    if found is None:
        return _refuse_code(form.code.data or "")
    if not form.validate():
        return _pair_page(found, _new_form(found), form), 422
    now, device_id = clock.now(), form.chosen()
    try:
        with writing_session() as session:
            centre_id = _centre_id(session)
            code = form.code.data
            device = pairing.admit_again(session, now, centre_id, code, device_id)
            detail = {"name": device.name, "point": device.point_code}
            _record(session, "device.pair_again", device, detail)
    except NotFoundError:
        return _refuse_code(form.code.data)
    return _pin_page(device_id, paired=True)


def _record(
    session: Session, action: str, device: Device, detail: Mapping[str, object]
) -> None:
    audit.record(session, action=action, subject=str(device.id), detail=detail)


def _pin_page(device_id: UUID, *, paired: bool = False) -> str:
    session = reading()
    line = inventory.line(session, clock.now(), _tablet(session, device_id))
    return render_template("devices/pin.html", line=line, paired=paired)


def _tablet(session: Session, device_id: UUID) -> Device:
    return service.tablet(session, _centre_id(session), device_id)


@blueprint.get("/<uuid:device_id>")
def device(device_id: UUID) -> ResponseReturnValue:
    """Show one tablet."""
    found = _tablet(reading(), device_id)
    known = {"name": found.name, "point": found.point_code}
    form = PlaceForm(formdata=None, data=known)
    form.offer(_points(found.point_code))
    return _device_page(found, form)


def _device_page(found: Device, form: PlaceForm) -> str:
    now = clock.now()
    return render_template(
        "devices/device.html",
        form=form,
        line=inventory.line(reading(), now, found),
        say=messages,
        now=now,
        release=release(),
    )


@blueprint.post("/<uuid:device_id>")
def change(device_id: UUID) -> ResponseReturnValue:
    """Rename a tablet, or move it to another point."""
    found = _tablet(reading(), device_id)
    form = PlaceForm()
    form.offer(_points(found.point_code))
    if not form.validate():
        return _device_page(found, form), 422
    with writing_session() as session:
        found = _tablet(session, device_id)
        before = {"name": found.name, "point": found.point_code}
        service.describe(session, found, form.place())
        after = {"name": found.name, "point": found.point_code}
        _record(session, "device.change", found, {"before": before, "after": after})
    flash(
        _("Đã lưu. Máy đổi theo khi liên lạc lần tới, chậm nhất sau 10 phút có mạng.")
    )
    return redirect(url_for(".device", device_id=device_id))


@blueprint.post("/<uuid:device_id>/pin")
def show_pin(device_id: UUID) -> ResponseReturnValue:
    """Show the PIN of a tablet's staff panel; who looked is recorded."""
    with writing_session() as session:
        found = _tablet(session, device_id)
        _record(session, "device.pin_show", found, {"name": found.name})
    return _pin_page(device_id)


@blueprint.post("/<uuid:device_id>/pin/new")
def renew_pin(device_id: UUID) -> ResponseReturnValue:
    """Replace the PIN and show the new one."""
    with writing_session() as session:
        found = _tablet(session, device_id)
        service.renew_pin(session, found)
        _record(session, "device.pin_new", found, {"name": found.name})
    return _pin_page(device_id)


@blueprint.get("/<uuid:device_id>/revoke")
def ask_revoke(device_id: UUID) -> ResponseReturnValue:
    """Say what happens before a tablet is refused."""
    session = reading()
    line = inventory.line(session, clock.now(), _tablet(session, device_id))
    return render_template("devices/revoke.html", line=line, say=messages)


@blueprint.post("/<uuid:device_id>/revoke")
def revoke(device_id: UUID) -> ResponseReturnValue:
    """Refuse a tablet from now on."""
    now = clock.now()
    with writing_session() as session:
        found = _tablet(session, device_id)
        service.revoke(session, now, found.centre_id, device_id)
        detail = {"name": found.name, "point": found.point_code}
        _record(session, "device.revoke", found, detail)
    flash(_("Đã thu hồi. Phiếu máy đã gửi vẫn được tính."))
    return redirect(url_for(".devices"))
