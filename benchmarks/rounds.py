"""One round: a bot, the platform, a load; and what was measured."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks import record
from benchmarks.programs import NoAnswer, Platform, Program, stopping

UPDATES_OF_A_CHECK = 5
PATIENCE = 60.0  # seconds in which nothing more is done of what is left when everybody is answered
GLANCE = 0.05  # seconds between two looks at how far it is
RESTING = 1.5  # seconds after its first answer until a program's memory is looked at


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people do what they do, after a few who warm the program up; `turns`: how many times, one after another.

    `rate`: updates a second, 0: no pause. `delay`: seconds until the platform answers a call. `flood`: texts a second
    of one more person.
    """

    count: int
    warm_up: int
    rate: float = 0.0
    delay: float = 0.0
    flood: float = 0.0
    turns: int = 1

    def options(self, places: Path | None, submit: str = "") -> tuple[str, ...]:
        told = ["--count", str(self.count), "--warm-up", str(self.warm_up), "--rate", str(self.rate)]
        told += ["--delay", str(self.delay), "--flood", str(self.flood)]
        told += ["--repeat", str(self.turns), "--texts", str(self.turns * UPDATES_OF_A_CHECK)]
        told += ["--submit", submit] if submit else []
        return (*told, "--places", str(places)) if places is not None else tuple(told)

    @property
    def checks(self) -> int:
        return (self.count + self.warm_up) * self.turns


class Contender(Protocol):
    """A program to be measured. `still_to_do`: what its record says is left, by kind, when everybody is answered.

    `shortcomings`: why a round of it, with so many `more` updates, does not count.
    """

    @property
    def name(self) -> str: ...
    def start(self, folder: Path, url: str) -> Program: ...
    def options(self, crowd: Crowd) -> tuple[str, ...]: ...
    def still_to_do(self, folder: Path) -> tuple[int, ...]: ...
    def shortcomings(self, folder: Path, crowd: Crowd, more: int) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Echo:
    """Everybody sends as many texts as a check has updates."""

    name: str = "bare echo"

    def start(self, folder: Path, url: str) -> Program:
        return Program(folder / "bot.log", "benchmarks.echo", url)

    def options(self, crowd: Crowd) -> tuple[str, ...]:
        return crowd.options(None)

    def still_to_do(self, _folder: Path) -> tuple[int, ...]:
        return ()

    def shortcomings(self, _folder: Path, _crowd: Crowd, _more: int) -> list[str]:
        return []


@dataclass(frozen=True, slots=True)
class Ours:
    """Our program on a copy of the prepared record. Everybody makes a whole check."""

    prepared: Path
    name: str = "ours"

    def start(self, folder: Path, url: str) -> Program:
        return Program(folder / "bot.log", "bot", "run", "--config", str(record.settle_in(self.prepared, folder, url)))

    def options(self, crowd: Crowd) -> tuple[str, ...]:
        return crowd.options(self.prepared / record.PLACES)

    def still_to_do(self, folder: Path) -> tuple[int, ...]:
        return record.still_to_do(folder)

    def shortcomings(self, folder: Path, crowd: Crowd, more: int) -> list[str]:
        return record.shortcomings(folder, crowd.checks, crowd.checks * UPDATES_OF_A_CHECK + more)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another inspection bot, on the same campaign. Everybody makes a whole check."""

    prepared: Path
    name: str
    module: str

    def start(self, folder: Path, url: str) -> Program:
        shutil.copy(self.prepared / record.CAMPAIGN_FILE, folder)
        return Program(folder / "bot.log", self.module, url, str(folder))

    def options(self, crowd: Crowd) -> tuple[str, ...]:
        return crowd.options(self.prepared / record.PLACES, "submit")

    def still_to_do(self, _folder: Path) -> tuple[int, ...]:
        return ()  # it answers when all is done

    def shortcomings(self, folder: Path, crowd: Crowd, _more: int) -> list[str]:
        return record.shortcomings_of_a_peer(folder, crowd.checks)


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

    @property
    def cost(self) -> float | None:
        """Microseconds of processor for each update, in the bot's process."""
        return self.processor / self.updates * 1e6 if self.processor is not None else None

    def waited(self, *steps: str) -> list[float]:
        """Milliseconds from an update to its answer, of these steps."""
        return [wait * 1000 for step in steps for wait in self.waits.get(step, [])]


def play(folder: Path, bot: Contender, crowd: Crowd) -> Round:
    """Only a round whose record is whole counts."""
    folder.mkdir(parents=True)
    platform = Platform(folder / "platform.log", *bot.options(crowd))
    program = bot.start(folder, platform.url)
    with stopping(program, platform):
        try:
            platform.tells("began", program)
            before = program.processor_seconds()
            platform.tells("ended", program)
            after, ended = program.processor_seconds(), time.perf_counter()
            told = platform.tells("measured", program)
            finish(program, lambda: bot.still_to_do(folder))
            rest = time.perf_counter() - ended
        except NoAnswer as error:
            raise NoAnswer(f"{bot.name}: {error}\n{program.said()[-2000:]}") from None
    if lacking := bot.shortcomings(folder, crowd, told["flooded"]):
        raise NoAnswer(f"{bot.name}: {'; '.join(lacking)}")
    measured = told["measured"]
    used = after - before if before is not None and after is not None else None
    return Round(measured["updates"], measured["seconds"], measured["waits"], rest, used)


def finish(program: Program, still_to_do: Callable[[], tuple[int, ...]]) -> None:
    """Waits until nothing is left to do, for as long as it becomes less."""
    until, before = time.monotonic() + PATIENCE, None
    while any(left := still_to_do()):
        if left != before:
            until, before = time.monotonic() + PATIENCE, left
        if program.ended or time.monotonic() > until:
            raise NoAnswer(f"{left} updates, messages, photos are left")
        time.sleep(GLANCE)


def play_all(folder: Path, bots: Sequence[Contender], crowd: Crowd, into: dict[str, list[Round]]) -> None:
    """One round of each, one after the other, so that each has its neighbours in time."""
    for bot in bots:
        into.setdefault(bot.name, []).append(play(folder / bot.name.replace(" ", "-"), bot, crowd))


@dataclass(frozen=True, slots=True)
class Beginning:
    """Seconds from the start of the program to its first answer, and its megabytes when it rests after that.

    `processor`: seconds of it used until that answer.
    """

    seconds: float
    processor: float | None
    megabytes: float | None


def begin(folder: Path, bot: Contender) -> Beginning:
    """One person's one text waits when the program is started."""
    folder.mkdir(parents=True)
    platform = Platform(folder / "platform.log", "--count", "1", "--texts", "1", "--warm-up", "0")
    began = time.perf_counter()
    program = bot.start(folder, platform.url)
    with stopping(program, platform):
        platform.tells("ended", program)
        seconds, processor = time.perf_counter() - began, program.processor_seconds()
        time.sleep(RESTING)
        return Beginning(seconds, processor, program.megabytes())
