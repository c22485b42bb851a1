"""Where made-up sheets were counted: every way of counting one wrongly is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from kiosk.core.database import writing
from kiosk.insight import loading, service
from kiosk.insight.models import CubeAnswer, CubeSheet
from kiosk.insight.rules import CLASS_OF_CHANNEL
from kiosk.operations.canary import proof
from kiosk.operations.canary.rules import LEVELS, Probe
from kiosk.operations.rules import JobFailedError
from tests.insight.sheets import CENTRE, month_of, send, sheet

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from analytics.measures import CubeFrames
    from kiosk.insight.loading import Rows, Setting

FIRST, DAY = date(2026, 11, 1), date(2026, 11, 22)
CITIZENS = {1: 2, 3: 1, 4: 10, 5: 27}


@pytest.fixture
def flown(engine: Engine) -> tuple[Probe, ...]:
    """Store a month of citizens, and the canary's sheets of one day."""
    send(engine, month_of(FIRST, CITIZENS))
    return fly(engine, ("Q1", "Q2"))


def fly(engine: Engine, points: tuple[str, ...]) -> tuple[Probe, ...]:
    sheets = [
        sheet(DAY, {"overall": level}, point=point, channel="canary")
        for point in points
        for level in LEVELS
    ]
    send(engine, sheets)
    return tuple(Probe(s.id, s.point, s.answers["overall"]) for s in sheets)


def fault(engine: Engine, sent: tuple[Probe, ...]) -> str:
    with pytest.raises(JobFailedError) as caught:
        proof.prove(engine, CENTRE, sent)
    return caught.value.sentence


def test_the_figure_rests_on_the_citizens_sheets_alone(
    engine: Engine, flown: tuple[Probe, ...]
) -> None:
    found = proof.prove(engine, CENTRE, flown)
    assert found == {"month": "2026-11", "figure_n": 40, "answered": 40}


def test_too_few_citizens_to_publish_anything(engine: Engine) -> None:
    send(engine, month_of(FIRST, {5: 3}))
    found = proof.prove(engine, CENTRE, fly(engine, ("Q1",)))
    assert found == {"month": "2026-11", "figure_n": None, "answered": 3}


def test_a_revision_counts_once(engine: Engine, flown: tuple[Probe, ...]) -> None:
    first = sheet(DAY, {"overall": 2})
    later = sheet(DAY, {"overall": 4, "visits": 1}, id=first.id, revision=2)
    send(engine, [first, later])
    assert proof.prove(engine, CENTRE, flown)["figure_n"] == 41


def test_a_sheet_that_is_not_there_is_missed(
    engine: Engine, flown: tuple[Probe, ...]
) -> None:
    sheets = [sheet(DAY, {"overall": 1}, channel="canary")]
    never_sent = Probe(sheets[0].id, "Q1", 1)
    assert "chỉ có 10 phiếu" in fault(engine, (*flown, never_sent))


def test_a_sheet_of_another_channel_is_missed(
    engine: Engine, flown: tuple[Probe, ...]
) -> None:
    citizen = sheet(DAY, {"overall": 1})
    send(engine, [citizen])
    assert "chỉ có 10 phiếu" in fault(engine, (*flown, Probe(citizen.id, "Q1", 1)))


def test_a_wrong_column_is_found(engine: Engine, flown: tuple[Probe, ...]) -> None:
    service.refresh(engine, CENTRE)
    with writing(engine) as connection:
        connection.execute(
            sa.update(CubeAnswer)
            .where(CubeAnswer.channel == "canary", CubeAnswer.value == 1)
            .values(n=CubeAnswer.n + 1)
        )
    assert "ghi 12 phiếu thử, phiếu gốc có 10" in fault(engine, flown)


def test_a_canary_among_the_days_counts_is_found(
    engine: Engine, flown: tuple[Probe, ...]
) -> None:
    service.refresh(engine, CENTRE)
    with writing(engine) as connection:
        connection.execute(
            sa.update(CubeSheet)
            .where(CubeSheet.channel == "canary")
            .values(channel="qr")
        )
    assert "đếm theo ngày là 50" in fault(engine, flown)


def test_a_citizen_who_is_not_in_the_figure_is_found(
    engine: Engine, flown: tuple[Probe, ...]
) -> None:
    service.refresh(engine, CENTRE)
    with writing(engine) as connection:
        connection.execute(
            sa.delete(CubeAnswer).where(
                CubeAnswer.channel == "kiosk", CubeAnswer.value == 1
            )
        )
    assert "dựa trên 38 phiếu, đếm từng phiếu của người dân là 40" in fault(
        engine, flown
    )


def test_a_canary_in_the_figures_is_found(
    engine: Engine, flown: tuple[Probe, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very mistake that must not happen: its channel counts as a tablet's."""
    classes = {**CLASS_OF_CHANNEL, "canary": "kiosk"}
    monkeypatch.setattr(loading, "CLASS_OF_CHANNEL", classes)
    assert "dựa trên 50 phiếu" in fault(engine, flown)


def test_a_canary_in_one_table_only_is_found(
    engine: Engine, flown: tuple[Probe, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figure is right, but the table of hours forgot to leave it out."""
    left_out = loading.Setting.hour_frames

    def forgetful(self: Setting, rows: Rows) -> CubeFrames:
        classes = {**CLASS_OF_CHANNEL, "canary": "kiosk"}
        return replace(left_out(self, rows), class_of_channel=classes)

    monkeypatch.setattr(loading.Setting, "hour_frames", forgetful)
    assert "Phiếu thử làm thay đổi số đo hours" in fault(engine, flown)


def test_taps_without_pause_cause_no_alarm(
    engine: Engine, flown: tuple[Probe, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day that is being tapped on waits to be counted; the others are compared."""
    refresh = service.refresh

    def then_a_tap(*arguments: Any) -> int:
        days = refresh(*arguments)
        send(engine, [sheet(DAY, {"overall": 5})])
        return days

    monkeypatch.setattr(service, "refresh", then_a_tap)
    assert proof.prove(engine, CENTRE, flown)["figure_n"] == 40


def test_every_measure_is_looked_at() -> None:
    asked = {request.measure for request in proof._requests(proof.Month.of(DAY))}
    assert asked >= {"satisfaction", "one_visit", "index", "factor:staff"}
