"""How far a position is from a site, and whether that counts as being there."""

from dataclasses import dataclass
from math import asin, cos, degrees, isfinite, radians, sin

from models.campaign_plan import Datum
from models.rules.coordinates import bd09_to_wgs84, to_bd09, to_gcj02, to_wgs84
from models.rules.ellipsoid import metres_between

LEAST_METRES_PER_RADIAN = 6_300_000.0  # less than anywhere on the ellipsoid, where it is 6,335 to 6,400 km
LARGEST_SHIFT_M = 2_000.0  # between any two of the datums of Chinese maps


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees in a datum."""

    latitude: float
    longitude: float
    datum: Datum = Datum.WGS84

    @property
    def wgs84(self) -> tuple[float, float]:
        if self.datum is Datum.GCJ02:
            return to_wgs84(self.latitude, self.longitude)
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Proximity:
    """Metres between a position and a site. `datum_suspect`: it fits only if the position were GCJ-02 (B36)."""

    metres: float
    on_site: bool
    datum_suspect: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    south: float
    north: float
    west: float
    east: float


def is_on_globe(latitude: float, longitude: float) -> bool:
    """Numbers, and within the degrees there are (B30-B32; geopy accepts a longitude of 181)."""
    return isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180


def is_null_island(latitude: float, longitude: float) -> bool:
    """0,0 and within a hundred metres of it: what a receiver says that knows nothing yet (B33)."""
    return abs(latitude) < 0.001 and abs(longitude) < 0.001


def is_position(latitude: float, longitude: float) -> bool:
    """On the globe, and not null island."""
    return is_on_globe(latitude, longitude) and not is_null_island(latitude, longitude)


def distance_m(one: Point, other: Point) -> float:
    """Metres on the WGS-84 ellipsoid."""
    return metres_between(one.wgs84, other.wgs84)


def counts_as_there(metres: float, radius_m: float, accuracy_m: float | None = None) -> bool:
    return metres <= radius_m + min(accuracy_m or 0.0, radius_m)


def proximity(position: Point, site: Point, radius_m: float, accuracy_m: float | None = None) -> Proximity:
    """Within the radius, allowing for the phone's own accuracy up to the radius again."""
    metres = distance_m(position, site)
    if counts_as_there(metres, radius_m, accuracy_m):
        return Proximity(metres, True)
    return Proximity(metres, False, datum_suspect=is_same_after_conversion(position, site, radius_m))


def is_same_after_conversion(position: Point, site: Point, radius_m: float) -> bool:
    """Whether the two would fit if one of them had been read off a Chinese map without saying so (B36)."""
    if distance_m(position, site) > LARGEST_SHIFT_M + radius_m:
        return False
    given = (position.latitude, position.longitude)
    turned = (to_wgs84(*given), to_gcj02(*given), bd09_to_wgs84(*given), to_bd09(*given))
    return any(distance_m(Point(*point), site) <= radius_m for point in turned)


def boxes_around(position: Point, metres: float) -> tuple[Box, ...]:
    """Boxes that surely hold the circle: what an index can find before distances are reckoned.

    One, or two where the circle crosses the 180th meridian; around a pole every longitude.
    """
    latitude, longitude = position.wgs84
    angle = metres / LEAST_METRES_PER_RADIAN
    south, north = latitude - degrees(angle), latitude + degrees(angle)
    if south <= -90 or north >= 90:
        return (Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0),)
    wide = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude)))))
    west, east = longitude - wide, longitude + wide
    if west <= -180:
        return Box(south, north, west + 360, 180.0), Box(south, north, -180.0, east)
    if east >= 180:
        return Box(south, north, west, 180.0), Box(south, north, -180.0, east - 360)
    return (Box(south, north, west, east),)
