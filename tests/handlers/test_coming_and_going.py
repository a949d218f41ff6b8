"""Strangers, people who leave, groups that move, the bot thrown out and let in again."""

from datetime import timedelta

from sqlalchemy import func, select

from handlers import moments
from models.checks import Check
from models.evidence import Photo
from models.findings import Finding
from models.messages import InboxRow, InboxState, OutboxRow
from models.people import Account, GroupChat, Invite, Person, Posting, StrangerVisit
from tests.handlers.conversing import Talk

NEUTRAL = "此机器人仅供受邀人员使用。请向管理员索取邀请链接。"
GROUP = "太和镇厕所革命群"
TOO_OLD = "这个按钮已失效。请打“我的”看现在的情况"


async def test_a_stranger_hears_one_sentence_whatever_they_try(talk: Talk) -> None:
    """T01: nothing is fetched, nothing is kept but how often they knocked."""
    await talk.play("people: 路人")
    with talk.drive.database.reading() as session:
        people = session.scalar(select(func.count(Person.id)))
    lines = [
        "/start",
        "/status",
        "/export",
        "进度",
        "体育馆五星公厕",
        "3 有烟蒂",
        "邀请 管理员",
        "绑定 太和镇 厕所",
        "更正",
        "/lang en",
    ]
    for line in lines:
        await talk.do("路人", "send_text", text=line)
    await talk.locates("路人", "体育馆五星公厕")
    await talk.play("路人 → 🖼🖼\n路人 → 🖼 caption 体育馆公厕 全部合格")
    await talk.do("路人", "send_sticker")
    for data in ("v1:q:open:0:0:0", "v1:begin:s:1", "v1:photos:1"):
        await talk.taps("路人", data)
    said = await talk.texts("路人")
    assert set(said) == {NEUTRAL}
    assert not [call for call in await talk.drive.calls() if call["method"].lower() == "getfile"]
    with talk.drive.database.reading() as session:
        visit = session.scalars(select(StrangerVisit)).one()
        assert (visit.count, visit.answered) == (len(lines) + 8, len(said))
        assert session.scalar(select(func.count(Person.id))) == people
        for table in (Photo, Check):
            assert session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_stranger_is_answered_a_limited_number_of_times_an_hour(talk: Talk) -> None:
    await talk.play("people: 路人")
    for n in range(30):
        await talk.do("路人", "send_text", text=f"hello {n}")
    assert len(await talk.texts("路人")) == 20
    await talk.play("+ 1 h")
    await talk.do("路人", "send_text", text="hello")
    assert len(await talk.texts("路人")) == 21


async def test_guessed_links_stop_being_answered(talk: Talk) -> None:
    """B69."""
    await talk.play("people: 路人")
    for n in range(12):
        await talk.do("路人", "start", payload=f"guess{n:02d}AAAAAAAAAAAAAAAAAAAAAAAA")
    assert await talk.texts("路人") == [NEUTRAL] * 5


async def test_who_has_left_is_a_stranger_at_the_next_message(talk: Talk) -> None:
    """T02: rights are read at every message; old buttons and drafts die with the posting."""
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕\n小陈 → 🖼🖼")
    with talk.drive.database.writing() as session:
        person = session.scalars(select(Person).join(Account).where(Account.name == "小陈")).one()
        person.left_at = talk.drive.now()
    before = len(await talk.texts("小陈"))
    for line in ("进度", "3 有烟蒂", "我的", "/export", "体育馆五星公厕"):
        await talk.do("小陈", "send_text", text=line)
    for data in ("v1:ok:1", "v1:each:1", "v1:photos:1", "v1:q:open:0:0:0", "v1:begin:1"):
        await talk.taps("小陈", data)
    await talk.locates("小陈", "玄真公厕")
    await talk.play("小陈 → 🖼")
    assert set((await talk.texts("小陈"))[before:]) == {NEUTRAL}
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Check.number)).all() == [None]
        assert session.scalar(select(func.count(Photo.id))) == 2
    await talk.play("=== 2018-08-07 09:00\n--- morning\n小陈 ← nothing")


