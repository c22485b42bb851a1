"""The page of alarms: what is wrong now, who knows of it, what was wrong lately."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from kiosk import clock
from kiosk.edge.audit import record
from kiosk.edge.transaction import reading, writing_session
from kiosk.watch import messages, service

blueprint = Blueprint("alarms", __name__, url_prefix="/alarms")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the open alarms first, then those of the last 90 days."""
    now = clock.now()
    board = service.board(reading(), now, current_user.centre_id)
    return render_template("watch/alarms.html", board=board, now=now, words=messages)


@blueprint.post("/<uuid:alarm_id>/acknowledge")
def acknowledge(alarm_id: UUID) -> ResponseReturnValue:
    """Note that somebody knows of an alarm; it stays open until its cause ends."""
    with writing_session() as session:
        alarm = service.acknowledge(
            session,
            clock.now(),
            current_user.centre_id,
            alarm_id,
            current_user.name,
        )
        names = service.names(session, current_user.centre_id)
        subject = names.get(alarm.subject, alarm.subject) or alarm.kind
        detail = {"kind": alarm.kind, "raised_at": alarm.raised_at.isoformat()}
        record(session, action="alarm.acknowledge", subject=subject, detail=detail)
    flash(_("Đã ghi nhận. Cảnh báo tự đóng khi hết nguyên nhân."))
    return redirect(url_for(".show"))
