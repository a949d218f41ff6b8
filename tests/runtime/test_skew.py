"""F12: the platform's clock and ours disagree: the administrators are told once, and a slow phone alarms nobody."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.demo.stage import Stage
from bot.skew import Skew
from models.journal import JournalEntry
from tests.runtime.town import INSPECTOR, Town

HOUR = 3600.0


@pytest.mark.parametrize(("heard", "told"), [
    ([(0, 0), (10, 9), (500, 380)], [0.0, None, None]),  # two minutes are nothing
    ([(-HOUR, 0)], [None]),  # one message of an hour ago: a phone without network
    ([(-HOUR, 0), (-HOUR + 5, 5), (-HOUR + 9, 9)], [None, None, None]),  # and all it has queued
    ([(-HOUR, 0), (-1800, 90), (-600, 200)], [None, None, None]),  # however long that takes
    ([(-HOUR, 0), (-HOUR + 70, 70), (-HOUR + 80, 80)], [None, HOUR, None]),  # a clock that is ahead
    ([(-HOUR, 0), (60, 60), (-HOUR + 80, 80)], [None, 0.0, None]),
    ([(HOUR, 0), (HOUR + 9, 9)], [-HOUR, None]),  # nobody writes from the future: ours is behind
    ([(HOUR, 0), (200, 200), (300 + HOUR, 300)], [-HOUR, 0.0, -HOUR]),
])  # fmt: skip
def test_f12_what_a_few_messages_say_of_the_clocks(heard: list[tuple[float, float]], told: list[float | None]) -> None:
    skew = Skew()
    assert [skew.note(sent, received) for sent, received in heard] == told


async def _says(world: Town, ahead: float, number: int) -> None:
    """A message by whose date our clock is so many seconds ahead."""
    person = {"id": INSPECTOR, "is_bot": False, "first_name": "小陈"}
    message = {
        "message_id": number, "date": int(world.running.world.now() - ahead), "from": person, "text": "今天",
        "chat": {"id": INSPECTOR, "type": "private", "first_name": "小陈"},
    }  # fmt: skip
    world.running.world.updates._enqueue("message", json.dumps(message).encode(), INSPECTOR)
    await world.settle()
    await world.act({"do": "clock", "by": timedelta(seconds=90).total_seconds()})
    await world.settle()


async def test_f12_the_administrator_is_told_once_for_as_long_as_it_lasts(town: tuple[Town, Stage]) -> None:
    world, _ = town
    await world.act({"do": "send_text", "as": 1001, "text": "今天"})
    await world.settle()
    for number in range(3):
        await _says(world, HOUR, 900 + number)
    await world.program("down")
    await world.program("up")
    for _ in range(500):
        if world.app._built:
            break
        await asyncio.sleep(0.02)
    for number in range(3, 6):
        await _says(world, HOUR, 900 + number)
    assert len(_alarms(world)) == 1
    assert "相差约 60 分钟：服务器 08-06 08:3" in _alarms(world)[0]
    assert "Telegram 08-06 07:3" in _alarms(world)[0]
    await _says(world, 0, 910)
    await _says(world, -HOUR, 911)
    await world.settle()
    assert len(_alarms(world)) == 2
    told = [entry.action for entry in world.all_of(JournalEntry) if entry.subject == "clock"]
    assert told == ["clock.differs", "clock.agrees", "clock.differs"]


def _alarms(world: Town) -> list[str]:
    messages = world.running.world.chats[1001].messages.values()
    return [m.body.text for m in messages if "服务器时钟" in m.body.text and m.sender.id != 1001]
