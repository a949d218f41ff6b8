"""A check act by act, for deaths at any moment: the town before an act, copied as often as somebody is to die in it."""

import os
import pickle
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.accounts import Account, account_of, assert_same
from tests.faults.forked import Death, Forked
from tests.faults.killing import Line, copy_of_this, was_killed
from tests.faults.town import CAST, CHECK, Town

ACTS = CHECK.splitlines(keepends=True)
# What goes wrong on the way even without a death, so that those lines are met too: by act, method and call.
TROUBLE = {
    1: {("download", 1): "unreachable", ("sendmessage", 1): "unreachable"},
    3: {("sendmessage", 1): "unanswered"},
    4: {("editmessagetext", 1): "429"},
}


def play(town: Town, folder: Path, deaths: list[Death], acts: Sequence[int], count: bool = False) -> Forked:
    """Acts on a copy of the town's files, with its people as they are in this process; no act at all is a start."""
    shutil.copytree(town.folder, folder)
    town.folder = folder
    serving = town.serving = Forked(town, deaths, count)
    for act in acts:
        town.begin_counting(TROUBLE.get(act, {}))
        town.play(ACTS[act])
    if not acts:
        town.rest()
    serving.stop()
    return serving


def found(folder: Path) -> Town:
    """With an administrator, an inspector and a group; nothing checked yet."""
    folder.mkdir()
    town = Town(folder)
    town.found()
    serving = town.serving = Forked(town, [])
    town.play(CAST)
    serving.stop()
    return town


def in_copy(work: Callable[[], Any]) -> Any:
    """What `work` gives, done in a copy of this process and of everything in it."""
    read, write = os.pipe()

    def working() -> None:
        os.close(read)
        try:
            given = work()
        except BaseException as error:
            given = AssertionError(f"{type(error).__name__}: {error}")
        with os.fdopen(write, "wb") as file:
            pickle.dump(given, file)

    process = copy_of_this(working)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        pickled = file.read()
    assert not was_killed(process)
    given = pickle.loads(pickled)
    if isinstance(given, AssertionError):
        raise given
    return given


def undisturbed(town: Town, folder: Path, count: bool) -> list[tuple[Counter[Line], Account]]:
    """The check without a death: every act's lines, and what there is after it; last, a start and nothing else."""
    given = []
    for number in range(len(ACTS)):
        serving = play(town, folder / f"undisturbed-{number}", [], [number], count)
        given.append((serving.lines, account_of(town)))
    if not count:
        return given
    start = play(town, folder / "start", [], [], count=True)
    return [*given, (start.lines, account_of(town))]


@contextmanager
def found_acts(folder: Path, compared: bool = True, count: bool = False) -> Iterator["Acts"]:
    """In memory where that can be had: that is waited for less."""
    if os.access("/dev/shm", os.W_OK):
        folder = Path("/dev/shm") / f"xuncha-{os.getpid()}-{folder.name}"
        folder.mkdir()
    try:
        town = found(folder / "town")
        yield Acts(folder, town, in_copy(lambda: undisturbed(town, folder, count)) if compared else [])
    finally:
        shutil.rmtree(folder)


@dataclass
class Acts:
    folder: Path
    town: Town
    without: list[tuple[Counter[Line], Account]]
    at: int = 0  # the next act
    kills: int = 0
    repeats: int = 0
    runs: int = 0

    def move_on(self, number: int) -> None:
        """The town as it is before the next act."""
        play(self.town, self.folder / f"before-{number + 1}", [], [number])
        self.at = number + 1

    def targets(self, chance: random.Random) -> dict[int, list[tuple[Line, int]]]:
        """Every executed line, in one of the acts that execute it, at one of the times; starts go with the first."""
        start = self.without[-1][0]
        places: dict[Line, list[tuple[int, int, int]]] = {}
        for number, (lines, _) in enumerate(self.without[: len(ACTS)]):
            for line, times in lines.items():
                before = start[line] if number else 0
                if times > before:
                    places.setdefault(line, []).append((number, before + 1, times))
        found: dict[int, list[tuple[Line, int]]] = {number: [] for number in range(len(ACTS))}
        for line in sorted(places):
            number, first, last = chance.choice(places[line])
            found[number].append((line, chance.randint(first, last)))
        return found

    def run(self, number: int, deaths: list[Death], to_the_end: bool, what: str) -> int:
        """Kills that happened; a line met less often this time kills nobody."""
        last = len(ACTS) - 1 if to_the_end else number
        folder = self.folder / "killed"

        def killed() -> tuple[int, int]:
            serving = play(self.town, folder, deaths, range(number, last + 1))
            return serving.kills, assert_same(account_of(self.town), self.without[last][1], serving.kills)

        try:
            kills, repeats = in_copy(killed)
        except AssertionError as error:
            raise AssertionError(f"act {number} ({ACTS[number].strip()}), {what}: {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.kills, self.repeats, self.runs = self.kills + kills, self.repeats + repeats, self.runs + 1
        return int(kills)
