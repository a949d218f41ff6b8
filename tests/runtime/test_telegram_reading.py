"""Raw updates into words: every kind there is, and anything that is none; built by two other people's libraries."""

from datetime import UTC, datetime
from typing import Any

import aiogram.types as aio
import orjson
import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_reading import NotReadable, glance, read_update
from handlers.messages import ChatKind, Incoming, Kind, SentPlace
from tests.runtime.desk import NOW

SENT = datetime(2018, 8, 6, 0, 29, tzinfo=UTC)
CHEN = {"id": 1002, "is_bot": False, "first_name": "小", "last_name": "陈", "language_code": "zh-hans"}
PRIVATE = {"id": 1002, "type": "private", "first_name": "小"}
GROUP = {"id": -5, "type": "group", "title": "太和镇厕所革命群"}
SIZES = [{"file_id": f"f{side}", "file_unique_id": f"u{side}", "width": side, "height": side // 2, "file_size": side}
         for side in (90, 1280, 320)]  # fmt: skip
SPOT = {"latitude": 23.7, "longitude": 113.0}


def _update(**fields: Any) -> dict[str, Any]:
    message = {"message_id": 7, "date": int(SENT.timestamp()), "chat": PRIVATE, "from": CHEN} | fields
    return {"update_id": 1, "message": {key: value for key, value in message.items() if value is not None}}


def _read(raw: dict[str, Any]) -> Incoming:
    incoming = read_update(raw, NOW)
    assert incoming is not None
    return incoming


def test_who_where_when() -> None:
    incoming = _read(_update(text="3 有烟蒂", reply_to_message=_update()["message"] | {"message_id": 4}))
    assert (incoming.kind, incoming.text, incoming.chat, incoming.message_id) == (Kind.TEXT, "3 有烟蒂", "1002", 7)
    assert (incoming.sent_at, incoming.received_at, incoming.reply_to) == (SENT, NOW, 4)
    assert incoming.sender is not None
    assert (incoming.sender.id, incoming.sender.name, incoming.sender.language) == ("1002", "小 陈", "zh-hans")


@pytest.mark.parametrize(("fields", "kind", "text"), [
    ({"text": "/start abc"}, Kind.START, "abc"),
    ({"text": "/start"}, Kind.TEXT, "/start"),
    ({"text": "/start abc", "chat": GROUP}, Kind.TEXT, "/start abc"),
    ({"photo": SIZES, "caption": "13"}, Kind.PHOTO, "13"),
    ({"location": SPOT}, Kind.LOCATION, ""),
    ({"venue": {"location": SPOT, "title": "x", "address": "y"}}, Kind.LOCATION, ""),
    ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}}, Kind.UNSUPPORTED, "voice"),
    ({"video_note": {"file_id": "v", "file_unique_id": "v", "duration": 1, "length": 9}}, Kind.UNSUPPORTED, "video"),
    ({"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                  "is_animated": False, "is_video": False}}, Kind.UNSUPPORTED, "sticker"),
    ({"contact": {"phone_number": "1", "first_name": "x"}}, Kind.UNSUPPORTED, "contact"),
    ({"document": {"file_id": "d", "file_unique_id": "d", "mime_type": "application/pdf"}}, Kind.FILE, ""),
    ({"dice": {"emoji": "🎲", "value": 3}}, Kind.UNSUPPORTED, "other"),
    ({"new_chat_members": [CHEN], "chat": GROUP}, Kind.NOTHING, ""),
    ({"something_of_next_year": {"a": 1}}, Kind.UNSUPPORTED, "other"),
        ({"something_of_next_year": {"a": 1}, "chat": GROUP}, Kind.NOTHING, ""),
        ({"pinned_message": _update()["message"]}, Kind.NOTHING, ""),
])  # fmt: skip
def test_every_kind_of_message(fields: dict[str, Any], kind: Kind, text: str) -> None:
    incoming = _read(_update(**fields))
    assert (incoming.kind, incoming.text) == (kind, text)


def test_the_largest_of_the_sizes_is_the_photo_and_albums_are_known_by_chat() -> None:
    incoming = _read(_update(photo=SIZES, media_group_id="9"))
    assert incoming.photo is not None
    assert (incoming.photo.file_id, incoming.photo.size, incoming.photo.as_file) == ("f1280", 1280, False)
    assert incoming.album == "1002:9"


