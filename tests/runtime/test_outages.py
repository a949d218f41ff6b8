"""The whole program while its disk, its network or its platform fails: nothing lost, nothing doubled, healed alone."""

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot import inbox, receiver, sender
from bot.demo.stage import Stage
from handlers import bunches
from models.messages import Card, InboxRow, InboxState, OutboxRow, SendState
from tests.runtime.town import INSPECTOR, Town


def _answers(town: Town) -> list[str]:
    """What the bot shows the inspector, oldest first."""
    chat = town.running.world.chats[INSPECTOR]
    return [m.body.text for m in chat.messages.values() if m.sender.id != INSPECTOR]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses, but short."""
    monkeypatch.setattr(receiver, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(inbox, "PAUSES", (timedelta(0), timedelta(seconds=0.1), timedelta(seconds=0.3)))


async def _says(town: Town, words: str) -> None:
    await town.act({"do": "send_text", "as": INSPECTOR, "text": words})


async def _until(true: Any, seconds: float = 8.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_on_a_full_disk_nothing_is_confirmed_and_all_comes_through_when_there_is_room(
    town: tuple[Town, Stage],
) -> None:
    """F03: the platform keeps what could not be stored; the program asks again by itself."""
    world, _ = town
    await _says(world, "今天")
    await world.settle()
    before = len(world.all_of(InboxRow))
    database = world.app.database

    def limit(pages: int) -> Any:
        return lambda session: session.execute(text(f"PRAGMA max_page_count = {pages}"))

    pages = await world.app.writer.run(lambda session: session.execute(text("PRAGMA page_count")).scalar_one())
    await world.app.writer.run(limit(pages))
    for number in range(40):
        await _says(world, f"{number} " + "满" * 900)
    await asyncio.sleep(0.5)
    kept = len(world.all_of(InboxRow)) - before
    assert kept < 40
    assert len(world.running.world.updates) == 40 - kept
    with database.reading() as session:  # questions to the record are still possible
        assert session.execute(text("SELECT count(*) FROM sites")).scalar_one() == 32
    await world.app.writer.run(limit(pages + 10_000))
    await _until(lambda: not len(world.running.world.updates))
    await world.settle()
    rows = world.all_of(InboxRow)[before:]
    assert [row.state for row in rows] == [InboxState.DONE] * 40
    assert len({row.update_id for row in rows}) == 40
    assert not world.task.done()


async def test_a_record_locked_by_another_program_makes_nobody_an_offender(town: tuple[Town, Stage]) -> None:
    """F06: rows that fail because the record is locked are not counted as tried, and everything is answered."""
    world, _ = town
    event.listen(world.app.database.writer, "begin", lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 20"))
    other = sqlite3.connect(world.app.settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    await _says(world, "今天")
    await world.settle()
    world.app.database.writer.dispose()
    event.listen(world.app.database.writer, "connect", lambda c, _: c.execute("PRAGMA busy_timeout = 20"))
    other.execute("BEGIN IMMEDIATE")
    await _says(world, "我的")
    await asyncio.sleep(1.0)
    assert len(_answers(world)) == 1
    other.execute("ROLLBACK")
    other.close()
    await _until(lambda: len(_answers(world)) == 2)
    await world.settle()
    assert {(row.state, row.tries) for row in world.all_of(InboxRow)} == {(InboxState.DONE, 0)}


async def test_an_outcome_that_cannot_be_noted_is_noted_later_and_the_card_lives_on(
    town: tuple[Town, Stage],
) -> None:
    """A message is sent, then the record is locked: it must neither be sent again nor be forgotten."""
    world, stage = town
    writer = world.app.database.writer
    locks: list[sqlite3.Connection] = []
    path = world.app.settings.database_url.removeprefix("sqlite:///")
    event.listen(writer, "connect", lambda c, _: c.execute("PRAGMA busy_timeout = 20"))
    writer.dispose()
    world.faults({"method": "sendMessage", "kind": "delay", "seconds": 0.6, "times": 1})
    await world.act({"do": "send_location", "as": INSPECTOR, **_at(world)})
    await _until(lambda: any(card.state is SendState.SENDING for card in world.all_of(Card)))
    locks.append(sqlite3.connect(path, isolation_level=None))
    locks[0].execute("BEGIN IMMEDIATE")
    await _until(lambda: len(_answers(world)) == 1)
    await asyncio.sleep(0.4)
    locks[0].execute("ROLLBACK")
    locks[0].close()
    await world.settle()
    await world.play(stage, "小陈 → 🖼🖼\n小陈 ←\n    …\n    📷 2/2 · 检查项 0/13\n    …\n小陈 ← 1 message\n")


def _at(town: Town) -> dict[str, float]:
    place = town.running.world.places[0]
    return {"latitude": place["latitude"], "longitude": place["longitude"]}


async def test_answers_that_get_lost_on_the_way_back_are_repeated_once_and_marked(town: tuple[Town, Stage]) -> None:
    """F19: written, then the line was cut. One repeat, which says that it is one."""
    world, _ = town
    world.faults({"method": "sendMessage", "kind": "cut_after_write", "times": 1})
    await _says(world, "今天")
    await _until(lambda: len(_answers(world)) == 1)
    await _until(lambda: any(row.error for row in world.all_of(OutboxRow)))
    await world.act({"do": "clock", "by": 11})
    await _until(lambda: len(_answers(world)) == 2)
    await world.settle()
    first, second = _answers(world)
    assert second.startswith(first[:20])
    assert "重发" in second
    assert [row.state for row in world.all_of(OutboxRow)] == [SendState.SENT]


async def test_what_was_refused_for_now_waits_and_holds_up_no_other_chat(town: tuple[Town, Stage]) -> None:
    """F16: a 429 for one chat stops that chat only."""
    world, _ = town
    world.faults({"method": "sendMessage", "kind": "429", "seconds": 2, "times": 1, "chat": INSPECTOR})
    await _says(world, "今天")
    await _until(lambda: any(row.error for row in world.all_of(OutboxRow)))
    begun = time.monotonic()
    await world.act({"do": "send_text", "as": 1001, "text": "今天"})
    await _until(lambda: len(world.running.world.chats[1001].messages) == 2)
    assert time.monotonic() - begun < 1.5
    assert _answers(world) == []
    await world.act({"do": "clock", "by": 2})
    await _until(lambda: len(_answers(world)) == 1)
    assert "重发" not in _answers(world)[0]


async def test_html_half_answers_and_errors_instead_of_updates_are_sat_out(town: tuple[Town, Stage]) -> None:
    """F17: the platform's bad minutes lose nothing."""
    world, _ = town
    kinds = ("html_5xx", "half_body", "drop", "error")
    world.faults(*({"method": "getUpdates", "kind": kind, "times": 1} for kind in kinds[:2]))
    await _says(world, "今天")
    await _until(lambda: len(_answers(world)) == 1)
    world.faults(*({"method": "getUpdates", "kind": kind, "times": 1} for kind in kinds[2:]))
    await _says(world, "我的")
    await _until(lambda: len(_answers(world)) == 2)
    await world.settle()
    assert len(world.all_of(InboxRow)) == 2


