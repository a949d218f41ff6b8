"""Degrees as people write them, and the datums they may have been read off in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.coordinates import bd09_to_wgs84, to_bd09, to_gcj02
from models.rules.geofence import Point, distance_m
from models.rules.written_places import Written, looks_like_degrees, read_coordinates


@pytest.mark.parametrize(("text", "latitude", "longitude"), [
    ("39.9, 116.4", 39.9, 116.4),
    ("23.7123,113.0456", 23.7123, 113.0456),
    ("（23.7123，113.0456）", 23.7123, 113.0456),
    ("23,7123 113,0456", 23.7123, 113.0456),
    ("23,7123; 113,0456", 23.7123, 113.0456),
    ("-33.8, 151.2", -33.8, 151.2),
    ("33.8S 151.2E", -33.8, 151.2),
    ("23°42'36\"N 113°3'36\"E", 23.71, 113.06),
    ("北纬23°42′36″，东经113°3′36″", 23.71, 113.06),
    ("东经113.06 北纬23.71", 113.06, 23.71),
    ("E113.06 N23.71", 113.06, 23.71),
    ("lat 23.71 lon 113.06", 23.71, 113.06),
    ("latitude: 23.71, longitude: 113.06", 23.71, 113.06),
    ("纬度 23.71 经度 113.06", 23.71, 113.06),
    ("23度42分 113度3分", 23.7, 113.05),
    ("３９．９，１１６．４", 39.9, 116.4),
    ("91.0, 181.5", 91.0, 181.5),
])  # fmt: skip
def test_b35_pairs_of_degrees(text: str, latitude: float, longitude: float) -> None:
    if text.startswith(("东", "E")):
        latitude, longitude = longitude, latitude
    written = read_coordinates(text)
    assert written is not None
    assert (written.latitude, written.longitude) == (pytest.approx(latitude), pytest.approx(longitude))


def test_b35_half_a_pair() -> None:
    assert read_coordinates("北纬39°") == Written(39.0, None)
    assert read_coordinates("113.5°E") == Written(None, 113.5)
    assert looks_like_degrees(" 39.9 ")
    assert not looks_like_degrees("39")


@pytest.mark.parametrize("text", [
    "13", "3 7", "3,7", "3,7 8,9", "3 有烟蒂", "3.5", "8-20", "2018-08-20", "7天", "E5", "W12", "N3", "", "°",
    "23°70' 113°", "N1.5 N2.5", "39.9, 116.4 附近", "1,2,3", "12.5.2018", "x" * 500, "9" * 200, "3、7不合格", "13 23°",
])  # fmt: skip
def test_what_is_no_position_stays_what_it_was(text: str) -> None:
    assert read_coordinates(text) is None


@given(st.floats(18.5, 53), st.floats(74, 134.5))
def test_b36_baidus_datum_there_and_back(latitude: float, longitude: float) -> None:
    shown = to_bd09(latitude, longitude)
    assert distance_m(Point(*bd09_to_wgs84(*shown)), Point(latitude, longitude)) < 2
    assert 300 < distance_m(Point(*shown), Point(*to_gcj02(latitude, longitude))) < 1500
