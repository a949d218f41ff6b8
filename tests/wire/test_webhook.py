"""Webhook mode, end to end, and what strangers and damaged updates can do to it (F20, F32, F39)."""

import socket
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.demo.places import places
from bot.demo.stage import Stage
from models.messages import InboxRow, InboxState
from tests.stage.over_the_wire import ADMIN, OverTheWire
from tests.wire.inspectors import messages

pytestmark = pytest.mark.wire
SECRET = "a-secret-of-the-tests-0123456789"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
ALL_FINE = Path(__file__).parents[1] / "dialogues" / "2-all-fine.txt"


async def _webhook(wire: OverTheWire) -> str:
    """Starts the bot in webhook mode; the address it listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/telegram"
    wire.telegram = f'mode = "webhook"\nwebhook_url = "{url}"\nwebhook_secret = "{SECRET}"'
    wire.more = f"[web]\nport = {port}"
    await wire.quicken()
    await wire.up()
    return url


async def _post(wire: OverTheWire, url: str, body: bytes | Any, secret: str | None = SECRET) -> int:
    given = {"data": body} if isinstance(body, bytes) else {"json": body}
    headers = {HEADER: secret} if secret is not None else {}
    async with wire.http.post(url, headers=headers, **given) as answer:
        assert await answer.read() == b""
        return answer.status


def _says(update: int, words: str, **changed: Any) -> dict[str, Any]:
    message = {
        "message_id": update,
        "date": 1533081600,
        "chat": {"id": ADMIN, "type": "private", "first_name": "管理员"},
        "from": {"id": ADMIN, "is_bot": False, "first_name": "管理员"},
        "text": words,
    }
    return {"update_id": update, "message": {**message, **changed}}


async def test_a_dialogue_through_the_webhook(wire: OverTheWire) -> None:
    await _webhook(wire)
    await Stage(wire, places(), patience=10).play(ALL_FINE)


async def test_only_what_the_platform_sent_is_taken_and_only_once(wire: OverTheWire) -> None:
    url = await _webhook(wire)
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    await wire.act({"do": "send_text", "as": ADMIN, "text": "今天"})
    await wire.settle()
    asked = _says(42, "今天")
    assert await _post(wire, url, asked, "a-secret-somebody-guessed") == 403
    assert await _post(wire, url, asked, None) == 403
    assert await _post(wire, url, asked, "") == 403
    assert [await _post(wire, url, asked) for _ in range(5)] == [200] * 5
    await wire.settle()
    answers = [m for m in await messages(wire, ADMIN) if m["from"] != ADMIN]
    assert len(answers) == 2
    with wire.reading() as session:
        assert session.scalar(select(func.count(InboxRow.id)).where(InboxRow.update_id == 42)) == 1


async def test_what_is_no_update_is_refused_and_the_program_lives(wire: OverTheWire) -> None:
    url = await _webhook(wire)
    for body in (
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"update_id": "1"}', b'{"update_id": 1e400}', b"[" * 100_000,
        b'{"update_id": 9999999999999999999999}', b'{"update_id": 1, "update_id": 2}',
        b'{"update_id": 1, "x": {"a": 1, "a": 2}}', b'{"update_id": 1, "x": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "x": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"update_id": 1, "x": "' + b"y" * 10_000_000 + b'"}',
    ):  # fmt: skip
        assert await _post(wire, url, body) == 400, body[:40]
    assert await _post(wire, url, b'{"update_id": 1, "x": "' + b"x" * 1_048_576 + b'"}') == 400
    with wire.reading() as session:
        assert session.scalar(select(func.count(InboxRow.id))) == 0
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    await wire.act({"do": "send_text", "as": ADMIN, "text": "今天"})
    await wire.settle()
    assert len(await messages(wire, ADMIN)) == 2


POISON: dict[int, dict[str, Any]] = {
    1: _says(1, "", text=None, location={"latitude": 23.7}),  # no longitude
    2: _says(2, "今天", date="yesterday"),
    3: _says(3, "今天", chat={"id": ADMIN}),  # no type
    4: {"update_id": 4, "poll": {"id": "1"}},
    5: _says(5, "今天", photo=[{"file_id": 7}]),
    6: {"update_id": 6, "message": [1, 2]},
}
HARMLESS: dict[int, dict[str, Any]] = {
    11: {"update_id": 11},
    12: {"update_id": 12, "something_new": {"chat": {"id": ADMIN}}},
    13: {"update_id": 13, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}}},
    14: {"update_id": 14, "message": None},
    15: _says(15, "今天", **{"from": None}),
}


async def test_an_update_nobody_can_read_is_kept_aside_and_delays_nothing(wire: OverTheWire) -> None:
    url = await _webhook(wire)
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    for update in (*POISON.values(), *HARMLESS.values()):
        assert await _post(wire, url, update) == 200, update
    await wire.act({"do": "send_text", "as": ADMIN, "text": "今天"})
    await wire.settle()
    with wire.reading() as session:
        states = {row.update_id: row.state for row in session.scalars(select(InboxRow).where(InboxRow.update_id < 100))}
        reasons = session.scalars(select(InboxRow.error).where(InboxRow.state == InboxState.DEAD)).all()
    assert {number for number, state in states.items() if state is InboxState.DEAD} == set(POISON)
    assert {number for number, state in states.items() if state is InboxState.DONE} == set(HARMLESS)
    assert all(reasons)
    answers = [m["text"] for m in await messages(wire, ADMIN) if m["from"] != ADMIN]
    assert len(answers) == 1, answers
