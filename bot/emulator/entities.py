"""Parts of a text that mean something: found in plain text, or given by the bot; measured in UTF-16 units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.params import Params


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    user_id: int = 0
    emoji_id: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length


STYLES = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
    "code", "pre", "text_link", "text_mention", "custom_emoji",
})  # fmt: skip
FOUND = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"'，。；！？、（）]+|\bt\.me/[\w/?=&+-]+)"
    r"|(?P<email>\b[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<![\w@/])(?P<mention>@[A-Za-z]\w{2,31})\b"
    r"|(?<!\w)(?P<hashtag>\#[^\W\d_]\w*|\#\w*[^\W\d]\w*)"
)
FIRST_LETTERS = re.compile(r"[/@#:.]")


def utf16_length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def find_entities(text: str) -> tuple[Entity, ...]:
    """What the server marks by itself: commands, mentions, hashtags, addresses."""
    if not FIRST_LETTERS.search(text):
        return ()
    found = []
    for match in FOUND.finditer(text):
        part = match.group()
        found.append(Entity(str(match.lastgroup), utf16_length(text[: match.start()]), utf16_length(part)))
    return tuple(found)


def with_found(text: str, given: Iterable[Entity]) -> tuple[Entity, ...]:
    """The given entities, and those found where none of the given is."""
    given = tuple(given)
    blocked = [entity for entity in given if entity.type in ("code", "pre", "text_link", "text_mention")]
    free = [
        entity
        for entity in find_entities(text)
        if not any(entity.offset < other.end and other.offset < entity.end for other in blocked)
    ]
    return tuple(sorted((*given, *free), key=lambda entity: (entity.offset, -entity.length)))


def read_entities(given: Any) -> tuple[Entity, ...]:
    """The entities a bot passed as JSON; those that are only ever found are ignored, as the server does."""
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    read = [_read_entity(entity) for entity in given]
    return tuple(entity for entity in read if entity is not None)


def _read_entity(given: Any) -> Entity | None:
    if not isinstance(given, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    offset, length = given.get("offset"), given.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request("can't parse MessageEntity: offset and length must be of type Number")
    kind = str(given.get("type", ""))
    if kind not in STYLES or length <= 0 or offset < 0:
        return None
    user = given.get("user")
    return Entity(
        kind,
        offset,
        length,
        url=str(given.get("url", "")),
        language=str(given.get("language", "")),
        user_id=Params(user).integer("id") if isinstance(user, dict) else 0,
        emoji_id=str(given.get("custom_emoji_id", "")),
    )


def trimmed(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """The text without white space around it, and the entities moved and cut to fit it."""
    left = text.lstrip()
    shift = utf16_length(text) - utf16_length(left)
    text = left.rstrip()
    size = utf16_length(text)
    kept = []
    for entity in entities:
        start, end = max(0, entity.offset - shift), min(size, entity.end - shift)
        if start < end:
            kept.append(replace(entity, offset=start, length=end - start))
    return text, tuple(kept)
