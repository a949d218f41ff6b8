"""Refusals that need no story: one line each."""

from typing import Any

import pytest

from tests.emulator.driving import BOT_ID, CHEN, LI, WANG, ActRefused, Api, Town

PHOTO = "sample:door"
PLACE = {"latitude": 1, "longitude": 1}


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"text": "x", "message_thread_id": 5}, "message thread not found"),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [{}]}},
         'can\'t parse reply keyboard markup: Field "inline_keyboard" must be an Array of Arrays'),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[1]]}},
         "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ("sendMessage", {"text": "x", "reply_markup": {"keyboard": []}}, "reply markup is empty"),
        ("sendMessage", {"text": "x", "reply_markup": {"keyboard": [[{}]]}},
         'can\'t parse keyboard button: Field "text" must be of type String and non-empty'),
        ("sendMessage", {"text": "x", "entities": [1]}, "can't parse MessageEntity: expected an Object"),
        ("sendLocation", {"latitude": 1}, "longitude is empty"),
        ("sendLocation", {**PLACE, "live_period": 5}, "wrong live location period specified"),
        ("sendVenue", PLACE, "title must be non-empty"),
        ("sendMediaGroup", {}, 'parameter "media" is required'),
        ("sendMediaGroup", {"media": {}}, "can't parse media JSON object"),
        ("sendMediaGroup", {"media": [1]}, "can't parse InputMedia: expected an Object"),
        ("sendMediaGroup", {"media": [{"type": "movie"}]}, 'can\'t parse InputMedia: type "movie" is unsupported'),
        ("editMessageMedia", {"message_id": 1}, "media is empty"),
        ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": 5}, "can't parse message_ids: expected an Array of Integer"),
        ("deleteMessages", {"message_ids": ["a"]}, "can't parse message_ids: expected an Array of Integer"),
        ("setMessageReaction", {"message_id": 1, "reaction": [{}, {}]}, "REACTIONS_TOO_MANY"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
        ("setMyCommands", {"commands": 5}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": [5]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"commands": [], "scope": 5}, "can't parse BotCommandScope: expected an Object"),
        ("setWebhook", {"url": "https:///hook"}, "bad webhook: invalid webhook URL specified"),
        ("sendDocument", {"document": "BQAC"},
         "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"),
    ],
)  # fmt: skip
async def test_methods(api: Api, refuses, method: str, params: dict[str, Any], words: str):
    await refuses(api.raw(method, {"chat_id": CHEN, **params}), f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("act", "who", "fields", "words"),
    [
        ("join", LI, {}, "Li Na is in the group already"),
        ("leave", WANG, {}, "老王 is not in the group"),
        ("promote", CHEN, {"user": WANG}, "老王 is not in the group"),
        ("add_bot", CHEN, {}, "the bot is in the group already"),
        ("migrate", CHEN, {}, "this is a supergroup already"),
        ("delete", LI, {"message_id": 2}, "only one's own messages can be deleted"),
        ("forward", CHEN, {"message_id": 1}, "this message cannot be forwarded"),
        ("edit_caption", CHEN, {"message_id": 2}, "this message has no caption"),
        ("send_text", CHEN, {"text": "x", "at": -5}, "not a time: -5"),
        ("send_text", CHEN, {"text": "x", "reply_to": 99}, "there is no message 99 in chat"),
        ("clock", None, {"to": 10**15}, "no clock shows that time"),
    ],
)
async def test_acts(town: Town, act: str, who: int | None, fields: dict[str, Any], words: str):
    group = await town.group(CHEN, LI, kind="supergroup")
    await town.act("send_text", CHEN, chat=group, text="x")
    with pytest.raises(ActRefused, match=words):
        await town.act(act, who, **{"chat": group, "from_chat": group, **fields})


async def test_the_bot_is_not_there(town: Town):
    group = await town.group(CHEN, bot="absent")
    for act in ("remove_bot", "promote", "mute_bot"):
        with pytest.raises(ActRefused, match="the bot is not in the group"):
            await town.act(act, CHEN, chat=group)
    made = await town.act("add_group", title="x", members=[LI, BOT_ID])
    assert {"id": LI, "status": "creator"} in made["members"]
    with pytest.raises(ActRefused, match="an album has 2 to 10"):
        await town.act("send_album", CHEN, files=[PHOTO] * 11)


async def test_one_message_that_must_stay_keeps_all(api: Api, town: Town, refuses):
    group = await town.group(CHEN, LI)
    own = await api.sendMessage(chat_id=group, text="x")
    other = await town.act("send_text", LI, chat=group, text="y")
    numbers = [own["message_id"], other["id"]]
    await refuses(api.deleteMessages(chat_id=group, message_ids=numbers), "Bad Request: message can't be deleted")
    assert {message["id"] for message in (await town.chat(group))["messages"]} >= set(numbers)


async def test_places_and_services_stay_as_they_are(api: Api, town: Town, refuses):
    place = await api.sendLocation(chat_id=CHEN, latitude=1, longitude=1)
    photo = await town.act("send_photo", CHEN, file=PHOTO)
    media = {"type": "photo", "media": photo["photo"]["file_id"]}
    call = api.editMessageMedia(chat_id=CHEN, message_id=place["message_id"], media=media)
    await refuses(call, "Bad Request: there is no media in the message to edit")
    call = api.sendDocument(chat_id=CHEN, document=photo["photo"]["file_id"])
    await refuses(call, "Bad Request: can't use file of type Photo as Document")
    group = await town.group(CHEN)
    call = api.forwardMessage(
        chat_id=CHEN, from_chat_id=group, message_id=(await town.chat(group))["messages"][0]["id"]
    )
    await refuses(call, "Bad Request: message can't be forwarded")
