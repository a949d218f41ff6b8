"""Driving the emulator in tests: its people, and a bare client of its Bot API that checks what it sends and gets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import telegram
from aiogram.types import Update

from tests.emulator.oracle import check_request, check_result, check_value

TOKEN = "700100:" + "Abc_-" * 6
BOT_ID = 700100
CHEN, LI, WANG = 101, 102, 103
# Its Bot API is 10.0; these came later.
NEWER_THAN_PTB = {"can_send_welcome_messages"}


async def eventually(probe: Callable[[], Awaitable[Any]]) -> Any:
    """What the probe finds, as soon as it finds anything."""
    for _ in range(500):
        if found := await probe():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it never happened")


class ActRefused(Exception):
    pass


@dataclass
class Refused(Exception):
    code: int
    description: str
    parameters: dict[str, Any]


@dataclass
class Town:
    """The people, driven from outside as the page drives them."""

    url: str
    session: aiohttp.ClientSession

    async def control(self, verb: str, path: str, body: Any = None, **query: Any) -> Any:
        async with self.session.request(verb, f"{self.url}/emulator/{path}", json=body, params=query) as answer:
            given = await answer.json()
        if not given["ok"]:
            raise ActRefused(given["error"])
        return given["result"]

    async def act(self, do: str, who: int | None = None, **fields: Any) -> Any:
        given = {"do": do, **({"as": who} if who is not None else {}), **fields}
        return await self.control("POST", "act", given)

    async def faults(self, *faults: dict[str, Any]) -> None:
        await self.control("POST", "faults", list(faults))

    async def calls(self, *methods: str) -> list[dict[str, Any]]:
        return [call for call in await self.control("GET", "calls") if call["method"] in methods]

    async def chat(self, chat_id: int) -> dict[str, Any]:
        state = await self.control("GET", "state")
        return next(chat for chat in state["chats"] if chat["id"] == chat_id)

    async def message(self, chat_id: int, message_id: int) -> dict[str, Any]:
        return next(one for one in (await self.chat(chat_id))["messages"] if one["id"] == message_id)

    async def group(self, *members: int, kind: str = "group", bot: str = "member", title: str = "太和镇巡查") -> int:
        """A group of these people; the bot is a member, an admin, or absent."""
        admins = [BOT_ID] if bot == "admin" else []
        people = [*members, BOT_ID] if bot == "member" else list(members)
        made = await self.act("add_group", members[0], title=title, kind=kind, members=people, admins=admins)
        return int(made["id"])


@dataclass
class Api:
    """The Bot API without a library: what is sent and what comes back is checked against aiogram's models."""

    url: str
    session: aiohttp.ClientSession
    token: str = TOKEN
    offset: int = 0
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def call(**params: Any) -> Any:
            check_request(method, params)
            result = await self.raw(method, params)
            check_result(method, result)
            return result

        return call

    async def raw(self, method: str, params: dict[str, Any]) -> Any:
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", json=params) as answer:
            return self._result(answer.status, await answer.json())

    async def upload(self, method: str, files: dict[str, tuple[str, bytes, str]], **params: Any) -> Any:
        form = aiohttp.FormData(quote_fields=False)
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, (file_name, data, mime) in files.items():
            form.add_field(name, data, filename=file_name, content_type=mime)
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", data=form) as answer:
            result = self._result(answer.status, await answer.json())
        check_result(method, result)
        return result

    def _result(self, status: int, body: dict[str, Any]) -> Any:
        if body["ok"]:
            assert status == 200
            return body["result"]
        assert status == body["error_code"]
        raise Refused(body["error_code"], body["description"], body.get("parameters", {}))

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """What is new since the last time, confirmed at the next."""
        news = await self.getUpdates(offset=self.offset, **params)
        for update in news:
            check_value(Update, update)
            known_to_ptb(telegram.Update.de_json(update, None))
        if news:
            self.offset = news[-1]["update_id"] + 1
        return news

    async def news(self, kind: str) -> list[Any]:
        return [update[kind] for update in await self.updates() if kind in update]


def known_to_ptb(value: Any) -> None:
    """The other library, too, must find nothing in an update it has no name for."""
    if isinstance(value, telegram.TelegramObject):
        assert set(value.api_kwargs) <= NEWER_THAN_PTB, value
        for name in value.__slots__:
            known_to_ptb(getattr(value, name, None))
    elif isinstance(value, list | tuple):
        for item in value:
            known_to_ptb(item)
