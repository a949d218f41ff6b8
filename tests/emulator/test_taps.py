"""Buttons under messages and under the input line, and what pressing them does."""

import pytest

from tests.emulator.driving import CHEN, LI, ActRefused, Api, Town

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def keys(data: str, text: str = "b") -> dict:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}]]}


async def tapped(api: Api, town: Town) -> dict:
    sent = await api.sendMessage(chat_id=CHEN, text="card", reply_markup=keys("v1:ok:7"))
    await town.act("tap", CHEN, message_id=sent["message_id"], data="v1:ok:7")
    return (await api.news("callback_query"))[0]


async def test_a_tap_reaches_the_bot_with_its_message(api: Api, town: Town):
    query = await tapped(api, town)
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("v1:ok:7", CHEN, "card")
    assert query["message"]["reply_markup"] == keys("v1:ok:7")
    assert await api.answerCallbackQuery(callback_query_id=query["id"], text="已记录", show_alert=True) is True


async def test_an_answer_must_come_soon(api: Api, town: Town, refuses):
    query = await tapped(api, town)
    await town.act("clock", by=31)
    await refuses(api.answerCallbackQuery(callback_query_id=query["id"]), TOO_OLD)
    await refuses(api.answerCallbackQuery(callback_query_id="12345"), TOO_OLD)
    query = await tapped(api, town)
    long = api.answerCallbackQuery(callback_query_id=query["id"], text="x" * 201)
    await refuses(long, "Bad Request: MESSAGE_TOO_LONG")


async def test_only_buttons_that_are_there_can_be_tapped(api: Api, town: Town):
    sent = await api.sendMessage(chat_id=CHEN, text="card", reply_markup=keys("old"))
    number = sent["message_id"]
    await api.editMessageText(chat_id=CHEN, message_id=number, text="card", reply_markup=keys("new"))
    with pytest.raises(ActRefused, match="no button old"):
        await town.act("tap", CHEN, message_id=number, data="old")
    # An old screen can still show it.
    await town.act("tap", CHEN, message_id=number, data="old", force=True)
    assert [query["data"] for query in await api.news("callback_query")] == ["old"]


async def test_tapping_what_the_bot_has_deleted(api: Api, town: Town):
    sent = await api.sendMessage(chat_id=CHEN, text="card", reply_markup=keys("x"))
    await api.deleteMessage(chat_id=CHEN, message_id=sent["message_id"])
    with pytest.raises(ActRefused, match="there is no message"):
        await town.act("tap", CHEN, message_id=sent["message_id"], data="x")
    await town.act("tap", CHEN, message_id=sent["message_id"], data="x", force=True)
    query = (await api.news("callback_query"))[0]
    assert (query["message"]["date"], query["message"]["message_id"]) == (0, sent["message_id"])
    assert await api.answerCallbackQuery(callback_query_id=query["id"]) is True


async def test_taps_in_a_group(api: Api, town: Town):
    group = await town.group(CHEN, LI)
    sent = await api.sendMessage(chat_id=group, text="card", reply_markup=keys("claim"))
    await town.act("tap", LI, chat=group, message_id=sent["message_id"], data="claim")
    query = (await api.news("callback_query"))[0]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (LI, group)


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "b", "callback_data": "检" * 21 + "xx"}, "BUTTON_DATA_INVALID"),
        ({"text": "b", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "b", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "b"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"text": " ", "callback_data": "x"},
            'can\'t parse inline keyboard button: Field "text" must be of type String and non-empty',
        ),
        (
            {"text": "b", "url": "http://localhost/"},
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "b", "url": "ftp://a.org"},
            "inline keyboard button URL 'ftp://a.org' is invalid: Unsupported URL protocol",
        ),
    ],
)
async def test_bad_buttons(api: Api, refuses, button: dict, words: str):
    call = api.sendMessage(chat_id=CHEN, text="x", reply_markup={"inline_keyboard": [[button]]})
    await refuses(call, f"Bad Request: {words}")


async def test_64_bytes_are_allowed(api: Api):
    data = "检" * 21 + "x"
    assert len(data.encode()) == 64
    sent = await api.sendMessage(chat_id=CHEN, text="x", reply_markup=keys(data))
    assert sent["reply_markup"] == keys(data)


async def test_bad_markup(api: Api, refuses):
    call = api.raw("sendMessage", {"chat_id": CHEN, "text": "x", "reply_markup": [1]})
    await refuses(call, "Bad Request: object expected as reply markup")
    call = api.raw("sendMessage", {"chat_id": CHEN, "text": "x", "reply_markup": "{"})
    await refuses(call, "Bad Request: can't parse reply keyboard markup JSON object")


async def test_the_keyboard_under_the_input_line(api: Api, town: Town):
    rows = [[{"text": "📍 检查", "request_location": True}, {"text": "📋 我的"}], [{"text": "📊 进度"}]]
    markup = {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}
    sent = await api.sendMessage(chat_id=CHEN, text="x", reply_markup=markup)
    assert "reply_markup" not in sent
    chat = await town.chat(CHEN)
    assert chat["keyboard"] == rows
    assert chat["keyboard_options"] == {"resize_keyboard": True, "is_persistent": True}
    await api.sendMessage(chat_id=CHEN, text="x")
    assert (await town.chat(CHEN))["keyboard"] == rows
    await api.sendMessage(chat_id=CHEN, text="x", reply_markup={"remove_keyboard": True})
    assert (await town.chat(CHEN))["keyboard"] is None


async def test_reactions(api: Api, town: Town, refuses):
    said = await town.act("send_text", CHEN, text="x")
    like = [{"type": "emoji", "emoji": "👍"}]
    assert await api.setMessageReaction(chat_id=CHEN, message_id=said["id"], reaction=like) is True
    seen = await town.message(CHEN, said["id"])
    assert seen["reactions"] == [{"from": 700100, "type": "emoji", "emoji": "👍"}]
    odd = [{"type": "emoji", "emoji": "🚽"}]
    call = api.setMessageReaction(chat_id=CHEN, message_id=said["id"], reaction=odd)
    await refuses(call, "Bad Request: REACTION_INVALID")
    assert await api.setMessageReaction(chat_id=CHEN, message_id=said["id"]) is True
    assert (await town.message(CHEN, said["id"]))["reactions"] == []


async def test_peoples_reactions_on_request(api: Api, town: Town):
    sent = await api.sendMessage(chat_id=CHEN, text="x")
    await api.getUpdates(allowed_updates=["message_reaction"])
    await town.act("react", CHEN, message_id=sent["message_id"], emoji="👍")
    await town.act("react", CHEN, message_id=sent["message_id"])
    news = await api.news("message_reaction")
    like = [{"type": "emoji", "emoji": "👍"}]
    assert [(one["old_reaction"], one["new_reaction"]) for one in news] == [([], like), (like, [])]
