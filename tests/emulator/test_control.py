"""The side the page and the tests drive: state, events, calls, and what must not get out."""

import asyncio
import contextlib
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator.clock import MovableClock
from bot.emulator.command import main, serve
from tests.emulator.driving import BOT_ID, CHEN, LI, TOKEN, ActRefused, Api, Town


async def gathered(socket: aiohttp.ClientWebSocketResponse, until: str) -> list[dict[str, Any]]:
    events = []
    async with asyncio.timeout(5):
        while not events or events[-1]["event"] != until:
            events.append(await socket.receive_json())
    return events


async def test_state(api: Api, town: Town):
    await town.control("POST", "places", [{"name": "体育馆", "latitude": 30.6, "longitude": 104.0, "note": "公厕"}])
    state = await town.control("GET", "state")
    assert state["bot"]["id"] == BOT_ID
    assert [person["name"] for person in state["people"]] == ["小陈", "Li", "老王"]
    assert state["places"][0]["name"] == "体育馆"
    chat = next(chat for chat in state["chats"] if chat["id"] == CHEN)
    assert chat["kind"] == "private"
    assert chat["members"] == [{"id": CHEN, "status": "member"}, {"id": BOT_ID, "status": "member"}]
    assert chat["messages"][0]["text"] == "/start"
    assert abs(state["now"] - state["offset"] - time.time()) < 5


