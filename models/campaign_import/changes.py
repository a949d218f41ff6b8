"""What an import would change, told by name, and the one way rows are compared and changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from models.base import Base
from models.campaign_plan import Notice
from models.journal import JournalEntry

R = TypeVar("R", bound=Base)


class Part(StrEnum):
    CAMPAIGN = "campaign"
    DOCUMENT = "document"
    AREA = "area"
    UNIT = "unit"
    KIND = "kind"
    SITE = "site"
    PHASE = "phase"
    TASK = "task"
    ROLE = "role"
    TARGET = "target"
    CHECKLIST = "checklist"
    DEADLINE = "deadline"


class Action(StrEnum):
    """CLOSED: a site gone from the file. NEW_VERSION: a checklist whose items changed; old checks keep the old one.

    KEPT: the record knows better than the file, such as a position confirmed on site.
    """

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    CLOSED = "closed"
    REOPENED = "reopened"
    NEW_VERSION = "new_version"
    KEPT = "kept"


@dataclass(frozen=True)
class Change:
    part: Part
    action: Action
    name: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """`sites_before` counts the open sites in the record, of which `closing` are no longer in the file."""

    campaign: str
    is_new: bool
    rows: tuple[Change, ...]
    sites_before: int
    flags: tuple[Notice, ...]

    @property
    def nothing(self) -> bool:
        return not any(change.action is not Action.KEPT for change in self.rows)

    @property
    def closing(self) -> tuple[str, ...]:
        return tuple(change.name for change in self.rows if change.action is Action.CLOSED)

    @property
    def shrink(self) -> float:
        """The share of the record's open sites that would be closed."""
        return len(self.closing) / self.sites_before if self.sites_before else 0.0

    def of(self, part: Part, action: Action) -> tuple[str, ...]:
        return tuple(change.name for change in self.rows if (change.part, change.action) == (part, action))


@dataclass(frozen=True)
class Clash:
    """What cannot stand beside the record; `key`: its place in campaign.toml, counted from 0: ("area", 3, "prefix")."""

    code: str
    key: tuple[str | int, ...]
    blanks: Mapping[str, str]


class ImportRefused(Exception):
    """The files are sound but do not fit what the record holds already."""

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        super().__init__(clashes)
        self.clashes = clashes


class RecordMoved(Exception):
    """Since the changes were shown, the record has become another."""


@dataclass
class Merge:
    """Brings rows to what the plan says, and remembers each one it had to touch."""

    session: Session
    now: datetime
    changes: list[Change] = field(default_factory=list)

    def put(self, part: Part, kind: type[R], row: R | None, name: str, values: Mapping[str, Any]) -> R:
        """The row with these values: made if there is none, changed where it differs."""
        if row is None:
            row = kind(**values)
            self.session.add(row)
            self.note(part, Action.ADDED, name)
            return row
        different = tuple(key for key, value in values.items() if getattr(row, key) != value)
        for key in different:
            setattr(row, key, values[key])
        if different:
            self.note(part, Action.CHANGED, name, different)
        return row

    def remove(self, part: Part, row: Base, name: str, subject_id: int, **kept: Any) -> None:
        """Takes a rule of the plan away; what it said stays in the journal. Never used for what checks refer to."""
        self.journal(f"{part}.removed", part.value, subject_id, name=name, **kept)
        self.session.delete(row)
        self.note(part, Action.REMOVED, name)

    def note(self, part: Part, action: Action, name: str, fields: tuple[str, ...] = ()) -> None:
        self.changes.append(Change(part, action, name, fields))

    def journal(self, action: str, subject: str, subject_id: int, **data: Any) -> None:
        self.session.add(
            JournalEntry(at=self.now, person_id=None, action=action, subject=subject, subject_id=subject_id, data=data)
        )
