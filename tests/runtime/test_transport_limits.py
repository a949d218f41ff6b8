"""F17, F19: how long a call may take, how many there may be, and what becomes of those that nobody waits for."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram.error import NetworkError, TimedOut

from bot.channels.telegram_transport import AT_ONCE, NeverLeft, ReqwestRequest
from tests.runtime.sockets import OK, Server

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
SOON = 0.4  # seconds in which something of an answer has to be there


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    yield server
    await server.stop()


async def test_a_machine_that_knows_no_authorities_can_talk_all_the_same(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    monkeypatch.setenv("SSL_CERT_DIR", "/nonexistent")
    root, request = await server.start(None), ReqwestRequest()
    await request.initialize()
    assert (await request.call(f"{root}/bot{TOKEN}/getMe", "POST", None, 5.0))[0] == 200
    await request.shutdown()


async def test_a_platform_that_does_not_answer_does_not_take_all_the_sockets(server: Server) -> None:
    root, request = await server.start(server.say_nothing), ReqwestRequest()
    calls = [asyncio.create_task(request.ask(f"{root}/bot{TOKEN}/answerCallbackQuery", {})) for _ in range(200)]
    await server.has_heard(AT_ONCE)
    await asyncio.sleep(0.3)
    assert server.connections == AT_ONCE
    polls = ReqwestRequest(silence=SOON)
    with pytest.raises(TimedOut):
        await polls.call(f"{root}/bot{TOKEN}/getUpdates", "POST", {}, SOON)
    assert server.connections == AT_ONCE + 1, "polls do not wait for calls"
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await request.shutdown()
    await polls.shutdown()


async def test_a_poll_may_take_long_while_something_comes_and_no_longer(server: Server) -> None:
    """Much was missed, and the line is slow: the same would be asked for again for ever."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(OK[:-11])
        for byte in OK[-11:] if len(server.heard) == 1 else OK[-11:-5]:
            await asyncio.sleep(SOON / 4)
            writer.write(bytes([byte]))
        await asyncio.sleep(60)

    root, polls = await server.start(trickle), ReqwestRequest(silence=SOON)
    url = f"{root}/bot{TOKEN}/getUpdates"
    assert await polls.call(url, "POST", {"timeout": "0"}, SOON) == (200, b'{"ok":true}')
    with pytest.raises(TimedOut):
        await polls.call(url, "POST", {"timeout": "0"}, SOON)
    await polls.shutdown()


async def test_who_does_not_wait_any_longer_is_free_at_once_and_later_calls_do_not_leave(server: Server) -> None:
    root, request = await server.start(server.say_nothing), ReqwestRequest()
    url = f"{root}/bot{TOKEN}/sendMessage"
    given_up, closed = (asyncio.create_task(request.call(url, "POST", {"text": "x"}, 30.0)) for _ in range(2))
    await server.has_heard(2)
    given_up.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await given_up
        await request.shutdown()
        with pytest.raises(NetworkError) as caught:
            await closed
    assert not isinstance(caught.value, NeverLeft)
    with pytest.raises(NeverLeft):
        await request.call(url, "POST", {"text": "x"}, 5.0)
    assert server.connections == 2
