"""What the bot says, and when it may not."""

import pytest

from tests.emulator.driving import BOT_ID, CHEN, LI, TOKEN, WANG, Api, Town


async def test_a_text_arrives_and_is_answered_in_place(api: Api, town: Town):
    asked = await town.act("send_text", CHEN, text="太和镇 未整改")
    sent = await api.sendMessage(chat_id=CHEN, text="  三处 \n", reply_parameters={"message_id": asked["id"]})
    assert sent["text"] == "三处"
    assert sent["from"]["id"] == BOT_ID
    assert sent["chat"] == {"id": CHEN, "first_name": "小陈", "username": "chen_xj", "type": "private"}
    assert sent["reply_to_message"]["text"] == "太和镇 未整改"
    assert "reply_to_message" not in sent["reply_to_message"]
    seen = await town.message(CHEN, sent["message_id"])
    assert (seen["from"], seen["text"]) == (BOT_ID, "三处")
    assert seen["reply_to"] == {"id": asked["id"], "from": CHEN, "text": "太和镇 未整改"}
    assert await api.updates() != []
    assert await api.updates() == []


async def test_answering_what_is_gone(api: Api, refuses):
    await refuses(
        api.sendMessage(chat_id=CHEN, text="x", reply_parameters={"message_id": 999}),
        "Bad Request: message to be replied not found",
    )
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await api.sendMessage(chat_id=CHEN, text="x", reply_parameters=lenient)


async def test_quoting(api: Api, town: Town, refuses):
    asked = await town.act("send_text", CHEN, text="灯坏，锁坏")
    quoting = {"message_id": asked["id"], "quote": "锁坏"}
    sent = await api.sendMessage(chat_id=CHEN, text="修", reply_parameters=quoting)
    assert sent["quote"] == {"text": "锁坏", "position": 3, "is_manual": True}
    call = api.sendMessage(chat_id=CHEN, text="修", reply_parameters=quoting | {"quote": "门坏"})
    await refuses(call, "Bad Request: QUOTE_TEXT_INVALID")


