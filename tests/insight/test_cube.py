"""The cube equals a count of the last revisions, whatever came in whichever order."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from kiosk.capture.models import AnswerSheet, DirtyMark
from kiosk.capture.rules import Sheet, Status
from kiosk.insight import service
from kiosk.insight.counting import CUBES
from kiosk.insight.models import CubeAnswer, CubeHour, CubeIndex, CubeReason, CubeSheet
from kiosk.insight.verification import verify
from tests.insight.sheets import CENTRE, send, sheet

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

DAY = date(2026, 11, 2)
FACTORS = ("access", "procedure", "staff", "result", "feedback")


def rows(engine: Engine, cube: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return a cube as {dimensions without the centre: counts}."""
    table = cube.__table__
    keys = [column for column in table.primary_key if column.name != "centre_id"]
    counts = [column for column in table.c if not column.primary_key]
    with engine.connect() as connection:
        found = connection.execute(sa.select(*keys, *counts)).all()
    return {tuple(row)[: len(keys)]: tuple(row)[len(keys) :] for row in found}


def marks(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(DirtyMark)) or 0


def test_one_sheet_is_counted_in_every_table(engine: Engine) -> None:
    answers = {
        "overall": 4,
        "reasons": ["staff", "time"],
        "visits": 2,
        "access": 5,
        "result": 3,
        "dossier_channel": "online",
    }
    send(engine, [sheet(DAY, answers, hour=14, assisted=True)])

    assert service.refresh(engine, CENTRE) == 1

    place = ("Q1", "kiosk")
    assert rows(engine, CubeAnswer) == {
        (DAY, *place, "overall", 4): (1,),
        (DAY, *place, "visits", 2): (1,),
        (DAY, *place, "access", 5): (1,),
        (DAY, *place, "result", 3): (1,),
    }
    assert rows(engine, CubeIndex) == {(DAY, *place, 2, 1): (1,)}
    assert rows(engine, CubeHour) == {(DAY, 14, *place): (1, 1)}
    assert rows(engine, CubeReason) == {
        (DAY, *place, "staff", 4): (1,),
        (DAY, *place, "time", 4): (1,),
    }
    assert rows(engine, CubeSheet) == {(DAY, *place, "completed"): (1, 1, 0, 0)}
    assert marks(engine) == 0


def test_a_sheet_without_overall_has_no_hour(engine: Engine) -> None:
    phone = sheet(DAY, {"staff": 2}, survey="full", channel="qr", origin="poster:1")
    send(engine, [phone])

    service.refresh(engine, CENTRE)

    assert rows(engine, CubeHour) == {}
    assert rows(engine, CubeIndex) == {(DAY, "Q1", "qr", 1, 0): (1,)}


def test_flags_are_counted_beside_the_sheets(engine: Engine) -> None:
    send(engine, [sheet(DAY - timedelta(days=100), {"overall": 5})])
    send(engine, [sheet(date(2026, 11, 30), {"overall": 1})])

    service.refresh(engine, CENTRE)

    late, ahead = sorted(rows(engine, CubeSheet).items())
    assert late[1] == (1, 0, 1, 0)
    assert (ahead[0][0], ahead[1]) == (date(2026, 11, 22), (1, 0, 0, 1))


def test_a_revision_that_moves_a_sheet_leaves_its_old_day(engine: Engine) -> None:
    first = sheet(DAY, {"overall": 1})
    moved = sheet(DAY + timedelta(days=1), {"overall": 5}, id=first.id, revision=2)
    send(engine, [first])
    service.refresh(engine, CENTRE)

    send(engine, [moved])

    assert service.refresh(engine, CENTRE) == 2
    assert list(rows(engine, CubeAnswer)) == [
        (DAY + timedelta(days=1), "Q1", "kiosk", "overall", 5)
    ]


def test_an_older_revision_that_comes_late_changes_nothing(engine: Engine) -> None:
    newer = sheet(DAY, {"overall": 5, "visits": 1}, revision=3)
    older = sheet(DAY, {"overall": 1}, id=newer.id, revision=2)
    send(engine, [newer, older])

    service.refresh(engine, CENTRE)

    assert set(rows(engine, CubeAnswer)) == {
        (DAY, "Q1", "kiosk", "overall", 5),
        (DAY, "Q1", "kiosk", "visits", 1),
    }


def test_nothing_marked_is_nothing_to_do(engine: Engine) -> None:
    assert service.refresh(engine, CENTRE) == 0


def test_a_day_of_another_centre_is_left_alone(engine: Engine) -> None:
    send(engine, [sheet(DAY, {"overall": 5})])

    assert service.refresh(engine, CENTRE + 1) == 0
    assert marks(engine) == 1


