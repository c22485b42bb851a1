"""One visitor's answer sheets, as the tablet or the phone's page would send them."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from kiosk.demo.comments import Pen
from kiosk.demo.opinions import FACTORS, Opinion, factor_score, opinion_of, reasons_of
from kiosk.demo.traffic import Visit

Raw = dict[str, Any]

ENGLISH = 0.015
MIS_TAP = 0.018
LEAVES = 0.15
GIVES_REASONS = 0.54
SAYS_VISITS = 0.86
# The tablet of one counter runs fast; the intake corrects it by the age of each sheet.
CLOCK_AHEAD = {"Q5": timedelta(minutes=7)}
# A form opened at the counter is sent from the bench outside.
UNTIL_SENT = (2, 12)
OPENS_MORE = 0.62
WRITES = 0.34
SKIPPED_FACTOR = {"result": 0.3, "feedback": 0.5}
DOSSIER_CHANNELS = {"in_person": 42, "online_assisted": 37, "online": 18, "post": 3}


def identity(rng: Random) -> str:
    """Draw an id as the device makes it."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def stamp(moment: datetime) -> str:
    """Write a moment as a device does, to the millisecond."""
    return moment.isoformat(timespec="milliseconds")


def at_tablet(rng: Random, visit: Visit, way: str, *, improved: bool) -> list[Raw]:
    """Return every revision of what somebody answers at a counter or at the exit."""
    opinion = opinion_of(rng, visit, way, improved=improved)
    point = "RA" if way == "exit" else visit.job.point
    sheet = {
        "id": identity(rng),
        "survey": "counter",
        "survey_version": 1,
        "point": point,
        "channel": "assisted" if way == "assisted" else "kiosk",
        "captured_at": stamp(visit.at + CLOCK_AHEAD.get(point, timedelta(0))),
        "language": _language(rng),
        "assisted": way == "assisted",
        "slip": None,
        "flipped": False,
    }
    return _through_the_screens(rng, sheet, opinion)


def _through_the_screens(rng: Random, sheet: Raw, opinion: Opinion) -> list[Raw]:
    """Follow static/js/kiosk/machine.js: the score counts at once, the rest adds to it."""
    revisions: list[Raw] = []

    def send(outcome: str, answers: Mapping[str, object]) -> None:
        number = len(revisions) + 1
        revisions.append(
            {**sheet, "revision": number, "outcome": outcome, "answers": {**answers}}
        )

    answers: Raw = {"overall": opinion.overall}
    if rng.random() < MIS_TAP:
        send("timeout", {"overall": rng.choice((1, 2, 3, 4, 5))})
    send("timeout", answers)
    if rng.random() < LEAVES:
        return revisions
    if rng.random() < GIVES_REASONS:
        answers["reasons"] = reasons_of(rng, opinion)
        send("timeout", answers)
        if rng.random() < LEAVES / 2:
            return revisions
    if rng.random() < SAYS_VISITS:
        send("completed", {**answers, "visits": opinion.visits})
    else:
        send("skipped", answers)
    return revisions


def on_phone(rng: Random, visit: Visit, pen: Pen, *, improved: bool) -> Raw:
    """Return what somebody sends from the page behind the poster."""
    opinion = opinion_of(rng, visit, "qr", improved=improved)
    language = _language(rng)
    answers: Raw = {"overall": opinion.overall}
    if rng.random() < SAYS_VISITS:
        answers["visits"] = opinion.visits
    if rng.random() < OPENS_MORE:
        answers |= _factors(rng, opinion)
        (channel,) = rng.choices(
            list(DOSSIER_CHANNELS), list(DOSSIER_CHANNELS.values())
        )
        answers["dossier_channel"] = channel
    if rng.random() < WRITES:
        answers["comment"] = pen.write(opinion, visit.job.field, language)
    sent = visit.at + timedelta(minutes=rng.uniform(*UNTIL_SENT))
    return {
        "id": identity(rng),
        "revision": 1,
        "survey": "full",
        "survey_version": 1,
        "point": visit.job.point,
        "channel": "qr",
        "captured_at": stamp(sent),
        "language": language,
        "outcome": "completed",
        "answers": answers,
    }


def _factors(rng: Random, opinion: Opinion) -> Raw:
    return {
        factor: factor_score(rng, opinion, factor)
        for factor in FACTORS
        if rng.random() >= SKIPPED_FACTOR.get(factor, 0.06)
    }


def stuffed(rng: Random, point: str, at: datetime) -> list[Raw]:
    """Return what is left by one tap on the best face and two on "next"."""
    sheet = {
        "id": identity(rng),
        "survey": "counter",
        "survey_version": 1,
        "point": point,
        "channel": "kiosk",
        "captured_at": stamp(at),
        "language": "vi",
        "assisted": False,
        "slip": None,
        "flipped": False,
        "answers": {"overall": 5},
    }
    outcomes = enumerate(("timeout", "skipped"), start=1)
    return [{**sheet, "revision": n, "outcome": outcome} for n, outcome in outcomes]


def _language(rng: Random) -> str:
    return "en" if rng.random() < ENGLISH else "vi"
