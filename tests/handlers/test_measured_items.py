"""Items that are measured or chosen, and items a tier does not require: the mother-and-baby rooms of P03."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.campaign_files import read_campaign
from bot.demo.stage import Stage
from models.campaign_import import apply
from models.checks import Check, Outcome
from models.drafts import results_of
from tests.stage.in_process import InProcess

ROOMS = Path(__file__).parents[1] / "campaign_files" / "data" / "mother-baby-rooms"
HERE = (23.7, 113.0)

SCRIPT = """people: 管理员, 小陈
=== 2018-08-01 09:00
管理员 → 邀请 巡查员 太和镇
小陈 opens the link
=== 2018-08-06 08:30
--- 检查
小陈 → 测试公园母婴室
小陈 → 📍 5 m from 这里
小陈 → 🖼🖼
小陈 ←
    …
    请填写：25 空间形式、26 面积。例如打 25 加数值
    [换点位] [逐项检查] [取消]
小陈 → 99 没有
小陈 ←
    …
    没有第 99 项，这张表共 25 项。请再打一次
    [换点位] [逐项检查] [取消]
小陈 → 25 独立
小陈 → 26 18
小陈 ←
    …
    ✗ 26 面积：18
    …
    [✅ 其余 23 项均合格，提交]
    [逐项检查] [换点位] [取消]
小陈 taps ✅
小陈 ←
    ✅ 已记录 No. …
    …
    24 项合格，1 项不合格 → 已开 1 个问题
    …
"""


async def test_figures_are_asked_for_and_judged_by_the_tier(tmp_path: Path) -> None:
    drive = InProcess(tmp_path, datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    with drive.database.writing() as session:
        apply(session, read_campaign(ROOMS), drive.now())
    script = tmp_path / "rooms.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    await Stage(drive, {"这里": HERE}, patience=0).play(script)
    with drive.database.reading() as session:
        check = session.scalars(select(Check)).one()
        outcomes = {result.item.number: result.outcome for result in results_of(check)}
    assert outcomes[26] is Outcome.FAIL
    assert outcomes[25] is Outcome.PASS
    assert 10 not in outcomes, "the exhaust fan is not required of an upgraded room (P03 annex 2)"
