"""What a ledger is made of: sheets, columns and rows, as plain values that a queue row can carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from handlers.pictures.photos import Photo
from handlers.pictures.plain import Plain


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    PHOTO = "photo"


@dataclass(frozen=True)
class Column:
    """`key` names the value in every row and never changes; `title` is what people read; `width` in digits."""

    key: str
    title: str
    width: int
    kind: Kind = Kind.TEXT


# Moments are wall-clock times of the agency's zone, or the same in ISO form after a trip through JSON.
Cell = str | int | float | datetime | date | tuple[Photo, ...] | None


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Cell]]


@dataclass(frozen=True)
class Ledger(Plain):
    """`filter` says in words which records are inside; `reference` names this export in the journal."""

    title: str
    sheets: Sequence[Sheet]
    as_of: datetime
    filter: str = ""
    exported_by: str = ""
    reference: str = ""
    lang: str = "zh"