async def test_an_ended_posting_ends_what_it_allowed(talk: Talk) -> None:
    with talk.drive.database.writing() as session:
        posting = session.scalars(select(Posting).where(Posting.person_id == talk.person("小陈").id)).one()
        posting.until = talk.drive.now() + timedelta(minutes=1)
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕")
    assert (await talk.texts("小陈"))[-1].startswith("体育馆五星公厕 · 厕所革命 2018")
    await talk.play("+ 2 min")
    await talk.do("小陈", "send_text", text="进度")
    assert (await talk.texts("小陈"))[-1] == NEUTRAL


# groups


async def test_a_group_keeps_its_binding_when_it_gets_a_new_number(talk: Talk) -> None:
    """F27, in the order the platform tells it and in the other."""
    for order in ("old_first", "new_first"):
        group = f"{order}群"
        await talk.play(f"group {group}: 管理员*, 小陈\n管理员 @ {group} → 绑定 太和镇 厕所革命")
        moved = await talk.do("管理员", "migrate", chat=talk.stage.groups[group], order=order)
        talk.stage.groups[group] = moved["id"]
        await talk.play(
            f"--- moved\n小陈 @ {group} → 进度\n{group} ←\n    厕所革命 2018 · …\n    已查 0/14（中心城区 0/14）\n    …"
        )
    with talk.drive.database.reading() as session:
        assert session.scalar(select(func.count(GroupChat.id)).where(GroupChat.left_at.is_(None))) == 3


async def test_what_is_answered_after_a_group_has_moved_follows_it(talk: Talk) -> None:
    """F27: the question was asked in the old place, and answered when that was known to be empty."""
    old = str(talk.stage.groups[GROUP])
    moved = await talk.do("管理员", "migrate", chat=int(old))
    talk.stage.groups[GROUP] = moved["id"]
    now = talk.drive.now()
    with talk.drive.database.writing() as session:
        answer = {"text": "已查 0/14"}
        session.add(OutboxRow(key="late", channel="telegram", chat=old, body=answer, due_at=now, created_at=now))
    talk.drive.write(lambda session: moments.group_moved(session, now, "telegram", old, str(moved["id"])))
    await talk.play("=== 2018-08-06 08:31")
    assert "已查 0/14" in (await talk.texts(GROUP))


async def test_the_day_goes_on_in_the_new_group(talk: Talk) -> None:
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕\n小陈 → 🖼🖼\n小陈 taps ✅")
    moved = await talk.do("管理员", "migrate", chat=talk.stage.groups[GROUP])
    talk.stage.groups[GROUP] = moved["id"]
    await talk.play(
        f"""
        小陈 → 📍 5 m from 玄真公厕
        小陈 → 🖼🖼
        小陈 taps ✅
        {GROUP} ←
            厕所革命 2018 · 08-06 进行中
            今日检查 2 次，2 个点位
            …
        === 2018-08-06 18:00
        {GROUP} ←
            {{picture}}
            厕所革命 2018 · 08-06 日报
            …
        """
    )


async def test_thrown_out_and_let_in_again(talk: Talk) -> None:
    """F26: who bound it is told; nothing is sent meanwhile; the binding is still there afterwards."""
    chat = talk.stage.groups[GROUP]
    await talk.play("--- out")
    await talk.do("小陈", "remove_bot", chat=chat, **{"as": talk.stage.people["管理员"]})
    await talk.play(
        f"""
        管理员 ←
            我被移出了群“{GROUP}”，该群不再收到日报
        小陈 → 📍 5 m from 体育馆五星公厕
        小陈 → 🖼🖼
        小陈 taps ✅
        === 2018-08-06 18:10
        {GROUP} ← nothing
        """
    )
    await talk.do("小陈", "add_bot", chat=chat, **{"as": talk.stage.people["管理员"]})
    await talk.play(
        f"""
        --- in again
        小陈 @ {GROUP} → 进度
        {GROUP} ←
            厕所革命 2018 · 截至 08-06 18:10
            已查 1/14（中心城区 1/14）
            …
        """
    )


# other people's buttons


