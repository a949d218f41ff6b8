"""F01, F04: the program is killed at every line that receives, works, writes, sends and stores; nothing is lost.

One inspector's check: location, album, typed exception, photo with caption, submit, time limit, the group's card.
Before each act the town is copied as often as there are lines to be killed at; the program begins, does that act,
dies before the line, begins again and comes to rest; then record, photos and chats are as if it had lived.
Some go on to the end.
`make torture` kills at every line; `make test` at a few, and which ones changes from day to day.
"""

import os
import pickle
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.faults.accounts import Account, account_of, assert_same
from tests.faults.amounts import amount, part_of
from tests.faults.forked import Death, Forked, after, at
from tests.faults.killing import Line, copy_of_this, was_killed
from tests.faults.town import CAST, CHECK, Town

SINGLE = amount("LINE_KILLS", 18)  # 0 for all there are
DOUBLE = amount("DOUBLE_KILLS", 6)
TO_THE_END = 8  # one in so many goes on to the end of the check
SEED = 20180806
ACTS = CHECK.splitlines(keepends=True)
# What goes wrong on the way even without a death, so that those lines are met too: by act, method and call.
TROUBLE = {
    1: {("download", 1): "unreachable", ("sendmessage", 1): "unreachable"},
    3: {("sendmessage", 1): "unanswered"},
    4: {("editmessagetext", 1): "429"},
}


@dataclass
class Playing:
    """The town before one act, and what there is after it when nobody dies."""

    town: Town
    number: int
    lines: Counter[Line] = field(default_factory=Counter)
    undisturbed: list[Account] = field(default_factory=list)

    def play(self, folder: Path, deaths: list[Death], acts: Sequence[int], count: bool = False) -> Forked:
        """Acts on a copy of the town's files, with its people as they are in this process."""
        shutil.copytree(self.town.folder, folder)
        self.town.folder = folder
        serving = self.town.serving = Forked(self.town, deaths, count)
        for act in acts:
            self.town.begin_counting(TROUBLE.get(act, {}))
            self.town.play(ACTS[act])
        if not acts:
            self.town.rest()
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


def undisturbed(town: Town, folder: Path) -> list[tuple[Counter[Line], Account]]:
    """The check without a death: every act's lines, and what there is after it; last, a start and nothing else."""
    given = []
    for number in range(len(ACTS)):
        serving = Playing(town, number).play(folder / f"undisturbed-{number}", [], [number], count=True)
        given.append((serving.lines, account_of(town)))
    start = Playing(town, len(ACTS)).play(folder / "start", [], [], count=True)
    return [*given, (start.lines, account_of(town))]


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> "Acts":
    base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    folder = tmp_path_factory.mktemp("kills")
    if base is not None:
        shutil.rmtree(folder)
        folder = base / f"xuncha-kills-{os.getpid()}"
        folder.mkdir()
    town = found(folder / "town")
    return Acts(folder, town, in_copy(lambda: undisturbed(town, folder)))


@dataclass
class Acts:
    folder: Path
    town: Town
    without: list[tuple[Counter[Line], Account]]
    kills: int = 0
    repeats: int = 0
    runs: int = 0

    def move_on(self, number: int) -> None:
        """The town as it is before the next act."""
        Playing(self.town, number).play(self.folder / f"before-{number + 1}", [], [number])

    def targets(self, number: int, chance: random.Random) -> list[tuple[Line, int]]:
        """Every line of the act, at one of the times when it is executed; those of the start only with the first."""
        start = self.without[-1][0] if number else Counter[Line]()
        lines = sorted(self.without[number][0].items())
        return [(line, chance.randint(start[line] + 1, times)) for line, times in lines if times > start[line]]

    def run(self, number: int, deaths: list[Death], to_the_end: bool, what: str) -> int:
        """Kills that happened; a line met less often this time kills nobody."""
        last = len(ACTS) - 1 if to_the_end else number
        folder = self.folder / "killed"

        def killed() -> tuple[int, int]:
            serving = Playing(self.town, number).play(folder, deaths, range(number, last + 1))
            return serving.kills, assert_same(account_of(self.town), self.without[last][1], serving.kills)

        try:
            kills, repeats = in_copy(killed)
        except AssertionError as error:
            raise AssertionError(f"act {number} ({ACTS[number].strip()}), {what}: {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.kills, self.repeats, self.runs = self.kills + kills, self.repeats + repeats, self.runs + 1
        return int(kills)


@pytest.mark.timeout(300)
def test_F01_killed_at_every_line_once_and_twice(acts: Acts) -> None:
    chance, today, begin = random.Random(SEED), date.today().toordinal(), time.monotonic()
    single = double = 0
    met: set[Line] = set()
    for number in range(len(ACTS)):
        targets = acts.targets(number, chance)
        for n, (line, count) in enumerate(part_of(targets, -(-SINGLE // len(ACTS)), today + number)):
            kills = acts.run(number, [at(line, count)], n % TO_THE_END == 0, f"killed at {line}, time {count}")
            single += kills
            if kills:
                met.add(line)
        for n in range(-(-DOUBLE // len(ACTS))):
            first, second = chance.choice(targets), chance.randint(1, acts.without[number][0].total())
            what = f"killed at {first}, and {second} lines later"
            double += acts.run(number, [at(*first), after(second)], n % TO_THE_END == 0, what) == 2
        if number + 1 < len(ACTS):
            acts.move_on(number)
    lines = {line for counts, _ in acts.without for line in counts}
    print(
        f"seed {SEED}: {acts.runs} runs, {single} killed once at {len(met)} of {len(lines)} executed lines, {double} "
        f"killed twice; 0 lost, 0 doubled, {acts.repeats} messages shown once more; {time.monotonic() - begin:.0f} s"
    )
    assert single + double > acts.runs / 2
