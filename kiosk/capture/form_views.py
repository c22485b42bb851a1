"""The form behind a poster's QR code: one request to read it, one to send it.

Nothing of the phone is kept: no cookie, no address, no browser. What makes two sendings
one answer sheet is the ticket in the page.
"""

import re
from dataclasses import replace
from functools import cache

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import exc
from structlog import get_logger
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk import clock
from kiosk.capture.form_messages import message
from kiosk.capture.forms import (
    BLANK,
    TICKET_FIELD,
    Entry,
    FormFault,
    Ticket,
    read_form,
    read_ticket,
    write_ticket,
)
from kiosk.capture.limits import check_posters
from kiosk.capture.rules import Sheet, Status
from kiosk.capture.storage import store
from kiosk.centre.models import Point
from kiosk.centre.service import point
from kiosk.core.ids import new_id
from kiosk.devices.rules import PosterTarget
from kiosk.devices.service import resolve
from kiosk.edge.assets import STATIC_FOLDER
from kiosk.edge.headers import allow_style, style_hash
from kiosk.edge.language import language
from kiosk.edge.problems import RETRY_AFTER_SECONDS
from kiosk.edge.transaction import reading
from kiosk.errors import NotFoundError, TooManySheetsError
from kiosk.extensions import csrf, db
from kiosk.survey import service as surveys
from kiosk.survey.rules import Survey

blueprint = Blueprint("form", __name__)
# There is no session and no one's authority to borrow. Whoever could forge the request
# could as well open the page, and the ticket binds it to a page that we wrote.
csrf.exempt(blueprint)
logger = get_logger(__name__)

SURVEY = "full"
# On the first screen of a phone; the other questions wait until they are asked for.
FIRST = ("overall", "visits")


@blueprint.get("/q/<string:code>")
def show(code: str) -> ResponseReturnValue:
    """Show the form of a poster's point."""
    target = resolve(reading(), code)
    if target.state != "ok":
        return _closed(target)
    survey = _survey(target, None)
    return _form(target, survey, _new_ticket(target, survey), BLANK)


@blueprint.post("/q/<string:code>")
def send(code: str) -> ResponseReturnValue:
    """Store the answers once, however often the button is pressed."""
    now = clock.now()
    target = resolve(reading(), code)
    if target.state != "ok":
        return _closed(target)
    sent = request.form.get(TICKET_FIELD, "")
    ticket = read_ticket(_secret(), sent, target.serial, now)
    survey = _survey(target, ticket)
    entry = read_form(survey, request.form)
    if ticket is None:
        entry = replace(entry, faults=(FormFault("stale"), *entry.faults))
        ticket = _new_ticket(target, survey)
    if entry.faults:
        return _form(target, survey, ticket, entry)
    sheet = _sheet(target, survey, ticket, entry)
    check_posters(reading(), target.centre_id, [sheet], now)
    # The look-ups above must not hold a read transaction while we wait to write.
    reading().rollback()
    (status,) = store(
        db.engine, target.centre_id, [sheet], sent_at=sheet.captured_at, now=now
    )
    changed = "1" if status is Status.CONFLICT else None
    address = url_for(".thanks", code=code, lang=language(), changed=changed)
    return redirect(address, 303)


@blueprint.get("/q/<string:code>/cam-on")
def thanks(code: str) -> ResponseReturnValue:
    """Say what happens with the answers."""
    target = resolve(reading(), code)
    if target.state == "unknown":
        return _closed(target)
    changed = "changed" in request.args
    return _page("form/thanks.html", 200, point=_point(target), changed=changed)


def _sheet(target: PosterTarget, survey: Survey, ticket: Ticket, entry: Entry) -> Sheet:
    return Sheet(
        id=ticket.id,
        revision=1,
        survey=survey.code,
        survey_version=survey.version,
        point=target.point_code,
        channel="qr",
        origin=target.origin,
        captured_at=clock.now(),
        language=language(),
        outcome="completed",
        assisted=False,
        flipped=False,
        answers=entry.answers,
        comment=entry.comment,
    )


def _survey(target: PosterTarget, ticket: Ticket | None) -> Survey:
    """Return the version that the page showed, or the one that holds today."""
    session = reading()
    if ticket is None:
        survey = surveys.current(session, target.centre_id, SURVEY)
    else:
        version = ticket.survey_version
        survey = surveys.find(session, target.centre_id, SURVEY, version)
    if survey is None:
        raise NotFoundError(survey=SURVEY)
    return survey


def _new_ticket(target: PosterTarget, survey: Survey) -> Ticket:
    return Ticket(new_id(), target.serial, survey.version, clock.now())


def _point(target: PosterTarget) -> Point:
    return point(reading(), target.centre_id, target.point_code)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _form(
    target: PosterTarget, survey: Survey, ticket: Ticket, entry: Entry
) -> Response:
    first = [survey.by_code[name] for name in FIRST if name in survey.by_code]
    texts = [question for question in survey.questions if question.kind == "text"]
    more = [one for one in survey.questions if one not in first + texts]
    return _page(
        "form/form.html",
        422 if entry.faults else 200,
        point=_point(target),
        first=first,
        more=more,
        texts=texts,
        typed=entry.typed,
        faults=[(fault, message(fault)) for fault in entry.faults],
        ticket_field=TICKET_FIELD,
        ticket=write_ticket(_secret(), ticket),
    )


def _closed(target: PosterTarget) -> Response:
    """Answer a code that leads nowhere: kindly, and with a way on."""
    if target.state == "retired":
        return _page("form/retired.html", 410, point=_point(target))
    return _page("form/unknown.html", 404)


def _page(template: str, status: int, **context: object) -> Response:
    css = style()
    allow_style(style_hash(css))
    # Safe as it stands: it is our own file, and the policy admits nothing else.
    page = render_template(template, style=Markup(css), **context)  # noqa: S704
    return make_response(page, status)


@cache
def style() -> str:
    """Return the form's style sheet without comments and needless space."""
    css = (STATIC_FOLDER / "css/form.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).replace(": ", ":").strip()


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return _page("form/too_large.html", 413)


@blueprint.errorhandler(exc.OperationalError)
@blueprint.errorhandler(exc.InterfaceError)
@blueprint.errorhandler(exc.TimeoutError)
def _away(error: Exception) -> ResponseReturnValue:
    """Keep the answers in the page while the database is away.

    The browser's own "back" would lose them: it fetches a page that is not to be
    cached anew.
    """
    db.session.rollback()
    logger.error("database did not answer", error=type(error).__name__)
    return _send_again(503, RETRY_AFTER_SECONDS)


@blueprint.errorhandler(TooManySheetsError)
def _too_many(error: TooManySheetsError) -> ResponseReturnValue:
    return _send_again(error.status, error.details["retry_after"])


def _send_again(status: int, seconds: object) -> Response:
    kept = list(request.form.items(multi=True)) if request.method == "POST" else []
    page = _page("form/away.html", status, kept=kept, crowded=status == 429)
    page.headers["Retry-After"] = str(seconds)
    return page
