"""The same problem again, where somebody was quicker, taps twice, takes back or has left; and what it costs to ask."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checks import Check
from models.findings import Finding, FindingState, FindingStep
from models.people import Person, Posting
from models.sightings import Sighting
from tests.handlers.conversing import Talk

FIRST = """小陈 → 📍 20 m from 玄真公厕
        小陈 → 🖼🖼
        小陈 → 13 灯不亮
        小陈 taps ✅
        小陈 taps 7天
        === 2018-08-06 10:00
        """
AGAIN = """小王 → 📍 20 m from 玄真公厕
        小王 → 🖼🖼
        小王 → 13 还不亮
        """


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(tmp_path)
    await talk.begin()
    await talk.play(FIRST)
    return talk


def cases(talk: Talk) -> list[Finding]:
    with talk.drive.database.reading() as session:
        return list(session.scalars(select(Finding).order_by(Finding.id)))


def states(talk: Talk) -> list[tuple[FindingState, int]]:
    return [(case.state, case.seen) for case in cases(talk)]


def sightings(talk: Talk) -> list[Sighting]:
    with talk.drive.database.reading() as session:
        return list(session.scalars(select(Sighting).order_by(Sighting.id)))


def change(talk: Talk, what: object) -> None:
    assert callable(what)
    with talk.drive.database.writing() as session:
        what(session)


OPEN, DUPLICATE, WITHDRAWN = FindingState.OPEN, FindingState.DUPLICATE, FindingState.WITHDRAWN
CLOSED = FindingState.VERIFIED_CLOSED


async def test_a_case_closed_meanwhile_is_not_the_same_any_more(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps 同一问题\n")

    def close(session: Session) -> None:
        case = session.scalars(select(Finding)).one()
        case.state, case.closed_at = CLOSED, talk.drive.now()

    change(talk, close)
    await talk.play("小王 taps ✅")
    assert [(case.state, case.recurrence) for case in cases(talk)] == [(CLOSED, 1), (OPEN, 2)]
    assert [one.counts for one in sightings(talk)] == [False]


async def test_a_choice_about_a_case_closed_meanwhile_says_so_and_shows_what_is_now(talk: Talk) -> None:
    await talk.play(AGAIN)

    def close(session: Session) -> None:
        case = session.scalars(select(Finding)).one()
        case.state, case.closed_at = CLOSED, talk.drive.now()

    change(talk, close)
    await talk.play("小王 taps 同一问题")
    assert "08-06 已销号的同一问题再次出现（反弹）" in (await talk.texts("小王"))[-1]
    assert sightings(talk) == []


async def test_one_new_problem_however_often_it_is_tapped(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps ✅\n")
    number = sightings(talk)[0].id
    await talk.play("小王 taps 是新问题")
    assert await talk.taps("小王", f"v1:another:{number}") == "这个按钮已失效。请打“我的”看现在的情况"
    assert states(talk) == [(OPEN, 1), (OPEN, 1)]
    assert [(one.is_same, one.counts) for one in sightings(talk)] == [(True, False), (False, False)]


async def test_who_has_lost_the_post_takes_nothing_off_a_case(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps ✅\n")
    number = sightings(talk)[0].id
    for who in ("小陈", "小黄"):
        await talk.taps(who, f"v1:another:{number}")

    def leave(session: Session) -> None:
        person = session.scalars(select(Person).where(Person.name == "小王")).one()
        person.left_at = talk.drive.now()

    change(talk, leave)
    await talk.taps("小王", f"v1:another:{number}")
    assert states(talk) == [(OPEN, 2)]


async def test_taken_back_and_handed_in_again_counts_once(talk: Talk) -> None:
    """「全部合格」 with an exception is what may be taken back."""
    await talk.play(AGAIN + "小王 → 全部合格\n+ 10 s\n")
    assert states(talk) == [(OPEN, 2)]
    await talk.play("小王 taps 撤回")
    assert states(talk) == [(OPEN, 1)]
    await talk.play("小王 taps ✅")
    assert states(talk) == [(OPEN, 2)]
    assert [one.counts for one in sightings(talk)] == [False, True]


async def test_a_case_that_others_have_found_outlives_the_correction_of_its_check(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps ✅\n小陈 → 更正\n小陈 → 13 合格\n")
    assert states(talk) == [(OPEN, 2)]
    await talk.play("小王 → 更正\n小王 → 13 合格\n")
    assert [state for state, _ in states(talk)] == [WITHDRAWN]


async def test_photos_join_the_case_and_leave_it_with_the_answer(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps 同一问题\n小王 → 🖼\n小王 taps ✅\n小王 taps 更正\n")

    def joined(session: Session) -> list[int | None]:
        check = session.scalars(select(Check).order_by(Check.id.desc()).limit(1)).one()
        return [photo.finding_id for photo in check.photos]

    with talk.drive.database.reading() as session:
        assert joined(session) == [None, None, 1]
    await talk.play("小王 → 13 合格")
    with talk.drive.database.reading() as session:
        assert joined(session) == [None, None, None]


async def test_a_case_of_a_near_site_is_counted_only_where_that_was_said(talk: Talk) -> None:
    near = """小王 → 📍 140 m from 玄真公园公厕
        小王 → 🖼🖼
        小王 → 13 门口的灯不亮
        小王 taps 同一问题
        小王 taps ✅
        """
    await talk.play(near)
    assert states(talk) == [(OPEN, 2)]


async def test_merging_makes_no_chains_and_no_circles(talk: Talk) -> None:
    one = """小王 → 📍 20 m from 玄真公厕
        小王 → 🖼🖼
        小王 → 13 还不亮
        小王 taps 新问题
        小王 taps ✅
        小王 taps 3天
        """
    await talk.play(one + one)
    first, second, third = (case.id for case in cases(talk))
    assert await talk.taps("小王", f"v1:into:{second}:{first}") == "这个按钮已失效。请打“我的”看现在的情况"
    assert await talk.taps("老李", f"v1:into:{first}:{first}") == "不能并入自己。请打另一个未整改问题的编号"
    await talk.taps("老李", f"v1:into:{first}:{second}")
    await talk.taps("老李", f"v1:into:{second}:{third}")
    assert [case.duplicate_of for case in cases(talk)] == [third, third, None]
    assert states(talk) == [(DUPLICATE, 1), (DUPLICATE, 1), (OPEN, 3)]
    await talk.taps("老李", f"v1:into:{third}:{first}")  # what that was merged into: itself
    await talk.taps("老李", f"v1:into:{first}:{third}")  # once more
    assert [case.duplicate_of for case in cases(talk)] == [third, third, None]
    await talk.taps("老李", f"v1:part:{first}")
    await talk.taps("老李", f"v1:part:{first}")
    assert states(talk) == [(OPEN, 1), (DUPLICATE, 1), (OPEN, 2)]


async def test_a_merge_is_not_undone_once_the_other_is_closed(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps 新问题\n小王 taps ✅\n小王 taps 3天\n")
    await talk.taps("老李", "v1:into:2:1")

    def close(session: Session) -> None:
        case = session.get_one(Finding, 1)
        case.state, case.closed_at = CLOSED, talk.drive.now()

    change(talk, close)
    assert await talk.taps("老李", "v1:part:2") == "TH-0806-W01 已了结，不能再取消并入"
    assert [state for state, _ in states(talk)] == [CLOSED, DUPLICATE]


async def test_a_number_typed_by_who_has_lost_the_post_merges_nothing(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps 新问题\n小王 taps ✅\n小王 taps 3天\n")
    await talk.taps("老李", "v1:merge:2")

    def moved(session: Session) -> None:
        person = session.scalars(select(Person).where(Person.name == "老李")).one()
        posting = session.scalars(select(Posting).where(Posting.person_id == person.id)).one()
        posting.area_id = session.scalars(select(Posting.area_id).join(Person).where(Person.name == "小黄")).one()

    change(talk, moved)
    await talk.play("老李 → TH-0806-W01")
    assert (await talk.texts("老李"))[-1] == "这个按钮已失效。请打“我的”看现在的情况"
    assert await talk.taps("老李", "v1:into:2:1") == "这个按钮已失效。请打“我的”看现在的情况"
    assert [state for state, _ in states(talk)] == [OPEN, OPEN]


async def test_the_state_before_a_merge_comes_back(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps 新问题\n小王 taps ✅\n小王 taps 3天\n")

    def claimed(session: Session) -> None:
        session.get_one(Finding, 2).state = FindingState.NOTICE_ISSUED

    change(talk, claimed)
    await talk.taps("老李", "v1:into:2:1")
    await talk.taps("老李", "v1:part:2")
    assert states(talk) == [(OPEN, 1), (FindingState.NOTICE_ISSUED, 1)]
    with talk.drive.database.reading() as session:
        made = session.scalars(select(FindingStep.step).where(FindingStep.finding_id == 1).order_by(FindingStep.id))
        assert list(made)[-2:] == ["merged_in", "parted_from"]


async def test_it_is_said_in_english_too(talk: Talk) -> None:
    await talk.play("小王 → 语言 English\n" + AGAIN + "小王 taps ✅\n")
    shown = (await talk.texts("小王"))[-1]
    assert "same problem, counted for TH-0806-W01" in shown
    assert "12 in order, 1 not → 1 open already, not opened twice" in shown


async def test_what_is_open_is_asked_for_once_and_only_where_an_item_has_failed(talk: Talk) -> None:
    asked: list[str] = []

    def heard(statement: str) -> None:
        if "findings.site_id IN" in statement or "FROM sightings" in statement:
            asked.append(statement)

    line = talk.drive.write(lambda session: session.connection().connection.driver_connection)
    assert isinstance(line, sqlite3.Connection)
    line.set_trace_callback(heard)
    await talk.play("小王 → 📍 20 m from 明霞市场公厕\n小王 → 🖼🖼\n小王 taps ✅\n")
    assert asked == []
    await talk.play("小王 → 📍 20 m from 清泉公园公厕\n小王 → 🖼🖼\n小王 → 3 有烟蒂\n小王 → 🖼\n小王 taps ✅\n")
    assert len(asked) == 1


async def test_of_several_items_each_is_asked_about_by_its_name(talk: Talk) -> None:
    await talk.play("小陈 → 📍 20 m from 玄真公厕\n小陈 → 🖼🖼\n小陈 → 3 有烟蒂\n小陈 taps ✅\n小陈 taps 7天\n")
    await talk.play("小王 → 📍 20 m from 玄真公厕\n小王 → 🖼🖼\n小王 → 3 还有\n小王 → 13 还不亮\n")
    await talk.play(
        "小王 taps 3 烟蒂：同一问题\n小王 taps 13 灯：新问题\n小王 taps 13 灯：改为同一问题\n小王 taps ✅\n"
    )
    assert states(talk) == [(OPEN, 2), (OPEN, 2)]
    await talk.play("小王 taps 烟蒂：是新问题")
    assert states(talk) == [(OPEN, 2), (OPEN, 1), (OPEN, 1)]


async def test_what_nobody_says_any_more_is_withdrawn_with_the_last_duplicate(talk: Talk) -> None:
    await talk.play(AGAIN + "小王 taps 新问题\n小王 taps ✅\n小王 taps 3天\n")
    await talk.taps("老李", "v1:into:2:1")
    await talk.play("小陈 → 更正\n小陈 → 13 合格\n")
    assert states(talk) == [(OPEN, 2), (DUPLICATE, 1)]
    await talk.play("小王 → 更正\n小王 → 13 合格\n")
    assert states(talk) == [(WITHDRAWN, 1), (WITHDRAWN, 1)]
