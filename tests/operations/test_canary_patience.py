"""A restart is waited for; what may have been stored is not sent again as if it were new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.operations.canary import service
from kiosk.operations.canary.client import Answer, UnreachableError
from kiosk.operations.canary.service import TRIES, Plan, _Patience, _post

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAN = Plan("key", ("counter", 1), ("Q1",), None, {})
DONE = Answer(200, b"")


class Intake:
    """Gives the answers in their order, the last one for ever."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def post(self, _path: str, _document: Mapping[str, object], _key: str) -> Answer:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if isinstance(answer, Exception):
            raise UnreachableError(answer)
        return answer


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr(service.time, "sleep", made.append)
    return made


def test_a_restart_and_a_new_key_are_waited_for(pauses: list[float]) -> None:
    intake = Intake(ConnectionRefusedError(), Answer(503, b""), Answer(401, b""), DONE)
    assert _post(intake, PLAN, {}, _Patience()) is DONE  # type: ignore[arg-type]
    assert len(pauses) == 3


@pytest.mark.parametrize("fault", [TimeoutError(), ConnectionResetError()])
def test_what_may_have_been_stored_is_told_at_once(
    pauses: list[float], fault: Exception
) -> None:
    with pytest.raises(UnreachableError, match=type(fault).__name__):
        _post(Intake(fault, DONE), PLAN, {}, _Patience())  # type: ignore[arg-type]
    assert not pauses


def test_the_patience_of_a_flight_ends(pauses: list[float]) -> None:
    intake, patience = Intake(Answer(401, b"")), _Patience()
    for _ in range(3):
        assert _post(intake, PLAN, {}, patience).status == 401  # type: ignore[arg-type]
    assert (len(pauses), intake.asked) == (TRIES, TRIES + 3)
    with pytest.raises(UnreachableError):
        _post(Intake(ConnectionRefusedError()), PLAN, {}, patience)  # type: ignore[arg-type]
