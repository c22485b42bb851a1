"""Asking the database how things are, and not waiting for ever for the answer."""

import threading
import time
from datetime import datetime

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from kiosk.operations.condition import write_and_read
from kiosk.operations.rules import Condition

# Monitoring gives up after five to ten seconds, and a tap that waits two is as good as
# refused.
PATIENCE = 2.0
# The address is public and each look is a durable write: asking more often than this
# shall not cost more.
REMEMBERED_FOR = 1.0
logger = get_logger(__name__)


class Probe:
    """One process's look at the database.

    In a thread of its own, which is left behind when it does not come back: a file lock
    or a server behind a dead line cannot be waited for with a limit in any other way
    that covers both. There is never more than one.
    """

    def __init__(self) -> None:
        """Begin with nothing known; the thread is made where it is needed."""
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._condition: Condition | None = None
        self._looked_at = -REMEMBERED_FOR

    def ask(self, engine: Engine, now: datetime) -> Condition | None:
        """Return how things are after a write; None when it was not done in time."""
        with self._turn:
            if time.monotonic() - self._looked_at < REMEMBERED_FOR:
                return self._condition
            if self._thread is None or not self._thread.is_alive():
                self._condition = None
                self._thread = threading.Thread(
                    target=self._look, args=(engine, now), daemon=True
                )
                self._thread.start()
            self._thread.join(PATIENCE)
            # Remembered when it was too slow as well: else whoever asks without pause
            # keeps a worker waiting without pause.
            self._looked_at = time.monotonic()
            if self._thread.is_alive():
                logger.error("database did not answer", error="too slow")
                return None
            return self._condition

    def _look(self, engine: Engine, now: datetime) -> None:
        try:
            self._condition = write_and_read(engine, now)
        # An OSError is that of the file on which writers queue.
        except (SQLAlchemyError, OSError) as error:
            logger.exception("database did not answer", exc_info=error)
