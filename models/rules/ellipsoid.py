"""Metres between two positions on the WGS-84 ellipsoid, in a few microseconds.

T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23 (1975); to a tenth of a
millimetre. geopy's own solution takes twenty times as long, and a sent location is compared with many sites.
"""

from math import asin, atan, atan2, cos, radians, sin, sqrt, tan

SEMI_MAJOR = 6_378_137.0
FLATTENING = 1 / 298.257223563
SEMI_MINOR = SEMI_MAJOR * (1 - FLATTENING)
NEAR_ENOUGH = 1e-12  # radians of longitude: a few thousandths of a millimetre
STEPS = 20
MEAN_RADIUS = 6_371_008.8
SPHERE_ERROR = 0.006  # of a distance, at most


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Latitude and longitude in degrees of each."""
    if one == other:
        return 0.0
    metres = _vincenty(*one, *other)
    if metres is not None:
        return metres
    from geopy.distance import geodesic  # nearly opposite each other on the earth: seldom, and geopy is large

    return float(geodesic(one, other).meters)


def roughly_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres on a sphere: a tenth of the cost, for telling what is far from what may be near."""
    latitude, other_latitude = radians(one[0]), radians(other[0])
    half_high, half_wide = (other_latitude - latitude) / 2, radians(other[1] - one[1]) / 2
    square = sin(half_high) ** 2 + cos(latitude) * cos(other_latitude) * sin(half_wide) ** 2
    return 2 * MEAN_RADIUS * asin(min(1.0, sqrt(square)))


def _vincenty(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float | None:
    """None for two positions almost opposite on the globe, where the steps do not come to an end."""
    reduced = atan((1 - FLATTENING) * tan(radians(latitude)))
    other = atan((1 - FLATTENING) * tan(radians(other_latitude)))
    sin1, cos1, sin2, cos2 = sin(reduced), cos(reduced), sin(other), cos(other)
    apart = guess = radians((other_longitude - longitude + 180) % 360 - 180)
    for _ in range(STEPS):
        sin_guess, cos_guess = sin(guess), cos(guess)
        sin_arc = sqrt((cos2 * sin_guess) ** 2 + (cos1 * sin2 - sin1 * cos2 * cos_guess) ** 2)
        if sin_arc == 0:
            return 0.0
        cos_arc = sin1 * sin2 + cos1 * cos2 * cos_guess
        arc = atan2(sin_arc, cos_arc)
        sin_azimuth = cos1 * cos2 * sin_guess / sin_arc
        square = 1 - sin_azimuth**2
        middle = cos_arc - 2 * sin1 * sin2 / square if square > 1e-15 else 0.0
        part = FLATTENING / 16 * square * (4 + FLATTENING * (4 - 3 * square))
        former = guess
        twist = arc + part * sin_arc * (middle + part * cos_arc * (2 * middle**2 - 1))
        guess = apart + (1 - part) * FLATTENING * sin_azimuth * twist
        if abs(guess - former) < NEAR_ENOUGH:
            return _length(square, arc, sin_arc, cos_arc, middle)
    return None


def _length(square: float, arc: float, sin_arc: float, cos_arc: float, middle: float) -> float:
    bulge = square * (SEMI_MAJOR**2 - SEMI_MINOR**2) / SEMI_MINOR**2
    a = 1 + bulge / 16384 * (4096 + bulge * (-768 + bulge * (320 - 175 * bulge)))
    b = bulge / 1024 * (256 + bulge * (-128 + bulge * (74 - 47 * bulge)))
    fine = b / 6 * middle * (4 * sin_arc**2 - 3) * (4 * middle**2 - 3)
    return SEMI_MINOR * a * (arc - b * sin_arc * (middle + b / 4 * (cos_arc * (2 * middle**2 - 1) - fine)))
