"""Bugs in what happens to a case."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from handlers import case_card, cases, fixing, verifying
from handlers.deadlines import step
from handlers.turn import Turn
from models.findings import Finding, FindingState


@contextmanager
def taken_by_the_last() -> Iterator[None]:
    """认领 does not look whether somebody else has it."""

    def tap_take(turn: Turn, finding_id: int) -> None:
        finding = cases.case_tapped(turn, finding_id)
        if finding is not None and finding.state in case_card.WITH_UNIT:
            finding.taken_by, finding.taken_at = turn.actor.id, turn.now
            step(turn, finding, "taken", finding.state)

    with patch.dict("handlers.taps.BUTTONS", {"take": tap_take}):
        yield


@contextmanager
def state_without_a_step() -> Iterator[None]:
    """A fix that is sent back sets the state by itself."""

    def quiet(turn: Turn, finding: Finding, name: str, to: FindingState, why: str = "") -> None:
        finding.state = to
        turn.cases[finding.id] = finding

    with patch.object(verifying, "step", quiet):
        yield


@contextmanager
def fixed_twice() -> Iterator[None]:
    """Every photo of the fix is a claim of its own, whatever has become of the case meanwhile."""

    def receive_photo(turn: Turn, photo: Any, finding_id: int) -> None:
        finding = turn.session.get_one(Finding, finding_id)
        finding.fixed_by, finding.fixed_at = turn.actor.id, turn.now
        step(turn, finding, "fix_claimed", FindingState.FIXED_CLAIMED)
        turn.say(turn.text("case.fix_claimed", problem=finding.number))

    with patch.object(fixing, "receive_photo", receive_photo):
        yield


@contextmanager
def new_case_not_in_mind() -> Iterator[None]:
    """What was known to be open at a site stays as it was when a case is opened there."""
    with patch("handlers.deadlines.is_open_there", lambda *_: None):
        yield
