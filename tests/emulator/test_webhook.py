"""How news reaches a bot that has an address."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram.types import Update
from aiohttp import web

from bot.emulator import webhook
from tests.emulator.driving import CHEN, LI, Api, Town, eventually
from tests.emulator.oracle import check_value

SECRET = "s3cret_-X"


@dataclass
class Receiver:
    """The bot's side: notes what came and answers as told."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answers: list[web.Response | int] = field(default_factory=list)
    slow_chat: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        check_value(Update, update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if update.get("message", {}).get("chat", {}).get("id") == self.slow_chat:
            await asyncio.sleep(0.3)
        answer = self.answers.pop(0) if self.answers else 200
        self.got.append(update)
        return answer if isinstance(answer, web.Response) else web.Response(status=answer)

    async def wait(self, count: int) -> list[str]:
        async def enough() -> bool:
            return len(self.got) >= count

        await eventually(enough)
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    monkeypatch.setattr(webhook, "FIRST_WAIT", 0.05)
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_pushed_with_the_secret(api: Api, town: Town, receiver: Receiver):
    await town.act("send_text", CHEN, text="before")
    assert await api.setWebhook(url=receiver.url, secret_token=SECRET) is True
    await town.act("send_text", CHEN, text="after")
    assert await receiver.wait(2) == ["before", "after"]
    assert receiver.secrets == [SECRET, SECRET]
    info = await api.getWebhookInfo()
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (receiver.url, 0, 40)


async def test_refused_updates_come_again_in_order(api: Api, town: Town, receiver: Receiver):
    receiver.answers = [500, 503]
    await api.setWebhook(url=receiver.url)
    await town.act("send_text", CHEN, text="a")
    await town.act("send_text", CHEN, text="b")
    assert await receiver.wait(4) == ["a", "a", "a", "b"]
    assert receiver.secrets[0] is None
    info = await api.getWebhookInfo()
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert info["last_error_date"] > 0


async def test_one_slow_chat_does_not_hold_up_another(api: Api, town: Town, receiver: Receiver):
    receiver.slow_chat = CHEN
    await api.setWebhook(url=receiver.url)
    for text in ("a", "b"):
        await town.act("send_text", CHEN, text=text)
    await town.act("send_text", LI, text="c")
    assert await receiver.wait(3) == ["c", "a", "b"]


async def test_nobody_answers(api: Api, town: Town):
    await api.setWebhook(url="http://127.0.0.1:9/hook")
    await town.act("send_text", CHEN, text="a")

    async def failure() -> dict[str, Any] | None:
        info = await api.getWebhookInfo()
        return info if "last_error_message" in info else None

    info = await eventually(failure)
    assert (info["last_error_message"], info["pending_update_count"]) == ("Connection refused", 1)
    # What was not delivered is not lost when the bot goes back to asking.
    assert await api.deleteWebhook() is True
    assert [update["message"]["text"] for update in await api.updates()] == ["a"]


async def test_asking_and_being_told_exclude_each_other(api: Api, town: Town, receiver: Receiver, refuses):
    poll = asyncio.create_task(api.getUpdates(offset=api.offset, timeout=20))
    await asyncio.sleep(0.1)
    await api.setWebhook(url=receiver.url)
    await refuses(poll, "Conflict: terminated by setWebhook request", 409)
    words = (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await refuses(api.getUpdates(), words, 409)
    await api.setWebhook(url="")
    assert await api.getUpdates() == []
    assert (await api.getWebhookInfo())["url"] == ""


async def test_dropping_what_is_pending(api: Api, town: Town, receiver: Receiver):
    await town.act("send_text", CHEN, text="old")
    assert (await api.getWebhookInfo())["pending_update_count"] == 1
    await api.setWebhook(url=receiver.url, drop_pending_updates=True, allowed_updates=["message"])
    await town.act("send_text", CHEN, text="new")
    assert await receiver.wait(1) == ["new"]
    assert (await api.getWebhookInfo())["allowed_updates"] == ["message"]
    await api.deleteWebhook()
    await town.act("send_text", CHEN, text="unread")
    await api.deleteWebhook(drop_pending_updates=True)
    assert await api.getUpdates() == []


async def test_an_answer_may_be_a_call(api: Api, town: Town, receiver: Receiver):
    call = {"method": "sendMessage", "chat_id": CHEN, "text": "answered at once"}
    receiver.answers = [web.json_response(call)]
    await api.setWebhook(url=receiver.url)
    await town.act("send_text", CHEN, text="hello")
    await eventually(lambda: town.calls("sendMessage"))
    texts = [message["text"] for message in (await town.chat(CHEN))["messages"]]
    assert texts == ["/start", "hello", "answered at once"]


async def test_an_answer_that_ends_the_webhook(api: Api, town: Town, receiver: Receiver):
    receiver.answers = [web.json_response({"method": "deleteWebhook"})]
    await api.setWebhook(url=receiver.url)
    await town.act("send_text", CHEN, text="last")
    await eventually(lambda: town.calls("deleteWebhook"))
    assert (await api.getWebhookInfo())["url"] == ""
    await town.act("send_text", CHEN, text="asked for")
    assert [update["message"]["text"] for update in await api.updates()] == ["asked for"]


async def test_a_duplicate_on_order(api: Api, town: Town, receiver: Receiver):
    await api.setWebhook(url=receiver.url)
    await town.faults({"method": "*", "kind": "duplicate", "times": 1})
    await town.act("send_text", CHEN, text="a")
    await town.act("send_text", CHEN, text="b")
    assert await receiver.wait(3) == ["a", "a", "b"]
    assert receiver.got[0]["update_id"] == receiver.got[1]["update_id"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.org/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org/", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_bad_addresses(api: Api, refuses, params: dict[str, str], words: str):
    await refuses(api.setWebhook(**params), f"Bad Request: {words}")
