"""The quick reader says what the library says, or leaves it to the library."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_plain import read_plainly
from bot.channels.telegram_reading import NotReadable, read_update

NOW = datetime(2018, 8, 6, 0, 31, tzinfo=UTC)
SENT = 1533515400
CHAT = {"id": 1002, "type": "private", "first_name": "小陈"}
USER = {"id": 1002, "is_bot": False, "first_name": "小陈", "last_name": "陈", "language_code": "zh-hans"}
SIZES = [{"file_id": f"f{n}", "file_unique_id": f"u{n}", "width": n, "height": n, "file_size": n} for n in (90, 800)]
PLACE = {"latitude": 23.7, "longitude": 113.01, "horizontal_accuracy": 8.0}
CONTENTS: dict[str, dict[str, Any]] = {
    "line": {"text": "3 有烟蒂"},
    "photo": {"photo": SIZES},
    "album": {"photo": SIZES, "media_group_id": "77", "caption": "13 灯不亮"},
    "place": {"location": PLACE},
}


def _message(**content: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 9, "date": SENT, "chat": CHAT, "from": USER} | content}


def _tap(**change: Any) -> dict[str, Any]:
    card = {"message_id": 8, "date": SENT, "chat": CHAT, "text": "…", "from": USER | {"is_bot": True}}
    tap = {"id": "5", "from": USER, "chat_instance": "1", "data": "v1:ok:3", "message": card}
    return {"update_id": 1, "callback_query": tap | change}


def _by_library(raw: dict[str, Any]) -> Any:
    try:
        return read_update(raw, NOW)
    except NotReadable:
        return None


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_an_everyday_message_reads_the_same(content: dict[str, Any]) -> None:
    said = read_plainly(_message(**content), NOW)
    assert said is not None
    assert said == read_update(_message(**content), NOW)


def test_a_tap_reads_the_same() -> None:
    said = read_plainly(_tap(), NOW)
    assert said is not None
    assert said == read_update(_tap(), NOW)


_odd = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({}))
_keys = st.sampled_from((
    "message_id", "date", "chat", "from", "text", "photo", "caption", "media_group_id", "location", "entities",
    "reply_to_message", "forward_origin", "via_bot", "sender_chat", "edit_date", "venue", "id", "type", "is_bot",
    "first_name", "last_name", "language_code", "latitude", "longitude", "horizontal_accuracy", "live_period",
    "file_id", "file_unique_id", "width", "height", "file_size", "data", "chat_instance", "message",
))  # fmt: skip


def _spoil(part: Any, key: str, value: Any, draw: st.DrawFn) -> Any:
    """The same with one thing in it missing or odd, somewhere."""
    if isinstance(part, dict):
        spoilt = {name: _spoil(each, key, value, draw) for name, each in part.items()}
        if key in spoilt or draw(st.booleans()):
            spoilt[key] = value
        if draw(st.integers(0, 9)) == 0:
            spoilt.pop(key, None)
        return spoilt
    return [_spoil(each, key, value, draw) for each in part] if isinstance(part, list) else part


@st.composite
def _spoilt(draw: st.DrawFn) -> dict[str, Any]:
    raw = draw(st.sampled_from([_tap(), *(_message(**content) for content in CONTENTS.values())]))
    spoilt: dict[str, Any] = _spoil(raw, draw(_keys), draw(_odd), draw)
    return spoilt


@given(_spoilt())
def test_whatever_is_odd_reads_the_same_or_is_left_to_the_library(raw: dict[str, Any]) -> None:
    said = read_plainly(raw, NOW)
    if said is not None and "message" in raw:
        assert said == _by_library(raw)
    elif said is not None:  # of the message under a tap only its chat and its number matter
        assert (said.chat, said.message_id, said.button) == (
            str(raw["callback_query"]["message"]["chat"]["id"]),
            raw["callback_query"]["message"]["message_id"],
            raw["callback_query"]["data"],
        )


@pytest.mark.parametrize("more", [
    {"reply_to_message": {"message_id": 1, "date": SENT, "chat": CHAT}}, {"forward_origin": {"type": "hidden_user"}},
    {"edit_date": SENT}, {"via_bot": USER}, {"entities": []},
])  # fmt: skip
def test_what_has_more_to_it_is_left_to_the_library(more: dict[str, Any]) -> None:
    assert read_plainly(_message(text="3 有烟蒂", **more), NOW) is None


def test_a_group_and_a_command_are_left_to_the_library() -> None:
    assert read_plainly(_message(text="进度", chat={"id": -100, "type": "supergroup", "title": "群"}), NOW) is None
    assert read_plainly(_message(text="/start s_1"), NOW) is None
