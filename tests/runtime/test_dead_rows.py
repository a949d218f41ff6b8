"""F38: what is dead is listed at the server, and tried again once its cause is mended."""

import asyncio
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot import dead_rows, inbox, worker
from bot.demo.stage import Stage
from bot.wallclock import MovedClock
from models.database import open_database
from models.journal import JournalEntry
from models.messages import InboxRow, InboxState
from tests.runtime.town import INSPECTOR, Town


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses, but short."""
    monkeypatch.setattr(worker, "LOOK_ALONE", 0.2)
    monkeypatch.setattr(inbox, "PAUSES", (timedelta(0), timedelta(seconds=0.1), timedelta(seconds=0.3)))


def _answers(town: Town) -> list[str]:
    chat = town.running.world.chats[INSPECTOR]
    return [m.body.text for m in chat.messages.values() if m.sender.id != INSPECTOR]


async def _says(town: Town, words: str) -> None:
    await town.act({"do": "send_text", "as": INSPECTOR, "text": words})


async def _until(true: Any, seconds: float = 8.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_f38_what_is_dead_is_listed_and_tried_again_once_its_cause_is_mended(town: tuple[Town, Stage]) -> None:
    """At the server, while the bot runs; the list shows who and why, and nothing of what was said."""
    world, _ = town
    await world.act({"do": "send_text", "as": 1001, "text": "今天"})
    await world.settle()
    await world.app.writer.run(lambda session: session.execute(text(
        "CREATE TRIGGER poison BEFORE UPDATE OF state ON inbox WHEN new.raw LIKE '%今天 玄真%' AND new.state = 'done' "
        "BEGIN SELECT RAISE(ABORT, 'poisoned 7000000001:AAcanary_TOKEN_that_must_never_be_seen_0'); END")))  # fmt: skip
    await _says(world, "今天 玄真")
    await _until(lambda: [row.state for row in world.all_of(InboxRow)].count(InboxState.DEAD) == 1, 15)
    await world.settle()
    dead = next(row for row in world.all_of(InboxRow) if row.state is InboxState.DEAD)
    await _until(lambda: any(f"inbox retry {dead.id}" in m.body.text
                             for m in world.running.world.chats[1001].messages.values()))  # fmt: skip
    code, said = _at_the_server(world, "list")
    assert (code, len(said)) == (0, 2)
    assert said[0].startswith(f"{dead.id}  2018-08-06 00:30 UTC  小陈 (telegram:1002)  ")
    assert "poisoned <token>" in said[0]
    assert "玄真" not in said[0]
    assert _at_the_server(world, "retry", str(dead.id + 1))[0] == 1
    assert _at_the_server(world, "retry")[0] == 1
    await world.act({"do": "clock", "by": 2})  # a death in the same second as the first would not be told of again
    assert _at_the_server(world, "retry", str(dead.id))[0] == 0  # too early: it dies again, and is told of again
    await _until(lambda: len([m for m in world.running.world.chats[1001].messages.values()
                              if f"inbox retry {dead.id}" in m.body.text]) == 2, 20)  # fmt: skip
    await world.app.writer.run(lambda session: session.execute(text("DROP TRIGGER poison")))
    before = len(_answers(world))
    assert _at_the_server(world, "retry", str(dead.id), "--by", "值班员")[0] == 0
    await _until(lambda: len(_answers(world)) > before, 10)
    assert {row.state for row in world.all_of(InboxRow)} == {InboxState.DONE}
    assert _at_the_server(world, "list", "--language", "en")[1] == ["0 messages could not be dealt with"]
    retried = [e.data["by"] for e in world.all_of(JournalEntry) if e.action == "inbox.retried"]
    assert retried == ["", "值班员"]


def _at_the_server(world: Town, *given: str) -> tuple[int, list[str]]:
    """The command, on the record of the running bot."""
    parser, said = ArgumentParser(), list[str]()
    dead_rows.add_arguments(parser)
    database = open_database(world.app.settings.database_url)
    try:
        code = dead_rows.run(parser.parse_args(given), database, MovedClock(world.folder / "clock").now, said.append)
    finally:
        database.close()
    return code, said
