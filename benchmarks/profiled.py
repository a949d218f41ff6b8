"""Our program with an observer in it: `python -m benchmarks.profiled calls|own-time|statements OUT run --config …`.

SIGUSR1 begins the observation anew, SIGUSR2 writes what was seen to OUT: `calls` and `own-time` every function by
thread, which makes all of it slower; `statements` every SQL statement, and the processor time of each thread.
"""

import cProfile
import marshal
import re
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import orjson

VALUES = re.compile(r"'(?:[^']|'')*'|(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b")
LISTS = re.compile(r"\(\?(?:, ?\?)+\)(?:, ?\(\?(?:, ?\?)+\))*")
SAVEPOINT = re.compile(r"sa_savepoint_\d+")


class Observer(Protocol):
    def begin(self) -> None: ...
    def end(self) -> bytes: ...


class Calls:
    """A profile for each thread.

    On the wall's clock what waits for the other thread or the disk seems to work; the thread's own clock is exact about
    that, but reading it costs so much on some systems that small functions look large.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._profiles: dict[str, cProfile.Profile] = {}
        threading.setprofile(self._started)
        self._observe()

    def _started(self, _frame: Any, _event: str, _value: Any) -> None:
        self._observe()  # takes the place of this function in the new thread

    def _observe(self) -> None:
        profile = cProfile.Profile(self._clock)
        self._profiles[threading.current_thread().name] = profile
        profile.enable()

    def begin(self) -> None:
        for profile in self._profiles.values():
            profile.clear()

    def end(self) -> bytes:
        seen: dict[str, Any] = {}
        for name, profile in self._profiles.items():
            profile.snapshot_stats()
            seen[name] = profile.stats
        return marshal.dumps(seen)


class Statements:
    """SQLite tells of every statement it begins, whoever sent it."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._before: dict[str, float] = {}
        connect = sqlite3.connect

        def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection = connect(*args, **kwargs)
            connection.set_trace_callback(self._began)
            return connection

        sqlite3.connect = sqlite3.dbapi2.connect = connected

    def _began(self, statement: str) -> None:
        self._seen[statement] += 1

    def begin(self) -> None:
        self._seen.clear()
        self._before = _processor()

    def end(self) -> bytes:
        shapes: Counter[str] = Counter()
        for statement, times in dict(self._seen).items():  # at one stroke: the writer may be at work
            shapes[_shape(statement)] += times
        used = {name: seconds - self._before.get(name, 0.0) for name, seconds in _processor().items()}
        return orjson.dumps({"statements": dict(shapes), "threads": used})


def _shape(statement: str) -> str:
    """The statement without the values in it, so that equal ones are counted together."""
    flat = SAVEPOINT.sub("savepoint", " ".join(statement.split()))
    return LISTS.sub("(…)", VALUES.sub("?", flat).replace("NULL", "?"))


def _processor() -> dict[str, float]:
    """Processor seconds of every thread so far."""
    clocks = {thread.name: time.pthread_getcpuclockid(thread.ident) for thread in threading.enumerate() if thread.ident}
    return {name: time.clock_gettime(clock) for name, clock in clocks.items()}


OBSERVERS: dict[str, Callable[[], Observer]] = {
    "calls": Calls,
    "own-time": lambda: Calls(time.thread_time),
    "statements": Statements,
}


def main(kind: str, out: Path, words: list[str]) -> int:
    observer = OBSERVERS[kind]()
    signal.signal(signal.SIGUSR1, lambda _number, _frame: observer.begin())
    signal.signal(signal.SIGUSR2, lambda _number, _frame: _write(out, observer.end()))
    from bot.__main__ import main as run

    return run(words)


def _write(out: Path, seen: bytes) -> None:
    half = out.with_suffix(".half")
    half.write_bytes(seen)
    half.rename(out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
