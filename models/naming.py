"""Names as people type them: width, case, spaces and invisible signs do not matter; pinyin and initials do."""

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = r"\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_DROPPED = re.compile(rf"[\s{_INVISIBLE}·•,，。、:：;；\"'“”‘’（）()【】\[\]<>《》\-—_]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "廿": 2, "卅": 3}


def clean(text: str) -> str:
    """What may be kept of a typed text: no control characters, no half surrogates (B50-B52)."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", whole)


def shown_file_name(name: str, longest: int = 40) -> str:
    """A sender's name for a file, for words only: no folders, no signs that turn text around, its end kept (B23)."""
    plain = re.sub(rf"[{_INVISIBLE}]", "", clean(name)).replace("\\", "/").rsplit("/", 1)[-1]
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 13]}…{plain[-12:]}"


def fold(text: str) -> str:
    """For matching only: full width to half, lower case, no spaces, punctuation or invisible signs (B48)."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).casefold()


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
