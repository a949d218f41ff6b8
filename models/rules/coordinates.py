"""WGS-84, GCJ-02 and BD-09: the frame of phones' receivers, the shifted one of Chinese maps, and Baidu's on top of it.

Unconverted, the first two lie 58 to 675 m apart within mainland China, more than any fence; outside it they agree.
BD-09 adds some 900 to 1,300 m to GCJ-02.
"""

from math import atan2, cos, hypot, pi, sin, sqrt

AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323


def is_in_china(latitude: float, longitude: float) -> bool:
    """The box in which Chinese maps shift; coarse, as every client's is."""
    return 0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 105.0, latitude - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    angle = latitude / 180.0 * pi
    curve = 1 - ECCENTRICITY * sin(angle) ** 2
    per_degree_north = (AXIS * (1 - ECCENTRICITY)) / (curve * sqrt(curve)) * pi / 180.0
    per_degree_east = AXIS / sqrt(curve) * cos(angle) * pi / 180.0
    return north / per_degree_north, east / per_degree_east


def to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """WGS-84 degrees to GCJ-02 degrees."""
    if not is_in_china(latitude, longitude):
        return latitude, longitude
    north, east = _shift(latitude, longitude)
    return latitude + north, longitude + east


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """GCJ-02 degrees to WGS-84 degrees, by iteration, to better than a millimetre."""
    if not is_in_china(latitude, longitude):
        return latitude, longitude
    guess = (latitude, longitude)
    for _ in range(10):
        shown = to_gcj02(*guess)
        miss = (shown[0] - latitude, shown[1] - longitude)
        guess = (guess[0] - miss[0], guess[1] - miss[1])
        if abs(miss[0]) < 1e-10 and abs(miss[1]) < 1e-10:
            break
    return guess


BAIDU_TURN = pi * 3000.0 / 180.0
BAIDU_EAST, BAIDU_NORTH = 0.0065, 0.006


def to_bd09(latitude: float, longitude: float) -> tuple[float, float]:
    """WGS-84 degrees to BD-09 degrees."""
    if not is_in_china(latitude, longitude):
        return latitude, longitude
    y, x = to_gcj02(latitude, longitude)
    far = hypot(x, y) + 0.00002 * sin(y * BAIDU_TURN)
    angle = atan2(y, x) + 0.000003 * cos(x * BAIDU_TURN)
    return far * sin(angle) + BAIDU_NORTH, far * cos(angle) + BAIDU_EAST


def bd09_to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """BD-09 degrees to WGS-84 degrees, to about a metre."""
    if not is_in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - BAIDU_EAST, latitude - BAIDU_NORTH
    far = hypot(x, y) - 0.00002 * sin(y * BAIDU_TURN)
    angle = atan2(y, x) - 0.000003 * cos(x * BAIDU_TURN)
    return to_wgs84(far * sin(angle), far * cos(angle))
