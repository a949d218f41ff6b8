"""What the platform's answers mean for a row that was being sent, over a real socket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.channels.outcomes import AnotherPoller, ChannelStopped, Failure, SendFailed
from bot.channels.telegram import TelegramChannel
from handlers.messages import Reply

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
SENT = {"ok": True, "result": {"message_id": 9, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "x"}}
PROXY = "<html><title>403 Forbidden</title></html>"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Platform:
    """Answers as it is told, call by call."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[dict[str, Any]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(
            dict(await request.json() if request.content_type == "application/json" else await request.post())
        )
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if status == "cut":
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if isinstance(body, str):
            return web.Response(text=body, status=status, content_type="text/html")
        return web.json_response(body, status=status)


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[tuple[Platform, TelegramChannel]]:
    told = Platform()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", told.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield told, channel
    await channel.close()
    await runner.cleanup()


def _refusal(code: int, words: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    return code, {"ok": False, "error_code": code, "description": words} | (
        {"parameters": parameters} if parameters else {}
    )


@pytest.mark.parametrize(("answer", "failure"), [
    (_refusal(400, "Bad Request: message text is empty"), Failure.REFUSED),
    (_refusal(400, "Bad Request: message thread not found"), Failure.REFUSED),
    (_refusal(400, "Bad Request: message to edit not found"), Failure.GONE),
    (_refusal(400, "Bad Request: message can't be edited"), Failure.GONE),
    (_refusal(400, "Bad Request: chat not found"), Failure.UNREACHABLE),
    (_refusal(400, "Bad Request: not enough rights to send text messages to the chat"), Failure.UNREACHABLE),
    (_refusal(403, "Forbidden: bot was blocked by the user"), Failure.UNREACHABLE),
    (_refusal(403, "Forbidden: bot was kicked from the group chat"), Failure.UNREACHABLE),
    ((403, PROXY), Failure.NOT_SENT),  # somebody on the way, who knows nothing of this chat
    ((400, PROXY), Failure.NOT_SENT),
    ((401, PROXY), Failure.NOT_SENT),
    ((404, PROXY), Failure.NOT_SENT),
    ((429, PROXY), Failure.NOT_SENT),
    ((500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}), Failure.UNKNOWN),
    ((502, PROXY), Failure.UNKNOWN),
    ((504, "[]"), Failure.UNKNOWN),
    ((200, PROXY), Failure.UNKNOWN),
    ((200, {"ok": True, "result": {}}), Failure.UNKNOWN),
    (("cut", ""), Failure.UNKNOWN),
])  # fmt: skip
async def test_what_an_answer_means(
    platform: tuple[Platform, TelegramChannel], answer: tuple[Any, Any], failure: Failure
) -> None:
    told, channel = platform
    told.answers = [answer]
    with pytest.raises(SendFailed) as caught:
        await channel.send("7", Reply("x"))
    assert caught.value.failure is failure
    assert "canary" not in str(caught.value)


async def test_times_and_new_ids_are_taken_from_the_answer(platform: tuple[Platform, TelegramChannel]) -> None:
    told, channel = platform
    told.answers = [_refusal(429, "Too Many Requests: retry after 35", retry_after=35)]
    with pytest.raises(SendFailed) as caught:
        await channel.send("7", Reply("x"))
    assert (caught.value.failure, caught.value.retry_after) == (Failure.NOT_SENT, 35)
    told.answers = [_refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005)]
    with pytest.raises(SendFailed) as caught:
        await channel.send("-5", Reply("x"))
    assert (caught.value.failure, caught.value.moved_to) == (Failure.MOVED, "-1005")


async def test_where_nobody_listens_nothing_was_sent() -> None:
    channel = TelegramChannel(TOKEN, "http://127.0.0.1:1")
    with pytest.raises(SendFailed) as caught:
        await channel.send("7", Reply("x"))
    await channel.close()
    assert caught.value.failure is Failure.NOT_SENT
    assert "canary" not in repr(caught.value) + repr(channel)


