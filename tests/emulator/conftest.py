"""A running emulator with three people, and three clients of its Bot API."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import telegram
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.emulator.command import Running, serve
from tests.emulator.driving import CHEN, LI, TOKEN, WANG, Api, Refused, Town


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    server = await serve(0, token=TOKEN)
    yield server
    await server.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def town(running: Running, session: aiohttp.ClientSession) -> Town:
    """Chen and Li have opened the bot; Wang has not."""
    town = Town(running.url, session)
    await town.act("add_person", id=CHEN, name="小陈", username="chen_xj", language="zh-hans")
    await town.act("add_person", id=LI, name="Li", last_name="Na", language="en")
    await town.act("add_person", id=WANG, name="老王")
    await town.act("start", CHEN)
    await town.act("start", LI)
    return town


@pytest.fixture
async def api(running: Running, session: aiohttp.ClientSession, town: Town) -> Api:
    """With nothing pending and no pace to keep, unless a test asks for it."""
    await town.control("POST", "limits", {"on": False})
    api = Api(running.url, session)
    await api.updates()
    await api.updates()
    return api


@pytest.fixture
async def ptb(running: Running, town: Town) -> AsyncIterator[telegram.Bot]:
    bot = telegram.Bot(TOKEN, base_url=f"{running.url}/bot", base_file_url=f"{running.url}/file/bot")
    async with bot:
        yield bot


@pytest.fixture
async def aio(running: Running, town: Town) -> AsyncIterator[AiogramBot]:
    bot = AiogramBot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(running.url)))
    yield bot
    await bot.session.close()


@pytest.fixture
def refuses() -> Callable[..., Any]:
    """The words of a refusal, exactly."""

    async def check(call: Awaitable[Any], description: str, code: int = 400, **parameters: Any) -> None:
        with pytest.raises(Refused) as caught:
            await call
        assert caught.value == Refused(code, description, parameters)

    return check
