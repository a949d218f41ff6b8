"""Ways a check begins that a dialogue cannot write: codes at the door, sites nobody has placed, forwarded things."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.clock import LONGEST_WAIT
from bot.demo.stage import METRES_PER_DEGREE
from handlers import moments
from models.campaign_plan import Datum
from models.checks import Check, ItemResult
from models.places import PositionProposal, Site
from models.search import register_changed
from tests.campaign_files.folders import DATA
from tests.handlers.conversing import Talk

GYMNASIUM = "体育馆五星公厕"


async def test_the_code_at_the_door_begins_its_check(talk: Talk) -> None:
    await talk.do("小陈", "start", payload=f"s_{talk.site(GYMNASIUM).token}")
    await talk.play(
        """
        小陈 ←
            体育馆五星公厕 · 厕所革命 2018
            上次检查：无 · 未整改：0
            📷 0/2 · 检查项 0/13
            请发位置 📍
            [换点位] [逐项检查] [取消]
        小陈 → 📍 10 m from 体育馆五星公厕
        小陈 → 🖼🖼
        小陈 taps ✅
        小陈 ←
            ✅ 已记录 No. TH-0806-001
            …
        小陈 ← 1 message
        """
    )


async def test_the_same_code_twice_goes_on_with_the_same_check(talk: Talk) -> None:
    for _ in range(2):
        await talk.do("小陈", "start", payload=f"s_{talk.site(GYMNASIUM).token}")
    await talk.play("小陈 ← 1 message")
    with talk.drive.database.reading() as session:
        assert session.scalar(select(func.count(Check.id))) == 1


@pytest.mark.parametrize("who", ["小黄", "小陈"])
async def test_a_code_of_another_area_says_no_more_than_a_wrong_one(talk: Talk, who: str) -> None:
    other = {"小黄": GYMNASIUM, "小陈": "镇标公园公厕"}[who]
    before = len(await talk.texts(who))
    await talk.do(who, "start", payload=f"s_{talk.site(other).token}")
    await talk.do(who, "start", payload="s_nosuchcode")
    foreign, wrong = (await talk.texts(who))[before:]
    assert foreign == wrong == "这个二维码不是您负责的点位，或已停用。请打点位名称"


async def test_the_office_reads_a_sites_file_by_its_code(talk: Talk) -> None:
    await talk.do("办公室", "start", payload=f"s_{talk.site(GYMNASIUM).token}")
    assert (await talk.texts("办公室"))[-1].startswith("体育馆五星公厕 · 太和镇 · 中心城区\n")


async def test_a_stranger_with_a_code_is_a_stranger(talk: Talk) -> None:
    await talk.play("people: 路人")
    await talk.do("路人", "start", payload=f"s_{talk.site(GYMNASIUM).token}")
    assert await talk.texts("路人") == ["此机器人仅供受邀人员使用。请向管理员索取邀请链接。"]


# sites nobody has placed


async def test_a_site_without_a_position_gets_one_from_its_first_check(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(positions=None)
    await talk.play(
        """
        小陈 → 📍 0 m from 体育馆五星公厕
        小陈 ←
            附近没有已定位的点位。请选您所在的点位，或直接打名称；位置会先记下
            [体育馆五星公厕]
            …
            [取消]
        小陈 taps 体育馆五星公厕
        小陈 → 🖼🖼
        小陈 taps ✅
        小陈 ←
            ✅ 已记录 No. TH-0806-001
            体育馆五星公厕 · 厕所革命 2018
            13 项合格
            2 张照片已存
            08:30
            [更正] [看照片]
        办公室 ←
            体育馆五星公厕 还没有定位。小陈 的检查 No. TH-0806-001 建议位置：23.73380, 113.01650。确认吗？
            [确认位置] [不对]
        管理员 ← nothing
        小陈 → 📍 5 m from 体育馆五星公厕
        小陈 taps 取消
        办公室 ← 1 message
        办公室 taps 确认位置
        办公室 ← toast 体育馆五星公厕：位置已确认
        办公室 taps 确认位置
        办公室 ← toast 已经有人处理过了
        --- 下一个位置就认得
        小王 → 📍 20 m from 体育馆五星公厕
        小王 ←
            体育馆五星公厕 · 厕所革命 2018 · 距点位 20 米
            上次检查：08-06 全部合格 · 未整改：0
            …
        """
    )


async def test_a_refused_position_leaves_the_site_unplaced(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(positions=None)
    await talk.play(
        """
        小陈 → 体育馆五星公厕
        小陈 → 📍 0 m from 体育馆五星公厕
        小陈 → 🖼🖼
        小陈 taps ✅
        办公室 taps 不对
        办公室 ← toast 体育馆五星公厕：建议的位置未采用
        """
    )
    assert talk.site(GYMNASIUM).latitude is None
    with talk.drive.database.reading() as session:
        assert session.scalars(select(PositionProposal.accepted)).all() == [False]


async def test_only_the_office_decides_on_a_position(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(positions=None)
    await talk.play(
        """
        小陈 → 体育馆五星公厕
        小陈 → 📍 0 m from 体育馆五星公厕
        小陈 → 🖼🖼
        小陈 taps ✅
        """
    )
    for who in ("小陈", "老李", "小黄"):
        assert await talk.taps(who, "v1:pos:1:1") == "这个按钮已失效。请打“我的”看现在的情况"
    assert talk.site(GYMNASIUM).latitude is None


# two sites in one place


def _move_beside(talk: Talk, name: str, other: str, metres: float) -> None:
    latitude, longitude = talk.stage.places[other]
    with talk.drive.database.writing() as session:
        site = session.scalars(select(Site).where(Site.name == name)).one()
        site.latitude, site.longitude, site.datum = latitude + metres / METRES_PER_DEGREE, longitude, Datum.WGS84
        register_changed(session)


async def test_two_sites_within_the_fence_are_asked_about(talk: Talk) -> None:
    """B43."""
    _move_beside(talk, "玄真公厕", GYMNASIUM, 20)
    await talk.play(
        """
        小陈 → 🖼🖼
        小陈 → 📍 8 m from 体育馆五星公厕
        小陈 ←
            这里有几个点位，是哪一个？
            [体育馆五星公厕 · 8 米]
            [玄真公厕 · 12 米]
            [取消]
        小陈 taps 玄真公厕
        小陈 ←
            玄真公厕 · 厕所革命 2018 · 距点位 12 米
            上次检查：无 · 未整改：0
            📷 2/2 · 检查项 0/13
            …
        小陈 taps ✅
        小陈 → 📍 8 m from 体育馆五星公厕
        小陈 ←
            体育馆五星公厕 · 厕所革命 2018 · 距点位 8 米
            …
        """
    )


async def test_of_two_sites_the_much_nearer_is_taken(talk: Talk) -> None:
    _move_beside(talk, "玄真公厕", GYMNASIUM, 100)
    await talk.play(
        """
        小陈 → 📍 8 m from 体育馆五星公厕
        小陈 ←
            体育馆五星公厕 · 厕所革命 2018 · 距点位 8 米
            …
        """
    )


async def test_a_draft_gone_cold_is_not_taken_for_todays(talk: Talk) -> None:
    """L7: kept, offered, never silently gone on with."""
    await talk.play("小陈 → 玄真公厕\n小陈 → 3 有烟蒂")
    talk.drive.clock.move_by(timedelta(hours=13).total_seconds())
    await talk.play(
        """
        小陈 → 4 有杂物
        小陈 ←
            没有进行中的检查。请先发位置 📍 或点位名称，再填写各项
        小陈 → 我的
        小陈 ←
            今天已提交 0 次检查
            未提交：玄真公厕（08-06 08:30 开始）
            …
        小陈 taps 继续：玄真公厕
        小陈 ← also
            玄真公厕 · 厕所革命 2018
            上次检查：无 · 未整改：0
            📷 0/2 · 检查项 1/13
            ✗ 3 无烟蒂：有烟蒂
            …
        """
    )


async def test_answers_to_another_list_do_not_follow_to_a_site_with_its_own(talk: Talk) -> None:
    """Item 3 of one list is not item 3 of another; what was wrong stays readable, and nothing passes for answered."""
    talk.drive.import_campaign(DATA / "livestock-farms", None)
    with talk.drive.database.writing() as session:
        farm = session.scalars(select(Site).where(Site.name.contains("养殖场"))).first()
        assert farm is not None
        farm.area_id = session.scalars(select(Site.area_id).where(Site.name == GYMNASIUM)).one()
        name, site = farm.name, farm.id
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕\n小陈 → 3 有烟蒂\n小陈 → 7 合格")
    assert await talk.taps("小陈", f"v1:at:1:{site}") == name
    card = (await talk.texts("小陈"))[-1].split("\n")
    assert card[0].startswith(f"{name} · ")
    assert [line for line in card if "检查项" in line] == ["📷 0/2 · 检查项 0/21"]
    assert [line for line in card if line.startswith("备注")] == ["备注：无烟蒂：有烟蒂"]
    with talk.drive.database.reading() as session:
        assert session.scalars(select(ItemResult.id).where(ItemResult.replaced_at.is_(None))).all() == []
        assert len(session.scalars(select(ItemResult.id)).all()) == 2


async def test_a_name_that_many_sites_share_finds_ones_own(talk: Talk) -> None:
    await talk.play(
        """
        小黄 → 公园
        小黄 ←
            有 2 个点位，是哪一个？
            [镇标公园公厕 · 三坑镇]
            [运动公园公厕 · 三坑镇]
        小黄 → 🖼🖼 caption 运动公园 全部合格
        小黄 ←
            运动公园公厕 · 厕所革命 2018
            …
        """
    )


async def test_a_check_that_settles_when_the_clock_is_set_back_waits_no_longer_for_that(talk: Talk) -> None:
    """F12: not even when it was set back while the program was down, and is only seen by what it starts with."""
    await talk.play("小陈 → 🖼🖼 caption 体育馆公厕 全部合格\n小陈 → 📍 20 m from 体育馆五星公厕")
    before = talk.drive.now() - timedelta(hours=2)
    settling = select(Check.submit_due_at).where(Check.submit_due_at.is_not(None))
    for ahead, due in ((LONGEST_WAIT, before), (timedelta(0), before)):
        with talk.drive.database.writing() as session:
            assert session.scalars(settling).one() > before + timedelta(hours=1)
            moments.set_back(session, before, ahead)
            assert session.scalars(settling).one() == due
            session.rollback()
