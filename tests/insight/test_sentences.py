"""Which words a figure allows: a table of figures and what may be said of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from analytics.compare import Comparison
from analytics.compare import Finding as Different
from analytics.intervals import Interval
from analytics.measures import MeasureRow
from analytics.trend import Finding
from kiosk.core.periods import Month
from kiosk.insight import messages, sentences
from kiosk.insight.messages import SENTENCES, say
from kiosk.insight.sentences import Aim, Names, Points, Sentence, Share

if TYPE_CHECKING:
    from flask import Flask

MORE_OR_LESS = re.compile(r"tăng|giảm|cao hơn|thấp hơn", re.IGNORECASE)
# The codes that only a signal gives.
SIGNALLED = re.compile(r"change\.(up|down)|\w+\.(higher|lower|both)")


def row(**changes: Any) -> MeasureRow:
    values = {
        "measure": "satisfaction",
        "month": "2026-11",
        "numerator": 57,
        "denominator": 60,
        "sheets": 60,
        "value": 0.95,
        "low": 0.863,
        "high": 0.983,
    }
    return MeasureRow(**(values | changes))


HIDDEN = MeasureRow("satisfaction", "2026-11", suppressed=True)
EMPTY = row(numerator=0, denominator=0, sheets=0, value=None, low=None, high=None)
THIN = row(numerator=10, denominator=12, sheets=12)
GAP = Interval(0.052, 0.026, 0.079)


def codes(said: list[Sentence]) -> list[str]:
    return [sentence.code for sentence in said]


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (HIDDEN, ["figure.hidden"]),
        (EMPTY, ["figure.empty"]),
        (THIN, ["figure.too_few"]),
        (row(), ["change.no_base"]),
        (
            row(change="no_signal", difference=GAP),
            ["change.no_signal", "change.difference"],
        ),
        (row(change="up", difference=GAP), ["change.up", "change.difference"]),
        (row(change="down", difference=GAP), ["change.down", "change.difference"]),
    ],
)
def test_change(figure: MeasureRow, expected: list[str]) -> None:
    assert codes(sentences.change(figure)) == expected


@pytest.mark.parametrize("change", ["no_signal", "up", "down"])
def test_a_thin_figure_is_never_compared(change: str) -> None:
    thin = row(denominator=29, sheets=29, change=change, difference=GAP)
    assert codes(sentences.change(thin)) == ["figure.too_few"]


def test_only_a_signal_has_the_mood_of_one() -> None:
    moods = {
        change: sentences.change(row(change=change, difference=GAP))[0].mood
        for change in ("no_signal", "up", "down")
    }
    assert moods == {"no_signal": "none", "up": "signal", "down": "signal"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["verdict.no_target"]),
        ({"target": 0.9}, ["verdict.too_few"]),
        ({"target": 0.9, "verdict": "dat"}, ["verdict.dat"]),
        ({"target": 0.9, "verdict": "chua_dat"}, ["verdict.chua_dat"]),
        (
            {"target": 0.9, "verdict": "chua_du_can_cu", "more_needed": 95},
            ["verdict.chua_du_can_cu", "verdict.needs_more"],
        ),
        (
            {"target": 0.95, "verdict": "chua_du_can_cu"},
            ["verdict.chua_du_can_cu", "verdict.needs_unknown"],
        ),
    ],
)
def test_verdict(changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(sentences.verdict(row(**changes))) == expected


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        (HIDDEN, "figure.hidden"),
        (EMPTY, "figure.empty"),
        (THIN, "figure.thin"),
        (row(), "figure.full"),
    ],
)
def test_figure(figure: MeasureRow, code: str) -> None:
    assert sentences.figure(figure).code == code


def test_the_index_counts_sheets_not_their_answers() -> None:
    index = row(measure="index", numerator=90, denominator=130, sheets=26)
    assert sentences.figure(index).values["n"] == 26


@pytest.mark.parametrize("code", ["higher", "lower", "no_signal"])
def test_trend_title(code: Any) -> None:
    finding = Finding(code, "2026-11", 0.93, 0.88, GAP, 12)
    said = sentences.trend_title("trend", finding)
    assert said.code == f"trend.{code}"
    assert said.values["month"] == Month(2026, 11)
    assert said.values["count"] == 12


def test_a_trend_of_too_few_months_says_no_more() -> None:
    assert sentences.trend_title("visits", Finding("too_few")) == Sentence(
        "visits.too_few"
    )


def differing(**directions: Any) -> Comparison:
    found = tuple(
        Different(key, direction, 0.8, 0.9, GAP)
        for key, direction in directions.items()
    )
    return Comparison("differs", found, tuple(directions), ())


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (Comparison("too_few", (), (), ()), Sentence("points.too_few")),
        (Comparison("no_signal", (), (), ()), Sentence("points.no_signal")),
        (differing(Q1="lower"), Sentence("points.lower", {"names": Names(("Q1",))})),
        (
            differing(Q2="higher", Q1="higher"),
            Sentence("points.higher", {"names": Names(("Q2", "Q1"))}),
        ),
        (
            differing(Q2="higher", Q1="lower"),
            Sentence(
                "points.both", {"lower": Names(("Q1",)), "higher": Names(("Q2",))}
            ),
        ),
    ],
)
def test_compare_title(comparison: Comparison, expected: Sentence) -> None:
    assert sentences.compare_title("points", comparison) == expected


@pytest.mark.parametrize(
    ("counts", "code"),
    [([], "none"), ([0, 0], "none"), ([7, 7], "none"), ([8, 7], "most"), ([8], "most")],
)
def test_reasons_title(counts: list[int], code: str) -> None:
    given = ["staff", "time"][: len(counts)]
    assert sentences.reasons_title(given, counts).code == f"reasons.{code}"


# --- The words ---------------------------------------------------------------------------


def test_more_and_less_stand_under_a_signal_only(bare_app: Flask) -> None:
    with bare_app.test_request_context():
        loose = [
            code
            for code, text in SENTENCES.items()
            if MORE_OR_LESS.search(str(text)) and not SIGNALLED.fullmatch(code)
        ]
    assert not loose


def test_every_code_of_a_comparison_has_words() -> None:
    for what in ("factors", "points", "channels"):
        for code in ("lower", "higher", "both", "no_signal", "too_few"):
            assert f"{what}.{code}" in SENTENCES
    for what in ("trend", "visits"):
        for code in ("lower", "higher", "no_signal", "too_few"):
            assert f"{what}.{code}" in SENTENCES


VALUES = {
    "month": Month(2026, 11),
    "before": Month(2026, 10),
    "value": Share(0.5),
    "low": Share(0.4),
    "high": Share(0.6),
    "target": Aim(0.9),
    "n": 1234,
    "minimum": 30,
    "count": 12,
    "names": Names(("Q1",)),
    "lower": Names(("Q1",)),
    "higher": Names(("Q2",)),
    "name": Names(("staff",)),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_can_be_said(bare_app: Flask, code: str, language: str) -> None:
    with bare_app.test_request_context(f"/?lang={language}"):
        said = say(Sentence(code, VALUES), {"Q1": "Quầy 1"})
    assert said
    assert "%(" not in said
    assert "%%" not in said


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        (
            Sentence(
                "change.difference",
                {"value": Points(0.004), "low": Points(-0.046), "high": Points(0.049)},
            ),
            "Chênh +0,4 điểm, khoảng −4,6 đến +4,9.",
        ),
        (
            Sentence(
                "change.difference",
                {"value": Points(0.0), "low": Points(-0.0001), "high": Points(0.02)},
            ),
            "Chênh 0,0 điểm, khoảng 0,0 đến +2,0.",
        ),
        (Sentence("verdict.dat", {"target": Aim(0.9)}), "Chỉ tiêu 90\u00a0%: đạt."),
        (Sentence("verdict.dat", {"target": Aim(0.925)}), "Chỉ tiêu 92,5\u00a0%: đạt."),
        (
            Sentence("verdict.needs_more", {"n": 1234}),
            "Nếu tỷ lệ giữ như hiện nay, cần thêm khoảng 1.234 phiếu để kết luận.",
        ),
        (
            Sentence("points.lower", {"names": Names(("Q1", "Q2"))}),
            "Thấp hơn các điểm lấy ý kiến khác: Một, Hai",
        ),
    ],
)
def test_numbers_as_vietnamese_writes_them(
    bare_app: Flask, sentence: Sentence, text: str
) -> None:
    with bare_app.test_request_context():
        assert say(sentence, {"Q1": "Một", "Q2": "Hai"}) == text


def test_months_in_both_languages(bare_app: Flask) -> None:
    with bare_app.test_request_context():
        assert messages.month_name(Month(2026, 11)) == "tháng\u00a011/2026"
        assert messages.month_tick(Month(2026, 11)) == "T11"
    with bare_app.test_request_context("/?lang=en"):
        assert messages.month_name(Month(2026, 11)) == "November 2026"
        assert messages.month_tick(Month(2026, 11)) == "Nov"