async def test_updates_given_twice_are_answered_once(town: tuple[Town, Stage]) -> None:
    world, _ = town
    world.faults({"method": "*", "kind": "duplicate", "times": 3})
    for words in ("今天", "我的", "今天"):
        await _says(world, words)
        await world.settle()
    assert len(_answers(world)) == 3
    assert len(world.all_of(InboxRow)) == 3


async def test_a_message_that_breaks_a_handler_is_kept_aside_and_delays_nobody_else(town: tuple[Town, Stage]) -> None:
    """F38: three tries, then kept; its sender and the administrator are told. The record refuses this one by itself."""
    world, _ = town
    await world.act({"do": "send_text", "as": 1001, "text": "今天"})
    await world.settle()
    await world.app.writer.run(lambda session: session.execute(text(
        "CREATE TRIGGER poison BEFORE UPDATE OF state ON inbox WHEN new.raw LIKE '%poison%' AND new.state = 'done' "
        "BEGIN SELECT RAISE(ABORT, 'poisoned'); END")))  # fmt: skip
    await _says(world, "poison")
    await world.act({"do": "send_text", "as": 1001, "text": "今天"})
    await _until(lambda: len(world.running.world.chats[1001].messages) >= 4, 3)
    await _says(world, "今天")  # said after it, and answered after it
    await _until(lambda: [row.state for row in world.all_of(InboxRow)].count(InboxState.DEAD) == 1, 15)
    await _until(lambda: len(_answers(world)) == 2)
    await world.settle()
    dead = next(row for row in world.all_of(InboxRow) if row.state is InboxState.DEAD)
    assert (dead.tries, "poisoned" in (dead.error or "")) == (3, True)
    await _until(lambda: any(str(dead.id) in answer for answer in _answers(world)))
    admin = world.running.world.chats[1001].messages
    await _until(lambda: any(str(dead.id) in m.body.text and "小陈" in m.body.text for m in admin.values()))


