"""The simulator is worth something: bugs put into the real code are found, each at the seed that found it first."""

import pytest

from tests.simulator.bugs import found_seeds, play_with
from tests.simulator.planted import BUGS
from tests.simulator.simulation import play

FOUND = found_seeds()
AT_LEAST = 19


def test_nearly_all_planted_bugs_are_found() -> None:
    assert len(FOUND) >= AT_LEAST
    assert set(FOUND) <= set(BUGS)


@pytest.mark.parametrize("name", FOUND)
def test_a_planted_bug_is_found_again(name: str) -> None:
    assert play_with(name, FOUND[name]).broken


def test_without_a_bug_nothing_is_found() -> None:
    assert not play(min(FOUND.values())).broken
