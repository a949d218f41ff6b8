"""Decides which sites of a map carry their name, which a number, so that no two words cover each other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Box = tuple[int, int, int, int]

_CELL = 64
_SLANT = 0.72
_DIRECTIONS = (
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (_SLANT, _SLANT),
    (_SLANT, -_SLANT),
    (-_SLANT, _SLANT),
    (-_SLANT, -_SLANT),
)


@dataclass
class Occupied:
    """The boxes already taken, found quickly by the cells of a coarse grid."""

    width: int
    height: int
    cells: defaultdict[tuple[int, int], list[Box]] = field(default_factory=lambda: defaultdict(list))

    def add(self, box: Box) -> None:
        for cell in _cells(box):
            self.cells[cell].append(box)

    def is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        return not any(_overlap(box, taken) for cell in _cells(box) for taken in self.cells.get(cell, ()))


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    left, top, right, bottom = box
    for column in range(left // _CELL, right // _CELL + 1):
        for row in range(top // _CELL, bottom // _CELL + 1):
            yield column, row


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def free_box(occupied: Occupied, spot: tuple[int, int], size: tuple[int, int], distances: Sequence[int]) -> Box | None:
    """A free place for words of `size` beside the mark at `spot`: nearest first, to the right before all others."""
    x, y = spot
    width, height = size
    for away in distances:
        for dx, dy in _DIRECTIONS:
            middle_x = round(x + dx * (away + width / 2))
            middle_y = round(y + dy * (away + height / 2))
            left, top = middle_x - width // 2, middle_y - height // 2
            box = (left, top, left + width, top + height)
            if occupied.is_free(box):
                return box
    return None


def place_words(
    occupied: Occupied, spots: Sequence[tuple[int, int]], sizes: Sequence[tuple[int, int]], distances: Sequence[int]
) -> list[Box | None]:
    """For each spot in turn the box of its words, or None where nothing is free; earlier ones choose first."""
    placed: list[Box | None] = []
    for spot, size in zip(spots, sizes, strict=True):
        box = free_box(occupied, spot, size, distances)
        if box is not None:
            occupied.add(box)
        placed.append(box)
    return placed