MEANWHILE = """\
小陈 → 📍 35 m from 体育馆五星公厕
小陈 → 🖼🖼
小陈 → 3 有烟蒂
小陈 → 提交
小陈 → 📍 15 m from 玄真公厕
小陈 → 🖼🖼
小陈 → 提交
小陈 → 📍 10 m from 太和市场公厕
小陈 → 🖼🖼
小陈 → 提交
"""
AFTERWARDS = """\
小陈 ←
    ✅ 已记录 3 项检查
    …
    6 张照片，已存 6 张
    …
小陈 ← 3 messages
"""


async def _while_out_of_reach(world: Town, stage: Stage, lines: str) -> None:
    """All of it is said before any of it is heard of."""
    settle = world.settle
    await _says(world, "今天")
    await world.settle()
    world.faults({"method": "getUpdates", "kind": "error", "code": 502})
    await _says(world, "今天")  # taken by the poll under way; the next one fails
    await _until(lambda: len(_answers(world)) == 2)
    world.settle = lambda: asyncio.sleep(0)  # nothing comes to rest meanwhile
    await world.play(stage, lines)
    world.settle = settle
    world.faults()
    await world.settle()


async def test_what_was_held_goes_out_when_its_reader_is_back_and_not_at_the_next_look(
    town: tuple[Town, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F25: the sender is told of it, as of all that is due."""
    world, _ = town
    await _says(world, "今天")
    await world.settle()
    await world.act({"do": "block", "as": INSPECTOR})
    await world.settle()
    monkeypatch.setattr(sender, "LONGEST_SLEEP", 3600.0)
    at = datetime.now(UTC)
    held = OutboxRow(key="held", channel="telegram", chat=str(INSPECTOR), body={"text": "等着的"}, due_at=at,
                     state=SendState.HELD, created_at=at)  # fmt: skip
    await world.app.writer.run(lambda session: session.add(held))
    await world.act({"do": "unblock", "as": INSPECTOR})
    await _until(lambda: "等着的" in _answers(world))


async def test_receipts_that_wait_together_are_one_message(town: tuple[Town, Stage]) -> None:
    """F41: what somebody sent while we were out of reach is worked first and told of once, though it is all due."""
    world, stage = town
    await _while_out_of_reach(world, stage, MEANWHILE)
    await world.play(stage, AFTERWARDS)
    cards = {card.key: card for card in world.all_of(Card)}
    assert [card.key for card in cards.values() if card.message_id is not None] == ["receipts:1"]
    assert all(card.wish == card.shown for card in cards.values())


async def test_more_receipts_than_one_message_holds_are_several(
    town: tuple[Town, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, stage = town
    monkeypatch.setattr(bunches, "MOST", 3)
    sites = [
        "体育馆五星公厕",
        "玄真公厕",
        "太和市场公厕",
        "清新公园西门公厕",
        "松林公园公厕",
        "飞水中转站公厕",
        "玄真公园公厕",
    ]
    await _while_out_of_reach(
        world, stage, "".join(f"小陈 → 📍 9 m from {site}\n小陈 → 🖼🖼\n小陈 → 提交\n" for site in sites)
    )
    told = [answer for answer in _answers(world) if "已记录" in answer]
    firsts = sorted(answer.split("\n")[0] for answer in told)
    assert firsts == ["✅ 已记录 3 项检查", "✅ 已记录 3 项检查", "✅ 已记录 No. TH-0806-007"]
    assert all(site in "".join(told) for site in sites)
