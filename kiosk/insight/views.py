"""The dashboard: three cards, then what stands behind them."""

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.centre import service as centres
from kiosk.core.periods import Month, local_day, months
from kiosk.edge.language import language
from kiosk.edge.transaction import reading
from kiosk.errors import BadFilterError
from kiosk.extensions import db
from kiosk.insight import comments, counts, messages, presentation, service, tasks
from kiosk.insight.rules import CHANNELS
from kiosk.insight.schema import DashboardQuery, Places, read_dashboard
from kiosk.watch.messages import sentence

if TYPE_CHECKING:
    from kiosk.insight.figures import Overview

MONTHS_OFFERED = 60
# Who reads figures sees today's sheets in the totals; a clerk, who sees the people too,
# reads finished days only.
DETAIL = "figures.read"
ALARMS = "alarms.read"

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")


@blueprint.errorhandler(BadFilterError)
def refuse_filter(error: BadFilterError) -> ResponseReturnValue:
    """Say which filter is wrong and lead back to the page without any."""
    fault = messages.FILTER_FAULTS[str(error.details["path"])]
    return render_template("insight/bad_filter.html", fault=fault), error.status


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the dashboard of a month, or what to do before there are answers."""
    session, centre_id, now = _fresh(), _centre_id(), clock.now()
    today = local_day(now)
    places = counts.places(session, centre_id)
    query = read_dashboard(request.args, places, today)
    with_alarms = current_user.may(ALARMS)
    to_do = tasks.today(session, now, centre_id, with_alarms=with_alarms)
    begun = counts.first_day(session, centre_id)
    if begun is None:
        return render_template(
            "insight/empty.html",
            tasks=to_do,
            words=messages,
            alarm_sentence=sentence,
        )
    overview = _overview(session, query, places, today)
    point_names = _point_names(session, centre_id)
    page = presentation.page(overview, point_names)
    template = (
        "insight/lobby.html" if query.view == "lobby" else "insight/dashboard.html"
    )
    return render_template(
        template,
        **page,
        query=query,
        overview=overview,
        now=now,
        tasks=to_do,
        words=messages,
        alarm_sentence=sentence,
        choices=_choices(session, places, begun, overview, today),
        point_names=point_names,
        board=_board(session, centre_id, today),
        flagged=counts.flagged_sheets(session, centre_id, overview.counted),
    )


@blueprint.get("/figures/trend.json", defaults={"name": "satisfaction"})
@blueprint.get("/figures/visits.json", defaults={"name": "one_visit"})
def figure(name: str) -> ResponseReturnValue:
    """Return a chart of the page with the same filters, as plotly draws it."""
    from analytics.charts import TrendText, trend_figure

    session, today = _fresh(), local_day(clock.now())
    places = counts.places(session, _centre_id())
    overview = _overview(
        session, read_dashboard(request.args, places, today), places, today
    )
    trend = getattr(overview, name)
    text = TrendText(**presentation.chart_text(trend))
    chart = trend_figure(trend, text, axis_from=presentation.axis_from(trend))
    return Response(chart.to_json(), content_type="application/json")


def _fresh() -> Session:
    """Return a session in which every sheet stored so far is counted."""
    service.refresh(db.engine, _centre_id())
    session = reading()
    # What was read before the refresh saw the cube as it was.
    session.rollback()
    return session


def _centre_id() -> int:
    return centres.only_centre(reading()).id


def _overview(
    session: Session, query: DashboardQuery, places: Places, today: date
) -> "Overview":
    # Here and not above: the intake's processes never load pandas.
    from kiosk.insight.figures import Overview

    detail = current_user.may(DETAIL)
    overview = Overview(session, _centre_id(), query, places, today, detail=detail)
    if query.filters.as_arguments() and not overview.shows_parts:
        raise BadFilterError(path="running_month", reason="not_over", value="")
    return overview


def _point_names(session: Session, centre_id: int) -> dict[str, str]:
    points = centres.points(session, centre_id, with_retired=True)
    return {point.code: getattr(point, f"name_{language()}") for point in points}


def _choices(
    session: Session, places: Places, begun: date, overview: "Overview", today: date
) -> dict[str, list[tuple[str, Any]]]:
    """Return what each filter offers, as (value, name)."""
    centre_id, this_month = _centre_id(), Month.of(today)
    chosen = overview.query.month
    first = min(chosen, max(Month.of(begun), this_month.plus(1 - MONTHS_OFFERED)))
    offered = [
        (str(month), messages.month_label(month))
        for month in reversed(list(months(first, this_month.next())))
    ]
    if not overview.shows_parts:
        return {"month": offered, "point": [], "field": [], "channel": []}
    names = _point_names(session, centre_id)
    fields = centres.fields(session, centre_id, with_retired=True)
    return {
        "month": offered,
        "point": [(code, names[code]) for code in places.points],
        "field": [
            (field.code, getattr(field, f"name_{language()}"))
            for field in fields
            if field.code in places.points_of_field
        ],
        "channel": [(code, messages.CHANNEL_NAMES[code]) for code in CHANNELS],
    }


def _board(session: Session, centre_id: int, today: date) -> comments.Board | None:
    if not current_user.may("comments.read"):
        return None
    return comments.latest(session, centre_id, today)
