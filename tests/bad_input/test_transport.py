"""B32, B40, B101–B103: what no platform should send comes by polling; one row is dead, its sender is asked again."""

import asyncio
import time
from typing import Any

import orjson
import pytest

from bot import worker
from bot.demo.stage import Stage
from handlers import texts
from models.checks import Check
from models.messages import InboxRow, InboxState
from models.people import Person
from tests.runtime.town import INSPECTOR, Town

ADMIN = 1001


def _message(number: int, **fields: Any) -> dict[str, Any]:
    person = {"id": INSPECTOR, "is_bot": False, "first_name": "小陈"}
    chat = {"id": INSPECTOR, "type": "private", "first_name": "小陈"}
    whole = {"message_id": number, "date": 1533515400 + number, "chat": chat, "from": person} | fields
    return {name: value for name, value in whole.items() if value is not None}


def _give(town: Town, payload: dict[str, Any] | bytes, kind: str = "message") -> None:
    """Straight into what the next poll is given, as bytes of any kind."""
    written = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    town.running.world.updates._enqueue(kind, written, INSPECTOR)


def _answers(town: Town, whose: int = INSPECTOR) -> list[str]:
    chat = town.running.world.chats.get(whose)
    return [m.body.text for m in chat.messages.values() if m.sender.id != whose] if chat else []


@pytest.fixture
async def office(town: tuple[Town, Stage]) -> Town:
    """The town, with whom the inspector and the administrator have spoken before."""
    world, _ = town
    for person in (INSPECTOR, ADMIN):
        await world.act({"do": "start", "as": person})
    await world.settle()
    return world


def _rows(town: Town) -> list[InboxRow]:
    """Without the two greetings."""
    return town.all_of(InboxRow)[2:]


async def _speaks(town: Town, language: str) -> None:
    def set_language(session: Any) -> None:
        for person in session.query(Person):
            person.language = language

    await town.app.writer.run(set_language)


