"""Degrees as people write them: `23.7123, 113.0456`, `23,7123 113,0456`, `23°42'44"N 113°02'44"E`, `北纬23°…`."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 120  # characters; no pair of degrees is longer
_DEGREE_SIGNS = str.maketrans({"º": "°", "˚": "°", "′": "'", "‘": "'", "’": "'", "´": "'", "`": "'", "″": '"', "“": '"',
                               "”": '"', "度": "°", "分": "'", "秒": '"'})  # fmt: skip
_BEFORE = r"北纬|南纬|东经|西经|纬°?|经°?|latitude|longitude|lat|lng|long|lon|[nsew](?![a-z])"
_PART = (
    rf"(?P<before{{n}}>{_BEFORE})?[\s:=]*(?P<degrees{{n}}>[+-]?\d{{{{1,3}}}}(?:{{point}}\d{{{{1,12}}}})?)\s*"
    rf"(?P<sign{{n}}>°\s*(?:(?P<minutes{{n}}>\d{{{{1,2}}}}(?:{{point}}\d{{{{1,8}}}})?)\s*'\s*"
    rf"(?:(?P<seconds{{n}}>\d{{{{1,2}}}}(?:{{point}}\d{{{{1,8}}}})?)\s*(?:\"|'')\s*)?)?)?(?(before{{n}})|(?P<after{{n}}>[nsew])?)"
)


def _pattern(point: str, between: str) -> re.Pattern[str]:
    first, second = (_PART.format(n=n, point=point) for n in (1, 2))
    return re.compile(rf"[(\[]?\s*{first}(?:{between}{second})?\s*[)\]]?[.。]?", re.IGNORECASE)


# With a decimal comma only blanks and semicolons part the two.
_PATTERNS = (_pattern(r"\.", r"[\s,;、/]*"), _pattern(",", r"[\s;、/]*"))
_AXES = {
    "n": 0,
    "北": 0,
    "s": 0,
    "南": 0,
    "纬": 0,
    "la": 0,
    "e": 1,
    "东": 1,
    "w": 1,
    "西": 1,
    "经": 1,
    "lo": 1,
    "ln": 1,
}
_NEGATIVE = frozenset("s南w西")


@dataclass(frozen=True, slots=True)
class Written:
    """Degrees, not checked against the globe; None where only the other one was written."""

    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class _Degrees:
    """`axis` 0 for a latitude, 1 for a longitude, None where it was not said; `is_marked`: surely degrees."""

    value: float
    axis: int | None
    is_marked: bool
    decimals: int


def read_coordinates(text: str) -> Written | None:
    """What a line says as a position and nothing else; None when it is anything else, a pair of plain numbers too."""
    if len(text) > LONGEST or not any(c.isdigit() for c in text):
        return None
    plain = unicodedata.normalize("NFKC", text.translate(_DEGREE_SIGNS)).translate(_DEGREE_SIGNS).strip()
    for place, pattern in enumerate(_PATTERNS):
        found = pattern.fullmatch(plain)
        written = _written(found, least_decimals=1 if place == 0 else 3) if found else None
        if written is not None:
            return written
    return None


def looks_like_degrees(text: str) -> bool:
    """`39.9` alone: perhaps half of a position."""
    return re.fullmatch(r"\s*[+-]?\d{1,3}[.,]\d{1,12}\s*", unicodedata.normalize("NFKC", text[:LONGEST])) is not None


def _written(found: re.Match[str], least_decimals: int) -> Written | None:
    first = _degrees(found, 1)
    second = _degrees(found, 2) if found["degrees2"] is not None else None
    if first is None:
        return None
    if second is None:
        if found["degrees2"] is not None or not first.is_marked:
            return None
        return Written(None, first.value) if first.axis == 1 else Written(first.value, None)
    marked = first.is_marked and second.is_marked
    if not marked and min(first.decimals, second.decimals) < least_decimals:
        return None
    if first.axis is not None and first.axis == second.axis:
        return None
    if first.axis == 1 or second.axis == 0:
        first, second = second, first
    return Written(first.value, second.value)


def _degrees(found: re.Match[str], n: int) -> _Degrees | None:
    written = found[f"degrees{n}"].replace(",", ".")
    minutes, seconds = (float((found[f"{part}{n}"] or "0").replace(",", ".")) for part in ("minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        return None
    word = ((found[f"before{n}"] or "") + (found[f"after{n}"] or "")).casefold()
    axis = next((_AXES[sign] for sign in (word[:2], word[:1]) if sign in _AXES), None)
    size = abs(float(written)) + minutes / 60 + seconds / 3600
    is_negative = written.startswith("-") != (axis is not None and word[:1] in _NEGATIVE)
    decimals = len(written.partition(".")[2])
    is_word = bool(word) and (not word.isascii() or decimals > 0)
    return _Degrees(-size if is_negative else size, axis, bool(found[f"sign{n}"]) or is_word, decimals)
