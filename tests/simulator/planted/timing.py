"""Bugs of what happens later."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from bot.clock import Clock
from handlers import digests, moments, mornings, photos, submitting
from models.checks import Check


@contextmanager
def album_by_sleeping() -> Iterator[None]:
    """That an album is whole soon is known only to the process that waits for it."""
    waiting: dict[int, datetime] = {}
    begin, settle, due, tick = Clock.__init__, submitting.settle_wish, moments.anything_due, moments.tick

    def new_process(self: Any, *given: Any) -> None:
        waiting.clear()
        begin(self, *given)

    def settle_in_memory(turn: Any, check: Check) -> None:
        settle(turn, check)
        if check.submit_due_at is not None:
            waiting[check.id], check.submit_due_at = check.submit_due_at, None

    def tick_from_memory(session: Any, agency: Any, now: datetime) -> None:
        for number, at in list(waiting.items()):
            if at <= now:
                del waiting[number]
                session.get_one(Check, number).submit_due_at = at
        session.flush()
        tick(session, agency, now)

    def any_in_memory(session: Any, agency: Any, now: datetime) -> bool:
        return bool(waiting) or due(session, agency, now)

    with (
        patch.object(Clock, "__init__", new_process),
        patch.object(submitting, "settle_wish", settle_in_memory),
        patch.object(photos.submitting, "settle_wish", settle_in_memory),
        patch.object(moments, "tick", tick_from_memory),
        patch.object(moments, "anything_due", any_in_memory),
    ):
        yield


@contextmanager
def clock_remembers() -> Iterator[None]:
    """What has happened today is known only to the process that did it."""
    happened: set[tuple[str, str, Any]] = set()
    begin = Clock.__init__

    def new_process(self: Any, *given: Any) -> None:
        happened.clear()
        begin(self, *given)

    def claim(session: Any, kind: str, scope: str, day: Any, *rest: Any) -> bool:
        new = (kind, scope, day) not in happened
        happened.add((kind, scope, day))
        return new

    with ExitStack() as planted:
        planted.enter_context(patch.object(Clock, "__init__", new_process))
        for module in (digests, mornings):
            planted.enter_context(patch.object(module, "claim", claim))
        yield
