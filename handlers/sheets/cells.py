"""Makes what people wrote fit for a spreadsheet: characters, lengths and names a workbook can hold."""

import math
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from handlers.sheets.ledger import Cell, Kind
from handlers.sheets.words import word

LONGEST_CELL = 32_767
LONGEST_SHEET_NAME = 31
# Above this a spreadsheet rounds: identity and bank numbers would change silently.
_LARGEST_EXACT = 10**15
_FIRST_YEAR = 1900

# All that XML 1.0 forbids: C0 except tab, line feed, carriage return; and the last two code points of the first plane.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA_START = tuple("=+-@\t\r\n＝＋－＠")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")


def clean_text(text: str, lang: str = "zh") -> str:
    """The text without what breaks a workbook, cut with a note where a cell would cut it silently."""
    kept = _LONE_SURROGATE.sub("\ufffd", _FORBIDDEN.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    if _utf16_length(kept) <= LONGEST_CELL:
        return kept
    note = word(lang, "cut")
    room = LONGEST_CELL - len(note)
    while _utf16_length(kept) > room:
        kept = kept[: len(kept) - max(1, (_utf16_length(kept) - room) // 2)]
    return kept + note


def _utf16_length(text: str) -> int:
    return len(text) + sum(1 for char in text if char > "\uffff")


def sheet_names(wanted: list[str], lang: str = "zh") -> list[str]:
    """Names a workbook accepts, each different from the others also in small letters."""
    given: list[str] = []
    for name in wanted:
        base = _NOT_IN_SHEET_NAMES.sub("", clean_text(name)).replace("\n", " ").strip("' ") or word(lang, "sheet")
        candidate, number = base[:LONGEST_SHEET_NAME], 1
        while candidate.casefold() in {taken.casefold() for taken in given} or candidate.casefold() == "history":
            number += 1
            candidate = f"{base[: LONGEST_SHEET_NAME - 4]} {number}"
        given.append(candidate)
    return given


def as_number(value: Cell) -> int | float | None:
    """The value when a spreadsheet can hold it exactly as a number, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or abs(value) >= _LARGEST_EXACT:
        return None
    return value


def as_moment(value: Cell, kind: Kind) -> datetime | date | None:
    """The value as a date or wall-clock time; None when it is neither or lies before spreadsheets begin."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, date) or value.year < _FIRST_YEAR:
        return None
    if isinstance(value, datetime):
        return value.date() if kind is Kind.DATE else value.replace(tzinfo=None)
    return value


def as_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return str(len(value)) if value else ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def quoted_for_csv(text: str) -> str:
    """An apostrophe before what a spreadsheet would run as a formula (ASVS 1.2.10)."""
    return "'" + text if text.startswith(_FORMULA_START) else text


def display_width(text: str) -> int:
    """How many digits wide a line is: ideographs count two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


@lru_cache(maxsize=8192)
def lines_needed(text: str, room: int) -> int:
    """Into how many lines a cell `room` digits wide wraps the text; two digits' width is lost at the edges."""
    usable = max(1, room - 2)
    return sum(max(1, -(-display_width(line) // usable)) for line in text.split("\n"))
