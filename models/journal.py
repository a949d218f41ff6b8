"""Who did what when: an entry in the same transaction as what it tells of; entries are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.record import put


class JournalEntry(Base):
    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str]  # check.submitted, invite.issued …
    subject: Mapped[str]
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def enter(
    session: Session, at: datetime, person_id: int | None, action: str, subject: str, subject_id: int,
    data: dict[str, Any],
) -> None:  # fmt: skip
    """An entry is never changed and never asked for in the same transaction, so it can be written with its like."""
    put(session, JournalEntry, at=at, person_id=person_id, action=action, subject=subject, subject_id=subject_id,
        data=data)  # fmt: skip
