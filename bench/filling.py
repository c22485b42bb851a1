"""Many answer sheets at once, straight into the tables: for cost, not for durability."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Engine

from kiosk.capture.rules import Sheet, place_in_time
from kiosk.capture.statements import COLUMN_TYPES, COLUMNS, POSTGRESQL, SQLITE, Placed
from kiosk.core.database import is_sqlite, writing

END = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DAYS = 365
POINTS = ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6")
FACTORS = ("access", "procedure", "staff", "result", "feedback")
SCORES = (1, 2, 3, 4, 5)
WEIGHTS = (2, 3, 6, 30, 59)
CHUNK = 5_000


def fill(engine: Engine, count: int, seed: int) -> None:
    """Add `count` sheets spread evenly over a year, six points and three channels."""
    driver = SQLITE if is_sqlite(engine) else POSTGRESQL
    sheets = _sheets(count, random.Random(seed))
    with writing(engine) as connection:
        raw = connection.connection.cursor()
        while rows := [
            driver.row(1, placed, END)
            for placed in (next(sheets, None) for _ in range(CHUNK))
            if placed
        ]:
            if driver is SQLITE:
                marks = driver.marks(len(COLUMN_TYPES))
                raw.executemany(
                    f"INSERT INTO answer_sheet ({COLUMNS}) VALUES ({marks})", rows
                )
            else:
                with raw.copy(f"COPY answer_sheet ({COLUMNS}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _sheets(count: int, chance: random.Random) -> Iterator[Placed]:
    for _ in range(count):
        happened = END - timedelta(
            days=chance.randrange(DAYS), hours=chance.randrange(9)
        )
        sheet = _sheet(happened, chance)
        yield Placed(sheet, place_in_time(sheet, END, END))


def _sheet(happened: datetime, chance: random.Random) -> Sheet:
    full = chance.random() < 0.15

    def score() -> int:
        return chance.choices(SCORES, WEIGHTS)[0]

    answers: dict[str, object] = {"overall": score(), "visits": chance.randint(1, 3)}
    if full:
        answers |= {factor: score() for factor in FACTORS}
    else:
        answers["reasons"] = ["staff", "time"][: chance.randrange(3)]
    return Sheet(
        id=uuid.UUID(int=chance.getrandbits(128), version=4),
        revision=1,
        survey="full" if full else "counter",
        survey_version=1,
        point=chance.choice(POINTS),
        channel="qr" if full else chance.choice(("kiosk", "kiosk", "assisted")),
        origin="bench",
        captured_at=happened,
        language="vi",
        outcome="completed",
        assisted=False,
        flipped=False,
        answers=answers,
    )
