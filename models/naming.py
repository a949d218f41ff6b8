"""Names as people type them: width, case, spaces and invisible signs do not matter; pinyin and initials do."""

import re
import unicodedata
from functools import lru_cache

from models.traditional import simplified

# Signs nobody sees: zero width, direction marks, joiners, fillers, variation selectors, tags.
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_DROPPED = re.compile(rf"[\s{_INVISIBLE}·•,，。、:：;；\"'“”‘’（）()【】\[\]<>《》\-—_]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # what turns the writing's direction
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_STACKED = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
                      r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_SUSPECT = re.compile(rf"{_TURNING.pattern}|{_RIGHT_TO_LEFT.pattern}|{_STACKED.pattern}")
_ALIKE = str.maketrans("oil", "011")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "廿": 2, "卅": 3}


def clean(text: str) -> str:
    """What may be kept of a typed text: no control characters, no half surrogates (B50-B52)."""
    if text.isprintable():
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", whole)


def shown_file_name(name: str, longest: int = 40) -> str:
    """A sender's name for a file, for words only: no folders, no signs that turn text around, its end kept (B23)."""
    plain = re.sub(rf"[{_INVISIBLE}]", "", clean(name)).replace("\\", "/").rsplit("/", 1)[-1]
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 13]}…{plain[-12:]}"


def shown(text: str) -> str:
    """The text as it may stand beside our own words: it turns no writing round and piles nothing up (B47).

    What runs from right to left is isolated. The record keeps what was typed.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text
    plain = _STACKED.sub(r"\1", _TURNING.sub("", text))
    return f"\u2068{plain}\u2069" if _RIGHT_TO_LEFT.search(plain) else plain


def fold(text: str) -> str:
    """For matching only: full width to half, traditional to simplified, lower case; no spaces, punctuation or invisible
    signs (B48, B61)."""
    return simplified(_DROPPED.sub("", unicodedata.normalize("NFKC", text)).casefold())


def fold_code(text: str) -> str:
    """For matching codes of sites: an O for a 0, an I or l for a 1 are slips of the finger (B48)."""
    return fold(text).translate(_ALIKE)


@lru_cache(maxsize=65536)
def pinyin(folded: str) -> str:
    from pypinyin import lazy_pinyin  # its tables are 58 MB, which a bot that is asked for no name need not carry

    return "".join(lazy_pinyin(folded))


@lru_cache(maxsize=65536)
def initials(folded: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(folded, style=Style.FIRST_LETTER))


def chinese_number(text: str) -> int | None:
    """十三 → 13, 廿三 → 23, 一百二十三 → 123; digits as they are; None when it is no number."""
    text = unicodedata.normalize("NFKC", text).strip()
    if text.isdecimal():
        return int(text) if len(text) < 10 else None
    if not text or any(c not in _DIGITS and c not in "十百千" for c in text):
        return None
    total, digit = 0, 0
    for c in text:
        if c in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        elif c in "廿卅":
            total += _DIGITS[c] * 10
        else:
            digit = _DIGITS[c]
    return total + digit
