"""The calendar of the reference data, and one simulated year for all who look at it."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.centre import schema, service
from kiosk.centre.rules import Opening
from kiosk.core.periods import Month
from kiosk.demo.rules import Batch, period, simulate
from kiosk.demo.story import Story, story_of
from kiosk.demo.timetable import Timetable

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def timetable() -> Timetable:
    """Return the hours and the calendar with which a centre starts."""
    reference = schema.read_reference(service.REFERENCE_FILE)
    return Timetable(
        [
            Opening(weekday, row.opens, row.closes)
            for row in reference.opening_hours.rows
            for weekday in row.weekdays
        ],
        off=[row.day for row in reference.calendar_days if row.kind == "off"],
        work=[row.day for row in reference.calendar_days if row.kind == "work"],
    )


@pytest.fixture(scope="session")
def story(timetable: Timetable) -> Story:
    """Return what happens in the year before TODAY."""
    return story_of(timetable, Month.of(TODAY))


@pytest.fixture(scope="session")
def year(timetable: Timetable, story: Story) -> list[Batch]:
    """Return every request of the simulated year; nothing is sent."""
    days = simulate(timetable, story, *period(TODAY))
    return [batch for day in days for batch in day]
