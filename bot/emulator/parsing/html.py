"""Reads parse_mode HTML."""

import html
import re
from dataclasses import dataclass

from bot.emulator.entities import Entity, utf16_length
from bot.emulator.errors import ApiError, bad_request

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
PIECE = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>|<|&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")
ATTRIBUTE = re.compile(r"""([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


@dataclass(frozen=True, slots=True)
class Open:
    tag: str
    start: int
    attributes: dict[str, str]


def _refused(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    out: list[str] = []
    opened: list[Open] = []
    found: list[Entity] = []
    size = position = 0
    for piece in PIECE.finditer(source):
        plain = source[position : piece.start()]
        out.append(plain)
        size += utf16_length(plain)
        position = piece.end()
        at = len(source[: piece.start()].encode())
        if piece.group().startswith("&"):
            character = html.unescape(piece.group())
            out.append(character)
            size += utf16_length(character)
        elif piece.group() == "<":
            raise _refused(f"Unclosed start tag at byte offset {at}")
        elif piece.group(1):
            found.extend(_closed(opened, piece.group(2).lower(), size, at))
        else:
            opened.append(_opened(piece.group(2).lower(), piece.group(3), size, at))
    if opened:
        raise _refused(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    out.append(source[position:])
    return "".join(out), tuple(sorted(found, key=lambda entity: (entity.offset, -entity.length)))


def _opened(tag: str, rest: str, size: int, at: int) -> Open:
    attributes = {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in ATTRIBUTE.finditer(rest)
    }
    if tag not in TAGS:
        raise _refused(f'Unsupported start tag "{tag}" at byte offset {at}')
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    return Open(tag, size, attributes)


def _closed(opened: list[Open], tag: str, size: int, at: int) -> list[Entity]:
    if not opened:
        raise _refused(f"Unexpected end tag at byte offset {at}")
    last = opened.pop()
    if tag not in ("", last.tag):
        words = f'Unmatched end tag at byte offset {at}, expected "</{last.tag}>", found "</{tag}>"'
        raise _refused(words)
    if size == last.start:
        return []
    return _entity(last, size - last.start, opened)


def _entity(last: Open, length: int, outer: list[Open]) -> list[Entity]:
    kind = TAGS[last.tag]
    if kind == "text_link":
        return link_entity(last.start, length, last.attributes.get("href", ""))
    if kind == "custom_emoji":
        return [Entity(kind, last.start, length, emoji_id=last.attributes.get("emoji-id", ""))]
    if kind == "blockquote" and "expandable" in last.attributes:
        kind = "expandable_blockquote"
    if kind == "code" and outer and outer[-1].tag == "pre" and outer[-1].start == last.start:
        # <pre><code class="language-…"> is one block with a language.
        language = last.attributes.get("class", "").removeprefix("language-")
        outer[-1].attributes["language"] = language
        return []
    return [Entity(kind, last.start, length, language=last.attributes.get("language", ""))]


def link_entity(start: int, length: int, address: str) -> list[Entity]:
    """A link, or a mention when it leads to a person; nothing when it leads nowhere."""
    person = re.fullmatch(r"tg://user\?id=(\d+)", address)
    if person:
        return [Entity("text_mention", start, length, user_id=int(person[1]))]
    if not address:
        return []
    if "://" not in address:
        address = f"http://{address}"
    host = re.match(r"\w+://[^/]+$", address)
    return [Entity("text_link", start, length, url=address + "/" if host else address)]
