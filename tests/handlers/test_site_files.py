"""The whole file of a site: what is on its pages, what is left out, what it costs nobody to have had it made."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from handlers import site_file, site_story
from handlers.site_story import Happening
from models.evidence import Photo, PhotoVerdict
from models.journal import JournalEntry
from models.messages import OutboxRow
from tests.campaign_files.folders import DATA
from tests.handlers.conversing import JOINED, Talk

CHECK = "小陈 → 🖼🖼\n小陈 → 13 灯不亮\n小陈 taps ✅\n小陈 taps 7天\n"


async def test_what_cannot_be_used_is_not_in_it(talk: Talk) -> None:
    await talk.locates("小陈", "玄真公厕", 10)
    await talk.play(CHECK)
    with talk.drive.database.writing() as session:
        first, second, *_ = session.scalars(select(Photo).order_by(Photo.id))
        first.verdict = PhotoVerdict.QUARANTINED
        kept = second.sha256
    await talk.play("办公室 → 玄真公厕\n办公室 taps 完整档案")
    with talk.drive.database.reading() as session:
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
        assert row is not None
        drawn = row.body["picture"]
        assert [photo for event in drawn["data"]["events"] for photo in event["photos"]] == [kept]
        assert drawn["data"]["counts"] == "检查 1 · 问题 1 · 照片 1"
        assert "buttons" not in row.body
        taken = session.scalars(select(JournalEntry).where(JournalEntry.action == "site_file.taken")).one()
        assert (taken.data, taken.person_id is not None) == ({"pages": 1, "left_out": 0}, True)


async def test_who_may_not_see_the_site_gets_no_file(talk: Talk) -> None:
    site = talk.site("玄真公厕")
    assert await talk.taps("小黄", f"v1:whole_file:{site.id}") == "这个按钮已失效。请打“我的”看现在的情况"
    with talk.drive.database.reading() as session:
        assert session.scalars(select(JournalEntry).where(JournalEntry.action == "site_file.taken")).all() == []


async def test_in_english(talk: Talk) -> None:
    await talk.locates("小陈", "玄真公厕", 10)
    await talk.play(
        CHECK + "办公室 → language English\n办公室 → 列入 重点监管 玄真公厕 投诉\n办公室 taps See the site\n"
    )
    await talk.play("办公室 taps Whole file")
    lines = (await talk.texts("办公室"))[-1].split("\n")
    assert lines[:3] == [
        "玄真公厕 · whole file",
        "Checks 1 · problems 1 · photos 2",
        "Made for 办公室 2018-08-06 08:30, to be read only",
    ]
    assert lines[-1] == "08-06 08:30 On Key supervision list, by 办公室: 投诉"


async def test_what_a_site_is_exempt_from_is_said_with_its_source(talk: Talk) -> None:
    """R39; only of sites the printed exception speaks of."""
    talk.drive.import_campaign(DATA / "mother-baby-rooms", None)
    await talk.play("办公室 → 测试公交站台母婴室\n办公室 → 测试公园母婴室\n办公室 → 玄真公厕")
    exempt, not_exempt, of_another = (await talk.texts("办公室"))[-3:]
    (line,) = [line for line in exempt.split("\n") if line.startswith("豁免")]
    assert line.startswith("豁免：特殊公共场所不受面积限制：特殊公共场所（如公交站台等）因建设空间受限")
    assert line.endswith("（清新府办〔2018〕23号 附件2 备注③）")
    assert "豁免" not in not_exempt + of_another


class _Clock:
    """All that is asked of a turn here."""

    class agency:
        @staticmethod
        def local(moment: object) -> object:
            return moment


def test_pages_hold_what_fits_and_leave_out_the_oldest() -> None:
    day = Happening(JOINED, "good", "小陈 检查", photos=("a", "b", "c"))
    many = [replace(day, at=JOINED + timedelta(days=n)) for n in range(60)]
    pages, left_out = site_file.paged(_Clock(), many)  # type: ignore[arg-type]  # all of a turn that it asks for
    assert len(pages) == site_file.MOST_PAGES
    assert left_out + sum(map(len, pages)) == 60
    assert pages[-1][-1] == many[-1]
    assert [one for page in pages for one in page] == many[left_out:]
    assert site_file.paged(_Clock(), []) == ([[]], 0)  # type: ignore[arg-type]  # all of a turn that it asks for
    assert site_story.MOST_PHOTOS == 6