async def test_events(api: Api, town: Town, session: aiohttp.ClientSession):
    async with session.ws_connect(f"{api.url}/emulator/ws") as socket:
        assert (await socket.receive_json())["event"] == "state"
        sent = await api.sendMessage(
            chat_id=CHEN, text="card", reply_markup={"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]}
        )
        number = sent["message_id"]
        shown = (await gathered(socket, "message"))[-1]["message"]
        assert (shown["text"], shown["buttons"]) == ("card", [[{"text": "b", "data": "d"}]])
        await socket.send_json({"id": 1, "do": "tap", "as": CHEN, "message_id": number, "data": "d"})
        done = (await gathered(socket, "done"))[-1]
        assert (done["id"], done["ok"]) == (1, True)
        await api.answerCallbackQuery(callback_query_id=done["result"]["query"], text="好", show_alert=True)
        toast = (await gathered(socket, "toast"))[-1]
        assert toast == {"event": "toast", "as": CHEN, "chat": CHEN, "message_id": number, "text": "好", "alert": True}
        await api.editMessageText(chat_id=CHEN, message_id=number, text="new")
        assert (await gathered(socket, "edited"))[-1]["message"]["text"] == "new"
        await api.deleteMessage(chat_id=CHEN, message_id=number)
        assert (await gathered(socket, "deleted"))[-1] == {"event": "deleted", "chat": CHEN, "id": number}
        await api.sendChatAction(chat_id=CHEN, action="typing")
        assert (await gathered(socket, "action"))[-1]["action"] == "typing"
        await town.act("clock", to=2_000_000_000)
        assert round((await gathered(socket, "clock"))[-1]["now"]) == 2_000_000_000
        await api.setChatMenuButton(menu_button={"type": "commands"})
        assert (await gathered(socket, "menu"))[-1]["button"] == {"type": "commands"}
        scope = {"type": "chat", "chat_id": CHEN}
        await api.setMyCommands(commands=[{"command": "mine", "description": "我的"}], scope=scope)
        shown = (await gathered(socket, "chat"))[-1]["chat"]
        assert (shown["id"], shown["commands"][str(CHEN)][0]["command"]) == (CHEN, "mine")
        await socket.send_json({"id": 2, "do": "fly"})
        refused = (await gathered(socket, "done"))[-1]
        assert (refused["id"], refused["ok"], refused["error"]) == (2, False, "nobody can fly")
        await socket.send_json({"id": 3, "do": "add_person", "name": "新"})
        events = await gathered(socket, "done")
        assert events[0]["event"] == "person"
        assert events[-1]["result"]["id"] not in (1, 2, 3)
        await socket.send_str("{")
        assert (await gathered(socket, "done"))[-1]["ok"] is False


async def test_calls_are_noted_without_the_token(api: Api, town: Town):
    await town.control("POST", "calls/clear")
    await api.sendMessage(chat_id=CHEN, text="x")
    with contextlib.suppress(Exception):
        await api.sendMessage(chat_id=CHEN, text="")
    calls = await town.control("GET", "calls")
    assert [(call["method"], call["ok"], call["code"], call["chat"]) for call in calls] == [
        ("sendMessage", True, 200, CHEN),
        ("sendMessage", False, 400, CHEN),
    ]
    assert calls[1]["description"] == "Bad Request: message text is empty"
    assert calls[0]["params"] == {"chat_id": CHEN, "text": "x"}
    assert await town.control("GET", "calls", since=calls[0]["n"]) == calls[1:]
    assert TOKEN not in str(calls)


async def test_the_token_is_never_logged(
    api: Api, town: Town, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    caplog.set_level(logging.DEBUG)

    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("bot.emulator.calling.METHODS", {"getme": broken})
    with contextlib.suppress(Exception):
        await api.getMe()
    assert "method getme failed" in caplog.text
    assert TOKEN not in caplog.text


async def test_another_sites_page_cannot_act(api: Api, town: Town, session: aiohttp.ClientSession):
    headers = {"Origin": "https://evil.example"}
    async with session.post(f"{api.url}/emulator/act", json={"do": "block", "as": CHEN}, headers=headers) as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(f"{api.url}/emulator/ws", headers=headers)
    async with session.get(f"{api.url}/emulator/state", headers={"Origin": api.url}) as answer:
        assert answer.status == 200
    await api.sendMessage(chat_id=CHEN, text="still open")


@pytest.mark.parametrize("body", ["{", "[]", "1"])
async def test_nonsense(api: Api, session: aiohttp.ClientSession, body: str):
    for path in ("act", "places", "faults", "limits"):
        if body == "[]" and path in ("places", "faults"):
            continue
        async with session.post(f"{api.url}/emulator/{path}", data=body) as answer:
            assert (answer.status, (await answer.json())["ok"]) == (400, False)


async def test_only_files_of_the_page_are_served(api: Api, session: aiohttp.ClientSession):
    for path in ("/page/../command.py", "/page/%2e%2e/command.py", "/page/none.js"):
        async with session.get(aiohttp.client.URL(api.url + path, encoded=True)) as answer:
            assert answer.status == 404
    async with session.get(f"{api.url}/favicon.ico") as answer:
        assert answer.status in (200, 204)


async def test_every_token_has_its_own_world(session: aiohttp.ClientSession):
    open_to_all = await serve(0)
    try:
        one, other = Api(open_to_all.url, session), Api(open_to_all.url, session, token="5:" + "z" * 30)
        town = Town(open_to_all.url, session)
        async with session.ws_connect(f"{open_to_all.url}/emulator/ws") as socket:
            assert (await socket.receive_json())["bot"]["id"] != BOT_ID
            assert (await one.getMe())["id"] == BOT_ID
            # The first token makes the bot who it is.
            assert (await gathered(socket, "state"))[-1]["bot"]["id"] == BOT_ID
        assert (await other.getMe())["id"] == 5
        await town.act("add_person", id=LI, name="Li")
        await town.act("start", LI)
        assert len(await one.getUpdates()) == 1
        assert await other.getUpdates() == []
        assert (await town.control("GET", "state", bot=5))["people"] == []
        with pytest.raises(ActRefused, match="no such bot"):
            await town.control("GET", "state", bot=6)
    finally:
        await open_to_all.close()


async def test_the_clock_by_words(town: Town):
    moved = await town.act("clock", to="2018-08-06T18:00")
    assert round(moved["now"]) == 1533549600
    moved = await town.act("clock", to="2018-08-06T18:00", zone="UTC")
    assert round(moved["now"]) == 1533549600 + 8 * 3600
    assert round((await town.act("clock", by=-60))["now"] - moved["now"]) == -60


def test_a_clock_shared_through_a_file(tmp_path: Path):
    mine, yours = MovableClock(tmp_path / "clock"), MovableClock(tmp_path / "clock")
    assert yours.offset == 0
    mine.move_to(1_533_549_600)
    assert abs(yours.now() - 1_533_549_600) < 1
    yours.move_by(3600)
    assert abs(mine.now() - 1_533_553_200) < 1
    (tmp_path / "clock").write_text("not a number")
    assert abs(mine.now() - 1_533_553_200) < 1
    assert [path.name for path in tmp_path.iterdir()] == ["clock"]


async def test_from_the_command_line(tmp_path: Path, session: aiohttp.ClientSession):
    command = [
        sys.executable,
        "-m",
        "bot.emulator",
        "--port",
        "0",
        "--token",
        TOKEN,
        "--clock-file",
        str(tmp_path / "c"),
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        assert (await Api(url.rstrip("/"), session).getMe())["id"] == BOT_ID
    finally:
        process.terminate()
        out, errors = await process.communicate()
    assert process.returncode == 0
    assert (out, errors) == (b"", b"")


def test_a_bad_token_on_the_command_line(capsys: pytest.CaptureFixture[str]):
    assert main(["--port", "0", "--token", "secret-thing"]) == 1
    assert "secret-thing" not in capsys.readouterr().out
