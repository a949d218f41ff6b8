"""Returned checks where a dialogue does not reach: quick fingers, evidence rules, who has left in between."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from handlers import moments
from handlers.pictures.looking import Look
from models.campaigns import Campaign, ChecklistItem
from models.checks import Check, CheckState, ItemResult, Outcome
from models.evidence import Photo, PhotoState, PhotoVerdict
from models.figures import day_figures
from models.findings import Finding, FindingState
from models.ledgers import ledger_rows
from models.messages import OutboxRow
from models.people import Conversation, Expecting, Person, Posting
from models.returns import Return, ReturnedItem
from models.rights import Scope
from tests.handlers.conversing import SHANGHAI, Talk

CHECK = "小陈 → 📍 20 m from {site}\n小陈 → 🖼🖼\n{said}小陈 taps ✅\n"
TOO_OLD = "这个按钮已失效。请打“我的”看现在的情况"


async def checked(talk: Talk, site: str = "玄真公厕", said: str = "") -> None:
    await talk.play(CHECK.format(site=site, said=f"小陈 → {said}\n" if said else ""))


async def sent_back(talk: Talk, items: str = "3,13 看不清", number: str = "TH-0806-001") -> None:
    await checked(talk)
    await talk.play(f"老李 → 退回 {number} {items}")


def rows(talk: Talk) -> dict[int, ReturnedItem]:
    """The newest of each item, by its number."""
    with talk.drive.database.reading() as session:
        found = list(session.scalars(select(ReturnedItem).order_by(ReturnedItem.id)))
        by_number = {session.get_one(ChecklistItem, one.item_id).number: one for one in found}
        session.expunge_all()
        return by_number


def change(talk: Talk, what: Callable[[object], None], kind: type, *those: object) -> None:
    with talk.drive.database.writing() as session:
        for thing in session.scalars(select(kind).where(*those)):
            what(thing)


async def last(talk: Talk, who: str) -> str:
    return (await talk.texts(who))[-1]


async def test_sending_back_two_items_costs_three_actions_and_answering_each_at_most_four(talk: Talk) -> None:
    """The promise of the cost table, counted in messages the bot has left in each chat."""
    await checked(talk)
    before = {who: len(await talk.texts(who)) for who in ("小陈", "老李")}
    await talk.play("老李 → TH-0806-001\n老李 taps 退回\n老李 → 3,13 看不清")  # three actions
    assert {who: len(await talk.texts(who)) - n for who, n in before.items()} == {"小陈": 1, "老李": 1}
    await talk.play("小陈 taps 3 烟蒂\n小陈 → 🖼\n小陈 → 🖼 caption 13")  # a tap and a photo: 1 + 3; a caption: 4
    assert {who: len(await talk.texts(who)) - n for who, n in before.items()} == {"小陈": 1, "老李": 2}


async def test_the_check_is_counted_once_and_what_it_said_before_is_kept(talk: Talk) -> None:
    await checked(talk, said="3 有烟蒂")
    await talk.play("小陈 taps 7天")

    def figures() -> tuple[int, int, int]:
        with talk.drive.database.reading() as session:
            bounds = datetime(2018, 8, 6, tzinfo=SHANGHAI), datetime(2018, 8, 7, tzinfo=SHANGHAI)
            found = day_figures(session, 1, [Scope()], date(2018, 8, 6), bounds)
            return found.checks, found.sites, found.opened

    assert figures() == (1, 1, 1)
    await talk.play("老李 → 退回 TH-0806-001 3 看不清；5 没写")
    assert figures() == (1, 1, 1)
    await talk.play("小陈 → 3 合格；5 有蚊子")
    with talk.drive.database.reading() as session:
        check = session.scalars(select(Check)).one()
        assert (check.state, check.number, check.revision) == (CheckState.SUBMITTED, "TH-0806-001", 2)
        third = select(ItemResult).join(ChecklistItem, ChecklistItem.id == ItemResult.item_id)
        said = session.scalars(third.where(ChecklistItem.number == 3).order_by(ItemResult.id)).all()
        assert [(each.outcome, each.replaced_at is None) for each in said] == [
            (Outcome.FAIL, False), (Outcome.PASS, True),
        ]  # fmt: skip
        states = {f.item.number: f.state for f in session.scalars(select(Finding))}
        assert states == {3: FindingState.WITHDRAWN, 5: FindingState.OPEN}
        span = (date(2018, 8, 1), date(2018, 8, 31), talk.drive.now())
        row = ledger_rows(session, 1, [Scope()], *span).checks[0]
        assert {answer.item.number for answer in row.results if answer.outcome is Outcome.FAIL} == {5}
        assert row.corrections == 2


async def test_an_item_that_needs_a_photo_is_not_answered_by_words(talk: Talk) -> None:
    def always(item: object) -> None:
        item.evidence = "always"  # type: ignore[attr-defined]  # whatever the helper finds is one

    change(talk, always, ChecklistItem, ChecklistItem.number == 13)
    await talk.play("小陈 → 📍 20 m from 玄真公厕\n小陈 → 🖼🖼\n小陈 → 🖼 caption 13 合格\n小陈 taps ✅")
    await talk.play("老李 → 退回 TH-0806-001 13 看不清")
    assert "13 灯明：看不清 · 要新照片" in await last(talk, "小陈")
    await talk.play("小陈 taps 13 灯\n小陈 → 合格")
    assert (await last(talk, "小陈")).endswith("还要一张新照片：13 灯")
    assert rows(talk)[13].answered_at is None
    await talk.play("小陈 → 🖼")  # no second tap
    assert rows(talk)[13].answered_at is not None


async def test_a_failed_item_that_needs_a_photo_when_it_fails_may_be_passed_by_a_word(talk: Talk) -> None:
    def on_fail(item: object) -> None:
        item.evidence = "photo_on_fail"  # type: ignore[attr-defined]  # whatever the helper finds is one

    change(talk, on_fail, ChecklistItem, ChecklistItem.number.in_((3, 13)))
    await sent_back(talk)
    await talk.play("小陈 → 3 合格；13 灯坏")
    found = rows(talk)
    assert (found[3].answered_at is None, found[13].answered_at is None) == (False, True)
    await talk.play("小陈 → 🖼")
    assert rows(talk)[13].answered_at is not None


async def test_an_old_button_says_what_has_become_of_it(talk: Talk) -> None:
    await sent_back(talk)
    third, thirteenth = rows(talk)[3], rows(talk)[13]
    await talk.play("+ 5 min\n小陈 → 3 合格")
    assert await talk.taps("小陈", f"v1:redo:{third.id}:0") == "第 3 项 08:35 已重报"
    assert await talk.taps("老李", f"v1:mark:{third.return_id}:5") == "这次退回已经发出"
    await talk.taps("老李", f"v1:let_off:{third.return_id}")
    assert await talk.taps("小陈", f"v1:redo:{thirteenth.id}:0") == "第 13 项不用再报了"
    assert await talk.taps("老李", f"v1:let_off:{third.return_id}") == "小陈 已全部重报"
    for who in ("小王", "小黄", "办公室"):
        assert await talk.taps(who, f"v1:redo:{third.id}:0") == TOO_OLD


async def test_an_item_is_not_sent_back_twice_while_it_is_open(talk: Talk) -> None:
    await sent_back(talk)
    await talk.play("办公室 → 退回 TH-0806-001 3 看不清；5 没写")
    with talk.drive.database.reading() as session:
        numbers = [one.item.number for one in session.scalars(select(ReturnedItem).order_by(ReturnedItem.id))]
        assert numbers == [3, 13, 5]
    await talk.play("小陈 → 3 合格\n老李 → 退回 TH-0806-001 3 还是没写清")
    with talk.drive.database.reading() as session:
        assert len(session.scalars(select(ReturnedItem)).all()) == 4


async def test_one_number_of_two_checks_is_asked_about_and_the_photo_is_not_lost(talk: Talk) -> None:
    await checked(talk)
    await checked(talk, "明霞市场公厕")
    await talk.play("老李 → 退回 TH-0806-001 3 看不清\n老李 → 退回 TH-0806-002 3 也看不清")
    await talk.play("小陈 → 🖼 caption 3")
    assert await last(talk, "小陈") == "几次检查都有退回的项：是哪一次的？请点一下"
    await talk.play("小陈 taps 3 烟蒂 · 明霞市场公厕")
    with talk.drive.database.reading() as session:
        photo = session.scalars(select(Photo).order_by(Photo.id.desc())).first()
        assert photo is not None
        assert photo.check_id is not None
        assert session.get_one(Check, photo.check_id).number == "TH-0806-002"
        answered = [one.check_id for one in session.scalars(select(ReturnedItem)) if one.answered_at is not None]
        assert answered == [photo.check_id]
    await talk.play("小陈 → 3 合格")  # only one is left
    with talk.drive.database.reading() as session:
        assert all(one.answered_at is not None for one in session.scalars(select(ReturnedItem)))


async def test_all_parts_of_an_album_are_of_the_item(talk: Talk) -> None:
    await sent_back(talk)
    await talk.play("小陈 taps 3 烟蒂\n小陈 → 🖼🖼🖼\n小陈 → 🖼🖼 caption 13 灯坏")
    with talk.drive.database.reading() as session:
        items = [session.get_one(ChecklistItem, p.item_id).number for p in session.scalars(select(Photo)) if p.item_id]
        assert sorted(items) == [3, 3, 3, 13, 13]
        assert [check.state for check in session.scalars(select(Check))] == [CheckState.SUBMITTED]


async def test_whoever_goes_on_to_another_site_begins_a_check_there(talk: Talk) -> None:
    await sent_back(talk)
    await talk.play("小陈 taps 3 烟蒂\n小陈 → 📍 5 m from 明霞市场公厕\n小陈 → 🖼🖼\n小陈 → 3 有烟蒂\n小陈 taps ✅")
    assert rows(talk)[3].answered_at is None
    with talk.drive.database.reading() as session:
        assert [check.number for check in session.scalars(select(Check))] == ["TH-0806-001", "TH-0806-002"]


async def test_a_reply_to_the_card_or_the_receipt_answers_even_a_day_later(talk: Talk) -> None:
    await sent_back(talk)
    await talk.play("=== 2018-08-08 09:00\n小陈 → 📍 5 m from 明霞市场公厕")  # another check is in hand
    await talk.play("小陈 → 3 合格 reply to “老李 退回”\n小陈 → 13 灯坏 reply to “已记录 No. TH-0806-001”")
    assert all(one.answered_at is not None for one in rows(talk).values())
    await talk.play("小陈 → 5 有蚊子 reply to “已记录 No. TH-0806-001”")
    assert await last(talk, "小陈") == "已超过 24 小时，请组长或办公室更正"


async def test_a_photo_in_reply_to_the_card_is_of_its_only_item(talk: Talk) -> None:
    await sent_back(talk, "3 看不清")
    await talk.play("小陈 → 📍 5 m from 明霞市场公厕\n小陈 → 🖼 reply to “老李 退回”")
    assert rows(talk)[3].answered_at is not None


async def test_a_forwarded_photo_is_kept_and_answers_nothing(talk: Talk) -> None:
    await sent_back(talk)
    photo = next(m["id"] for m in await talk.messages("小陈") if m["kind"] == "photo")
    await talk.play("小陈 taps 3 烟蒂")
    await talk.do("小陈", "forward", from_chat=talk.stage.people["小陈"], message_id=photo)
    assert await last(talk, "小陈") == "转发的照片已留存，但不算本次的照片。请在现场拍一张"
    assert rows(talk)[3].answered_at is None
    await talk.play("小陈 → 🖼")
    assert rows(talk)[3].answered_at is not None


async def test_the_photo_sent_anew_is_the_one_before_in_the_picture_of_a_closed_case(talk: Talk) -> None:
    await talk.play("小陈 → 📍 20 m from 玄真公厕\n小陈 → 🖼🖼\n小陈 → 🖼 caption 13 灯坏，限7天\n小陈 taps ✅")
    await talk.play("老李 → 退回 TH-0806-001 13 看不清\n小陈 taps 13 灯\n小陈 → 🖼\n老李 → 我的")
    with talk.drive.database.writing() as session:
        case = session.scalars(select(Finding)).one()
        case.state, case.fixed_at = FindingState.FIXED_CLAIMED, talk.drive.now()
        case.fixed_by = talk.person("管理员").id
        newest = session.scalars(select(Photo).order_by(Photo.id.desc())).first()
        assert newest is not None
        sha = newest.sha256
    await talk.taps("小王", f"v1:verify:{case.id}")
    await talk.play("小王 → 📍 12 m from 玄真公厕\n小王 → 🖼\n小王 taps 合格")
    with talk.drive.database.reading() as session:
        sent = session.scalars(select(OutboxRow).where(OutboxRow.key.startswith("before_after:"))).first()
        assert sent is not None
        assert sha is not None
        assert sent.body["picture"]["data"]["before"] == sha


async def test_a_new_photo_that_shows_nothing_is_no_answer(talk: Talk) -> None:
    await sent_back(talk, "3 看不清")
    await talk.play("小陈 taps 3 烟蒂\n小陈 → 🖼")
    with talk.drive.database.writing() as session:
        photo = session.scalars(select(Photo).order_by(Photo.id.desc())).first()
        assert photo is not None
        photo.state, photo.verdict = PhotoState.PENDING, None
        look = Look(PhotoVerdict.INCOMPLETE, "cut_off")
        moments.photo_stored(session, talk.drive.agency, talk.drive.now(), photo.id, "0" * 64, 9, look)
    assert rows(talk)[3].answered_at is None
    await talk.play("小陈 → 🖼")
    assert rows(talk)[3].answered_at is not None
    with talk.drive.database.reading() as session:
        bad = session.scalars(select(Photo).where(Photo.verdict == PhotoVerdict.INCOMPLETE)).one()
        assert bad.replaced_at is not None


# who may, and who is still there


async def test_who_has_left_or_moved_between_two_taps_sends_nothing_back(talk: Talk) -> None:
    await checked(talk)
    await talk.play("老李 → TH-0806-001\n老李 taps 退回\n老李 taps 3 烟蒂")

    def ends(posting: object) -> None:
        posting.until = talk.drive.now() + timedelta(seconds=1)  # type: ignore[attr-defined]  # whatever the helper finds is one

    change(talk, ends, Posting, Posting.person_id == talk.person("老李").id)
    await talk.play("+ 1 min\n老李 → 看不清")
    with talk.drive.database.reading() as session:
        assert session.scalars(select(Return)).one().sent_at is None
        assert session.scalars(select(OutboxRow).where(OutboxRow.key.contains("returned"))).all() == []


async def test_nothing_is_asked_of_an_inspector_who_has_left(talk: Talk) -> None:
    await sent_back(talk)

    def leaves(person: object) -> None:
        person.left_at = talk.drive.now()  # type: ignore[attr-defined]  # whatever the helper finds is one

    change(talk, leaves, Person, Person.name == "小陈")
    third = rows(talk)[3]
    await talk.taps("小陈", f"v1:redo:{third.id}:0")
    await talk.play("老李 → 我的")
    assert "退回" not in await last(talk, "老李")
    await talk.play(
        "老李 → TH-0806-001\n老李 taps 退回 of “已记录”\n老李 ← toast 小陈 已不在岗，不能重报。请另派人检查"
    )


async def test_when_the_campaign_ends_the_lead_hears_that_no_answer_will_come(talk: Talk) -> None:
    await sent_back(talk)
    await talk.play("小陈 taps 3 烟蒂\n办公室 → 结束行动\n办公室 taps 结束行动")
    assert (await last(talk, "老李")).split("\n") == [
        "厕所革命 2018 已结束，退回的这些项不再重报：",
        "· 3 烟蒂、13 灯 · 玄真公厕 · 小陈",
    ]
    await talk.play("小陈 → 🖼")
    assert rows(talk)[3].answered_at is None
    await talk.play("小陈 → 3 合格")
    assert rows(talk)[3].answered_at is None
    await talk.play("小陈 → 我的")
    assert "退回" not in await last(talk, "小陈")
    await talk.play("老李 → 退回 TH-0806-001 5 没写")
    assert (await last(talk, "老李")).startswith("“厕所革命 2018”已于 08-06 结束")


async def test_what_a_lead_corrects_need_not_be_answered(talk: Talk) -> None:
    await sent_back(talk)
    with talk.drive.database.reading() as session:
        number = session.scalars(select(Check.id)).one()
    await talk.taps("老李", f"v1:fix:{number}")
    await talk.play("老李 → 3 有烟蒂")
    found = rows(talk)
    assert (found[3].dropped_at is None, found[13].dropped_at is None) == (False, True)


async def test_looking_at_a_check_does_not_end_what_was_asked(talk: Talk) -> None:
    await sent_back(talk)
    with talk.drive.database.writing() as session:
        talk_of = session.get_one(Conversation, talk.person("老李").id)
        talk_of.expecting, talk_of.expecting_id = Expecting.REFUSED_BECAUSE, 7
        talk_of.expecting_until = talk.drive.now() + timedelta(hours=1)
    await talk.play("老李 → TH-0806-001")
    with talk.drive.database.reading() as session:
        assert session.get_one(Conversation, talk.person("老李").id).expecting is Expecting.REFUSED_BECAUSE


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ("退回 TH-0806-001 3,13 照片看不清", {3: "照片看不清", 13: "照片看不清"}),
        ("退回TH-0806-001 3、13：照片看不清", {3: "照片看不清", 13: "照片看不清"}),
        ("退回 No. th-0806-001 3 13 照片看不清", {3: "照片看不清", 13: "照片看不清"}),
        ("退回 TH-0806-001 3 看不清；13 没拍灯", {3: "看不清", 13: "没拍灯"}),
        ("退回 TH-0806-001 3 2张照片都不清楚", {3: "2张照片都不清楚"}),
        ("return TH-0806-001 3,13 photo unclear", {3: "photo unclear", 13: "photo unclear"}),
        ("send back TH-0806-001 3 unclear; 13 lamp not shown", {3: "unclear", 13: "lamp not shown"}),
        ("退回上一步", {}),
        ("退回 TH-0806-001 99 没有", {}),
        ("退回 TH-0806-001", {}),
        ("退回 TH-0807-001 3 看不清", {}),
        ("退回 TH-0230-001 3 看不清", {}),  # no such day
        ("return visit on 13 August", {}),
    ],
)
async def test_what_is_sent_back_is_read_from_one_line(talk: Talk, line: str, reasons: dict[int, str]) -> None:
    await checked(talk)
    await talk.play(f"老李 → {line}")
    assert {number: one.reason for number, one in rows(talk).items() if one.asked_at is not None} == reasons


async def test_a_reason_that_begins_with_a_figure_is_a_reason(talk: Talk) -> None:
    await checked(talk)
    await talk.play("老李 → TH-0806-001\n老李 taps 退回\n老李 taps 3 烟蒂\n老李 → 2张照片都不清楚")
    assert {number: one.reason for number, one in rows(talk).items()} == {3: "2张照片都不清楚"}


async def test_what_was_chosen_and_left_alone_is_not_sent_back(talk: Talk) -> None:
    await checked(talk)
    await talk.play("老李 → TH-0806-001\n老李 taps 退回\n老李 taps 3 烟蒂\n老李 taps 5 蚊虫\n老李 taps ☑ 3 烟蒂")
    await talk.play("老李 taps 返回")
    assert "检查人：小陈 · 08-06" in await last(talk, "老李")
    await talk.play("老李 taps 退回\n老李 → 看不清")
    assert "请先点要重报的项" in await last(talk, "老李")
    await talk.play("老李 taps 7\n老李 → 看不清")
    assert {number for number, one in rows(talk).items() if one.asked_at is not None} == {7}


async def test_the_checks_of_a_day_are_listed_for_who_looks_after_them(talk: Talk) -> None:
    await checked(talk, said="3 有烟蒂")
    await checked(talk, "明霞市场公厕")
    await talk.play("老李 → 今天\n老李 taps 今天交的检查")
    assert (await last(talk, "老李")).split("\n") == [
        "08-06 交的检查：2 次",
        "· TH-0806-002 明霞市场公厕 · 小陈 · 全部合格",
        "· TH-0806-001 玄真公厕 · 小陈 · 1 项不合格",
    ]
    await talk.play("老李 taps No. TH-0806-001")
    assert "检查人：小陈 · 08-06" in await last(talk, "老李")
    with talk.drive.database.reading() as session:
        campaign, day = session.scalars(select(Campaign.id)).one(), date(2018, 8, 6).toordinal()
    for who in ("小陈", "小黄"):
        assert await talk.taps(who, f"v1:checks:{campaign}:{day}") == TOO_OLD
