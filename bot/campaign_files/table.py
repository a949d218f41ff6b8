"""One table of campaign.toml, read key by key; whatever is wrong is noted with its line and reading goes on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from bot.campaign_files.errors import FileError, Problems, nearest
from bot.campaign_files.lines import Path
from bot.campaign_files.names import Names
from bot.campaign_files.toml_file import TomlFile
from bot.campaign_files.words import meanings, shown
from models.campaign_plan import Source

W = TypeVar("W", bound=StrEnum)
CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


@dataclass
class Table:
    """`values` as the parser gave them. Methods return a harmless value after noting a problem."""

    file: TomlFile
    problems: Problems
    values: Mapping[str, Any]
    path: Path = ()
    known: list[str] = field(default_factory=list)

    def line(self, key: str = "") -> int:
        return self.file.lines.of((*self.path, key) if key else self.path)

    def refuse(
        self, code: str, at: str = "", /, suggestion: str | None = None, allowed: tuple[str, ...] = (), **args: str
    ) -> None:
        """Notes a mistake at one key, or, where it is missing, at the table that should have it."""
        place = spelled((*self.path, at) if at else self.path)
        self.problems.add(FileError(code, self.file.name, self.line(at), place, args, allowed, suggestion))

    def has(self, key: str) -> bool:
        self.known.append(key)
        return key in self.values

    def take(self, key: str, required: bool = False) -> Any:
        if not self.has(key):
            if required:
                self.refuse("key_missing", key, key=key)
            return None
        return self.values[key]

    def done(self) -> None:
        """Refuses what nobody asked for: a key misspelt is a rule silently lost."""
        for key in self.values:
            if key not in self.known:
                allowed = tuple(dict.fromkeys(self.known))
                self.refuse("key_unknown", key, nearest(key, allowed), allowed, key=key)

    def text(self, key: str, required: bool = False) -> str:
        value = self.take(key, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong_type(key, "text", value)
            return ""
        if required and not value.strip():
            self.refuse("value_empty", key, key=key)
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self._wrong_type(key, "texts", value)
            return ()
        return tuple(word.strip() for word in value if word.strip())

    def integer(self, key: str, default: int | None = None, least: int = 0, most: int = 1_000_000) -> int | None:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_type(key, "integer", value)
            return default
        if not least <= value <= most:
            self.refuse("number_out_of_range", key, value=str(value), least=str(least), most=str(most))
        return value

    def number(self, key: str, required: bool = False) -> Decimal | None:
        value = self.take(key, required)
        return None if value is None else self.as_number(key, value)

    def as_number(self, key: str, value: object) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self._wrong_type(key, "number", value)
            return None
        return Decimal(value)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self._wrong_type(key, "flag", value)
        return value is True

    def clock(self, key: str, default: time) -> time:
        value = self.take(key)
        if value is None or isinstance(value, time):
            return value or default
        found = CLOCK.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.refuse("time_wrong", key, value=_quoted(value))
            return default
        return time(int(found[1]), int(found[2]))

    def word(self, key: str, choice: type[W], default: W | None = None) -> W:
        """One of a fixed set of words. Without a default the key must be there."""
        value = self.take(key, required=default is None)
        first = default or next(iter(choice))
        return first if value is None else self.as_word(key, value, choice) or first

    def words(self, key: str, choice: type[W]) -> tuple[W, ...]:
        found = (self.as_word(key, word, choice) for word in self.texts(key))
        return tuple(word for word in found if word is not None)

    def as_word(self, key: str, value: object, choice: type[W]) -> W | None:
        if not isinstance(value, str):
            self._wrong_type(key, "text", value)
            return None
        accepted = meanings(choice)
        if value.strip().casefold() not in accepted:
            self.refuse("word_unknown", key, nearest(value, accepted), shown(choice), value=value)
            return None
        return choice(accepted[value.strip().casefold()])

    def rows(self, key: str) -> list["Table"]:
        """The [[key]] tables, in their order."""
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.refuse("needs_double_brackets", key, key=_spelled_plain((*self.path, key)))
            return []
        return [Table(self.file, self.problems, row, (*self.path, key, number)) for number, row in enumerate(value)]

    def table(self, key: str, required: bool = False) -> "Table | None":
        value = self.take(key, required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse("needs_single_brackets", key, key=key)
            return None
        return Table(self.file, self.problems, value, (*self.path, key))

    def reference(self, key: str, names: Names, required: bool = False) -> str | None:
        word = self.text(key, required)
        return self.as_reference(key, word, names) if word else None

    def references(self, key: str, names: Names) -> tuple[str, ...]:
        found = (self.as_reference(key, word, names) for word in self.texts(key))
        return tuple(name for name in found if name is not None)

    def as_reference(self, key: str, word: str, names: Names) -> str | None:
        name = names.meant(word)
        if name is None:
            self.refuse(
                "reference_unknown",
                key,
                names.suggestion(word),
                names.all()[:20],
                value=word,
                what_term=f"what.{names.what}",
            )
        return name

    def source(self, documents: Names, key: str = "source") -> Source:
        """A document's number or short name, then the article: "24号 五（三）"."""
        printed = self.text(key, required=True)
        number = next((name for name in _beginnings(printed) if documents.meant(name)), None)
        if number is None:
            if printed:
                self.refuse(
                    "source_unknown", key, documents.suggestion(printed.split()[0]), documents.all(), value=printed
                )
            return Source(printed, "")
        return Source(documents.meant(number) or number, printed[len(number) :].strip())

    def _wrong_type(self, key: str, expected: str, value: object) -> None:
        self.refuse("wrong_type", key, key=key, expected_term=f"type.{expected}", value=_quoted(value))


def _beginnings(printed: str) -> list[str]:
    """The words of a citation from all of them down to the first one: numbers of documents may hold spaces."""
    ends = [match.start() for match in re.finditer(r"\s+|$", printed)]
    return [printed[:end] for end in reversed(ends) if end]


def _quoted(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)[:60]


def spelled(path: Path) -> str:
    """phase[3].ends, counting from 1 as people do."""
    spelled = ""
    for part in path:
        spelled += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if spelled else part
    return spelled


def _spelled_plain(path: Path) -> str:
    return ".".join(str(part) for part in path if not isinstance(part, int))
