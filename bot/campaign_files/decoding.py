"""Bytes of a file an office saved, in whatever encoding its editor chose, to text."""

import codecs
from dataclasses import dataclass

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Text really saved as GBK is almost wholly in the common characters; other bytes read as GBK are mostly rare ones.
COMMON_SHARE = 0.8


@dataclass(frozen=True)
class Decoded:
    """`guessed` means the bytes do not say so themselves: a person should look at the names once."""

    text: str
    encoding: str
    guessed: bool = False


def decode(content: bytes) -> Decoded | None:
    """None when the bytes are no text in UTF-8, UTF-16 or GB18030."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    half = len(content) // 2
    if half and content[1::2].count(0) > half * 0.3:
        return _decoded(content, "utf-16-le")
    if half and content[0::2].count(0) > half * 0.3:
        return _decoded(content, "utf-16-be")
    return _decoded(content, "utf-8") or _gb18030(content)


def _decoded(content: bytes, encoding: str) -> Decoded | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else Decoded(text, encoding.removesuffix("-sig"))


def _gb18030(content: bytes) -> Decoded | None:
    found = _decoded(content, "gb18030")
    if found is None:
        return None
    foreign = [letter for letter in found.text if letter > "\x7f"]
    common = sum(_in_gb2312(letter) for letter in foreign)
    return Decoded(found.text, "gb18030", guessed=True) if common >= COMMON_SHARE * len(foreign) else None


def _in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
