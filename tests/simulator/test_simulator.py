"""One number decides everything; whatever it decides, nothing is lost, doubled or told to the wrong people."""

import os
from unittest.mock import patch

import pytest

from models import record
from tests.simulator.__main__ import keep, kept_seeds, told
from tests.simulator.simulation import play

SEEDS = int(os.environ.get("SEEDS", "300"))
AT_A_TIME = 25
FIRST = 1


def _fails(seed: int) -> str:
    report = play(seed)
    if report.broken:
        keep(report)
    return told(report) if report.broken else ""


def test_what_failed_once_holds_now() -> None:
    failed = [words for seed in kept_seeds() if (words := _fails(seed))]
    assert not failed, "\n".join(failed)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, AT_A_TIME))
def test_I1_to_I13_hold_whatever_goes_wrong(first: int) -> None:
    failed = [words for seed in range(first, min(first + AT_A_TIME, FIRST + SEEDS)) if (words := _fails(seed))]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("seed", [3, 9, 17, 25])
def test_a_short_memory_changes_nothing(seed: int) -> None:
    """What falls out of mind, which takes thousands of checks otherwise, is asked for again."""
    with patch.object(record, "KEPT", 12), patch.object(record, "KNOWN", 3):
        assert not (report := play(seed)).broken, told(report)


@pytest.mark.parametrize("seed", [3, 10, 25])
def test_I12_the_same_seed_is_the_same_day(seed: int) -> None:
    first, second = play(seed), play(seed)
    assert (first.trace, first.steps, first.broken) == (second.trace, second.steps, second.broken)
