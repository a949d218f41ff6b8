"""campaign.toml from disk to a dictionary whose every key knows its line."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.campaign_files.decoding import decode
from bot.campaign_files.errors import FileError, Problems
from bot.campaign_files.lines import LineMap, line_map

MOST_BYTES = 1_000_000
MOST_DIGITS = 15
FULL_WIDTH = re.compile("[“”‘’＝，［］｛｝：　]")
QUOTED = re.compile(r'"[^"]*"')
REMARK = re.compile(r"\s#.*")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
# The parser's own words, made into ours; whatever is not listed is shown as it is.
KNOWN_SLIPS = {
    "Invalid date or datetime": "toml_date",
    "Cannot overwrite a value": "toml_key_twice",
    "Cannot declare": "toml_table_twice",
    "Unclosed array": "toml_unclosed",
    "Unclosed inline table": "toml_unclosed",
    "Unterminated string": "toml_unclosed",
    "Illegal character '\\n'": "toml_unclosed",
    "Expected '=' after a key": "toml_no_equals",
    "Invalid value": "toml_no_quotes",
    "Expected newline or end of document": "toml_no_quotes",
    "Invalid statement": "toml_statement",
}


@dataclass(frozen=True)
class TomlFile:
    name: str
    values: dict[str, Any]
    lines: LineMap


def read_bytes(path: Path, most: int, problems: Problems) -> bytes | None:
    """The file's content, unless it is missing, empty or larger than any campaign needs."""
    if not path.is_file():
        problems.add(FileError("file_missing", path.name, args={"folder": path.parent.name}))
        return None
    if path.stat().st_size > most:
        problems.add(FileError("file_too_big", path.name, args={"most": f"{most / 1_000_000:g} MB"}))
        return None
    content = path.read_bytes()
    if not content.strip():
        problems.add(FileError("file_empty", path.name))
        return None
    return content


def read_text(path: Path, most: int, problems: Problems) -> str | None:
    content = read_bytes(path, most, problems)
    if content is None:
        return None
    decoded = decode(content)
    if decoded is None:
        problems.add(FileError("encoding_unreadable", path.name))
        return None
    if decoded.guessed:
        problems.note("encoding_guessed", path.name, 0, encoding=decoded.encoding.upper(), sample=_sample(decoded.text))
    return decoded.text


def _sample(text: str) -> str:
    """A line by whose words a person can tell whether they were read rightly."""
    foreign = [line for line in text.splitlines() if not line.isascii()]
    return foreign[min(1, len(foreign) - 1)].strip()[:60]  # the second one: the first is often a heading


def read_toml(path: Path, problems: Problems, parse_float: Callable[[str], Any] = Decimal) -> TomlFile | None:
    text = read_text(path, MOST_BYTES, problems)
    if text is None:
        return None
    try:
        # A carriage return inside a TOML text is only allowed before a line feed, and old editors write it alone.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        values = tomllib.loads(text, parse_float=parse_float)
        if not values:
            problems.add(FileError("file_empty", path.name))
            return None
        lines = line_map(text)
        if absurd := list(_absurd(values)):
            for place in absurd:
                problems.add(FileError("number_too_large", path.name, lines.of(place)))
            return None
        return TomlFile(path.name, values, lines)
    except ValueError as error:  # the parser's own, and Python's for numbers of thousands of digits
        problems.add(_slip(path.name, text, str(error)))
    except RecursionError:
        problems.add(FileError("toml_deep", path.name))
    return None


def _absurd(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where there are numbers that cannot be meant, and that neither a record nor a sentence could hold."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _absurd(part, (*place, key))
    elif isinstance(value, int | Decimal) and is_absurd(Decimal(value)):
        yield place


def is_absurd(number: Decimal) -> bool:
    return number.is_finite() and number.adjusted() >= MOST_DIGITS


def _slip(file: str, text: str, message: str) -> FileError:
    found = AT_LINE.search(message)
    lines = text.split("\n")
    line = int(found[1]) if found else len(lines)
    printed = REMARK.sub("", lines[line - 1]).strip()[:80]
    if FULL_WIDTH.search(QUOTED.sub("", printed)):
        return FileError("toml_full_width", file, line, args={"text": printed})
    code = next((code for words, code in KNOWN_SLIPS.items() if message.startswith(words)), "toml_syntax")
    return FileError(code, file, line, args={"text": printed, "detail": AT_LINE.sub("", message).strip()})
