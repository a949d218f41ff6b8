"""Who did what when: an entry in the same transaction as what it tells of; entries are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


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
