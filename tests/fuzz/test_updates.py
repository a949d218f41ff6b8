"""Updates of every shape through the real steps: no error of ours, an answer to everybody known, no secret shown.

XUNCHA_CASES says how many updates; `make fuzz CASES=100000` is the deep run.
"""

import contextlib
import json
import os
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.channels import telegram_json
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_json import NotJson
from bot.channels.telegram_plain import read_plainly
from bot.channels.telegram_reading import NotReadable, read_update
from models.record import Record
from models.rules.written_places import read_coordinates
from tests.fuzz.office import office
from tests.fuzz.raw_updates import damaged_updates, updates, words
from tests.handlers.agency_record import NOW

CASES = int(os.environ.get("XUNCHA_CASES", "400"))
TALK = 5  # updates in one conversation


def share(percent: int, each: int = 1) -> settings:
    """So many of all the cases, `each` to an example."""
    return settings(
        max_examples=max(10, CASES * percent // 100 // each), deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink), print_blob=True,
    )  # fmt: skip


_told: dict[str, int] = {}


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Any:
    yield
    print("\nfuzz:", ", ".join(f"{what} {count:,}" for what, count in sorted(_told.items())))


def _count(**seen: int) -> None:
    for what, count in seen.items():
        _told[what] = _told.get(what, 0) + count


@share(30, TALK)
@given(st.lists(damaged_updates(), min_size=TALK, max_size=TALK))
def test_damaged_updates_break_nothing_and_are_answered(
    record: Record, channel: TelegramChannel, talk: list[dict[str, Any]]
) -> None:
    with office(record, channel) as desk:
        for raw in talk:
            desk.take(raw)
        _count(updates=desk.number, dead=desk.dead)


@share(45)
@given(damaged_updates())
def test_any_update_is_glanced_at_kept_and_read_or_refused_by_name(raw: dict[str, Any]) -> None:
    """The door alone: many more shapes than there is time to play."""
    raw = telegram_json.loads(json.dumps({"update_id": 1} | raw))
    seen = TelegramChannel.glance(raw, NOW.timestamp())
    assert seen.chat
    assert seen.person
    kept = telegram_json.loads_whole(telegram_json.dumps(raw))
    with contextlib.suppress(NotReadable):
        incoming = TelegramChannel.read(kept, NOW)
        if (plainly := read_plainly(kept, NOW)) is not None:
            assert plainly == read_update(kept, NOW)
            _count(plain=1)
        if incoming is not None:
            incoming.text.encode()
            incoming.chat_title.encode()
        _count(readable=1)
    _count(glanced=1)


@share(5, TALK)
@given(st.lists(updates(), min_size=TALK, max_size=TALK), st.data())
def test_damaged_bytes_are_read_or_kept_and_their_neighbours_are_read(
    record: Record, channel: TelegramChannel, talk: list[dict[str, Any]], data: st.DataObject
) -> None:
    """An answer of the platform with a wound in one of its updates: the others come through whole."""
    parts = [json.dumps({"update_id": n} | raw).encode() for n, raw in enumerate(talk, 100)]
    hurt = data.draw(st.integers(0, TALK - 1))
    parts[hurt] = _wound(parts[hurt], data)
    body = b'{"ok":true,"result":[' + b",".join(parts) + b"]}"
    try:
        answer = telegram_json.read_answer(body)["result"]
    except (NotJson, KeyError, TypeError):
        return
    with office(record, channel) as desk:
        for raw in answer:
            if isinstance(raw, dict):
                desk.take(raw)
        _count(updates=desk.number, dead=desk.dead)


WOUNDS = (
    b"\\ud83d", b"\\u0000", b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 1200 + b"]" * 1200, b"\xff\xfe", b'"',
    b"}", b"{", b"\\", b",", b"null", b'"a":1,"a":2,', b"[" * 300 + b"]" * 300,
)  # fmt: skip


def _wound(part: bytes, data: st.DataObject) -> bytes:
    """Something put in the place of a value, or anywhere."""
    wound = data.draw(st.sampled_from(WOUNDS))
    colons = [at + 1 for at in range(len(part)) if part[at : at + 1] == b":" and at > 20]
    anywhere = st.integers(18, len(part) - 1)
    at = data.draw(st.sampled_from(colons) if colons and data.draw(st.booleans()) else anywhere)
    end = at
    while data.draw(st.booleans()) and end < len(part) and part[end : end + 1] not in b",}]":
        end += 3
    return part[:at] + wound + part[end:]


@share(10)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | st.sampled_from(WOUNDS))
def test_a_body_of_a_webhook_is_read_or_refused(body: bytes) -> None:
    try:
        telegram_json.loads_strictly(body)
    except NotJson:
        with pytest.raises((ValueError, RecursionError, AssertionError)):
            assert telegram_json._keys(orjson.loads(body)) == len(telegram_json._KEY.findall(body))
    _count(bodies=1)


DEGREES = r"[NS北]?-?\d{1,3}[.,°]\d{0,4}['′]?[ ,;]{0,2}[EW东]?-?\d{1,3}[.,°]?\d{0,4}"


@share(10)
@given(words | st.from_regex(DEGREES, fullmatch=True))
def test_written_degrees_are_read_or_not(text: str) -> None:
    written = read_coordinates(text)
    if written is not None:
        assert (written.latitude, written.longitude) != (None, None)
        assert all(part is None or abs(part) < 1002 for part in (written.latitude, written.longitude))
    _count(degrees=1)
