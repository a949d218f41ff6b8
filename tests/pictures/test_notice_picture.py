"""A notice as a page: its code can be scanned, and nothing of it is cut off however long it is."""

import io
from dataclasses import replace

import segno
from PIL import Image

from handlers.pictures import NoticePage, draw, draw_notice
from handlers.pictures.notice import HEIGHT, WIDTH

PAGE = NoticePage(
    title="限期整改通知",
    number="编号：TH-0806-T01",
    to="区城市综合管理局：",
    body=("经检查，玄真公厕不符合要求：灯不亮。", "请于 2018年8月13日 前完成整改。"),
    signer="清新区",
    date="2018年8月6日",
    link="https://t.me/xuncha_bot?start=c_0O81QHdAW1CgP8a_QszRyA",
    code_note="扫码看本案 TH-0806-W01",
    receipt=("送达人：", "签收人：", "签收日期："),
)
CODE = (140, 1334, 420, 1600)  # where it stands at the foot of a page


def drawn(page: NoticePage) -> Image.Image:
    return Image.open(io.BytesIO(draw_notice(page))).convert("RGB")


def ink(picture: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The box of what is dark in a part of the page."""
    return picture.crop(box).convert("L").point(lambda value: 255 if value < 100 else 0).getbbox()


def test_the_code_holds_the_link_of_the_case() -> None:
    part = drawn(PAGE).crop(CODE).convert("L").point(lambda value: 255 if value < 64 else 0)
    matrix = [list(row) for row in segno.make(PAGE.link, error="m", micro=False).matrix]
    box = part.getbbox()
    assert box is not None
    step = (box[2] - box[0]) / len(matrix)
    read = [
        [int(part.getpixel((int(box[0] + (x + 0.5) * step), int(box[1] + (y + 0.5) * step))) == 255)
         for x in range(len(matrix))]
        for y in range(len(matrix))
    ]  # fmt: skip
    assert read == matrix


def test_it_is_a_page_with_its_margins() -> None:
    picture = drawn(PAGE)
    assert picture.size == (WIDTH, HEIGHT)
    box = ink(picture, (0, 0, *picture.size))
    assert box is not None
    assert box[0] >= 130
    assert box[2] <= WIDTH - 130


def test_what_does_not_fit_one_page_makes_it_longer() -> None:
    picture = drawn(replace(PAGE, title="停产停业整顿通知书" * 6, body=("检查发现的问题很多，" * 60,) * 6))
    assert picture.width == WIDTH
    assert picture.height > HEIGHT
    assert ink(picture, (0, picture.height - 60, WIDTH, picture.height)) is None


def test_only_a_draft_says_that_it_was_not_issued() -> None:
    corner = (0, 0, WIDTH, 140)
    assert drawn(PAGE).crop(corner).getcolors() == [(WIDTH * 140, (255, 255, 255))]
    assert len(drawn(replace(PAGE, link="", mark="预览 未发出")).crop(corner).getcolors() or []) > 1


def test_it_is_drawn_by_its_kind_and_named_after_its_number() -> None:
    content, name = draw("notice", PAGE.to_data())
    assert content.startswith(b"\x89PNG")
    assert name == "限期整改通知_编号：TH-0806-T01.png"


def test_empty_words_and_endless_ones_can_be_drawn() -> None:
    assert drawn(NoticePage("", "", "", (), "", "")).size == (WIDTH, HEIGHT)
    assert drawn(replace(PAGE, body=("W" * 900, "", " \u202e ")))
