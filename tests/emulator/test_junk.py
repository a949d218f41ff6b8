"""Nothing a bot or a person sends may break the server: it refuses, in words."""

import contextlib
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.emulator.acts import ACTS, perform
from bot.emulator.calling import call
from bot.emulator.entities import find_entities, utf16_length
from bot.emulator.errors import ActError, ApiError
from bot.emulator.methods import METHODS
from bot.emulator.params import Params
from bot.emulator.parsing import formatted
from bot.emulator.world import World
from tests.emulator.driving import CHEN, LI
from tests.emulator.oracle import METHOD_CLASSES

JUNK: list[Any] = [
    None, "", " ", "x", "-1", "1e400", "{", "[]", "{}", "[[]]", "[1]", '["a"]', "null", "true", "@x", "检查",
    0, -1, 1, 2, 10**18, 1e30, 1.5, True, False, [], {}, [[]], [{}], [[{}]], [None], {"type": "chat"},
    {"type": "emoji"}, {"inline_keyboard": 1}, {"inline_keyboard": [[1]]}, {"keyboard": [[None]]},
    {"keyboard": [[{"text": 5}]]}, "nan", "inf",
    {"type": "photo", "media": 5}, {"type": "document", "media": "attach://"}, [{"type": "bold", "offset": "0"}],
    [{"type": "bold", "offset": 0, "length": 10**9}],
    [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": "x"}}],
    {"message_id": "x"}, {"message_id": 1e30, "quote": 5}, {"remove_keyboard": []},
]  # fmt: skip
# Their junk is an address to call, or a wait.
LEFT_OUT = {"setwebhook", "getupdates"}


async def world_with_people() -> tuple[World, int]:
    world = World(token="5:" + "x" * 30)
    world.limits.on = False
    for person in (CHEN, LI):
        await perform(world, {"do": "add_person", "id": person, "name": "p"})
        await perform(world, {"do": "start", "as": person})
    group = await perform(world, {"do": "add_group", "as": CHEN, "title": "g", "members": [LI, 5]})
    return world, group["id"]


@pytest.mark.parametrize("method", sorted(set(METHODS) - LEFT_OUT))
async def test_methods(method: str):
    world, group = await world_with_people()
    dice = random.Random(method)
    names = list(METHOD_CLASSES[method].model_fields)
    for _ in range(120):
        params = {name: dice.choice(JUNK) for name in names if dice.random() < 0.7}
        for name in ("chat_id", "from_chat_id"):
            if name in names and dice.random() < 0.8:
                params[name] = dice.choice([CHEN, LI, group])
        if "message_id" in names and dice.random() < 0.6:
            params["message_id"] = dice.randrange(1, 4)
        if "text" in names and dice.random() < 0.6:
            params["text"] = "text"
        answer = await call(world, method, Params(params))
        assert answer.get("error_code", 200) in (200, 400, 403), (params, answer)


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_acts(act: str):
    world, group = await world_with_people()
    dice = random.Random(act)
    names = (
        "chat", "text", "file", "files", "caption", "message_id", "reply_to", "data", "latitude", "longitude", "to",
        "by", "at", "title", "members", "admins", "kind", "name", "id", "from_chat", "emoji", "user", "order", "seed",
        "live_period",
    )  # fmt: skip
    for _ in range(60):
        given: dict[str, Any] = {name: dice.choice(JUNK) for name in names if dice.random() < 0.4}
        given |= {"do": act, "as": dice.choice([CHEN, LI, LI, 9])}
        if dice.random() < 0.7:
            given["chat"] = dice.choice([CHEN, LI, group])
        with contextlib.suppress(ActError):
            await perform(world, given)


@given(
    st.text(alphabet="<>/abi =\"'&;lt*_~|`[]()\\!>#.检🚽\n@:h", max_size=40),
    st.sampled_from(["HTML", "MarkdownV2", "Markdown"]),
)
@settings(max_examples=400, deadline=None)
def test_markup(source: str, mode: str):
    try:
        text, entities = formatted(Params({"text": source, "parse_mode": mode}), "text", "entities")
    except ApiError:
        return
    for entity in entities:
        assert 0 <= entity.offset < entity.end <= utf16_length(text)


@given(st.text(alphabet="/@#a1_ .:h检🚽\n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_what_is_found_lies_in_the_text(text: str):
    encoded = text.encode("utf-16-le")
    for entity in find_entities(text):
        part = encoded[entity.offset * 2 : entity.end * 2].decode("utf-16-le")
        assert part == part.strip()
        assert len(part) > 1
