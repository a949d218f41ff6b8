"""A ledger written later is the ledger that was asked for: everything as it stood at that moment."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from models.campaigns import Campaign
from models.ledgers import LedgerRows, ledger_count, ledger_rows
from models.rights import Scope
from tests.handlers.conversing import Talk

DAY = date(2018, 8, 6)


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(tmp_path)
    await talk.begin()
    await talk.play("小陈 → 📍 5 m from 玄真公厕\n小陈 → 🖼🖼\n小陈 → 13 灯不亮\n小陈 taps ✅")
    return talk


def rows(talk: Talk, as_of: datetime, first: date = DAY, last: date = DAY) -> LedgerRows:
    with talk.drive.database.reading() as session:
        campaign = session.scalars(select(Campaign.id)).one()
        found = ledger_rows(session, campaign, [Scope()], first, last, as_of)
        count = ledger_count(session, campaign, [Scope()], first, last, as_of)
        assert (count.checks, count.findings, count.thumbnails) == (
            len(found.checks), len(found.findings), found.thumbnails
        )  # fmt: skip
        for row in found.checks:
            assert [result.item.number for result in row.results]
        return found


def told(found: LedgerRows) -> tuple[list[str | None], list[tuple[str, str]], list[int]]:
    """Numbers of checks, findings with their state, and how many answers failed in each check."""
    failed = [sum(result.outcome == "fail" for result in row.results) for row in found.checks]
    return (
        [row.check.number for row in found.checks],
        [(row.finding.number, row.state.value) for row in found.findings],
        failed,
    )


AT_FIRST = (["TH-0806-001"], [("TH-0806-W01", "open")], [1])


async def test_nothing_is_on_record_before_it_is_received(talk: Talk) -> None:
    with talk.drive.database.reading() as session:
        assert told(rows(talk, datetime(2018, 8, 6, 0, 0, tzinfo=talk.drive.now().tzinfo))) == ([], [], [])
        assert session.scalars(select(Campaign.code)).all()


async def test_a_later_check_is_not_in_it(talk: Talk) -> None:
    asked = talk.drive.now()
    await talk.play("小王 → 📍 5 m from 明霞市场公厕\n小王 → 🖼🖼\n小王 taps ✅")
    assert told(rows(talk, asked)) == AT_FIRST
    assert told(rows(talk, talk.drive.now())) == (["TH-0806-001", "TH-0806-002"], [("TH-0806-W01", "open")], [1, 0])


async def test_a_later_correction_is_not_in_it(talk: Talk) -> None:
    asked = talk.drive.now()
    await talk.play("小陈 taps 更正\n小陈 → 13 合格")
    assert told(rows(talk, asked)) == AT_FIRST
    assert told(rows(talk, talk.drive.now())) == (["TH-0806-001"], [], [0])
    assert [row.corrections for row in rows(talk, asked).checks] == [0]
    assert [row.corrections for row in rows(talk, talk.drive.now()).checks] == [1]


async def test_a_problem_closed_later_was_open(talk: Talk) -> None:
    await talk.play("小陈 taps 立行立改")
    asked = talk.drive.now()
    await talk.play("小陈 → 🖼")
    then, now = rows(talk, asked), rows(talk, talk.drive.now())
    assert (told(then), [row.closed_at for row in then.findings], [row.after for row in then.findings]) == (
        AT_FIRST,
        [None],
        [()],
    )
    assert told(now)[1] == [("TH-0806-W01", "verified_closed")]
    assert [len(row.after) for row in now.findings] == [1]
    assert now.findings[0].closed_at is not None


async def test_a_check_taken_back_later_was_there(talk: Talk) -> None:
    await talk.play("小王 → 📍 5 m from 明霞市场公厕\n小王 → 🖼🖼 caption 全部合格\n+ 5 s")
    asked = talk.drive.now()
    both = (["TH-0806-001", "TH-0806-002"], [("TH-0806-W01", "open")], [1, 0])
    assert told(rows(talk, asked)) == both
    await talk.play("小王 taps 撤回")
    meanwhile = talk.drive.now()
    await talk.play("+ 1 min\n小王 → 4 有杂物\n小王 taps ✅")
    assert told(rows(talk, asked)) == both
    assert [len(row.results) for row in rows(talk, asked).checks] == [13, 13]
    assert told(rows(talk, meanwhile)) == AT_FIRST
    assert told(rows(talk, talk.drive.now())) == (
        ["TH-0806-001", "TH-0806-002"],
        [("TH-0806-W01", "open"), ("TH-0806-W02", "open")],
        [1, 1],
    )


async def test_a_photo_that_arrives_later_is_counted_but_not_shown(talk: Talk) -> None:
    talk.drive.photos_come = False
    await talk.play("小王 → 📍 5 m from 明霞市场公厕\n小王 → 🖼🖼\n小王 taps ✅")
    asked = talk.drive.now()
    talk.drive.photos_come = True
    await talk.play("+ 1 min")
    then, now = rows(talk, asked).checks[1], rows(talk, talk.drive.now()).checks[1]
    assert (then.photos, len(then.thumbnails)) == (2, 0)
    assert (now.photos, len(now.thumbnails)) == (2, 2)


async def test_days_and_parts(talk: Talk) -> None:
    now = talk.drive.now()
    assert told(rows(talk, now, date(2018, 8, 7), date(2018, 8, 31))) == ([], [], [])
    assert told(rows(talk, now, date(2018, 8, 1), date(2018, 8, 31))) == AT_FIRST
    with talk.drive.database.reading() as session:
        campaign = session.scalars(select(Campaign.id)).one()
        for nothing in ([], [Scope(frozenset())], [Scope(campaign=campaign + 1)]):
            assert told(ledger_rows(session, campaign, nothing, DAY, DAY, now)) == ([], [], [])


async def test_the_last_second_of_a_day_and_the_first_of_the_next(tmp_path: Path) -> None:
    """B98."""
    talk = Talk(tmp_path)
    await talk.begin()
    await talk.play(
        "=== 2018-08-06 23:59\n小陈 → 📍 5 m from 玄真公厕\n小陈 → 🖼🖼\n小王 → 📍 5 m from 明霞市场公厕\n小王 → 🖼🖼"
    )
    midnight = datetime(2018, 8, 7, tzinfo=talk.stage.zone).timestamp()
    talk.drive.clock.move_to(midnight - 2)
    await talk.play("小陈 taps ✅")
    talk.drive.clock.move_to(midnight - 1)
    await talk.play("小王 taps ✅")
    at = talk.drive.now()
    assert told(rows(talk, at))[0] == ["TH-0806-001"]
    assert told(rows(talk, at, date(2018, 8, 7), date(2018, 8, 7)))[0] == ["TH-0807-001"]
