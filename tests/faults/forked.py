"""The program in a copy of this process, which may be killed; the platform, the people and the clock stay here."""

import gc
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.config import Settings
from tests.faults.killing import Line, Lines, copy_of_this, die, was_killed
from tests.faults.program import Program
from tests.faults.town import Town

WATCHED = ("receiver", "worker", "turns", "inbox", "writer", "sender", "deliveries", "media", "store")
ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "bot" / f"{name}.py" for name in WATCHED), ROOT / "models" / "record.py"]

GONE = (EOFError, BrokenPipeError, ConnectionResetError)  # whoever was at the other end
Death = Callable[[Line, int, int], bool]  # the line, how often it was reached, how many lines there were: now?


def at(line: Line, time: int) -> Death:
    """Before the line is executed for the nth time."""
    return lambda reached, count, _total: reached == line and count == time


def after(lines: int) -> Death:
    return lambda _reached, _count, total: total == lines


class Forked:
    """Serves a town; begun again whenever it was killed, and killed again if another death is ordered for it."""

    def __init__(self, town: Town, deaths: list[Death], count: bool = False) -> None:
        self._town = town
        self._deaths = deaths
        self._count = count
        self._pipe: Connection | None = None
        self._process = 0
        self.kills = 0
        self.lines: Counter[Line] = Counter()

    def settle(self, epoch: float) -> float:
        while True:
            try:
                return self._settled(max(epoch, self._town.clock.now()))
            except GONE:
                self._died()

    def _died(self) -> None:
        assert self._pipe is not None
        self._pipe.close()
        self._pipe = None
        assert was_killed(self._process), "the program ended by itself"
        self.kills += 1

    def stop(self) -> None:
        """A death that was to come later may come now, at rest."""
        if self._pipe is None:
            return
        try:
            self._pipe.send(("stop",))
            self.lines = self._pipe.recv()
        except GONE:
            self._died()
        else:
            assert not was_killed(self._process)
            self._pipe = None

    def _settled(self, epoch: float) -> float:
        if self._pipe is None:
            self._begin(epoch)
        assert self._pipe is not None
        self._pipe.send(("settle", epoch))
        while True:
            what, now, *rest = self._pipe.recv()
            self._town.clock.move_to(now)
            if what == "rest":
                return float(now)
            self._pipe.send(self._town.ask(*rest))

    def _begin(self, epoch: float) -> None:
        death = self._deaths.pop(0) if self._deaths else None
        here, there = multiprocessing.Pipe()
        settings = Town.settings(self._town.folder)
        gc.freeze()  # what is there already need not be copied because somebody looked at it
        self._process = copy_of_this(lambda: _serve(settings, here, there, epoch, death, self._count))
        there.close()
        self._pipe = here


def _serve(
    settings: Settings, here: Connection, there: Connection, epoch: float, death: Death | None, count: bool
) -> None:
    here.close()
    lines = Lines(FILES, lambda line, total: death is not None and death(line, lines.counts[line], total) and die())
    if count or death is not None:
        lines.watch()

    def ask(*asked: Any) -> Any:
        there.send(("ask", program.clock.epoch(), *asked))
        return there.recv()

    program = Program(settings, ask, epoch)
    while True:
        what, *rest = there.recv()
        if what == "stop":
            break
        there.send(("rest", program.settle(*rest)))
    lines.stop()
    there.send(lines.counts)
    os._exit(0)
