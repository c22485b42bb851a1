"""What cannot be answered is refused with a code."""

from datetime import date

import pytest

from analytics.frames import FrameError, scores
from analytics.measures import CubeFrames, MeasureRequest, RequestError, months


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"measure": "happiness"}, "unknown_measure"),
        ({"measure": "factor"}, "unknown_measure"),
        ({"first_month": "2026-13"}, "bad_month"),
        ({"first_month": "October"}, "bad_month"),
        ({"open_month": "now"}, "bad_month"),
        ({"end_month": "2026-10"}, "empty_range"),
        ({"by": "week"}, "bad_by"),
        ({"split": "person"}, "unknown_split"),
        ({"split": "factor"}, "split_not_defined"),
    ],
)
def test_a_request_is_refused_with_a_code(choice: dict[str, str], code: str) -> None:
    good = {
        "measure": "satisfaction",
        "first_month": "2026-10",
        "end_month": "2026-11",
    }
    with pytest.raises(RequestError) as caught:
        MeasureRequest(**{**good, **choice})  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("by", "first_day"), [("month", date(2025, 12, 1)), ("period", date(2025, 10, 1))]
)
def test_a_request_says_which_days_it_needs(by: str, first_day: date) -> None:
    request = MeasureRequest("satisfaction", "2026-01", "2026-04", by=by)  # type: ignore[arg-type]
    assert request.days == (first_day, date(2026, 4, 1))


def test_every_channel_has_a_class() -> None:
    frame = scores([(date(2026, 10, 5), "Q1", "fax", "overall", 5, 1)])
    with pytest.raises(FrameError, match="fax: no class"):
        CubeFrames(frame)


def test_a_frame_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(FrameError, match="hours"):
        CubeFrames(hours=scores([]))


def test_points_and_channels_keep_their_order_and_strangers_come_last() -> None:
    frame = scores(
        [(date(2026, 10, 5), point, "qr", "overall", 5, 1) for point in "CAB"]
    )
    cube = CubeFrames(
        frame,
        fields_of_point={"C": frozenset()},
        class_of_channel={"qr": "open_qr", "kiosk": "kiosk"},
    )
    assert (cube.points, cube.channels) == (("C", "A", "B"), ("qr", "kiosk"))


@pytest.mark.parametrize("month", ["2026-01", "2026-12", "1999-06"])
def test_a_month_survives_counting(month: str) -> None:
    assert months.label(months.ordinal(month)) == month


def test_months_follow_across_the_year() -> None:
    assert months.label(months.ordinal("2026-12") + 1) == "2027-01"


def test_a_month_ends_on_its_last_day() -> None:
    assert months.last_day(months.ordinal("2028-02")) == date(2028, 2, 29)