def test_a_picture_sent_as_a_file_is_a_photo_untouched_and_an_animation_is_none() -> None:
    document = {
        "file_id": "d",
        "file_unique_id": "u",
        "mime_type": "image/jpeg",
        "file_name": "现场.jpg",
        "file_size": 5,
    }
    photo = _read(_update(document=document)).photo
    assert photo is not None
    assert (photo.as_file, photo.name, photo.size) == (True, "现场.jpg", 5)
    animation = {"file_id": "d", "file_unique_id": "u", "duration": 1, "width": 1, "height": 1}
    gif = _read(_update(document=document | {"mime_type": "image/gif"}, animation=animation))
    assert (gif.kind, gif.photo) == (Kind.UNSUPPORTED, None)


@pytest.mark.parametrize(("fields", "place"), [
    ({"location": SPOT | {"horizontal_accuracy": 12.0}}, SentPlace(23.7, 113.0, 12.0, "pin")),
    ({"location": SPOT | {"live_period": 3600}}, SentPlace(23.7, 113.0, None, "live", 3600)),
    ({"venue": {"location": SPOT, "title": "x", "address": "y"}}, SentPlace(23.7, 113.0, None, "venue")),
])  # fmt: skip
def test_where_a_place_comes_from(fields: dict[str, Any], place: SentPlace) -> None:
    assert _read(_update(**fields)).place == place


@pytest.mark.parametrize("origin", [
    {"type": "user", "sender_user": CHEN, "date": 1},
    {"type": "hidden_user", "sender_user_name": "x", "date": 1},
    {"type": "channel", "chat": {"id": -100, "type": "channel", "title": "c"}, "message_id": 1, "date": 1},
    {"type": "chat", "sender_chat": GROUP, "date": 1},
])  # fmt: skip
def test_what_was_forwarded_is_known_as_such(origin: dict[str, Any]) -> None:
    assert _read(_update(photo=SIZES, forward_origin=origin)).forwarded
    assert not _read(_update(photo=SIZES)).forwarded


@pytest.mark.parametrize("fields", [
    {"sender_chat": GROUP, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},  # anonymous admin
    {"sender_chat": {"id": -100, "type": "channel", "title": "c"}},  # a linked channel
    {"from": None},
    {"from": {"id": 9, "is_bot": True, "first_name": "another bot"}},
])  # fmt: skip
def test_nobody_in_particular_has_no_rights(fields: dict[str, Any]) -> None:
    """B72."""
    incoming = _read(_update(text="绑定", chat=GROUP, **fields))
    assert (incoming.sender, incoming.chat_kind) == (None, ChatKind.GROUP)


def test_a_channel_is_not_listened_to() -> None:
    assert read_update(_update(chat={"id": -100, "type": "channel", "title": "c"}, text="x"), NOW) is None


@pytest.mark.parametrize("raw", [
    {"update_id": 1}, {"update_id": 1, "poll_of_next_year": {}}, {"update_id": 1, "message": None},
    {"update_id": 1, "channel_post": _update(chat={"id": -100, "type": "channel"})["message"]},
])  # fmt: skip
def test_what_concerns_nobody_is_nothing(raw: dict[str, Any]) -> None:
    assert read_update(raw, NOW) is None
    assert glance(raw, 0.0).chat == "?"


def _membership(old: dict[str, Any], new: dict[str, Any], chat: dict[str, Any] = GROUP) -> dict[str, Any]:
    bot = {"id": 7, "is_bot": True, "first_name": "bot"}
    change = {"chat": chat, "from": CHEN, "date": 1, "old_chat_member": old | {"user": bot},
              "new_chat_member": new | {"user": bot}}  # fmt: skip
    return {"update_id": 1, "my_chat_member": change}


MEMBER, LEFT = {"status": "member"}, {"status": "left"}
KICKED = {"status": "kicked", "until_date": 0}
MUTED = {"status": "restricted", "is_member": True, "until_date": 0, "can_send_messages": False}


