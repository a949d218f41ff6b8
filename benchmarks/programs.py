"""The programs of a round: started, watched, stopped; each says all it says into a file of its own."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parents[1]


class Program:
    """`python -m …` in a process of its own."""

    def __init__(self, log: Path, *words: str) -> None:
        self.log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def processor_seconds(self) -> float | None:
        """User and system time so far; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def megabytes(self) -> float | None:
        """What it holds in memory now."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except OSError:
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Platform:
    """The other side: `benchmarks.server`, which tells in JSON lines how far it is."""

    def __init__(self, log: Path, *options: str) -> None:
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.server", *options],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file,
                bufsize=0,
            )
        self.url: str = self.tells("url")["url"]

    def tells(self, what: str, bot: Program | None = None) -> dict[str, Any]:
        """Waits for the line that tells of this, for as long as the bot runs."""
        while True:
            told = self._next(bot)
            if what in told:
                return told
            if "failed" in told:
                raise NoAnswer(told["failed"])

    def calls(self) -> dict[str, int]:
        """How often each method has been called so far."""
        self._process.send_signal(signal.SIGUSR1)
        calls: dict[str, int] = self.tells("calls")["calls"]
        return calls

    def _next(self, bot: Program | None) -> dict[str, Any]:
        assert self._process.stdout is not None
        while not select.select([self._process.stdout], [], [], 0.5)[0]:
            if bot is not None and bot.ended:
                raise NoAnswer("the bot ended by itself")
        line = self._process.stdout.readline()
        if not line:
            raise NoAnswer("the platform ended by itself")
        told: dict[str, Any] = orjson.loads(line)
        return told

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class NoAnswer(Exception):
    """The load did not come to its end: there is nothing to report."""


@contextlib.contextmanager
def stopping(*programs: Program | Platform) -> Iterator[None]:
    try:
        yield
    finally:
        for program in programs:
            program.stop()
