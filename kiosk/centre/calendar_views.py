"""Settings of the calendar: days off, and days worked instead."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock
from kiosk.centre import edits, service
from kiosk.centre.forms import DAY_KIND_NAMES, DayKeyForm, SpecialDayForm
from kiosk.core.periods import local_day
from kiosk.edge import audit
from kiosk.edge.transaction import reading, writing_session

blueprint = Blueprint("calendar_settings", __name__, url_prefix="/settings/calendar")


@blueprint.get("")
def calendar() -> ResponseReturnValue:
    """Show the days of a year, this one unless `?year=` asks for another."""
    this_year = local_day(clock.now()).year
    asked = request.args.get("year", type=int) or this_year
    year = asked if asked in _years() else this_year
    return _calendar_page(SpecialDayForm(formdata=None), year)


def _years() -> range:
    # The years about which somebody can still do something, and the one to compare with.
    this_year = local_day(clock.now()).year
    return range(this_year - 1, this_year + 2)


def _calendar_page(form: SpecialDayForm, year: int) -> str:
    session = reading()
    centre_id = service.only_centre(session).id
    return render_template(
        "centre/calendar.html",
        form=form,
        year=year,
        years=_years(),
        days=service.calendar_days(session, centre_id, year),
        kind_names=DAY_KIND_NAMES,
    )


@blueprint.post("")
def set_day() -> ResponseReturnValue:
    """Say what a day is."""
    form = SpecialDayForm()
    if form.validate() and form.day.data.year not in _years():
        form.day.errors = [_("Chọn một ngày của năm trước, năm nay hoặc năm sau.")]
    if form.errors:
        return _calendar_page(form, local_day(clock.now()).year), 422
    special = form.special_day()
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.set_calendar_day(session, own.id, special)
        subject = special.day.isoformat()
        audit.record(session, action="calendar.set", subject=subject, detail=change)
    flash(_("Đã lưu lịch."))
    return _back_to(special.day)


@blueprint.post("/remove")
def remove_day() -> ResponseReturnValue:
    """Let the weekday decide again."""
    form = DayKeyForm()
    if not form.validate():
        return redirect(url_for(".calendar"))
    day = form.day.data
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.remove_calendar_day(session, own.id, day)
        audit.record(
            session, action="calendar.remove", subject=day.isoformat(), detail=change
        )
    flash(_("Đã bỏ ngày này khỏi lịch."))
    return _back_to(day)


def _back_to(day: date) -> ResponseReturnValue:
    return redirect(url_for(".calendar", year=day.year))
