"""What is kept but does not count, what is refused, what takes its time."""

import csv
import hashlib
import io

import pytest
from sqlalchemy import func, select

from handlers.pictures.looking import Look, second_look
from models.campaigns import Campaign
from models.checks import Check, CheckState, Location, LocationSource
from models.evidence import Photo, PhotoMoment, PhotoState, PhotoVerdict
from tests.handlers.conversing import Talk

GYMNASIUM = "体育馆五星公厕"


async def test_a_forwarded_location_is_kept_and_marked_but_places_nobody(talk: Talk) -> None:
    """B28, T03: somebody else's being there."""
    sent = await talk.locates("小陈", GYMNASIUM)
    await talk.play("小陈 taps 取消\n=== 2018-08-06 09:30\n小陈 → 体育馆五星公厕")
    await talk.do("小陈", "forward", from_chat=talk.stage.people["小陈"], message_id=sent["id"])
    assert (await talk.texts("小陈"))[-1] == "转发的位置已留存，但不能算您在现场。请发自己的位置 📍"
    with talk.drive.database.reading() as session:
        kept = session.scalars(select(Location).order_by(Location.id.desc())).first()
        assert kept is not None
        assert (kept.source, kept.check_id) == (LocationSource.FORWARDED, None)
        draft = session.scalars(select(Check).where(Check.state == CheckState.DRAFT)).one()
        assert draft.location_id is None


async def test_a_forwarded_photo_is_kept_and_marked_but_does_not_count(talk: Talk) -> None:
    await talk.play("小陈 → 🖼\n小陈 taps 取消\n小陈 → 📍 5 m from 体育馆五星公厕")
    photo = next(m["id"] for m in await talk.messages("小陈") if m["kind"] == "photo")
    await talk.do("小陈", "forward", from_chat=talk.stage.people["小陈"], message_id=photo)
    await talk.play(
        """
        小陈 ←
            体育馆五星公厕 · 厕所革命 2018 · 距点位 5 米
            上次检查：无 · 未整改：0
            📷 0/2 · 检查项 0/13
            转发的照片已留存，但不算本次的照片。请在现场拍一张
            [换点位] [逐项检查] [取消]
        """
    )
    with talk.drive.database.reading() as session:
        forwarded = session.scalars(select(Photo).where(Photo.forwarded)).one()
        assert forwarded.check_id is not None


async def test_impossible_places_begin_nothing(talk: Talk) -> None:
    """B33."""
    await talk.do("小陈", "send_location", latitude=0, longitude=0)
    assert (await talk.texts("小陈"))[-1] == "手机给的位置是 0,0，说明还没定好位。请到空旷处等一下，再发位置 📍"
    with talk.drive.database.reading() as session:
        assert session.scalar(select(func.count(Check.id))) == 0


async def test_the_steps_of_a_live_location_are_not_new_statements(talk: Talk) -> None:
    """F22."""
    latitude, longitude = talk.stage.places[GYMNASIUM]
    sent = await talk.do("小陈", "send_location", latitude=latitude, longitude=longitude, live_period=900)
    await talk.do("小陈", "move_live", message_id=sent["id"], latitude=latitude + 0.5, longitude=longitude)
    await talk.play(
        """
        小陈 ← 1 message
        小陈 ←
            体育馆五星公厕 · 厕所革命 2018 · 距点位 0 米
            …
        """
    )
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Location.source)).all() == [LocationSource.LIVE]


async def test_a_venue_is_taken_and_marked(talk: Talk) -> None:
    latitude, longitude = talk.stage.places[GYMNASIUM]
    await talk.do("小陈", "send_venue", latitude=latitude, longitude=longitude, title="体育馆", address="路")
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Location.source)).all() == [LocationSource.VENUE]


@pytest.mark.parametrize(
    ("act", "what"),
    [("send_sticker", "贴纸"), ("send_voice", "语音"), ("send_video", "视频"), ("send_contact", "名片")],
)
async def test_what_cannot_be_used_is_named_and_nothing_is_lost(talk: Talk, act: str, what: str) -> None:
    """B10, B11, B12."""
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕")
    await talk.do("小陈", act)
    assert (await talk.texts("小陈"))[-1] == f"这个我用不上（{what}）。请发照片、位置或文字；其他都没有丢"
    await talk.play("小陈 → 🖼🖼\n小陈 taps ✅\n小陈 ←\n    ✅ 已记录 No. TH-0806-001\n    …")


