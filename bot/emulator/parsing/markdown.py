"""Reads parse_mode MarkdownV2, and the old Markdown."""

import re
from dataclasses import dataclass

from bot.emulator.entities import Entity, utf16_length
from bot.emulator.errors import ApiError, bad_request
from bot.emulator.parsing.html import link_entity

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKS = {"__": "underline", "||": "spoiler", "_": "italic", "*": "bold", "~": "strikethrough"}
NAMES = {
    "underline": "Underline", "spoiler": "Spoiler", "italic": "Italic", "bold": "Bold",
    "strikethrough": "Strikethrough", "text_link": "TextUrl",
}  # fmt: skip


def _refused(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")


@dataclass(frozen=True, slots=True)
class Open:
    kind: str
    start: int
    at: int


class Reader:
    """One pass over the source; the text grows in pieces, measured in UTF-16 units as it grows."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.pieces: list[str] = []
        self.size = 0
        self.opened: list[Open] = []
        self.found: list[Entity] = []

    def byte(self, position: int | None = None) -> int:
        return len(self.source[: self.position if position is None else position].encode())

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.size += utf16_length(text)

    def result(self) -> tuple[str, tuple[Entity, ...]]:
        entities = sorted(self.found, key=lambda entity: (entity.offset, -entity.length))
        return "".join(self.pieces), tuple(entities)

    def close(self, kind: str, start: int) -> None:
        if self.size > start:
            self.found.append(Entity(kind, start, self.size - start))


def parse_markdown(source: str) -> tuple[str, tuple[Entity, ...]]:
    reader = Reader(source)
    quote: Open | None = None
    while reader.position < len(source):
        at_line_start = reader.position == 0 or source[reader.position - 1] == "\n"
        if at_line_start and quote is None and source[reader.position] == ">":
            quote = Open("blockquote", reader.size, reader.byte())
            reader.position += 1
        elif at_line_start and quote is not None and source[reader.position] == ">":
            reader.position += 1
        elif at_line_start and quote is not None:
            _end_quote(reader, quote)
            quote = None
        else:
            _step(reader)
    if reader.opened:
        last = reader.opened[-1]
        raise _refused(f"Can't find end of {NAMES[last.kind]} entity at byte offset {last.at}")
    if quote is not None:
        _end_quote(reader, quote)
    return reader.result()


def _end_quote(reader: Reader, quote: Open) -> None:
    length = reader.size - quote.start - ("".join(reader.pieces[-1:]).endswith("\n"))
    if length > 0:
        reader.found.append(Entity("blockquote", quote.start, length))


def _step(reader: Reader) -> None:
    source, position = reader.source, reader.position
    character = source[position]
    if character == "\\" and position + 1 < len(source) and source[position + 1].isascii():
        reader.write(source[position + 1])
        reader.position += 2
    elif character == "`":
        _code(reader)
    elif source.startswith("![", position):
        reader.position += 1
    elif character == "[":
        reader.opened.append(Open("text_link", reader.size, reader.byte()))
        reader.position += 1
    elif character == "]" and any(one.kind == "text_link" for one in reader.opened):
        _end_link(reader)
    elif character in "_*~" or source.startswith("||", position):
        _mark(reader)
    elif character in RESERVED:
        words = f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
        raise _refused(words)
    else:
        reader.write(character)
        reader.position += 1


def _mark(reader: Reader) -> None:
    mark = next(mark for mark in MARKS if reader.source.startswith(mark, reader.position))
    kind = MARKS[mark]
    if reader.opened and reader.opened[-1].kind == kind:
        reader.close(kind, reader.opened.pop().start)
    else:
        reader.opened.append(Open(kind, reader.size, reader.byte()))
    reader.position += len(mark)


def _end_link(reader: Reader) -> None:
    last = reader.opened.pop()
    if last.kind != "text_link":
        raise _refused(f"Can't find end of {NAMES[last.kind]} entity at byte offset {last.at}")
    address = re.compile(r"\]\(((?:\\.|[^)\\])*)\)").match(reader.source, reader.position)
    if address is None:
        if reader.source.startswith("](", reader.position):
            raise _refused(f"Can't find end of a URL at byte offset {reader.byte() + 1}")
        raise _refused("Character ']' is reserved and must be escaped with the preceding '\\'")
    target = re.sub(r"\\(.)", r"\1", address[1])
    if reader.size > last.start:
        reader.found.extend(link_entity(last.start, reader.size - last.start, target))
    reader.position = address.end()


def _code(reader: Reader) -> None:
    fence = "```" if reader.source.startswith("```", reader.position) else "`"
    start, at = reader.position + len(fence), reader.byte()
    end = start
    while end < len(reader.source) and not reader.source.startswith(fence, end):
        end += 2 if reader.source[end] == "\\" else 1
    if end >= len(reader.source):
        name = "Pre" if fence == "```" else "Code"
        raise _refused(f"Can't find end of {name} entity at byte offset {at}")
    inner, language = reader.source[start:end], ""
    if fence == "```":
        first = re.match(r"([^\s`\\]*)\n", inner)
        if first:
            language, inner = first[1], inner[first.end() :]
    begun = reader.size
    reader.write(re.sub(r"\\(.)", r"\1", inner))
    kind = "pre" if fence == "```" else "code"
    if reader.size > begun:
        reader.found.append(Entity(kind, begun, reader.size - begun, language=language))
    reader.position = end + len(fence)


OLD = re.compile(
    r"\\(?P<escaped>[_*`\[])|```(?:(?P<language>\w+)\n)?(?P<pre>.*?)```|`(?P<code>[^`]*)`|\*(?P<bold>[^*]*)\*"
    r"|_(?P<italic>[^_]*)_|\[(?P<text_link>[^\]]*)\]\((?P<url>[^)]*)\)|(?P<lost>[_*`\[])",
    re.DOTALL,
)


def parse_old_markdown(source: str) -> tuple[str, tuple[Entity, ...]]:
    reader = Reader(source)
    for match in OLD.finditer(source):
        reader.write(source[reader.position : match.start()])
        reader.position = match.end()
        kind = next(
            name
            for name in ("escaped", "pre", "code", "bold", "italic", "text_link", "lost")
            if match[name] is not None
        )
        if kind == "lost":
            words = f"Can't find end of the entity starting at byte offset {reader.byte(match.start())}"
            raise _refused(words)
        begun = reader.size
        reader.write(match[kind])
        if kind == "text_link":
            reader.found.extend(link_entity(begun, reader.size - begun, match["url"]))
        elif kind != "escaped":
            reader.close(kind, begun)
    reader.write(source[reader.position :])
    return reader.result()
