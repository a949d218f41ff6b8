"""One round: a bot, the platform, a load; and what was measured."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import record
from benchmarks.programs import NoAnswer, Platform, Program, stopping

UPDATES_OF_A_CHECK = 5
RESTING = 1.5  # seconds after its first answer until a program's memory is looked at
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


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people do what they do, after a few who warm the program up. `rate`: updates a second; 0: no pause."""

    count: int
    warm_up: int
    rate: float = 0.0

    def options(self, places: Path | None) -> tuple[str, ...]:
        told = ("--count", str(self.count), "--warm-up", str(self.warm_up), "--rate", str(self.rate))
        return (*told, "--places", str(places)) if places is not None else told


def play_echo(folder: Path, crowd: Crowd) -> Round:
    """Everybody sends as many texts as a check has updates."""
    return _play(folder, start_echo, crowd.options(None))


def play_ours(folder: Path, ours: Ours, crowd: Crowd) -> Round:
    """Everybody makes a whole check; only a round whose record is whole counts."""
    done = _play(folder, ours, crowd.options(ours.prepared / record.PLACES))
    checks = crowd.count + crowd.warm_up
    lacking = record.shortcomings(folder, checks, checks * UPDATES_OF_A_CHECK)
    if lacking:
        raise NoAnswer("; ".join(lacking))
    return done


def _play(folder: Path, start: Start, options: tuple[str, ...]) -> Round:
    folder.mkdir(parents=True)
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
    measured = told["measured"]
    used = after - before if before is not None and after is not None else None
    return Round(measured["updates"], measured["seconds"], measured["waits"], told["rest"], used)


def begin(folder: Path, start: Start) -> Beginning:
    """One person's one text waits when the program is started."""
    folder.mkdir(parents=True)
    platform = Platform(folder / "platform.log", "--count", "1", "--texts", "1", "--warm-up", "0")
    began = time.perf_counter()
    bot = start(folder, platform.url)
    with stopping(bot, platform):
        platform.tells("ended", bot)
        seconds = time.perf_counter() - began
        time.sleep(RESTING)
        return Beginning(seconds, bot.megabytes())