async def test_an_answer_to_an_answer_embeds_only_one(api: Api):
    first = await api.sendMessage(chat_id=CHEN, text="1")
    second = await api.sendMessage(chat_id=CHEN, text="2", reply_parameters={"message_id": first["message_id"]})
    third = await api.sendMessage(chat_id=CHEN, text="3", reply_parameters={"message_id": second["message_id"]})
    assert third["reply_to_message"]["text"] == "2"
    assert "reply_to_message" not in third["reply_to_message"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
async def test_nothing_to_say(api: Api, refuses, text: str):
    await refuses(api.sendMessage(chat_id=CHEN, text=text), "Bad Request: message text is empty")


async def test_length_is_measured_in_utf16_after_the_markup(api: Api, refuses):
    await api.sendMessage(chat_id=CHEN, text="检" * 4096)
    await refuses(api.sendMessage(chat_id=CHEN, text="检" * 4097), "Bad Request: message is too long")
    await api.sendMessage(chat_id=CHEN, text="🚽" * 2048)
    await refuses(api.sendMessage(chat_id=CHEN, text="🚽" * 2048 + "a"), "Bad Request: message is too long")
    marked = await api.sendMessage(chat_id=CHEN, text="<b>" + "a" * 4096 + "</b>", parse_mode="HTML")
    assert len(marked["text"]) == 4096


@pytest.mark.parametrize(
    ("chat", "code", "words"),
    [
        (999_999, 400, "Bad Request: chat not found"),
        ("@nobody", 400, "Bad Request: chat not found"),
        ("", 400, "Bad Request: chat_id is empty"),
        (WANG, 403, "Forbidden: bot can't initiate conversation with a user"),
    ],
)
async def test_whom_the_bot_cannot_reach(api: Api, refuses, chat, code: int, words: str):
    await refuses(api.sendMessage(chat_id=chat, text="x"), words, code)


async def test_blocked_and_opened_again(api: Api, town: Town, refuses):
    await town.act("block", CHEN)
    change = (await api.news("my_chat_member"))[0]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    assert (change["from"]["id"], change["chat"]["id"]) == (CHEN, CHEN)
    words = "Forbidden: bot was blocked by the user"
    await refuses(api.sendMessage(chat_id=CHEN, text="x"), words, 403)
    await refuses(api.sendChatAction(chat_id=CHEN, action="typing"), words, 403)
    await town.act("start", CHEN, payload="s12")
    news = await api.updates()
    assert [sorted(update)[0] for update in news] == ["my_chat_member", "message"]
    assert news[1]["message"]["text"] == "/start s12"
    assert news[1]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    await api.sendMessage(chat_id=CHEN, text="x")
    await town.act("block", CHEN)
    await town.act("unblock", CHEN)
    assert [c["new_chat_member"]["status"] for c in await api.news("my_chat_member")] == ["kicked", "member"]


async def test_places(api: Api, town: Town, refuses):
    sent = await api.sendLocation(chat_id=CHEN, latitude=30.65, longitude=104.06, horizontal_accuracy=12.5)
    assert sent["location"] == {"latitude": 30.65, "longitude": 104.06, "horizontal_accuracy": 12.5}
    venue = await api.sendVenue(chat_id=CHEN, latitude=30, longitude=104, title="体育馆", address="东门")
    assert venue["venue"]["title"] == "体育馆"
    assert venue["location"] == venue["venue"]["location"]
    assert (await town.message(CHEN, venue["message_id"]))["venue"]["address"] == "东门"
    await refuses(api.sendLocation(chat_id=CHEN, latitude=91, longitude=0), "Bad Request: wrong location specified")
    await refuses(api.raw("sendLocation", {"chat_id": CHEN, "longitude": 0}), "Bad Request: latitude is empty")


async def test_forwarding_and_copying(api: Api, town: Town, refuses):
    said = await town.act("send_text", CHEN, text="坏了")
    forwarded = await api.forwardMessage(chat_id=LI, from_chat_id=CHEN, message_id=said["id"])
    origin = forwarded["forward_origin"]
    assert (origin["type"], origin["sender_user"]["id"], origin["date"]) == ("user", CHEN, said["date"])
    copied = await api.copyMessage(chat_id=LI, from_chat_id=CHEN, message_id=said["id"])
    seen = await town.message(LI, copied["message_id"])
    assert (seen["text"], seen["forward"]) == ("坏了", None)
    photo = await town.act("send_photo", CHEN, file="sample:door", caption="旧")
    named = {"chat_id": LI, "from_chat_id": CHEN, "message_id": photo["id"]}
    again = [await api.copyMessage(**named), await api.copyMessage(**named, caption="新")]
    captions = [(await town.message(LI, copy["message_id"]))["text"] for copy in again]
    assert captions == ["旧", "新"]
    secret = await api.sendMessage(chat_id=CHEN, text="x", protect_content=True)
    assert secret["has_protected_content"] is True
    call = api.forwardMessage(chat_id=LI, from_chat_id=CHEN, message_id=secret["message_id"])
    await refuses(call, "Bad Request: message can't be forwarded")
    missing = api.forwardMessage(chat_id=LI, from_chat_id=CHEN, message_id=12345)
    await refuses(missing, "Bad Request: message to forward not found")


async def test_a_forward_keeps_only_buttons_that_work_elsewhere(api: Api, town: Town):
    def under(button: dict[str, str]) -> dict[str, object]:
        return {"inline_keyboard": [[{"text": "b", **button}]]}

    link = await api.sendMessage(chat_id=CHEN, text="x", reply_markup=under({"url": "https://example.org/a"}))
    data = await api.sendMessage(chat_id=CHEN, text="x", reply_markup=under({"callback_data": "a"}))
    kept = await api.forwardMessage(chat_id=LI, from_chat_id=CHEN, message_id=link["message_id"])
    lost = await api.forwardMessage(chat_id=LI, from_chat_id=CHEN, message_id=data["message_id"])
    assert kept["reply_markup"] == link["reply_markup"]
    assert "reply_markup" not in lost


async def test_chat_actions(api: Api, refuses):
    assert await api.sendChatAction(chat_id=CHEN, action="upload_photo") is True
    wrong = api.sendChatAction(chat_id=CHEN, action="dancing")
    await refuses(wrong, "Bad Request: wrong parameter action in request")


async def test_link_previews_are_given_back(api: Api):
    options = {"is_disabled": True}
    sent = await api.sendMessage(chat_id=CHEN, text="https://example.org", link_preview_options=options)
    assert sent["link_preview_options"] == options
    assert sent["entities"] == [{"type": "url", "offset": 0, "length": 19}]


async def test_parameters_travel_any_way(api: Api, session):
    url = f"{api.url}/bot{TOKEN}/SENDmessage"
    async with session.get(url, params={"chat_id": CHEN, "text": "in the address"}) as answer:
        assert (await answer.json())["result"]["text"] == "in the address"
    markup = '{"inline_keyboard":[[{"text":"b","callback_data":"d"}]]}'
    async with session.post(url, data={"chat_id": str(CHEN), "text": "a form", "reply_markup": markup}) as answer:
        assert (await answer.json())["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "d"
    assert (await api.upload("sendMessage", {"nothing": ("a", b"a", "text/plain")}, chat_id=CHEN, text="parts"))[
        "text"
    ] == "parts"
    async with session.post(url, data="{not json", headers={"Content-Type": "application/json"}) as answer:
        assert await answer.json() == {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: can't parse JSON object",
        }


async def test_who_may_call_and_what(api: Api, session, refuses):
    await refuses(api.raw("sendNothing", {}), "Not Found", 404)
    for token in ("1:short", "nonsense", "700100:" + "B" * 30):
        async with session.get(f"{api.url}/bot{token}/getMe") as answer:
            assert answer.status == 401
            assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_message_numbers(api: Api, town: Town):
    """Private chats and basic groups share one count, a supergroup has its own."""
    group, super_ = await town.group(CHEN, LI), await town.group(CHEN, LI, kind="supergroup")
    first = await api.sendMessage(chat_id=CHEN, text="a")
    second = await api.sendMessage(chat_id=group, text="b")
    third = await api.sendMessage(chat_id=LI, text="c")
    assert [m["message_id"] - first["message_id"] for m in (second, third)] == [1, 2]
    in_super = [(await api.sendMessage(chat_id=super_, text="d"))["message_id"] for _ in range(2)]
    assert in_super == [2, 3]  # 1 said that the group was made


async def test_a_bot_without_voice(api: Api, town: Town, refuses):
    group = await town.group(CHEN, LI)
    await town.act("mute_bot", CHEN, chat=group)
    words = "Bad Request: not enough rights to send text messages to the chat"
    await refuses(api.sendMessage(chat_id=group, text="x"), words)
    await town.act("unmute_bot", CHEN, chat=group)
    await api.sendMessage(chat_id=group, text="x")
    statuses = [c["new_chat_member"]["status"] for c in await api.news("my_chat_member")]
    assert statuses == ["member", "restricted", "member"]
