"""F02, F04: the power goes in the midst of a check, on database and photo store at once; what was told is there.

The record is the program's own, on SQLite with a file layer that remembers what was synced; the photos' files likewise.
At the cut the rest is kept, dropped or torn. Of each cut several disks are made: each must open without repair and hold
every update that was confirmed, every job whose end was told, every photo that is said to be stored and every receipt
that was shown. Now and then the program goes on with one of them, and in the end all is as if nothing had
happened.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date

import pytest

import bot.store
import models.database
from tests.faults.acts import ACTS, Acts, found_acts, in_copy
from tests.faults.amounts import amount, at_most
from tests.faults.cutting import CutRun, Losses

CUTS = amount("POWER_CUTS", 6)
UNSAFE_CUTS = 40  # enough for a disk that is not synced to be found out
SEED = 20180806


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    with found_acts(tmp_path_factory.mktemp("cuts")) as acts:
        yield acts


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    """The town before two photos are sent."""
    with found_acts(tmp_path_factory.mktemp("unsafe"), compared=False) as acts:
        acts.move_on(0)
        yield acts


def steps_of(acts: Acts, number: int) -> int:
    """What an act does to the disk when the power stays."""
    return int(in_copy(lambda: CutRun(acts, number, 0, 0).steps()))


def cut(acts: Acts, number: int, step: int, seed: int, go_on: bool = True) -> Losses:
    return in_copy(lambda: CutRun(acts, number, step, seed).losses(go_on))


@pytest.mark.timeout(at_most(300))
def test_F02_nothing_that_was_told_is_lost_with_the_power(acts: Acts) -> None:
    chance = random.Random(SEED + (date.today().toordinal() if CUTS < 100 else 0))
    cuts = disks = told = photos = 0
    for number in range(len(ACTS)):
        steps = steps_of(acts, number)
        for _ in range(-(-CUTS // len(ACTS))):
            step, seed = chance.randint(1, steps), chance.randrange(1 << 32)
            found = cut(acts, number, step, seed)
            where = f"act {number}, cut before step {step} ({found.before}), seed {seed}"
            assert found.lost == [], f"{where}: {found.lost}"
            cuts, disks, told, photos = (
                cuts + found.was_cut,
                disks + found.disks,
                told + found.told,
                photos + found.photos,
            )
        if number + 1 < len(ACTS):
            acts.move_on(number)
    print(
        f"seed {SEED}: {cuts} power cuts, {disks} disks; {told} jobs told of and {photos} stored photos looked for on "
        "them; 0 lost, all opened without repair"
    )
    assert cuts > CUTS / 2


def unsafe_database(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(models.database.PRAGMAS, "synchronous", 1)


def unsafe_names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bot.store, "sync_folder", lambda _folder: None)


def unsafe_bytes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bot.store, "_sync_file", lambda _file: None)


@pytest.mark.parametrize(
    ("unsafe", "lost"),
    [(unsafe_database, "told"), (unsafe_names, "photo"), (unsafe_bytes, "photo")],
    ids=["synchronous=NORMAL", "folders not synced", "files not synced"],
)
@pytest.mark.timeout(at_most(300))
def test_F02_with_one_sync_less_something_is_lost(
    album: Acts, unsafe: Callable[[pytest.MonkeyPatch], None], lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the test above would not show anything. In the copies of this process the program is made unsafe."""
    unsafe(monkeypatch)
    chance = random.Random(SEED)
    steps = steps_of(album, album.at)
    for n in range(UNSAFE_CUTS):
        found = cut(album, album.at, chance.randint(1, steps), chance.randrange(1 << 32), go_on=False)
        if any(what.startswith(lost) for what in found.lost):
            print(f"found at cut {n + 1}: {found.lost[:2]}")
            return
    raise AssertionError(f"nothing lost in {UNSAFE_CUTS} cuts")
