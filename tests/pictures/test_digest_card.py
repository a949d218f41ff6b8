"""The card of the day's end: small enough to send, and every figure on it counts."""

import io
from dataclasses import fields, replace

import pytest
from PIL import Image

from handlers.pictures import DigestCard, Progress, draw_digest
from handlers.pictures.canvas import RED, TEAL, TRACK, Canvas

CARD = DigestCard(
    area="太和镇厕所革命群",
    campaign="清新区厕所革命 2018",
    date="2018年8月6日 星期一",
    as_of="08-06 18:00",
    checks=14,
    sites=12,
    done=12,
    total=32,
    kinds=(Progress("中心城区", 8, 14), Progress("镇级", 4, 12), Progress("旅游景区", 0, 6)),
    target=20,
    opened=2,
    closed=1,
    open=1,
    overdue=0,
    due_tomorrow=("无烟蒂 · 玄真公厕",),
    late_items=0,
)
NOTHING = replace(
    CARD, checks=0, sites=0, done=0, total=0, kinds=(), target=None, opened=0, closed=0, open=0, due_tomorrow=()
)
LARGE = replace(
    CARD,
    area="清新区人民政府办公室城市综合管理与农村人居环境整治联合巡查领导小组工作群" * 3,
    campaign="Taihe and Sankeng joint campaign for clean villages " * 5,
    checks=123_456,
    sites=1_188,
    done=1_199,
    total=1_200,
    target=1_200,
    kinds=tuple(Progress("非常长的点位类别名称" * 5, count, 1_200) for count in range(20)),
    open=98_765,
    overdue=1_203,
    due_tomorrow=tuple("生活垃圾未及时清运且存在渗滤液外溢" * 4 for _ in range(40)),
    due_unlisted=300,
    late_items=112,
    resent=True,
)
CHANGED = {
    "area": "三坑镇",
    "campaign": "河长制",
    "date": "2018年8月7日",
    "as_of": "08-06 18:40",
    "checks": 15,
    "sites": 13,
    "done": 13,
    "total": 33,
    "opened": 3,
    "closed": 2,
    "open": 2,
    "overdue": 1,
    "kinds": (Progress("中心城区", 9, 14), *CARD.kinds[1:]),
    "target": 21,
    "due_tomorrow": ("灯不亮",),
    "due_unlisted": 1,
    "late_items": 1,
    "resent": True,
    "lang": "en",
}


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def has(picture: Image.Image, color: str) -> bool:
    wanted = Image.new("RGB", (1, 1), color).getpixel((0, 0))
    return any(
        all(abs(a - b) <= 3 for a, b in zip(found, wanted, strict=True)) for _, found in picture.getcolors(1 << 24)
    )


@pytest.mark.parametrize("card", [CARD, NOTHING, LARGE, replace(LARGE, lang="en")], ids=["day", "zero", "large", "en"])
def test_it_fits_a_phone_and_a_slow_network(card):
    png = draw_digest(card)
    picture = opened(png)
    assert picture.width == 1080
    assert 1000 < picture.height < 3200
    assert len(png) < 300_000


def test_every_field_is_to_be_seen():
    assert CHANGED.keys() == {field.name for field in fields(DigestCard)}
    plain = draw_digest(CARD)
    unseen = [name for name, value in CHANGED.items() if draw_digest(replace(CARD, **{name: value})) == plain]
    assert unseen == []


def test_red_is_kept_for_what_is_overdue():
    assert not has(opened(draw_digest(CARD)), RED)
    assert has(opened(draw_digest(replace(CARD, overdue=1))), RED)


def test_the_same_day_gives_the_same_bytes():
    assert draw_digest(CARD) == draw_digest(CARD)


def test_hostile_names_are_drawn():
    card = replace(CARD, area="\ud83d\x00\u202e=1+1", due_tomorrow=("𠮷🙂" * 20, ""))
    assert opened(draw_digest(card)).width == 1080


@pytest.mark.parametrize(
    ("done", "total", "filled"), [(0, 1200, 0), (1, 1200, 20), (600, 1200, 500), (1199, 1200, 990), (1200, 1200, 1000)]
)
def test_a_bar_never_rounds_something_to_nothing_or_nearly_to_all(done, total, filled):
    canvas = Canvas(1000, 20)
    canvas.bar((0, 0, 1000, 20), Progress("", done, total).part)
    row = [canvas.image.getpixel((x, 10)) for x in range(1000)]
    teal, track = (Image.new("RGB", (1, 1), color).getpixel((0, 0)) for color in (TEAL, TRACK))
    assert abs(row.count(teal) - filled) <= 2
    assert row.count(teal) + row.count(track) >= 990
