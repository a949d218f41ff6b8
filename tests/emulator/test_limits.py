"""How fast a bot may speak."""

import pytest

from bot.emulator.chats import Chat, ChatKind
from bot.emulator.errors import ApiError
from bot.emulator.limits import Limits
from tests.emulator.driving import CHEN, LI, Api, Refused, Town


@pytest.fixture
async def paced(api: Api, town: Town) -> Api:
    await town.control("POST", "limits", {"on": True})
    return api


def refusal(limits: Limits, chat: Chat, now: float, count: int = 1) -> int:
    """The seconds to wait, or 0."""
    try:
        limits.spend(chat, now, count)
    except ApiError as error:
        return int(error.parameters["retry_after"])
    return 0


async def test_four_at_once_then_one_a_second(paced: Api, town: Town, refuses):
    for _ in range(4):
        await paced.sendMessage(chat_id=CHEN, text="x")
    words = "Too Many Requests: retry after 1"
    await refuses(paced.sendMessage(chat_id=CHEN, text="x"), words, 429, retry_after=1)
    # Another chat is not held up, and the clock gives the time back.
    await paced.sendMessage(chat_id=LI, text="x")
    await town.act("clock", by=1)
    await paced.sendMessage(chat_id=CHEN, text="x")
    await refuses(paced.sendMessage(chat_id=CHEN, text="x"), words, 429, retry_after=1)


async def test_edits_count_and_answers_do_not(paced: Api, town: Town):
    keys = {"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]}
    sent = await paced.sendMessage(chat_id=CHEN, text="0", reply_markup=keys)
    await town.act("tap", CHEN, message_id=sent["message_id"], data="d")
    query = (await paced.news("callback_query"))[0]
    for text in "123":
        await paced.editMessageText(chat_id=CHEN, message_id=sent["message_id"], text=text)
    with pytest.raises(Refused, match="429"):
        await paced.editMessageText(chat_id=CHEN, message_id=sent["message_id"], text="4")
    await paced.answerCallbackQuery(callback_query_id=query["id"])
    await paced.sendChatAction(chat_id=CHEN, action="typing")
    assert (await town.message(CHEN, sent["message_id"]))["text"] == "3"


def test_twenty_a_minute_in_a_group():
    limits, group = Limits(), Chat(-5, ChatKind.GROUP)
    assert [refusal(limits, group, 1000 + second) for second in range(20)] == [0] * 20
    assert refusal(limits, group, 1020) == 40
    assert refusal(limits, group, 1059.5) == 1
    assert refusal(limits, group, 1060) == 0


def test_an_album_counts_each_of_its_parts():
    limits, group = Limits(), Chat(-5, ChatKind.GROUP)
    assert refusal(limits, group, 1000, 10) == 0
    assert refusal(limits, group, 1001) == 6
    assert refusal(limits, group, 1030, 10) == 0
    assert refusal(limits, group, 1050, 10) == 10


def test_thirty_a_second_over_all():
    limits = Limits()
    waits = [refusal(limits, Chat(number, ChatKind.PRIVATE), 1000) for number in range(1, 32)]
    assert waits == [0] * 30 + [1]
    assert refusal(limits, Chat(99, ChatKind.PRIVATE), 1000.1) == 0


def test_a_refused_send_costs_nothing():
    limits, chat = Limits(), Chat(5, ChatKind.PRIVATE)
    for _ in range(4):
        limits.spend(chat, 1000)
    assert [refusal(limits, chat, 1000.5) for _ in range(5)] == [1] * 5
    assert refusal(limits, chat, 1001) == 0


def test_a_clock_moved_back_changes_nothing():
    limits, chat = Limits(), Chat(5, ChatKind.PRIVATE)
    for _ in range(4):
        limits.spend(chat, 5000)
    assert refusal(limits, chat, 1000) == 1
    assert refusal(limits, chat, 1001) == 0


async def test_the_header_says_it_too(paced: Api):
    url = f"{paced.url}/bot{paced.token}/sendMessage"
    for _ in range(5):
        async with paced.session.post(url, json={"chat_id": CHEN, "text": "x"}) as answer:
            status, header = answer.status, answer.headers.get("Retry-After")
    assert (status, header) == (429, "1")


async def test_limits_on_order(api: Api, town: Town):
    settings = await town.control("POST", "limits", {"on": True, "burst": 2, "per_chat": 0.1})
    assert settings == {"per_chat": 0.1, "burst": 2, "per_group_minute": 20, "overall": 30.0, "on": True}
    await api.sendMessage(chat_id=CHEN, text="x")
    await api.sendMessage(chat_id=CHEN, text="x")
    with pytest.raises(Refused) as caught:
        await api.sendMessage(chat_id=CHEN, text="x")
    assert caught.value.parameters == {"retry_after": 10}
