"""Codes that can be scanned, and stamps that can be read."""

import io

import pytest
import segno
from PIL import Image

from handlers.pictures import PhotoRefused, QrCard, Stamp, draw_qr, qr_code, stamp

LINK = "https://t.me/xuncha_bot?start=inv_8f3Ab29xQzLmN0pR7sTuVw"
STAMP = Stamp(time="2018-08-06 08:31", site="体育馆五星公厕", inspector="小陈", number="TH-0806-001", distance_m=35)


def modules_of(picture: Image.Image) -> list[list[int]]:
    """The dark and light modules of the code in the picture, read from the middle of each."""
    dark = picture.convert("L").point(lambda value: 255 if value < 64 else 0)
    box = dark.getbbox()
    assert box is not None
    side = len(segno.make(LINK, error="m", micro=False).matrix)
    step = (box[2] - box[0]) / side
    return [
        [
            int(dark.getpixel((int(box[0] + (x + 0.5) * step), int(box[1] + (y + 0.5) * step))) == 255)
            for x in range(side)
        ]
        for y in range(side)
    ]


def test_the_code_holds_the_link():
    picture = Image.open(io.BytesIO(qr_code(LINK)))
    expected = [list(row) for row in segno.make(LINK, error="m", micro=False).matrix]
    assert modules_of(picture) == expected


def test_the_code_has_the_quiet_zone_scanners_need():
    picture = Image.open(io.BytesIO(qr_code(LINK, 600))).convert("L")
    box = picture.point(lambda value: 255 - value).getbbox()
    assert box is not None
    module = (box[2] - box[0]) / len(segno.make(LINK, error="m", micro=False).matrix)
    assert picture.width <= 600
    assert min(box[0], box[1], picture.width - box[2], picture.height - box[3]) >= 4 * module


def test_the_card_holds_the_same_code_under_its_title():
    card = QrCard(LINK, "邀请 · 巡查员", ("太和镇",), ())
    picture = Image.open(io.BytesIO(draw_qr(card))).convert("RGB")
    below_title = picture.crop((0, 300, 1080, picture.height))
    expected = [list(row) for row in segno.make(LINK, error="m", micro=False).matrix]
    assert modules_of(below_title) == expected


def test_the_card_grows_with_what_is_written_on_it():
    short = QrCard(LINK, "邀请")
    long = QrCard(LINK, "邀请 · 巡查员" * 9, ("太和镇" * 30,) * 3, ("一次有效，72 小时内使用" * 9,) * 2)
    heights = [Image.open(io.BytesIO(draw_qr(card))).height for card in (short, long)]
    assert heights[0] < heights[1] < 2400


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1280, 960), (200, 150), (3000, 120), (60, 2000)])
def test_the_stamp_stands_at_the_foot_of_any_photo(photograph, size):
    copy = Image.open(io.BytesIO(stamp(photograph(size, "#c8c8c8"), STAMP))).convert("L")
    third = copy.height // 3
    assert copy.format is None
    assert copy.crop((0, 0, copy.width, third)).getextrema()[0] > 180
    foot = copy.crop((0, copy.height - third, copy.width, copy.height)).getextrema()
    assert foot[0] < 110
    assert foot[1] > 230


def test_the_stamp_shows_each_of_its_facts(photograph):
    photo = photograph((1280, 960), "#808080")
    stamped = {
        stamp(photo, words)
        for words in (
            STAMP,
            Stamp("2018-08-06 08:32", STAMP.site, STAMP.inspector, STAMP.number, 35),
            Stamp(STAMP.time, "玄真公厕", STAMP.inspector, STAMP.number, 35),
            Stamp(STAMP.time, STAMP.site, "小王", STAMP.number, 35),
            Stamp(STAMP.time, STAMP.site, STAMP.inspector, "TH-0806-002", 35),
            Stamp(STAMP.time, STAMP.site, STAMP.inspector, STAMP.number, 36),
            Stamp(STAMP.time, STAMP.site, STAMP.inspector, STAMP.number, None),
            Stamp(STAMP.time, STAMP.site, STAMP.inspector, STAMP.number, 35, "en"),
        )
    }
    assert len(stamped) == 8


def test_what_is_no_photo_cannot_be_stamped():
    with pytest.raises(PhotoRefused):
        stamp(b"not a photo", STAMP)
