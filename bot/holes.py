"""Taps that come before something sent before them wait for it, half a minute at the longest (F21).

A webhook is called on many connections at once, so a tap may be stored before the message that was sent before it: the
check would be handed in without what was just said of it. The platform numbers its updates one by one; a number that
is missing below a tap is something on its way. Polling gives them in order, and there nothing is ever held.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.inbox import Waiting

SECONDS = 30.0
FAR = 1000  # a number so far away belongs to another row of numbers: the platform begins anew after a quiet week


class Holes:
    def __init__(self, arrived: Callable[[list[Waiting]], None]) -> None:
        self._arrived = arrived
        self._next: int | None = None  # below it nothing is missing
        self._beyond: set[int] = set()
        self._held: dict[str, list[Waiting]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def take(self, numbers: list[int], made: list[Waiting]) -> None:
        """Passes on the rows made of these updates: those of a chat in the order they came, a tap not too early."""
        for number in sorted(numbers):
            self._note(number)
        ready = []
        for row in made:
            if row.chat in self._held or self._is_early(row):
                self._held.setdefault(row.chat, []).append(row)
            else:
                ready.append(row)
        for chat in [chat for chat, rows in self._held.items() if not any(map(self._is_early, rows))]:
            ready += sorted(self._held.pop(chat), key=_number)
        if ready:
            self._arrived(ready)
        if self._held and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._give_up)
        elif not self._held and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _note(self, number: int) -> None:
        if self._next is None or abs(number - self._next) > FAR:
            self._next = number + 1
            self._beyond.clear()
            return
        if number >= self._next:
            self._beyond.add(number)
        while self._next in self._beyond:
            self._beyond.discard(self._next)
            self._next += 1

    def _is_early(self, row: Waiting) -> bool:
        assert self._next is not None
        return row.raw is not None and "callback_query" in row.raw and _number(row) >= self._next

    def _give_up(self) -> None:
        """Whatever is missing is not waited for any more: the taps are answered, and have no effect."""
        self._timer = None
        held = [row for rows in self._held.values() for row in sorted(rows, key=_number)]
        held = [replace(row, early=self._is_early(row)) for row in held]
        self._held.clear()
        self._next = max(self._beyond, default=self._next or 0) + 1
        self._beyond.clear()
        self._arrived(held)


def _number(row: Waiting) -> int:
    """The platform's; what has just been stored has its update in hand."""
    return int(row.raw["update_id"]) if row.raw is not None else 0
