"""What a queue row carries is enough to draw the same picture in another process."""

import json
from pathlib import Path

import pytest

from handlers.pictures import (
    BeforeAfter,
    DigestCard,
    MapSite,
    Progress,
    QrCard,
    Role,
    SiteState,
    Stamp,
    StampedPhoto,
    StatusMap,
    draw,
    draw_before_after,
    draw_digest,
    draw_map,
    draw_qr,
    file_name,
    stamp,
)

DIGEST = DigestCard(
    "太和镇", "厕所革命", "2018-08-06", "18:00", 14, 12, 12, 32, 2, 1, 1, 0, (Progress("镇级", 4, 12),), 20, ("灯不亮",)
)
MAP = StatusMap(
    "太和镇", "18:05", (MapSite("玄真公厕", SiteState.OVERDUE, 23.7, 113.0), MapSite("无坐标", SiteState.OK))
)
QR = QrCard("https://t.me/xuncha_bot?start=x", "邀请 · 巡查员", ("太和镇",), ("一次有效，72 小时内使用",))


def through_json(card):
    return json.loads(json.dumps(card.to_data()))


@pytest.mark.parametrize(
    ("kind", "card", "drawn", "name"),
    [
        ("digest", DIGEST, draw_digest, "太和镇_巡查日报_2018-08-06.png"),
        ("map", MAP, draw_map, "太和镇_挂图作战_18-05.png"),
        ("qr", QR, draw_qr, "邀请-巡查员_太和镇.png"),
    ],
)
def test_data_through_json_draws_the_same_picture(kind, card, drawn, name):
    assert type(card).from_data(through_json(card)) == card
    assert draw(kind, through_json(card)) == (drawn(card), name)


def test_photos_in_the_data_are_paths_read_when_drawn(tmp_path: Path, photograph):
    before, after = photograph((800, 600), "#c80000"), photograph((600, 800), "#0000c8")
    (tmp_path / "before").write_bytes(before)
    (tmp_path / "after").write_bytes(after)
    words = ("玄真公厕", "灯明", "TH-0806-002-1", "08-06 09:12", "08-12 10:05", (Role("复查", "小王"),))
    case = BeforeAfter(str(tmp_path / "before"), str(tmp_path / "after"), *words)
    assert draw("before_after", through_json(case)) == (
        draw_before_after(BeforeAfter(before, after, *words)),
        "TH-0806-002-1_玄真公厕_整改前整改后.jpg",
    )
    facts = Stamp("2018-08-06 08:31", "玄真公厕", "小陈", "TH-0806-001", 35)
    photo = StampedPhoto(str(tmp_path / "before"), facts)
    assert draw("stamp", through_json(photo)) == (stamp(before, facts), "TH-0806-001_玄真公厕.jpg")


def test_a_photo_that_vanished_still_gives_a_picture():
    case = BeforeAfter("/nowhere/a", None, "玄真公厕", "灯明", "TH-1", "", "")
    assert draw("before_after", through_json(case))[0] == draw_before_after(case)


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(ValueError, match="'poster'; known: digest, before_after, map, notice, qr, site_page, stamp"):
        draw("poster", {})


def test_data_that_does_not_fit_names_the_field():
    with pytest.raises(ValueError, match="checks"):
        draw("digest", through_json(DIGEST) | {"checks": "many"})


def test_file_names_suit_every_system():
    assert file_name("a/b\\c:*?", "", "\x00\ud83d", "..", "厕所 8月", suffix=".xlsx") == "a-b-c_厕所-8月.xlsx"
    assert len(file_name("长" * 300, suffix=".png")) == 84
