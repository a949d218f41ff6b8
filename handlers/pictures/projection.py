"""Turns positions on the ground into places on a map picture, true to shape, and keeps its marks apart."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

_METRES_PER_DEGREE = 111_320.0
_SMALLEST_SPAN_M = 400.0
_ROUNDS = 60
_GOLDEN_ANGLE = 2.399963


@dataclass(frozen=True)
class Frame:
    """A field of `width` x `height` pixels showing the ground around one middle, north up."""

    lat: float
    lon: float
    metres_per_pixel: float
    width: int
    height: int

    def place(self, lat: float, lon: float) -> Point:
        x = (lon - self.lon) * _METRES_PER_DEGREE * math.cos(math.radians(self.lat)) / self.metres_per_pixel
        y = (lat - self.lat) * _METRES_PER_DEGREE / self.metres_per_pixel
        return self.width / 2 + x, self.height / 2 - y


def known_position(lat: float | None, lon: float | None) -> bool:
    """Zero, zero lies in the sea off Africa: it is what a form without an answer leaves behind."""
    if lat is None or lon is None or not (math.isfinite(lat) and math.isfinite(lon)):
        return False
    return abs(lat) <= 85 and abs(lon) <= 180 and (lat, lon) != (0.0, 0.0)


def frame_around(spots: Sequence[Point], width: int, heights: tuple[int, int], pad: int) -> Frame:
    """The largest scale at which all (lat, lon) fit, as tall as their shape asks for within `heights`."""
    lats, lons = [lat for lat, _ in spots], [lon for _, lon in spots]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    metres_x = (max(lons) - min(lons)) * _METRES_PER_DEGREE * math.cos(math.radians(lat))
    metres_y = (max(lats) - min(lats)) * _METRES_PER_DEGREE
    metres_x, metres_y = max(metres_x, _SMALLEST_SPAN_M), max(metres_y, _SMALLEST_SPAN_M / 2)
    inner = width - 2 * pad
    height = round(inner * metres_y / metres_x) + 2 * pad
    height = min(max(height, heights[0]), heights[1])
    scale = max(metres_x / inner, metres_y / (height - 2 * pad))
    return Frame(lat, lon, scale, width, height)


def scale_bar(metres_per_pixel: float, longest: int) -> tuple[int, int]:
    """A round number of metres (1, 2 or 5 with noughts) and its length in pixels, at most `longest`."""
    most = metres_per_pixel * longest
    power = 10 ** math.floor(math.log10(most))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most)
    return round(metres), round(metres / metres_per_pixel)


def spread(points: Sequence[Point], distance: float, farthest: float) -> list[Point]:
    """The points moved as little as needed to lie `distance` apart, none by more than `farthest`."""
    moved = [
        # A whisper of difference, the same every time, so that sites at one spot know which way to step.
        (x + 0.5 * math.cos(index * _GOLDEN_ANGLE), y + 0.5 * math.sin(index * _GOLDEN_ANGLE))
        for index, (x, y) in enumerate(points)
    ]
    for _ in range(_ROUNDS):
        if not _push_apart(moved, distance):
            break
        moved = [_held(home, now, farthest) for home, now in zip(points, moved, strict=True)]
    return moved


def _held(home: Point, now: Point, farthest: float) -> Point:
    dx, dy = now[0] - home[0], now[1] - home[1]
    strayed = math.hypot(dx, dy)
    if strayed <= farthest:
        return now
    return home[0] + dx * farthest / strayed, home[1] + dy * farthest / strayed


def _push_apart(points: list[Point], distance: float) -> bool:
    """One round: every two that are too close step away from each other; says whether any did."""
    cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (x, y) in enumerate(points):
        cells[int(x // distance), int(y // distance)].append(index)
    any_moved = False
    for index in range(len(points)):
        column, row = int(points[index][0] // distance), int(points[index][1] // distance)
        near = [
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in cells.get((column + dx, row + dy), ())
            if other > index
        ]
        for other in near:
            any_moved |= _step_away(points, index, other, distance)
    return any_moved


def _step_away(points: list[Point], one: int, other: int, distance: float) -> bool:
    (x1, y1), (x2, y2) = points[one], points[other]
    gap = math.hypot(x2 - x1, y2 - y1)
    if gap >= distance - 0.5:
        return False
    ux, uy = ((x2 - x1) / gap, (y2 - y1) / gap) if gap > 0 else (1.0, 0.0)
    half = (distance - gap) / 2
    points[one] = (x1 - ux * half, y1 - uy * half)
    points[other] = (x2 + ux * half, y2 + uy * half)
    return True
