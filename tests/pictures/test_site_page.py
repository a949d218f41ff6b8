"""A page of a site's file: as tall as it has to be, whatever is in it; a photo that cannot be shown says so."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.rendering import placed
from handlers.messages import Picture
from handlers.pictures import Fact, SiteEvent, SitePage, draw, draw_site_page

EVENT = SiteEvent("2022-04-06", "09:10", "bad", "小陈 检查 SYJ-0406-001 · 1 项不合格", "雨污混流直排河涌")
PAGE = SitePage("示例作坊一", "示例一街道 · 生产经营场所", "散乱污整治 2022", "检查 1 · 问题 1 · 照片 2", "办公室 制作")


def photo(colour: str) -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(stored, "JPEG")
    return stored.getvalue()


def size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return picture.size


def test_it_grows_with_what_happened() -> None:
    heights = [size(draw_site_page(replace(PAGE, events=(EVENT,) * n)))[1] for n in (0, 1, 4, 9)]
    assert heights == sorted(set(heights))
    assert size(draw_site_page(PAGE))[0] == 1080


def test_facts_and_what_is_left_out_have_lines_of_their_own() -> None:
    plain = size(draw_site_page(replace(PAGE, events=(EVENT,))))[1]
    more = replace(PAGE, events=(EVENT,), facts=(Fact("清单", "重点监管清单（04-06 起）：投诉"),))
    assert size(draw_site_page(more))[1] > plain
    assert size(draw_site_page(replace(PAGE, events=(EVENT,), earlier=12)))[1] > plain


@pytest.mark.parametrize("bad", [b"", b"no picture", "/nowhere/at/all"])
def test_a_photo_that_cannot_be_shown_costs_no_page(bad: bytes | str) -> None:
    shown = draw_site_page(replace(PAGE, events=(replace(EVENT, photos=(bad, photo("#c80000"))),)))
    assert size(shown)[1] > size(draw_site_page(replace(PAGE, events=(EVENT,))))[1]


def test_the_longest_of_everything_stays_on_it() -> None:
    long = replace(EVENT, title="长" * 400, text="长" * 4000, photos=(photo("#0000c8"),) * 6, more=30)
    page = replace(PAGE, site="长" * 300, place="长" * 300, campaign="长" * 300, facts=(Fact("清单", "长" * 900),) * 5)
    width, height = size(draw_site_page(replace(page, events=(long,) * 2)))
    assert (width, height < 4096) == (1080, True)


def test_a_row_names_photos_by_their_hash_and_is_drawn_from_files(tmp_path: Path) -> None:
    (tmp_path / "ab12").write_bytes(photo("#c80000"))
    page = replace(PAGE, events=(replace(EVENT, photos=("ab12",)), EVENT))
    there = placed(Picture("site_page", page.to_data()), lambda name: tmp_path / name)
    assert [event["photos"] for event in there["events"]] == [[str(tmp_path / "ab12")], []]
    content, name = draw("site_page", there)
    assert name == "示例作坊一_点位档案.jpg"
    assert content == draw_site_page(replace(page, events=(replace(EVENT, photos=(photo("#c80000"),)), EVENT)))
