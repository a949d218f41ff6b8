"""Starting, stopping, being one of two, being refused: the real program, over the wire."""

import asyncio
import random
import signal
import socket
import time
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, select

from models.checks import Check, CheckState
from models.messages import InboxRow, InboxState
from tests.stage.over_the_wire import ADMIN, TOKEN, OverTheWire, until
from tests.wire.inspectors import Inspector, hire, messages, rounds

pytestmark = pytest.mark.wire


async def test_sigterm_at_work_ends_within_five_seconds_and_loses_nothing(wire: OverTheWire) -> None:
    await wire.quicken()
    await wire.up()
    work = rounds()
    hired = await hire(wire, work)
    inspectors = [
        Inspector(wire, person, part.sites[:2], random.Random(person)) for person, part in zip(hired, work, strict=True)
    ]
    working = asyncio.gather(*(inspector.work() for inspector in inspectors))
    for _ in range(3):
        await asyncio.sleep(1.0)
        assert wire.bot is not None
        begun = time.monotonic()
        wire.bot.process.send_signal(signal.SIGTERM)
        assert await wire.bot.ended() == 0
        seconds = time.monotonic() - begun
        print(f"SIGTERM at work: ended in {seconds:.2f} s")
        assert seconds < 5
        await wire.up()
    await working
    await wire.settle()
    with wire.reading() as session:
        assert session.scalar(select(func.count(Check.id)).where(Check.state == CheckState.SUBMITTED)) == 8
        assert session.scalar(select(func.count(InboxRow.id)).where(InboxRow.state != InboxState.DONE)) == 0
    assert "Traceback" not in (wire.folder / "bot.log").read_text()


async def test_a_second_program_on_the_same_data_leaves_at_once(wire: OverTheWire) -> None:
    await wire.up()
    second = wire.start_bot()
    assert await second.ended(10) == 78
    said = second.said()
    assert "another bot is running with the data in" in said
    assert "Traceback" not in said
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    await wire.act({"do": "send_text", "as": ADMIN, "text": "今天"})
    await wire.settle()
    assert len(await messages(wire, ADMIN)) == 2


async def test_a_data_folder_that_cannot_be_used_is_named(wire: OverTheWire) -> None:
    (wire.folder / "data" / "xuncha.db").write_bytes(b"this is no database" * 100)
    bot = wire.start_bot()
    assert await bot.ended(10) == 78
    assert "the record in" in bot.said()
    assert "Traceback" not in bot.said()


async def _refusing(answers: dict[str, tuple[int, dict[str, Any]]]) -> tuple[web.AppRunner, str, list[str]]:
    """A Bot API server that has these answers; its address, and what it was asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        asked.append(method)
        status, body = answers.get(method, (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}))
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}", asked


ME = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}}
NO_WEBHOOK = {"ok": True, "result": {"url": "", "has_custom_certificate": False, "pending_update_count": 0}}


@pytest.mark.parametrize(
    ("answers", "most"), [({}, 1), ({"getMe": (200, ME), "getWebhookInfo": (200, NO_WEBHOOK)}, 6)],
    ids=["from the start", "revoked later"],
)  # fmt: skip
async def test_a_refused_token_ends_the_program_without_hammering(
    wire: OverTheWire, answers: dict[str, tuple[int, dict[str, Any]]], most: int
) -> None:
    runner, wire.url, asked = await _refusing(answers)
    wire.write_config()
    bot = wire.start_bot()
    try:
        assert await bot.ended(15) == 78
    finally:
        await runner.cleanup()
    assert "Put the token BotFather gave you into [telegram] token" in bot.said()
    assert "Traceback" not in bot.said()
    assert 1 <= len(asked) <= most, asked


async def test_a_stop_is_heard_while_the_platform_says_nothing(wire: OverTheWire) -> None:
    await wire.faults({"method": "getMe", "kind": "delay", "seconds": 30})
    bot = wire.bot = wire.start_bot()
    await until((wire.folder / "data" / "lock").exists, "it begins")
    await asyncio.sleep(1.0)
    begun = time.monotonic()
    bot.process.send_signal(signal.SIGTERM)
    assert await bot.ended() == 0
    assert time.monotonic() - begun < 5


async def test_what_was_sent_while_the_program_was_down_is_answered_when_it_is_up(wire: OverTheWire) -> None:
    wire.anew = True
    await wire.up()
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    await wire.program("killed")
    for words in ("/lang en", "status", "/lang zh", "进度"):
        await wire.act({"do": "send_text", "as": ADMIN, "text": words})
    await wire.program("up")
    answers = [m["text"] for m in await messages(wire, ADMIN) if m["from"] != ADMIN]
    assert len(answers) == 4
    assert ("checked" in answers[1].lower(), "已查" in answers[3]) == (True, True), answers


async def test_a_webhook_left_behind_is_taken_over_by_polling(wire: OverTheWire) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/gone"
    async with wire.http.get(f"{wire.url}/bot{TOKEN}/setWebhook", params={"url": url}) as answer:
        assert (await answer.json())["ok"]
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    await wire.act({"do": "send_text", "as": ADMIN, "text": "今天"})
    await wire.up()
    await wire.settle()
    assert len(await messages(wire, ADMIN)) == 2
    assert "a webhook was set for this bot; polling takes over" in (wire.folder / "bot.log").read_text()


async def test_another_poller_makes_it_pause(wire: OverTheWire) -> None:
    await wire.up()
    await asyncio.sleep(1)  # it says that it runs a moment before it asks
    async with wire.http.get(f"{wire.url}/bot{TOKEN}/getUpdates", params={"timeout": "1"}) as answer:
        assert answer.status == 200
    bot = wire.bot
    assert bot is not None
    await until(lambda: "another program reads this bot's messages" in bot.said(), "it notices", 10)
    before = [call for call in await wire.calls() if call["method"] == "getUpdates"]
    await asyncio.sleep(2)
    after = [call for call in await wire.calls() if call["method"] == "getUpdates"]
    assert len(after) - len(before) == 0
    assert bot.process.poll() is None
