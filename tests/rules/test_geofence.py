"""Being there: distances on the ellipsoid, the fence, positions in the wrong frame, impossible ones."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.campaign_plan import Datum
from models.rules.coordinates import is_in_china, to_gcj02, to_wgs84
from models.rules.geofence import Point, boxes_around, distance_m, is_position, proximity

GYMNASIUM = Point(23.7338, 113.0165)
METRES_PER_DEGREE = 110_700  # of latitude, near Qingxin


def north_of(point: Point, metres: float) -> Point:
    return Point(point.latitude + metres / METRES_PER_DEGREE, point.longitude, point.datum)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(0, 10), Point(0, 11), 111_319.491),  # a degree of the equator: 2πa/360
        (Point(0, 0.5), Point(1, 0.5), 110_574.389),  # the meridian's first degree
        (Point(89, 0.5), Point(90, 0.5), 111_693.865),  # and its last
        # Flinders Peak to Buninyong, the surveyors' classic
        (Point(-37.95103341666667, 144.42486788888888), Point(-37.65282113888889, 143.92649552777777), 54_972.271),
    ],
)
def test_known_distances(one: Point, other: Point, metres: float) -> None:
    assert distance_m(one, other) == pytest.approx(metres, abs=0.002)
    assert distance_m(other, one) == pytest.approx(metres, abs=0.002)


def test_no_distance_at_all() -> None:
    assert distance_m(GYMNASIUM, GYMNASIUM) == 0


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_one"),
    [
        (23.7, 113.0, True),
        (90, 180, True),
        (-90, -180, True),
        (91, 0, False),
        (-90.0001, 0, False),
        (0, 181, False),
        (23.7, -180.5, False),
        (0, 0, False),
        (0.0, 113.0, True),
        (math.nan, 113, False),
        (23, math.nan, False),
        (math.inf, 113, False),
        (23, -math.inf, False),
    ],
)
def test_what_is_a_position(latitude: float, longitude: float, is_one: bool) -> None:
    """B30 to B33."""
    assert is_position(latitude, longitude) is is_one


@pytest.mark.parametrize(
    ("metres", "accuracy", "on_site"),
    [(0, None, True), (149, None, True), (152, None, False), (152, 10, True), (299, 150, True), (302, 1500, False)],
)
def test_the_fence_allows_for_accuracy_up_to_the_radius_again(metres: int, accuracy: int | None, on_site: bool) -> None:
    near = proximity(north_of(GYMNASIUM, metres), GYMNASIUM, 150, accuracy)
    assert near.on_site is on_site
    assert near.metres == pytest.approx(metres, abs=1)
    assert not near.datum_suspect


def test_a_position_that_fits_only_in_the_other_frame_is_suspect() -> None:
    """B36: a pin from a Chinese map, and a register kept in one."""
    shifted = Point(*to_gcj02(GYMNASIUM.latitude, GYMNASIUM.longitude))
    near = proximity(shifted, GYMNASIUM, 150)
    assert (near.on_site, near.datum_suspect) == (False, True)
    assert near.metres > 300
    back = proximity(GYMNASIUM, shifted, 150)
    assert (back.on_site, back.datum_suspect) == (False, True)


def test_a_site_kept_in_the_shifted_frame_is_reached_without_suspicion() -> None:
    site = Point(*to_gcj02(GYMNASIUM.latitude, GYMNASIUM.longitude), Datum.GCJ02)
    near = proximity(GYMNASIUM, site, 150)
    assert (near.on_site, near.datum_suspect) == (True, False)
    assert near.metres < 0.01


def test_far_away_is_only_far_away() -> None:
    near = proximity(north_of(GYMNASIUM, 12_000), GYMNASIUM, 150, 20)
    assert (near.on_site, near.datum_suspect) == (False, False)
    assert near.metres == pytest.approx(12_000, rel=0.01)


@settings(max_examples=200, deadline=None)
@given(
    st.floats(-80, 80), st.floats(-179, 179), st.floats(1, 5000), st.floats(0, 2 * math.pi), st.floats(0, 1)
)  # fmt: skip
def test_the_box_holds_the_circle(latitude: float, longitude: float, metres: float, angle: float, part: float) -> None:
    centre = Point(latitude, longitude)
    boxes = boxes_around(centre, metres)
    step = metres * part * 0.99
    other = Point(
        latitude + step * math.cos(angle) / 111_700,
        longitude + step * math.sin(angle) / (111_700 * math.cos(math.radians(latitude))),
    )
    if distance_m(centre, other) <= metres:
        assert any(
            box.south <= other.latitude <= box.north and box.west <= other.longitude <= box.east for box in boxes
        )


# frames


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
)
def test_known_points(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    """Shanghai, Shenzhen and Beijing as other people's conversions have them."""
    assert to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(st.floats(18.2, 53.5), st.floats(73.6, 134.7))
def test_there_and_back_within_a_millimetre(latitude: float, longitude: float) -> None:
    there = to_gcj02(latitude, longitude)
    assert 30 < distance_m(Point(latitude, longitude), Point(*there)) < 1100
    assert distance_m(Point(latitude, longitude), Point(*to_wgs84(*there))) < 0.001


@pytest.mark.parametrize(
    "point", [(52.52, 13.405), (40.7128, -74.006), (-33.87, 151.21), (35.6762, 139.6503), (0.5, 100)]
)
def test_outside_china_nothing_is_shifted(point: tuple[float, float]) -> None:
    assert not is_in_china(*point)
    assert to_gcj02(*point) == point
    assert to_wgs84(*point) == point
