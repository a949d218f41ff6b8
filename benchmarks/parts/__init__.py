"""The parts of the benchmark: each measures some rows, with all its programs turn by turn in the same minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import Row


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. `quick` only shows that it runs."""

    people: int
    warm_up: int
    rounds: int
    turns: int  # checks of each person, one after another, where speed is compared
    backlog: int  # checks of each person that wait after an outage
    flood_people: int
    soak: int  # updates over which memory must not grow
    export_rows: int
    photos: int  # of 20 megapixels each
    checks: tuple[int, ...]  # sizes of the records that questions are asked of
    quick: bool = False


WHOLE = Size(
    people=200, warm_up=10, rounds=3, turns=3, backlog=10, flood_people=100, soak=50_000, export_rows=50_000, photos=4,
    checks=(1_000, 10_000, 100_000, 1_000_000),
)  # fmt: skip
QUICK = Size(
    people=6, warm_up=1, rounds=1, turns=1, backlog=1, flood_people=6, soak=60, export_rows=60, photos=1, checks=(200,),
    quick=True,
)  # fmt: skip

Part = Callable[[Path, Path, Size], list[Row]]  # a folder of its own, the prepared record, how much