async def test_another_persons_button_does_nothing_and_tells_nothing(talk: Talk) -> None:
    """B65, T07."""
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕\n小陈 → 🖼🖼\n小陈 → 3 有烟蒂")
    for who in ("小王", "小黄", "老李"):
        for data in (
            "v1:ok:1",
            "v1:cancel:1",
            "v1:each:1",
            "v1:say:1:3:pass",
            "v1:item:1:3",
            "v1:show:1",
            "v1:site:1",
            "v1:at:1:2",
        ):
            assert await talk.taps(who, data) in {TOO_OLD, "这次检查已取消"}, (who, data)
    await talk.play("小陈 taps ✅")
    for who in ("小王", "小黄"):
        for data in (
            "v1:undo:1",
            "v1:fix:1",
            "v1:photos:1",
            "v1:due:1:3",
            "v1:spot:1",
            "v1:own:1",
            "v1:limit:1",
            "v1:ask:1",
        ):
            if (who, data) == ("小王", "v1:ask:1"):
                continue  # a colleague of the same area may look at it
            assert await talk.taps(who, data) == TOO_OLD, (who, data)
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Check.number)).all() == ["TH-0806-001"]
        assert session.scalars(select(Finding.deadline_on)).all() == [None]


FORGED = (
    ["", "v1", "v1:", "v1:ok", "v1:ok:x", "v1:ok:1:2:3", "v1:ok:99999999999999999999", "v2:ok:1", "ok:1",
     "v1:nosuch:1", "v1:q", "v1:q:nosuch:0:0:0", "v1:q:open:x:y:z", "v1:q:open:9:9:9", "v1:q:1:0:0:0", "v1:at:1",
     "v1:say:1:3:perfect", "v1:say:1:99:pass", "v1:say:1:3:5", "v1:due:1:-3", "v1:due:1:99999", "v1:export:1:2018:13",
     "v1:export:0:0:0", "v1:export:1:0:1", "v1:export:1:99999:1", "v1:export:x:y:z", "v1:pos:x:y", "v1:begin:s:x",
     "v1:begin:s", "v1:begin:x", "v1:item:1:99", "v1:site_file:x", "v1:photos:x", "\u0000", "v1:ok:１",
     "v1:" + "x" * 60]
)  # fmt: skip


async def test_forged_buttons(talk: Talk) -> None:
    """B63: refused in words, never with an error."""
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕")
    for data in FORGED:
        for who in ("小陈", "办公室"):
            await talk.do(who, "tap", message_id=1, data=data, force=True)
            with talk.drive.database.reading() as session:
                waiting = session.scalars(select(InboxRow.raw).where(InboxRow.state != InboxState.DONE)).all()
                assert waiting == [], data
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Check.state)).all() == ["draft"]


async def test_an_old_buttons_answer_says_what_became_of_the_check(talk: Talk) -> None:
    await talk.play("小陈 → 📍 5 m from 体育馆五星公厕\n小陈 → 🖼🖼\n小陈 taps ✅")
    for day in ("2018-08-06 09:00", "2018-08-07 09:00"):
        await talk.play(f"=== {day}")
        assert await talk.taps("小陈", "v1:ok:1") == "这次检查已提交（No. TH-0806-001）"
    await talk.play("小陈 → 📍 5 m from 玄真公厕\n小陈 taps 取消")
    assert await talk.taps("小陈", "v1:ok:2") == "这次检查已取消"
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Check.number).order_by(Check.id)).all() == ["TH-0806-001", None]


async def test_a_link_is_for_one_person_and_the_issuer_hears_of_another(talk: Talk) -> None:
    """B68."""
    await talk.play(
        "people: 新人, 别人\n管理员 → 邀请 巡查员 太和镇\n新人 opens the link\n别人 opens the link\n新人 opens the link"
    )
    assert (await talk.texts("别人")) == ["此链接已被使用。请向管理员索取新链接。"]
    assert (await talk.texts("新人"))[-1] == "你好，新人。你是太和镇巡查员。发位置就能开始检查。"
    with talk.drive.database.reading() as session:
        assert session.scalar(select(func.count(Invite.id)).where(Invite.used_at.is_(None))) == 0
        assert session.scalar(select(func.count(Posting.id)).where(Posting.person_id == talk.person("新人").id)) == 1
