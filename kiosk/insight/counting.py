"""The counts of each cube, as SELECTs that the engine runs over the raw answer sheets.

Rows never travel through Python: at 10⁶ sheets that took seconds and half a gigabyte.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from kiosk.capture.models import AnswerSheet
from kiosk.insight.models import CubeAnswer, CubeHour, CubeIndex, CubeReason, CubeSheet
from kiosk.insight.rules import FACTORS, SATISFIED

CUBES = (CubeAnswer, CubeIndex, CubeHour, CubeReason, CubeSheet)
CENTRE = sa.bindparam("centre", type_=sa.Integer())
DAYS = sa.bindparam("days", expanding=True, type_=sa.Date())

Number = sa.ColumnElement[Any]
Rows = sa.Select[Any]


def inserts(*, sqlite: bool) -> list[sa.Insert]:
    """Return the statements that count :days of :centre into each cube."""
    sheets = _counted_sheets()
    rows = (
        _answers(sheets, sqlite=sqlite),
        _indices(sheets),
        _hours(sheets),
        _reasons(sheets, sqlite=sqlite),
        _sheets(sheets),
    )
    return [
        sa.insert(cube).from_select(list(counts.selected_columns.keys()), counts)
        for cube, counts in zip(CUBES, rows, strict=True)
    ]


def _counted_sheets() -> sa.CTE:
    """Select the highest revision of each id, on the day that this revision names."""
    later = aliased(AnswerSheet)
    is_revised = sa.exists().where(
        later.centre_id == AnswerSheet.centre_id,
        later.id == AnswerSheet.id,
        later.revision > AnswerSheet.revision,
    )
    return (
        sa.select(
            AnswerSheet.centre_id,
            AnswerSheet.local_day.label("day"),
            AnswerSheet.local_hour.label("hour"),
            AnswerSheet.point,
            AnswerSheet.channel,
            AnswerSheet.outcome,
            AnswerSheet.assisted,
            AnswerSheet.late,
            AnswerSheet.clock_fault,
            AnswerSheet.overall,
            AnswerSheet.answers,
        )
        .where(AnswerSheet.centre_id == CENTRE, AnswerSheet.local_day.in_(DAYS))
        .where(~is_revised)
        .cte("counted")
    )


def _grouped(
    sheets: sa.CTE, names: Sequence[str], extra: Sequence[Number], *counts: Number
) -> Rows:
    groups = [*(sheets.c[name] for name in ("centre_id", "day", *names)), *extra]
    return sa.select(*groups, *counts).group_by(*groups)


def _answers(sheets: sa.CTE, *, sqlite: bool) -> Rows:
    """Count answers that are small integers; lists and texts have no value to count."""
    value: Number
    if sqlite:
        pair = sa.func.json_each(sheets.c.answers).table_valued("key", "value", "type")
        is_number = pair.c.type == "integer"
        value = pair.c.value
    else:
        pair = sa.func.jsonb_each(sheets.c.answers).table_valued(
            "key", sa.column("value", JSONB)
        )
        is_number = sa.func.jsonb_typeof(pair.c.value) == "number"
        value = sa.cast(pair.c.value, sa.SmallInteger)
    extra = (pair.c.key.label("question"), value.label("value"))
    rows = _grouped(sheets, ("point", "channel"), extra, sa.func.count().label("n"))
    return rows.select_from(sheets.join(pair, sa.true())).where(is_number)


def _indices(sheets: sa.CTE) -> Rows:
    """Count sheets by factor questions answered, and answered with 4 or 5."""
    scores = [sheets.c.answers[factor].as_integer() for factor in FACTORS]
    answered = sum((_one_if(score.is_not(None)) for score in scores), sa.literal(0))
    satisfied = sum((_one_if(score >= SATISFIED) for score in scores), sa.literal(0))
    places = (sheets.c[name] for name in ("centre_id", "day", "point", "channel"))
    each = sa.select(
        *places, answered.label("answered"), satisfied.label("satisfied")
    ).subquery("each")
    rows = sa.select(*each.c, sa.func.count().label("sheets"))
    return rows.where(each.c.answered > 0).group_by(*each.c)


def _hours(sheets: sa.CTE) -> Rows:
    satisfied = sa.func.sum(_one_if(sheets.c.overall >= SATISFIED)).label("satisfied")
    rows = _grouped(
        sheets, ("hour", "point", "channel"), (), sa.func.count().label("n"), satisfied
    )
    return rows.where(sheets.c.overall.is_not(None))


def _reasons(sheets: sa.CTE, *, sqlite: bool) -> Rows:
    """Count reasons with the score that they were given with."""
    if sqlite:
        listed = sa.func.json_each(sheets.c.answers, "$.reasons")
    else:
        listed = sa.func.jsonb_array_elements_text(sheets.c.answers["reasons"])
    chosen = listed.table_valued("value")
    reason = chosen.c.value.label("reason")
    names = ("point", "channel", "overall")
    rows = _grouped(sheets, names, (reason,), sa.func.count().label("n"))
    rows = rows.select_from(sheets.join(chosen, sa.true()))
    return rows.where(sheets.c.overall.is_not(None))


def _sheets(sheets: sa.CTE) -> Rows:
    flags = [
        sa.func.sum(_one_if(sheets.c[name])).label(name)
        for name in ("assisted", "late", "clock_fault")
    ]
    names = ("point", "channel", "outcome")
    return _grouped(sheets, names, (), sa.func.count().label("sheets"), *flags)


def _one_if(condition: Number) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)
