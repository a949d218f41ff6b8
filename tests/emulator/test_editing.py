"""What the bot changes and takes back."""

import pytest

from tests.emulator.driving import CHEN, LI, Api, Town

UNCHANGED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
KEYS = {"inline_keyboard": [[{"text": "提交", "callback_data": "v1:submit:1"}]]}


async def test_an_edit_changes_words_and_buttons(api: Api, town: Town):
    sent = await api.sendMessage(chat_id=CHEN, text="0/13", reply_markup=KEYS)
    assert sent["reply_markup"] == KEYS
    edited = await api.editMessageText(chat_id=CHEN, message_id=sent["message_id"], text="13/13", reply_markup=KEYS)
    assert (edited["text"], edited["date"]) == ("13/13", sent["date"])
    assert edited["edit_date"] >= sent["date"]
    bare = await api.editMessageText(chat_id=CHEN, message_id=sent["message_id"], text="13/13 ✅")
    assert "reply_markup" not in bare
    seen = await town.message(CHEN, sent["message_id"])
    assert (seen["text"], seen["buttons"]) == ("13/13 ✅", [])


async def test_buttons_alone(api: Api, refuses):
    sent = await api.sendMessage(chat_id=CHEN, text="x")
    edited = await api.editMessageReplyMarkup(chat_id=CHEN, message_id=sent["message_id"], reply_markup=KEYS)
    assert edited["reply_markup"] == KEYS
    assert "edit_date" not in edited
    again = api.editMessageReplyMarkup(chat_id=CHEN, message_id=sent["message_id"], reply_markup=KEYS)
    await refuses(again, UNCHANGED)
    gone = await api.editMessageReplyMarkup(chat_id=CHEN, message_id=sent["message_id"])
    assert "reply_markup" not in gone


async def test_the_same_again_is_refused(api: Api, refuses):
    sent = await api.sendMessage(chat_id=CHEN, text="<b>x</b>", parse_mode="HTML", reply_markup=KEYS)
    same = {"chat_id": CHEN, "message_id": sent["message_id"], "reply_markup": KEYS}
    await refuses(api.editMessageText(text="*x* ", parse_mode="MarkdownV2", **same), UNCHANGED)
    # The same letters in another style are another text.
    assert "entities" not in await api.editMessageText(text="x", **same)


async def test_what_cannot_be_edited(api: Api, town: Town, refuses):
    asked = await town.act("send_text", CHEN, text="mine")
    keyboard = await api.sendMessage(chat_id=CHEN, text="k", reply_markup={"keyboard": [["📍 检查"]]})
    forwarded = await api.forwardMessage(chat_id=CHEN, from_chat_id=CHEN, message_id=keyboard["message_id"])
    for number in (asked["id"], keyboard["message_id"], forwarded["message_id"]):
        call = api.editMessageText(chat_id=CHEN, message_id=number, text="new")
        await refuses(call, "Bad Request: message can't be edited")
    missing = api.editMessageText(chat_id=CHEN, message_id=99999, text="new")
    await refuses(missing, "Bad Request: message to edit not found")
    nothing = api.editMessageText(chat_id=CHEN, text="new")
    await refuses(nothing, "Bad Request: message identifier is not specified")
    place = await api.sendLocation(chat_id=CHEN, latitude=1, longitude=1)
    words = "Bad Request: there is no text in the message to edit"
    await refuses(api.editMessageText(chat_id=CHEN, message_id=place["message_id"], text="new"), words)
    words = "Bad Request: there is no caption in the message to edit"
    await refuses(api.editMessageCaption(chat_id=CHEN, message_id=place["message_id"], caption="new"), words)


async def test_edits_have_the_same_limits(api: Api, refuses):
    sent = await api.sendMessage(chat_id=CHEN, text="x")
    where = {"chat_id": CHEN, "message_id": sent["message_id"]}
    await refuses(api.editMessageText(text="检" * 4097, **where), "Bad Request: message is too long")
    await refuses(api.editMessageText(text=" ", **where), "Bad Request: message text is empty")
    keyboard = {"keyboard": [["a"]]}
    call = api.raw("editMessageText", {"text": "y", "reply_markup": keyboard, **where})
    await refuses(call, "Bad Request: inline keyboard expected")


async def test_deleting(api: Api, town: Town, refuses):
    sent = await api.sendMessage(chat_id=CHEN, text="x")
    asked = await town.act("send_text", CHEN, text="y")
    assert await api.deleteMessage(chat_id=CHEN, message_id=sent["message_id"]) is True
    assert await api.deleteMessage(chat_id=CHEN, message_id=asked["id"]) is True
    again = api.deleteMessage(chat_id=CHEN, message_id=sent["message_id"])
    await refuses(again, "Bad Request: message to delete not found")
    edit = api.editMessageText(chat_id=CHEN, message_id=sent["message_id"], text="z")
    await refuses(edit, "Bad Request: message to edit not found")
    assert [message["text"] for message in (await town.chat(CHEN))["messages"]] == ["/start"]


async def test_two_days_later_it_is_too_late(api: Api, town: Town, refuses):
    early = await api.sendMessage(chat_id=CHEN, text="x")
    late = await api.sendMessage(chat_id=CHEN, text="x")
    await town.act("clock", by=47.9 * 3600)
    assert await api.deleteMessage(chat_id=CHEN, message_id=early["message_id"]) is True
    await town.act("clock", by=0.2 * 3600)
    words = "Bad Request: message can't be deleted for everyone"
    await refuses(api.deleteMessage(chat_id=CHEN, message_id=late["message_id"]), words)


async def test_deleting_several(api: Api, town: Town, refuses):
    numbers = [(await api.sendMessage(chat_id=CHEN, text=text))["message_id"] for text in "abc"]
    assert await api.deleteMessages(chat_id=CHEN, message_ids=[*numbers[:2], 99999]) is True
    assert [message["text"] for message in (await town.chat(CHEN))["messages"]] == ["/start", "c"]
    many = api.deleteMessages(chat_id=CHEN, message_ids=list(range(1, 102)))
    await refuses(many, "Bad Request: too many message identifiers specified")


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_others_words_in_a_group_need_an_admin(api: Api, town: Town, refuses, kind: str):
    group = await town.group(CHEN, LI, kind=kind)
    said = await town.act("send_text", LI, chat=group, text="x")
    call = api.deleteMessage(chat_id=group, message_id=said["id"])
    await refuses(call, "Bad Request: message can't be deleted")
    await town.act("promote", CHEN, chat=group)
    assert await api.deleteMessage(chat_id=group, message_id=said["id"]) is True