@pytest.mark.parametrize(("old", "new", "chat", "kind"), [
    (LEFT, MEMBER, GROUP, Kind.BOT_ADDED), (MEMBER, KICKED, GROUP, Kind.BOT_REMOVED),
    (MEMBER, KICKED, PRIVATE, Kind.BLOCKED), (KICKED, MEMBER, PRIVATE, Kind.UNBLOCKED),
    (MEMBER, MUTED, GROUP, Kind.BOT_REMOVED), (MUTED, MEMBER, GROUP, Kind.BOT_ADDED),
])  # fmt: skip
def test_coming_going_and_being_silenced(
    old: dict[str, Any], new: dict[str, Any], chat: dict[str, Any], kind: Kind
) -> None:
    assert _read(_membership(old, new, chat)).kind is kind


def test_a_promotion_is_neither() -> None:
    assert read_update(_membership(MEMBER, {"status": "restricted"} | MUTED | {"can_send_messages": True}), NOW) is None


def test_a_group_that_moved_is_known_by_both_messages() -> None:
    old = _read(_update(chat=GROUP, migrate_to_chat_id=-1001))
    new = _read(_update(chat=GROUP | {"id": -1001, "type": "supergroup"}, migrate_from_chat_id=-5))
    assert [(i.kind, i.chat, i.text) for i in (old, new)] == [(Kind.MIGRATED, "-5", "-1001")] * 2


@pytest.mark.parametrize("message", [_update(text="x")["message"], None])
def test_a_tap_on_a_message_that_may_be_gone(message: dict[str, Any] | None) -> None:
    query = {"id": "55", "from": CHEN, "chat_instance": "1", "data": "c:1:ok"}
    tap = _read({"update_id": 1, "callback_query": query | ({"message": message} if message else {})})
    assert (tap.kind, tap.tap, tap.button, tap.chat) == (Kind.TAP, "55", "c:1:ok", "1002")
    assert glance({"update_id": 1, "callback_query": query}, 0.0).person == "1002"


def test_an_edit_keeps_its_place_in_the_chat() -> None:
    raw = {"update_id": 1, "edited_message": _update(text="改")["message"] | {"edit_date": int(NOW.timestamp())}}
    assert _read(raw).edited
    assert glance(raw, 0.0).order == glance(_update(text="x"), 0.0).order


def test_what_other_libraries_build_is_read_the_same() -> None:
    """The same message written by python-telegram-bot and by aiogram."""
    theirs = telegram.Update(1, message=telegram.Message(
        7, SENT, telegram.Chat(1002, "private"), from_user=telegram.User(1002, "小", False, last_name="陈"),
        text="3 有烟蒂"))  # fmt: skip
    others = aio.Update(update_id=1, message=aio.Message(
        message_id=7, date=SENT, chat=aio.Chat(id=1002, type="private"),
        from_user=aio.User(id=1002, is_bot=False, first_name="小", last_name="陈"), text="3 有烟蒂"))  # fmt: skip
    first = _read(orjson.loads(theirs.to_json()))
    second = _read(orjson.loads(others.model_dump_json(exclude_none=True, by_alias=True).replace(
        '"2018-08-06T00:29:00Z"', str(int(SENT.timestamp())))))  # fmt: skip
    assert first == second
    assert (first.text, first.sent_at) == ("3 有烟蒂", SENT)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "type", "chat", "from", "date", "message", "text", "photo", "location", "file_id", "latitude", "data",
         "message_id", "old_chat_member", "new_chat_member", "status", "user", "first_name", "is_bot"]), inside,
        max_size=5), max_leaves=15)  # fmt: skip


@given(_json, st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll", "unheard_of"]))
@settings(max_examples=120, deadline=None)
def test_anything_at_all_is_read_or_found_unreadable(part: Any, kind: str) -> None:
    raw = {"update_id": 1, kind: part}
    seen = glance(raw, 1.0)
    assert isinstance(seen.chat, str)
    assert seen.order is None or 0 <= seen.order < 1 << 63
    try:
        read_update(raw, NOW)
    except NotReadable:
        pass


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_one_damaged_field_kills_at_most_the_one_update(data: st.DataObject) -> None:
    raw = _update(text="x", photo=SIZES, location=SPOT)
    part: Any = raw["message"]
    while True:
        key = data.draw(st.sampled_from(sorted(part)))
        if not isinstance(part[key], dict) or data.draw(st.booleans()):
            part[key] = data.draw(_json)
            break
        part[key] = dict(part[key])
        part = part[key]
    glance(raw, 1.0)
    try:
        read_update(raw, NOW)
    except NotReadable:
        pass
