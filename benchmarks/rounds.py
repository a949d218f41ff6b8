"""One round: a bot, the platform, a load; and what was measured."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import record
from benchmarks.programs import NoAnswer, Platform, Program, stopping

UPDATES_OF_A_CHECK = 5
WARM_UP = 10
Start = Callable[[Path, str], Program]  # a folder of its own and the platform's address


@dataclass(frozen=True, slots=True)
class Round:
    """`rest`: seconds from the last answer until nothing was left to do. `processor`: seconds of it used, if known."""

    updates: int
    seconds: float
    waits: dict[str, list[float]]
    rest: float
    processor: float | None

    @property
    def per_second(self) -> float:
        return self.updates / self.seconds

    def waited(self, *steps: str) -> list[float]:
        """Milliseconds from an update to its answer, of these steps."""
        return [wait * 1000 for step in steps for wait in self.waits.get(step, [])]


@dataclass(frozen=True, slots=True)
class Beginning:
    """Seconds from the start of the program to its first answer, and its megabytes when it rests after that."""

    seconds: float
    megabytes: float | None


def start_echo(folder: Path, url: str) -> Program:
    return Program(folder / "bot.log", "benchmarks.echo", url)


@dataclass(frozen=True, slots=True)
class Ours:
    """Our program on a copy of the prepared record."""

    prepared: Path

    def __call__(self, folder: Path, url: str) -> Program:
        return Program(folder / "bot.log", "bot", "run", "--config", str(record.settle_in(self.prepared, folder, url)))


def play(folder: Path, start: Start, people: str, count: int, rate: float = 0.0) -> Round:
    """`rate`: updates a second; 0: every person goes on as soon as answered."""
    folder.mkdir(parents=True)
    options = ("--people", people, "--count", str(count), "--warm-up", str(WARM_UP), "--rate", str(rate))
    platform = Platform(folder / "platform.log", *options)
    bot = start(folder, platform.url)
    with stopping(bot, platform):
        try:
            platform.tells("began", bot)
            before = bot.processor_seconds()
            platform.tells("ended", bot)
            after = bot.processor_seconds()
            told = platform.tells("measured", bot)
        except NoAnswer as error:
            raise NoAnswer(f"{error}\n{bot.said()[-2000:]}") from None
    used = after - before if before is not None and after is not None else None
    measured = told["measured"]
    done = Round(measured["updates"], measured["seconds"], measured["waits"], told["rest"], used)
    if people == "inspectors":
        lacking = record.shortcomings(folder, count + WARM_UP, done.updates + WARM_UP * UPDATES_OF_A_CHECK)
        if lacking:
            raise NoAnswer(f"{'; '.join(lacking)}\n{bot.said()[-2000:]}")
    return done


def begin(folder: Path, start: Start) -> Beginning:
    """One person's one text waits when the program is started."""
    folder.mkdir(parents=True)
    platform = Platform(
        folder / "platform.log", "--people", "talkers", "--count", "1", "--texts", "1", "--warm-up", "0"
    )
    began = time.perf_counter()
    bot = start(folder, platform.url)
    with stopping(bot, platform):
        platform.tells("ended", bot)
        seconds = time.perf_counter() - began
        platform.tells("measured", bot)  # after a rest
        return Beginning(seconds, bot.megabytes())
