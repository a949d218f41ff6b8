"""What the clock has made happen: one row per kind, scope and local day, so that it happens once."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.record import columns


class Occurrence(Base):
    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("kind", "local_day", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    scope: Mapped[str]
    local_day: Mapped[date]
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="done")  # done, nothing (nothing to say), skipped (too late)


def has_occurred(session: Session, kind: str, scope: str, local_day: date) -> bool:
    found = session.scalar(select(Occurrence.id).filter_by(kind=kind, scope=scope, local_day=local_day))
    return found is not None


_OCCURRED = select(Occurrence.scope, Occurrence.local_day).where(
    Occurrence.kind == bindparam("kind"), Occurrence.local_day.between(bindparam("first"), bindparam("last"))
)


def occurred(session: Session, kind: str, first: date, last: date) -> set[tuple[str, date]]:
    """Scopes and local days of all that has happened in those days: asked once instead of once for each scope."""
    return {(scope, day) for scope, day in columns(session, _OCCURRED, kind=kind, first=first, last=last)}


def claim(session: Session, kind: str, scope: str, local_day: date, at: datetime, outcome: str = "done") -> bool:
    """True for the one caller who may make it happen; two processes at once get one True between them (F36)."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = insert(Occurrence).values(kind=kind, scope=scope, local_day=local_day, at=at, outcome=outcome)
    made = session.execute(
        row.on_conflict_do_nothing(index_elements=["kind", "local_day", "scope"]).returning(Occurrence.id)
    )
    return made.first() is not None
