"""What was written is shown late, in company, and out of order."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from kiosk.insight import service
from kiosk.insight.comments import (
    COMMENTS_SHOWN,
    Comment,
    arrange,
    last_shown_day,
    latest,
)
from tests.insight.sheets import CENTRE, send, sheet

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

MONDAY = date(2026, 11, 2)
END = date(2026, 11, 16)
TODAY = date(2026, 11, 22)
PHONE = {"survey": "full", "channel": "qr", "origin": "poster:1"}


def comment(point: str, monday: date, text: str = "lời") -> Comment:
    return Comment(uuid.uuid4(), point, monday, text)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 21), date(2026, 11, 8)),
        (date(2026, 11, 22), date(2026, 11, 15)),
        (date(2026, 11, 28), date(2026, 11, 15)),
    ],
)
def test_a_week_shows_a_week_after_its_end(today: date, last: date) -> None:
    assert last_shown_day(today) == last


def test_ten_sheets_of_a_counter_and_week_name_the_counter() -> None:
    board = arrange([comment("Q1", MONDAY)], {("Q1", MONDAY): 10}, END)
    [group] = board.groups
    assert (group.point, group.first, group.last) == ("Q1", MONDAY, date(2026, 11, 8))


def test_fewer_go_with_the_rest_of_the_centre() -> None:
    sheets = {("Q1", MONDAY): 40, ("Q2", MONDAY): 6, ("Q3", MONDAY): 4}
    board = arrange([comment("Q2", MONDAY)], sheets, END)
    [group] = board.groups
    assert (group.point, group.first) == (None, MONDAY)


def test_those_who_stand_alone_lend_no_company() -> None:
    """Forty of counter 1 are told apart by their own group, so six stay six."""
    sheets = {("Q1", MONDAY): 40, ("Q2", MONDAY): 6}
    board = arrange([comment("Q2", MONDAY)], sheets, END)
    assert (board.groups, board.waiting) == ((), 1)


def test_weeks_of_a_finished_month_go_together() -> None:
    weeks = [date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 26)]
    sheets = {("Q2", monday): 4 for monday in weeks}
    board = arrange([comment("Q2", monday) for monday in weeks], sheets, END)
    [group] = board.groups
    assert (group.point, group.first, group.last) == (
        None,
        date(2026, 10, 1),
        date(2026, 11, 1),
    )
    assert len(group.texts) == 3


def test_a_month_that_is_not_over_waits() -> None:
    sheets = {("Q2", MONDAY): 6, ("Q2", date(2026, 11, 9)): 6}
    board = arrange([comment("Q2", MONDAY)], sheets, END)
    assert (board.groups, board.waiting) == ((), 1)


def test_the_order_is_not_that_of_time() -> None:
    ids = [uuid.UUID(int=number) for number in range(1, 11)]
    said = [Comment(one, "Q1", MONDAY, str(place)) for place, one in enumerate(ids)]
    [group] = arrange(said, {("Q1", MONDAY): 10}, END).groups
    [again] = arrange(reversed(said), {("Q1", MONDAY): 10}, END).groups
    assert sorted(group.texts) == [str(place) for place in range(10)]
    assert group.texts != tuple(sorted(group.texts))
    assert again.texts == group.texts


def test_a_group_is_never_cut() -> None:
    said = [comment("Q1", MONDAY) for _ in range(COMMENTS_SHOWN + 5)]
    older = [comment("Q2", MONDAY - timedelta(days=7))]
    sheets = {("Q1", MONDAY): 40, ("Q2", MONDAY - timedelta(days=7)): 40}
    [group] = arrange(said + older, sheets, END).groups
    assert len(group.texts) == COMMENTS_SHOWN + 5


def board_texts(engine: Engine, today: date = TODAY) -> list[str]:
    service.refresh(engine, CENTRE)
    with Session(engine) as session:
        board = latest(session, CENTRE, today)
    return [text for group in board.groups for text in group.texts]


def test_only_the_last_revision_speaks(engine: Engine) -> None:
    first = sheet(MONDAY, {"overall": 5}, comment="cũ", **PHONE)
    newer = sheet(
        MONDAY, {"overall": 5}, comment="mới", id=first.id, revision=2, **PHONE
    )
    crowd = [sheet(MONDAY, {"overall": 5}) for _ in range(12)]
    send(engine, [first, newer, *crowd])

    assert board_texts(engine) == ["mới"]


def test_this_week_and_the_last_keep_silent(engine: Engine) -> None:
    recent = date(2026, 11, 16)
    send(engine, [sheet(recent, {"overall": 5}, comment="mới", **PHONE)])
    send(engine, [sheet(recent, {"overall": 5}) for _ in range(30)])

    assert board_texts(engine) == []
    assert board_texts(engine, date(2026, 11, 29)) == ["mới"]


def test_the_canary_says_nothing(engine: Engine) -> None:
    send(engine, [sheet(MONDAY, {"overall": 5}) for _ in range(30)])
    phone = {**PHONE, "channel": "canary"}
    send(engine, [sheet(MONDAY, {"overall": 5}, comment="thử", **phone)])

    assert board_texts(engine) == []


def test_canaries_are_no_company(engine: Engine) -> None:
    send(engine, [sheet(MONDAY, {"overall": 5}, channel="canary") for _ in range(30)])
    send(engine, [sheet(MONDAY, {"overall": 5}, comment="một mình", **PHONE)])

    assert board_texts(engine) == []
