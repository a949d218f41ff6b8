"""How much of a test is run: a little in `make test`, all of it in `make torture`, which says so in the environment."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def amount(name: str, otherwise: int) -> int:
    """The variable's number; 0 means all there are."""
    return int(os.environ.get(name) or otherwise)


def at_most(seconds: float) -> float:
    """What a test may take; in `make torture`, for ever."""
    return 0 if os.environ.get("TORTURE") else seconds


def part_of(things: Sequence[T], count: int, turn: int) -> list[T]:
    """`count` of them, evenly spread, others at every turn; all when count is 0."""
    if count == 0 or count >= len(things):
        return list(things)
    stride = len(things) / count
    begin = random.Random(turn).random()
    return [things[int((begin + n) * stride)] for n in range(count)]