def test_rebuild_counts_unmarked_days_and_clears_stray_rows(engine: Engine) -> None:
    send(engine, [sheet(DAY + timedelta(days=n), {"overall": 5}) for n in range(20)])
    service.refresh(engine, CENTRE)
    before = rows(engine, CubeAnswer)
    with engine.begin() as connection:
        connection.execute(sa.update(CubeAnswer).values(n=7))
        connection.execute(
            sa.insert(CubeReason).values(
                centre_id=CENTRE,
                day=DAY - timedelta(days=9),
                point="Q1",
                channel="kiosk",
                reason="staff",
                overall=5,
                n=1,
            )
        )

    assert service.rebuild(engine, CENTRE, date.min, date.max) == 21
    assert rows(engine, CubeAnswer) == before
    assert rows(engine, CubeReason) == {}


def test_rebuild_keeps_to_its_days(engine: Engine) -> None:
    send(engine, [sheet(DAY + timedelta(days=n), {"overall": 5}) for n in range(3)])

    middle = DAY + timedelta(days=1)
    assert service.rebuild(engine, CENTRE, middle, DAY + timedelta(days=2)) == 1
    assert {key[0] for key in rows(engine, CubeAnswer)} == {middle}
    assert marks(engine) == 2


def test_a_long_rebuild_lets_others_write_between(engine: Engine) -> None:
    send(engine, [sheet(DAY + timedelta(days=n), {"overall": 5}) for n in range(20)])
    turns: list[float] = []
    event.listen(engine, "commit", lambda _connection: turns.append(1))

    service.rebuild(engine, CENTRE, date.min, date.max)

    assert len(turns) >= 20 / service.DAYS_A_TURN


# --- Any sheets, revisions and order of arrival --------------------------------------

IDS = [uuid.UUID(int=0x0198C7F26A3E7C419B1E1F0D2F6C5A00 + n) for n in range(5)]
SCALE = st.integers(1, 5)
COUNTER = st.fixed_dictionaries(
    {"overall": SCALE},
    optional={
        "reasons": st.lists(
            st.sampled_from(["staff", "time", "place"]), unique=True, min_size=1
        ),
        "visits": st.integers(1, 3),
    },
)
FULL = st.fixed_dictionaries(
    {"dossier_channel": st.sampled_from(["in_person", "online"])},
    optional={"overall": SCALE, **dict.fromkeys(FACTORS, SCALE)},
)


@st.composite
def arriving(draw: st.DrawFn) -> Sheet:
    survey = draw(st.sampled_from(["counter", "full"]))
    return sheet(
        DAY + timedelta(days=draw(st.integers(0, 2))),
        draw(COUNTER if survey == "counter" else FULL),
        hour=draw(st.sampled_from([7, 9, 23])),
        id=draw(st.sampled_from(IDS)),
        revision=draw(st.integers(1, 3)),
        survey=survey,
        point=draw(st.sampled_from(["Q1", "Q2"])),
        channel=draw(st.sampled_from(["kiosk", "qr", "canary"])),
        outcome=draw(st.sampled_from(["completed", "timeout"])),
        assisted=draw(st.booleans()),
    )


def by_brute_force(last: dict[uuid.UUID, Sheet]) -> dict[Any, Counter[Any]]:
    counts: dict[Any, Counter[Any]] = {cube: Counter() for cube in CUBES}
    for one in last.values():
        day, hour = one.captured_at.date(), one.captured_at.hour
        place = (one.point, one.channel)
        for question, value in one.answers.items():
            if type(value) is int:
                counts[CubeAnswer][(day, *place, question, value)] += 1
        given_scores = [one.answers[f] for f in FACTORS if f in one.answers]
        if given_scores:
            good = sum(score in (4, 5) for score in given_scores)
            counts[CubeIndex][(day, *place, len(given_scores), good)] += 1
        if "overall" in one.answers:
            counts[CubeHour][(day, hour, *place)] += 1
            for reason in one.answers.get("reasons", []):
                counts[CubeReason][(day, *place, reason, one.answers["overall"])] += 1
        counts[CubeSheet][(day, *place, one.outcome)] += 1
    return counts


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in (*CUBES, AnswerSheet, DirtyMark):
            connection.execute(sa.delete(table))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(arriving(), st.booleans()), max_size=14))
def test_the_cube_is_the_count_of_the_last_revisions(
    engine: Engine, stream: list[tuple[Sheet, bool]]
) -> None:
    empty(engine)
    last: dict[uuid.UUID, Sheet] = {}
    for one, then_refresh in stream:
        [status] = send(engine, [one])
        known = last.get(one.id)
        if status in {Status.STORED, Status.REVISED} and (
            known is None or known.revision < one.revision
        ):
            last[one.id] = one
        if then_refresh:
            service.refresh(engine, CENTRE)
    service.refresh(engine, CENTRE)

    expected = by_brute_force(last)
    for cube in CUBES:
        found = {key: counts[0] for key, counts in rows(engine, cube).items()}
        assert found == expected[cube], cube.__tablename__
    assert marks(engine) == 0
    with engine.connect() as connection:
        assert verify(connection, CENTRE).differences == ()
