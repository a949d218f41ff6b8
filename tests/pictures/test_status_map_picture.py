"""The map is true to the ground, and no two words on it cover each other."""

import io
import math
import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handlers.pictures import MapSite, SiteState, StatusMap, draw_map
from handlers.pictures.marks import COLORS
from handlers.pictures.naming import Occupied, place_words
from handlers.pictures.projection import frame_around, known_position, scale_bar, spread

QINGXIN = (23.73, 113.01)


def scattered(count: int, seed: int = 1) -> tuple[MapSite, ...]:
    dice = random.Random(seed)
    return tuple(
        MapSite(
            f"太和镇第{number}公厕", dice.choice(list(SiteState)), dice.gauss(QINGXIN[0], 0.05), dice.gauss(113, 0.05)
        )
        for number in range(count)
    )


def colors(png: bytes) -> set[tuple[int, ...]]:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return {color for _, color in picture.getcolors(1 << 24)}


def near(color: str, seen: set[tuple[int, ...]]) -> bool:
    wanted = Image.new("RGB", (1, 1), color).getpixel((0, 0))
    return any(all(abs(a - b) <= 8 for a, b in zip(one, wanted, strict=True)) for one in seen)


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north():
    frame = frame_around([(23.7, 113.0), (23.8, 113.1)], 984, (560, 1320), 96)
    x, y = frame.place(23.75, 113.05)
    east = frame.place(23.75, 113.05 + 1 / (111.32 * math.cos(math.radians(23.75))))
    north = frame.place(23.75 + 1 / 111.32, 113.05)
    assert east[0] - x == pytest.approx(y - north[1], rel=0.001)
    assert east[0] > x
    assert north[1] < y


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(20, 30), st.floats(100, 120)), min_size=1, max_size=20))
def test_every_site_lies_inside_the_field(spots):
    frame = frame_around(spots, 984, (560, 1320), 96)
    places = [frame.place(lat, lon) for lat, lon in spots]
    assert 560 <= frame.height <= 1320
    assert all(95 <= x <= 984 - 95 and 95 <= y <= frame.height - 95 for x, y in places)


@given(st.floats(0.05, 5000))
def test_the_scale_bar_is_a_round_number_of_metres(metres_per_pixel):
    metres, length = scale_bar(metres_per_pixel, 260)
    assert str(metres).rstrip("0") in {"1", "2", "5"}
    assert 100 <= length <= 260
    assert length == pytest.approx(metres / metres_per_pixel, abs=1)


def test_sites_at_one_spot_are_drawn_apart():
    places = spread([(300.0, 300.0)] * 12, 36, farthest=100)
    assert min(math.dist(one, other) for one, other in combinations(places, 2)) > 30


def test_no_site_strays_far_from_where_it_lies():
    home = [(300.0, 300.0)] * 300
    assert max(math.dist(place, (300, 300)) for place in spread(home, 36, farthest=96)) <= 96.5


def test_sites_with_room_stay_where_they_are():
    far = [(100.0, 100.0), (500.0, 500.0)]
    assert all(math.dist(*pair) < 1 for pair in zip(far, spread(far, 36, farthest=96), strict=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 600)), max_size=60))
def test_words_never_cover_each_other_or_leave_the_map(spots):
    placed = place_words(Occupied(900, 600), spots, [(150, 40)] * len(spots), (20,))
    boxes = [box for box in placed if box is not None]
    assert all(left >= 0 and top >= 0 and right <= 900 and bottom <= 600 for left, top, right, bottom in boxes)
    touching = [
        pair
        for pair in combinations(boxes, 2)
        if pair[0][0] < pair[1][2] and pair[1][0] < pair[0][2] and pair[0][1] < pair[1][3] and pair[1][1] < pair[0][3]
    ]
    assert touching == []


@pytest.mark.parametrize(
    ("lat", "lon", "known"),
    [
        (23.7, 113.0, True),
        (None, 113.0, False),
        (23.7, None, False),
        (0.0, 0.0, False),
        (math.nan, 113.0, False),
        (math.inf, 113.0, False),
        (91.0, 113.0, False),
    ],
)
def test_which_positions_are_drawn(lat, lon, known):
    assert known_position(lat, lon) is known


@pytest.mark.parametrize("state", list(SiteState))
def test_each_state_has_its_own_colour_on_the_map(state):
    many = tuple(MapSite(f"点{n}", state, 23.7 + n / 500, 113.0 + n % 7 / 200) for n in range(30))
    assert near(COLORS[state], colors(draw_map(StatusMap("太和镇", "18:05", many))))


@pytest.mark.parametrize("count", [0, 1, 2, 32, 1200])
def test_any_number_of_sites_gives_a_picture_that_can_be_sent(count):
    png = draw_map(StatusMap("清新区厕所革命 2018" * 4, "08-06 18:05", scattered(count)))
    assert Image.open(io.BytesIO(png)).width == 1080
    assert len(png) < 400_000


def test_sites_without_a_position_are_counted_not_dropped():
    placed = scattered(5)
    lost = MapSite("无坐标公厕", SiteState.OK)
    without = draw_map(StatusMap("太和镇", "18:05", placed))
    one, two = (draw_map(StatusMap("太和镇", "18:05", (*placed, *[lost] * count))) for count in (1, 2))
    assert len({without, one, two}) == 3


def test_the_same_sites_give_the_same_picture():
    chart = StatusMap("太和镇", "18:05", scattered(200))
    assert draw_map(chart) == draw_map(chart)
