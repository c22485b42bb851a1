"""How much one poster may send: whoever photographed it can send answers without end."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.capture.models import AnswerSheet, SheetConflict
from kiosk.capture.rules import STAMPED_BY_US, Sheet
from kiosk.core.periods import local_day
from kiosk.errors import TooManySheetsError

# 300 people a day is the most seen in a commune's whole centre (Khánh Bình, after Tết
# 2026): some forty an hour, so nobody honest at one point comes near this.
POSTER_SHEETS = 60
WINDOW = timedelta(minutes=10)


def check_posters(
    session: Session, centre_id: int, sheets: Iterable[Sheet], now: datetime
) -> None:
    """Raise TooManySheetsError when a poster would pass its limit with these sheets.

    By poster, not by address: one Wi-Fi is one address, and none is kept.
    """
    posters = Counter(
        sheet.origin for sheet in sheets if sheet.origin.startswith(STAMPED_BY_US)
    )
    for origin, arriving in posters.items():
        if _received(session, centre_id, origin, now) + arriving > POSTER_SHEETS:
            raise TooManySheetsError(retry_after=int(WINDOW.total_seconds()))


def _received(session: Session, centre_id: int, origin: str, now: datetime) -> int:
    since = now - WINDOW
    stored = sa.select(sa.func.count()).where(
        AnswerSheet.centre_id == centre_id,
        # Poster sheets land within a day of their receipt; the index is by day.
        AnswerSheet.local_day >= local_day(since) - timedelta(days=1),
        AnswerSheet.origin == origin,
        AnswerSheet.received_at > since,
    )
    kept_apart = sa.select(sa.func.count()).where(
        SheetConflict.centre_id == centre_id,
        SheetConflict.received_at > since,
        SheetConflict.origin == origin,
    )
    return sum(session.scalar(count) or 0 for count in (stored, kept_apart))