WITH_NAN = orjson.dumps(_message(900, location={"latitude": "@", "longitude": 113.0}))
UNREADABLE: dict[str, dict[str, Any] | bytes] = {
    "B40 no longitude": _message(901, location={"latitude": 23.7}),
    "B102 date in words": _message(902, date="yesterday", text="今天"),
    "B102 no type": _message(903, chat={"id": INSPECTOR}, text="今天"),
    "B103 depth": orjson.dumps(_message(904, text="今天"))[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_b40_b102_b103_only_that_row_is_dead_and_its_sender_is_asked_again(office: Town, language: str) -> None:
    world = office
    await _speaks(world, language)
    begun = time.monotonic()
    for payload in UNREADABLE.values():
        _give(world, payload)
    _give(world, _message(910, text="我的"))
    await world.settle()
    assert time.monotonic() - begun < 10
    rows = _rows(world)
    assert [row.state for row in rows] == [InboxState.DEAD] * len(UNREADABLE) + [InboxState.DONE]
    said = _answers(world)
    for row in rows[:-1]:
        assert texts.say(language, "failure.unreadable", number=row.id) in said
        assert texts.say(language, "failure.admin_unreadable", number=row.id, name="小陈") in _answers(world, ADMIN)
    assert any(answer.startswith(texts.say(language, "mine.title", n=0)) for answer in said)
    assert "[[[[[[" in rows[3].raw  # the raw update is kept
    assert not any("Traceback" in answer or "Error" in answer for answer in said)


async def test_b32_what_is_no_number_is_no_place_and_its_neighbours_are_read(office: Town) -> None:
    world = office
    for number, word in enumerate((b"NaN", b"Infinity", b"-Infinity", b"1e999")):
        _give(world, WITH_NAN.replace(b'"@"', word).replace(b"900", b"92%d" % number))
    _give(world, _message(930, text="我的"))
    await world.settle()
    said = _answers(world)
    assert said.count(texts.say("zh", "location.impossible")) >= 3
    assert any(answer.startswith("今天已提交") for answer in said)
    rows = _rows(world)
    assert {row.state for row in rows[:3]} == {InboxState.DONE}
    assert "NaN" in rows[0].raw
    assert world.all_of(Check) == []


async def test_b101_what_is_new_or_of_nobody_is_stored_and_passed_over(office: Town) -> None:
    world = office
    _give(world, _message(940, text="今天", **{"from": None}))
    _give(world, {"id": "1", "from": {"id": INSPECTOR}}, kind="kind_of_next_year")
    _give(world, _message(941, hologram={"file_id": "h"}))
    _give(
        world,
        _message(942, text="我的", colour={"of": "the text"}, entities=[{"type": "new", "offset": 0, "length": 1}]),
    )
    await world.settle()
    assert {row.state for row in _rows(world)} == {InboxState.DONE}
    said = _answers(world)
    assert sum(answer.startswith("今天已提交") for answer in said) == 1
    assert texts.say("zh", "help.unsupported", what=texts.say("zh", "help.unsupported_other")) in said
    assert "colour" in _rows(world)[-1].raw


async def test_b103_numbers_keys_and_sizes_made_to_break_a_parser_hold_up_nobody(office: Town) -> None:
    world = office
    plain = orjson.dumps(_message(950, text="我的"))
    _give(world, plain[:-1] + b',"x":' + b"9" * 5000 + b"}")
    _give(world, plain.replace(b"950", b"951")[:-1] + b',"text":"help"}')
    _give(world, orjson.dumps(_message(952, text="今天", x="y" * 10_000_000)))
    await world.settle()
    rows = _rows(world)
    assert [row.state for row in rows] == [InboxState.DONE] * 3
    assert "9" * 5000 in rows[0].raw
    assert len(_answers(world)) == 1 + 3
    assert not world.task.done()


async def test_f40_a_flood_of_questions_is_answered_ten_times_and_told_once_and_evidence_is_taken(
    office: Town,
) -> None:
    world = office
    place = world.running.world.places[0]
    for _ in range(30):
        await world.act({"do": "send_text", "as": INSPECTOR, "text": "我的"})
    await world.act(
        {"do": "send_location", "as": INSPECTOR, "latitude": place["latitude"], "longitude": place["longitude"]}
    )
    await world.act({"do": "send_text", "as": ADMIN, "text": "今天"})
    await world.settle()
    said = _answers(world)
    assert sum(answer.startswith("今天已提交") for answer in said) == 10
    assert said.count(texts.say("zh", "ask.too_fast")) == 1
    assert len(world.all_of(Check)) == 1
    assert len(_answers(world, ADMIN)) == 1 + 1
    await world.act({"do": "clock", "by": 61})
    await world.act({"do": "send_text", "as": INSPECTOR, "text": "我的"})
    await world.settle()
    assert sum(answer.startswith("今天已提交") for answer in _answers(world)) == 11


async def test_f40_where_too_much_of_one_person_waits_their_questions_are_dropped_and_nothing_else(
    office: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office
    monkeypatch.setattr(worker, "CROWD", 3)
    place = world.running.world.places[0]
    for number in range(40):
        _give(world, _message(1000 + number, text="我的"))
        if number % 10 == 0:
            spot = {"latitude": place["latitude"], "longitude": place["longitude"]}
            _give(world, _message(2000 + number, location=spot))
    await world.settle()
    said = _answers(world)
    assert said.count(texts.say("zh", "ask.too_fast")) == 1
    assert sum(answer.startswith("今天已提交") for answer in said) < 10
    assert {row.state for row in _rows(world)} == {InboxState.DONE}
    assert len(world.all_of(Check)) == 1


async def test_f37_what_holds_up_the_loop_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    from bot.watchdog import Watchdog

    dog = Watchdog()
    task = asyncio.create_task(dog.run())
    await asyncio.sleep(0.05)
    time.sleep(0.5)  # noqa: ASYNC251 - the stall itself
    await asyncio.sleep(0.15)
    task.cancel()
    assert "the event loop stood still" in caplog.text
    assert dog.longest > 0.2
