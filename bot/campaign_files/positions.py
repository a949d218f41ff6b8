"""Degrees from a sheet, and the mistakes people make with them: swapped, in minutes, zero, or in another country."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.campaign_files.errors import FileError, Problems
from bot.campaign_files.sheet import Row
from bot.campaign_files.words import meanings, shown
from models.campaign_plan import Datum, PositionPlan

DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?")
MINUTES = re.compile(
    r"""[NSEW北南东西]?\s*(\d{1,3})\s*[°度]\s*(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*["″”秒])?.*"""
)
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
# Beyond this share the columns or the datum are wrong, not the single sites.
SHARE_OUTSIDE = 0.8


@dataclass(frozen=True)
class Extent:
    """The box all sites lie in, chosen by the office."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


WORLD = Extent(-MOST_LATITUDE, MOST_LATITUDE, -MOST_LONGITUDE, MOST_LONGITUDE)


@dataclass(frozen=True)
class Placed:
    """A position with the row it came from, before anything is said of where it lies."""

    row: Row
    latitude: float
    longitude: float
    datum: Datum

    def position(self) -> PositionPlan:
        return PositionPlan(self.latitude, self.longitude, self.datum, self.row["position_source"])


def placed(row: Row, problems: Problems) -> Placed | None:
    """None when the row has no position, or an unreadable one, which is then a problem."""
    cells = row["latitude"], row["longitude"]
    if not any(cells):
        return None
    if not all(cells):
        problems.add(FileError("position_half", row.file, row.line, "latitude" if cells[1] else "longitude"))
        return None
    latitude = _degrees(row, "latitude", problems)
    longitude = _degrees(row, "longitude", problems)
    datum = _datum(row, problems)
    if latitude is None or longitude is None or datum is None:
        return None
    if latitude == 0 and longitude == 0:
        problems.add(FileError("position_zero", row.file, row.line, "latitude"))
        return None
    return Placed(row, latitude, longitude, datum)


def _degrees(row: Row, column: str, problems: Problems) -> float | None:
    cell = row[column]
    if DEGREES.fullmatch(cell) and math.isfinite(float(cell)):
        return float(cell)
    if found := MINUTES.fullmatch(cell):
        degrees = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
        problems.add(
            FileError("position_minutes", row.file, row.line, column, {"value": cell, "degrees": f"{degrees:.6f}"})
        )
    else:
        problems.add(FileError("position_not_degrees", row.file, row.line, column, {"value": cell}))
    return None


def _datum(row: Row, problems: Problems) -> Datum | None:
    accepted = meanings(Datum)
    found = accepted.get(row["datum"].casefold())
    if found is None:
        code = "datum_unknown" if row["datum"] else "datum_missing"
        problems.add(FileError(code, row.file, row.line, "datum", {"value": row["datum"]}, shown(Datum)))
        return None
    return Datum(found)


def check_places(places: Iterable[Placed], extent: Extent, problems: Problems) -> None:
    """Sites outside the extent: one by one, or, if nearly all are, what they have in common."""
    found = list(places)
    outside = [place for place in found if not extent.holds(place.latitude, place.longitude)]
    if not outside:
        return
    if len(outside) <= len(found) * SHARE_OUTSIDE:
        for place in outside:
            problems.add(_outside(place, extent))
        return
    swapped = sum(extent.holds(place.longitude, place.latitude) for place in outside)
    code = "positions_swapped" if swapped > len(outside) * SHARE_OUTSIDE else "positions_outside"
    first = outside[0].row
    problems.add(
        FileError(code, first.file, first.line, "latitude", {"outside": str(len(outside)), "all": str(len(found))})
    )


def _outside(place: Placed, extent: Extent) -> FileError:
    code = "position_swapped" if extent.holds(place.longitude, place.latitude) else "position_outside"
    args = {"latitude": f"{place.latitude:g}", "longitude": f"{place.longitude:g}"}
    return FileError(code, place.row.file, place.row.line, "latitude", args)
