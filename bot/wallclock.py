"""What time it is: the machine's clock, or for the demo and tests a clock that can be moved."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bot.emulator.clock import MovableClock


class WallClock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovedClock:
    """The machine's clock, moved by the seconds in a file that another process may rewrite at any moment."""

    def __init__(self, path: Path) -> None:
        self._clock = MovableClock(path)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)