async def test_not_modified_is_as_good_as_modified(platform: tuple[Platform, TelegramChannel]) -> None:
    told, channel = platform
    told.answers = [_refusal(400, "Bad Request: message is not modified: specified new message content and …")]
    await channel.edit("7", 9, Reply("x"))


async def test_a_card_with_a_photo_is_edited_by_its_caption_or_as_it_was_sent(
    platform: tuple[Platform, TelegramChannel],
) -> None:
    told, channel = platform
    told.answers = [(200, SENT)]
    assert await channel.send("7", Reply("灯不亮\n期限", head="photo-1")) == 9
    assert (told.asked[-1]["photo"], told.asked[-1]["caption"]) == ("photo-1", "灯不亮\n期限")
    await channel.edit("7", 9, Reply("已整改", head="photo-1"))
    assert told.asked[-1]["caption"] == "已整改"
    told.answers = [_refusal(400, "Bad Request: there is no caption in the message to edit"), (200, SENT)]
    await channel.edit("7", 9, Reply("已整改", head="photo-1"))
    assert told.asked[-1]["text"] == "已整改"
    told.answers = [_refusal(400, "Bad Request: there is no text in the message to edit"), (200, SENT)]
    await channel.edit("7", 9, Reply("已整改"))
    assert told.asked[-1]["caption"] == "已整改"
    told.answers = [_refusal(400, "Bad Request: message to edit not found")]
    asked = len(told.asked)
    with pytest.raises(SendFailed):
        await channel.edit("7", 9, Reply("已整改", head="photo-1"))
    assert len(told.asked) == asked + 1


async def test_a_photo_that_the_platform_does_not_know_is_no_reason_to_say_nothing(
    platform: tuple[Platform, TelegramChannel],
) -> None:
    told, channel = platform
    told.answers = [_refusal(400, "Bad Request: wrong file identifier/HTTP URL specified"), (200, SENT)]
    assert await channel.send("7", Reply("灯不亮", head="gone")) == 9
    assert told.asked[-1]["text"] == "灯不亮"


async def test_of_a_long_text_the_second_part_fails_and_nobody_says_that_nothing_arrived(
    platform: tuple[Platform, TelegramChannel],
) -> None:
    told, channel = platform
    told.answers = [(200, SENT), (403, PROXY)]
    with pytest.raises(SendFailed) as caught:
        await channel.send("7", Reply("灯" * 5000))
    assert caught.value.failure is Failure.UNKNOWN
    assert [len(asked["text"]) for asked in told.asked] == [4096, 904]


@pytest.mark.parametrize(("answer", "error"), [
    ((200, PROXY), SendFailed), ((502, PROXY), SendFailed), ((200, "[]"), SendFailed), ((200, '{"ok": tr'), SendFailed),
    ((409, PROXY), SendFailed), ((404, PROXY), SendFailed), ((200, "[" * 100_000), SendFailed),
    (_refusal(409, "Conflict: terminated by other getUpdates request"), AnotherPoller),
    (_refusal(401, "Unauthorized"), ChannelStopped),
    (("cut", ""), Exception),
])  # fmt: skip
async def test_no_answer_to_a_poll_is_fatal_but_a_refused_token(
    platform: tuple[Platform, TelegramChannel], answer: tuple[Any, Any], error: type[Exception]
) -> None:
    told, channel = platform
    told.answers = [answer]
    with pytest.raises(error) as caught:
        await channel.fetch(None, 0)
    assert "canary" not in str(caught.value)


async def test_one_update_with_half_a_character_does_not_hide_its_neighbours(
    platform: tuple[Platform, TelegramChannel],
) -> None:
    told, channel = platform
    told.answers = [(200, '{"ok": true, "result": [{"update_id": 1}, {"update_id": 2, "x": "\\ud800"}, 7]}')]
    assert [update["update_id"] for update in await channel.fetch(None, 0)] == [1, 2]
