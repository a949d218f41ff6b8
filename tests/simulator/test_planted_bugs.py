"""The simulator is worth something: bugs put into the real code are found. `make simulate-bugs` searches further."""

import random
from datetime import date
from itertools import islice

import pytest

from tests.simulator.bugs import found_seeds, play_with
from tests.simulator.faults import Faults
from tests.simulator.planted import BUGS
from tests.simulator.simulation import play

FOUND = found_seeds()
AT_LEAST = 19  # when they were last searched for, each within 200 seeds
AT_ONCE = 7  # at the seeds known; a change of the program moves some of them to another seed
TRIES = 3


def _seeds(name: str) -> list[int]:
    """The one that found it, and the first others on which what it needs goes wrong."""
    needs = set(BUGS[name][1])
    others = (seed for seed in range(1, 400) if not needs or needs & set(Faults.drawn(seed).strength))
    return [FOUND[name], *islice(others, TRIES - 1)]


def test_nearly_all_planted_bugs_were_found() -> None:
    assert set(FOUND) <= set(BUGS)
    assert len(FOUND) >= AT_LEAST


@pytest.mark.timeout(300)
def test_most_are_found_at_once() -> None:
    """Others first on every day; once enough are found the rest need not be looked for."""
    names, found = list(FOUND), []
    random.Random(date.today().toordinal()).shuffle(names)
    for name in names:
        if any(play_with(name, seed).broken for seed in _seeds(name)):
            found.append(name)
        if len(found) == AT_ONCE:
            return
    raise AssertionError(f"only {found}")


def test_without_a_bug_nothing_is_found() -> None:
    assert not play(FOUND["ack_first"]).broken
