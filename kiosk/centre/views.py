"""Settings of the centre itself: who signs, when it is open, what it aims at."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.centre import edits, rules, service
from kiosk.centre.forms import (
    MEASURE_NAMES,
    HoursForm,
    SignatoryForm,
    TargetForm,
    TargetKeyForm,
)
from kiosk.core.periods import local_day
from kiosk.edge import audit
from kiosk.edge.transaction import reading, writing_session

blueprint = Blueprint("centre_settings", __name__, url_prefix="/settings")


@blueprint.get("/centre")
def centre() -> ResponseReturnValue:
    """Show who the centre is, who signs and when it is open."""
    return _centre_page()


def _centre_page(
    signatory: SignatoryForm | None = None, hours: HoursForm | None = None
) -> str:
    session = reading()
    own = service.only_centre(session)
    known = {"title": own.signatory_title, "name": own.signatory_name}
    return render_template(
        "centre/centre.html",
        own=own,
        unknowns=service.unknowns(session, clock.now(), own.id),
        signatory=signatory or SignatoryForm(formdata=None, data=known),
        hours=hours or _hours_form(session, own.id),
    )


def _hours_form(session: Session, centre_id: int) -> HoursForm:
    form = HoursForm(formdata=None)
    rows = service.opening_hours(session, centre_id)
    for field in form.days():
        field.data = rules.write_hours(
            rules.Opening(row.weekday, row.opens, row.closes)
            for row in rows
            if row.weekday == field.weekday
        )
    return form


@blueprint.post("/centre/signatory")
def set_signatory() -> ResponseReturnValue:
    """Say who signs."""
    form = SignatoryForm()
    if not form.validate():
        return _centre_page(signatory=form), 422
    with writing_session() as session:
        own = service.only_centre(session)
        signatory = rules.Signatory(form.name.data, form.title.data)
        change = edits.set_signatory(session, own.id, signatory)
        audit.record(
            session, action="centre.signatory", subject=own.code, detail=change
        )
    flash(_("Đã lưu người ký."))
    return redirect(url_for(".centre"))


@blueprint.post("/centre/hours")
def set_hours() -> ResponseReturnValue:
    """Replace and so confirm the opening hours."""
    form = HoursForm()
    if not form.validate():
        return _centre_page(hours=form), 422
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.set_opening_hours(session, own.id, form.openings())
        audit.record(session, action="centre.hours", subject=own.code, detail=change)
    flash(_("Đã lưu giờ mở cửa."))
    return redirect(url_for(".centre"))


@blueprint.get("/targets")
def targets() -> ResponseReturnValue:
    """Show what the centre aims at, and since when."""
    return _targets_page(TargetForm(formdata=None))


def _targets_page(form: TargetForm) -> str:
    session = reading()
    centre_id = service.only_centre(session).id
    return render_template(
        "centre/targets.html",
        form=form,
        targets=service.targets(session, centre_id),
        in_force=_in_force(session, centre_id),
        measure_names=MEASURE_NAMES,
    )


def _in_force(session: Session, centre_id: int) -> set[tuple[str, object]]:
    today = local_day(clock.now())
    holding = (
        service.target_on(session, centre_id, measure, today)
        for measure in rules.MEASURES
    )
    return {(target.measure, target.valid_from) for target in holding if target}


@blueprint.post("/targets")
def set_target() -> ResponseReturnValue:
    """Set what a measure shall reach from a day on."""
    form = TargetForm()
    if not form.validate():
        return _targets_page(form), 422
    aim = form.aim()
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.set_target(
            session, clock.now(), own.id, aim, set_by=current_user.name
        )
        audit.record(session, action="target.set", subject=aim.measure, detail=change)
    flash(_("Đã lưu chỉ tiêu."))
    return redirect(url_for(".targets"))


@blueprint.post("/targets/remove")
def remove_target() -> ResponseReturnValue:
    """Take back a target that should not have been set."""
    form = TargetKeyForm()
    if not form.validate():
        return redirect(url_for(".targets"))
    measure, valid_from = form.measure.data, form.valid_from.data
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.remove_target(session, own.id, measure, valid_from)
        audit.record(session, action="target.remove", subject=measure, detail=change)
    flash(_("Đã bỏ chỉ tiêu."))
    return redirect(url_for(".targets"))