# photos that take their time


async def test_a_photo_that_has_not_arrived_is_told_and_corrected_by_itself(talk: Talk) -> None:
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕\n小陈 → 🖼")
    talk.drive.photos_come = False
    await talk.play(
        """
        小陈 → 🖼
        小陈 taps ✅
        小陈 ←
            ✅ 已记录 No. TH-0806-001
            体育馆五星公厕 · 厕所革命 2018
            13 项合格
            2 张照片，1 张待接收
            08:30 · 距点位 5 米
            [更正] [看照片]
        """
    )
    talk.drive.photos_come = True
    await talk.play(
        """
        + 1 h
        小陈 ←
            ✅ 已记录 No. TH-0806-001
            体育馆五星公厕 · 厕所革命 2018
            13 项合格
            2 张照片已存
            08:30 · 距点位 5 米
            [更正] [看照片]
        小陈 ← 1 message
        """
    )


# videos


def _allow_videos(talk: Talk) -> None:
    with talk.drive.database.writing() as session:
        campaign = session.scalars(select(Campaign)).one()
        campaign.settings = campaign.settings | {"videos": True}


async def test_b11_a_video_is_an_attachment_where_the_campaign_takes_such(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept like a photo, counted as none, listed in the ledger, and opened by nobody."""
    opened: list[bytes] = []

    def look(content: bytes) -> Look:
        opened.append(content)
        return second_look(content)

    monkeypatch.setattr("tests.stage.in_process.second_look", look)
    _allow_videos(talk)
    await talk.do("小陈", "send_video")
    assert (await talk.texts("小陈"))[-1] == "请先发位置 📍 或照片开始检查，再发视频"
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕")
    await talk.do("小陈", "send_video", caption="3 有烟蒂")
    await talk.play(
        """
        小陈 ←
            体育馆五星公厕 · 厕所革命 2018 · 距点位 5 米
            上次检查：无 · 未整改：0
            📷 0/2 · 检查项 1/13
            🎞 1 个视频（附件）
            ✗ 3 无烟蒂：有烟蒂
            请发 2 张照片
            …
        小陈 → 🖼🖼
        小陈 taps ✅
        小陈 ←
            ✅ 已记录 No. TH-0806-001
            体育馆五星公厕 · 厕所革命 2018
            12 项合格，1 项不合格 → 已开 1 个问题
            ✗ 3 无烟蒂：有烟蒂 · 期限待定
            2 张照片已存
            🎞 1 个视频（附件）
            …
        """
    )
    with talk.drive.database.reading() as session:
        video = session.scalars(select(Photo).where(Photo.moment == PhotoMoment.ATTACHED)).one()
        assert (video.state, video.verdict, video.mime) == (PhotoState.STORED, PhotoVerdict.ORIGINAL, "video/mp4")
        assert video.sha256 is not None
        kept = talk.drive.store.path(video.sha256).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == video.sha256
    assert kept not in opened
    await talk.do("办公室", "send_text", text="导出 CSV 厕所 8月")
    document = next(m["document"] for m in await talk.messages("办公室") if m["kind"] == "document")
    file = talk.drive.world.files.find(document["file_id"])
    assert file is not None
    rows = list(csv.reader(io.StringIO(talk.drive.world.files.content(file).decode("utf-8-sig"))))
    assert rows[1][rows[0].index("附件")].endswith(f" · sha256 {video.sha256}")
    assert rows[1][rows[0].index("照片数")] == "2"
    await talk.play("小陈 taps 看照片")  # only the photos: the platform shows a video as something else
    shown = [m for m in await talk.messages("小陈") if m["kind"] == "video" and m["from"] != talk.stage.people["小陈"]]
    assert shown == []


async def test_b11_elsewhere_a_photo_is_asked_for_and_a_video_as_a_file_is_kept_unopened(talk: Talk) -> None:
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕")
    await talk.do("小陈", "send_video")
    assert (await talk.texts("小陈"))[-1] == "这个我用不上（视频）。请发照片、位置或文字；其他都没有丢"
    _allow_videos(talk)
    await talk.do("小陈", "send_video_note")  # B10
    assert (await talk.texts("小陈"))[-1] == "这个我用不上（视频）。请发照片、位置或文字；其他都没有丢"
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Photo)).all() == []
