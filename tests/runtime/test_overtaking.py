"""F21: what overtakes its message waits for it; if that never comes it is asked for again, and has no effect."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot import worker
from bot.demo.stage import Stage
from bot.holes import SECONDS
from handlers.texts import say
from models.checks import Check, CheckState, ItemResult
from models.evidence import Photo
from models.journal import JournalEntry
from models.messages import InboxRow, InboxState
from tests.runtime.town import INSPECTOR, Town, open_town

SITE = "体育馆五星公厕"


@pytest.fixture
async def town(tmp_path):
    town, stage = await open_town(tmp_path)
    yield town, stage
    await town.close()


async def _in_hand(world: Town, stage: Stage) -> None:
    await world.play(stage, f"小陈 → 📍 20 m from {SITE}\n小陈 → 🖼🖼\n")
    await world.settle()


def _message(world: Town, text: str, number: int = 900, **more: Any) -> dict[str, Any]:
    person = {"id": INSPECTOR, "is_bot": False, "first_name": "小陈"}
    return {
        "message_id": number, "date": int(world.running.world.now()) - 1, "from": person,
        "chat": {"id": INSPECTOR, "type": "private", "first_name": "小陈"}, "text": text,
    } | more  # fmt: skip


async def _come(world: Town, kind: str, payload: dict[str, Any]) -> None:
    world.running.world.updates._enqueue(kind, json.dumps(payload).encode(), INSPECTOR)
    await world.settle()


def _edited(message: dict[str, Any], text: str) -> dict[str, Any]:
    return message | {"text": text, "edit_date": message["date"] + 1}


def _answers(world: Town) -> list[tuple[int, str]]:
    return [(r.item.number, r.note) for r in world.all_of(ItemResult) if r.replaced_at is None]


def _states(world: Town) -> list[InboxState]:
    return [row.state for row in world.all_of(InboxRow)]


def _said(world: Town) -> list[str]:
    messages = world.running.world.chats[INSPECTOR].messages
    return [m.body.text for m in messages.values() if m.sender.id != INSPECTOR]


async def _move(world: Town, **by: float) -> None:
    await world.act({"do": "clock", "by": timedelta(**by).total_seconds()})
    world.app.worker._wake.set()
    await world.settle()


async def test_f21_an_edit_in_one_batch_with_its_message_comes_after_it(town: tuple[Town, Stage]) -> None:
    world, stage = town
    await _in_hand(world, stage)
    world.faults({"kind": "reorder", "chat": INSPECTOR, "seconds": 5, "times": 1})
    sent = await world.act({"do": "send_text", "as": INSPECTOR, "text": "3 有烟蒂"})
    await world.act({"do": "edit_text", "as": INSPECTOR, "message_id": sent["id"], "text": "4 有水渍"})
    await world.settle()
    assert _answers(world) == [(4, "有水渍")]
    assert set(_states(world)) == {InboxState.DONE}


@pytest.mark.parametrize("restarted", [False, True])
async def test_f21_an_edit_waits_for_its_message_for_hours(town: tuple[Town, Stage], restarted: bool) -> None:
    world, stage = town
    await _in_hand(world, stage)
    message = _message(world, "3 有烟蒂")
    await _come(world, "edited_message", _edited(message, "4 有水渍"))
    await _come(world, "edited_message", _edited(message, "5 有异味"))
    assert _answers(world) == []
    assert _states(world).count(InboxState.PARKED) == 2
    await world.act({"do": "send_text", "as": INSPECTOR, "text": "7 有水渍"})  # what is said meanwhile is not held up
    await world.settle()
    assert _answers(world) == [(7, "有水渍")]
    if restarted:
        await world.program("down")
        await world.program("up")
        for _ in range(500):
            if world.app._built:
                break
            await asyncio.sleep(0.02)
    await _move(world, hours=3)
    await _come(world, "message", message)
    assert _answers(world) == [(7, "有水渍"), (5, "有异味")]
    assert set(_states(world)) == {InboxState.DONE}


async def test_f21_an_edit_whose_message_never_comes_is_asked_for_again(
    town: tuple[Town, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_ALONE", 0.1)
    world, stage = town
    await _in_hand(world, stage)
    await _come(world, "edited_message", _edited(_message(world, "3 有烟蒂"), "4 有水渍"))
    await _move(world, hours=23)
    assert _states(world).count(InboxState.PARKED) == 1
    await _move(world, hours=2)
    for _ in range(100):
        if say("zh", "help.edit_overtook") in _said(world):
            break
        await asyncio.sleep(0.05)
    await world.settle()
    assert _said(world).count(say("zh", "help.edit_overtook")) == 1
    assert _answers(world) == []
    assert set(_states(world)) == {InboxState.DONE}
    flagged = [entry.data["text"] for entry in world.all_of(JournalEntry) if entry.action == "edit.overtook"]
    assert flagged == ["4 有水渍"]


async def test_f21_an_edit_of_what_has_been_dealt_with_waits_for_nothing(town: tuple[Town, Stage]) -> None:
    """Whatever the message was: a question leaves no trace but in the inbox."""
    world, stage = town
    await _in_hand(world, stage)
    sent = await world.act({"do": "send_text", "as": INSPECTOR, "text": "今天"})
    await world.settle()
    await _move(world, hours=2)
    await world.act({"do": "edit_text", "as": INSPECTOR, "message_id": sent["id"], "text": "昨天"})
    await world.settle()
    assert set(_states(world)) == {InboxState.DONE}


def _tap(world: Town, number: int, data: str) -> dict[str, Any]:
    person = {"id": INSPECTOR, "is_bot": False, "first_name": "小陈"}
    card = max(world.running.world.chats[INSPECTOR].messages)
    shown = _message(world, "card", card) | {"from": {"id": 7_000_000_001, "is_bot": True, "first_name": "bot"}}
    query = {"id": f"{number}", "from": person, "chat_instance": "1", "data": data, "message": shown}
    return {"update_id": number, "callback_query": query}


async def _called(world: Town, *updates: dict[str, Any]) -> None:
    """As a webhook hands them over: each by itself, in any order."""
    for update in updates:
        await world.app.receiver.keep([update], move_cursor=False)


async def test_f21_a_tap_waits_for_the_message_sent_before_it(town: tuple[Town, Stage]) -> None:
    world, stage = town
    await _in_hand(world, stage)
    check = world.all_of(Check)[-1].id
    first, second = {"update_id": 71, "message": _message(world, "没事", 900)}, _message(world, "3 有烟蒂", 901)
    await _called(world, first, _tap(world, 73, f"v1:ok:{check}"))
    assert world.all_of(Check)[-1].state is CheckState.DRAFT
    await _called(world, {"update_id": 72, "message": second})
    await world.settle()
    assert world.all_of(Check)[-1].state is CheckState.SUBMITTED
    assert (3, "有烟蒂") in _answers(world)


async def test_f21_a_tap_whose_forerunner_never_comes_has_no_effect_and_says_so(
    town: tuple[Town, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, stage = town
    await _in_hand(world, stage)
    check = world.all_of(Check)[-1].id
    assert SECONDS == 30
    monkeypatch.setattr("bot.holes.SECONDS", 0.2)
    await _called(world, {"update_id": 71, "message": _message(world, "没事")}, _tap(world, 73, f"v1:ok:{check}"))
    await world.settle()
    assert say("zh", "help.tap_overtook") in _said(world)
    assert world.all_of(Check)[-1].state is CheckState.DRAFT
    await _called(world, _tap(world, 74, f"v1:ok:{check}"))  # what is given up is not waited for again
    await world.settle()
    assert world.all_of(Check)[-1].state is CheckState.SUBMITTED


def _checks(world: Town) -> list[tuple[CheckState, int]]:
    photos = Counter(photo.check_id for photo in world.all_of(Photo))
    return [(check.state, photos[check.id]) for check in world.all_of(Check)]


async def _handed_in(world: Town, stage: Stage) -> int:
    """Two photos, and the number of the message that handed them in."""
    await _in_hand(world, stage)
    said = await world.act({"do": "send_text", "as": INSPECTOR, "text": "全部合格"})
    await _move(world, seconds=10)
    return int(said["id"])


async def _late_photo(world: Town, number: int, **more: Any) -> None:
    """A photo with such a number comes only now."""
    picture = {"file_id": f"late{number}", "file_unique_id": f"late{number}", "width": 90, "height": 90}
    late = _message(world, "", number, photo=[picture], **more)
    await _come(world, "message", {name: value for name, value in late.items() if name != "text"})


async def test_a_photo_that_is_overtaken_by_its_submission_belongs_to_that_check(town: tuple[Town, Stage]) -> None:
    world, stage = town
    said = await _handed_in(world, stage)
    assert _checks(world) == [(CheckState.SUBMITTED, 2)]
    await _late_photo(world, said - 1)
    assert _checks(world) == [(CheckState.SUBMITTED, 3)]
    await _late_photo(world, said + 1)
    assert _checks(world) == [(CheckState.SUBMITTED, 3), (CheckState.DRAFT, 1)]


async def test_a_photo_sent_after_a_submission_is_no_part_of_it_whatever_was_said_since(
    town: tuple[Town, Stage],
) -> None:
    world, stage = town
    said = await _handed_in(world, stage)
    await world.act({"do": "send_text", "as": INSPECTOR, "text": "更正"})
    await world.act({"do": "send_text", "as": INSPECTOR, "text": "9 有异味"})
    await world.settle()
    await _late_photo(world, said + 1)
    assert _checks(world) == [(CheckState.SUBMITTED, 2), (CheckState.DRAFT, 1)]


async def test_a_photo_with_words_is_asked_about_however_late_it_comes(town: tuple[Town, Stage]) -> None:
    """Its words may speak of another site; they are never dropped."""
    world, stage = town
    said = await _handed_in(world, stage)
    await _late_photo(world, said - 1, caption="玄真公厕")
    assert _checks(world) == [(CheckState.SUBMITTED, 2), (CheckState.DRAFT, 1)]


async def test_a_photo_sent_before_the_next_check_was_begun_belongs_to_the_one_before(
    town: tuple[Town, Stage],
) -> None:
    world, stage = town
    said = await _handed_in(world, stage)
    await world.play(stage, "小陈 → 📍 20 m from 玄真公厕\n")
    await world.settle()
    await _late_photo(world, said - 1)
    assert _checks(world) == [(CheckState.SUBMITTED, 3), (CheckState.DRAFT, 0)]
