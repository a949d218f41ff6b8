"""How far a position is from a site, and whether that counts as being there."""

from dataclasses import dataclass
from math import cos, isfinite, radians

from geopy.distance import geodesic

from models.campaign_plan import Datum
from models.rules.coordinates import to_gcj02, to_wgs84

METRES_PER_DEGREE = 111_320.0


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


def is_position(latitude: float, longitude: float) -> bool:
    """On the globe, a number, and not null island (B30-B33; geopy accepts a longitude of 181)."""
    if not (isfinite(latitude) and isfinite(longitude)):
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0.0, 0.0)


def distance_m(one: Point, other: Point) -> float:
    """Metres on the WGS-84 ellipsoid."""
    return float(geodesic(one.wgs84, other.wgs84).meters)


def proximity(position: Point, site: Point, radius_m: float, accuracy_m: float | None = None) -> Proximity:
    """Within the radius, allowing for the phone's own accuracy up to the radius again."""
    metres = distance_m(position, site)
    allowed = radius_m + min(accuracy_m or 0.0, radius_m)
    if metres <= allowed:
        return Proximity(metres, True)
    as_wgs84 = to_wgs84(position.latitude, position.longitude)
    as_gcj02 = to_gcj02(position.latitude, position.longitude)
    if min(distance_m(Point(*as_wgs84), site), distance_m(Point(*as_gcj02), site)) <= radius_m:
        return Proximity(metres, False, datum_suspect=True)
    return Proximity(metres, False)


def box_around(position: Point, metres: float) -> Box:
    """A box that surely holds the circle: what an index can find before distances are reckoned."""
    latitude, longitude = position.wgs84
    high = metres / METRES_PER_DEGREE * 1.01
    wide = high / max(cos(radians(latitude)), 0.01)
    return Box(latitude - high, latitude + high, longitude - wide, longitude + wide)
