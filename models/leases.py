"""Which program does what, where several share one record: a lease is kept up by signs of life, and lapses without.

Only the database's clock counts here: the programs may run on machines whose clocks differ. PostgreSQL only.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class Lease(Base):
    """`name` is what is done (`chat:telegram:5`, `photo:7`), `holder` the program that does it."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


def _in(seconds: float) -> TextClause:
    return text("timezone('utc', clock_timestamp()) + make_interval(secs => :seconds)").bindparams(seconds=seconds)


def take(session: Session, name: str, holder: str, seconds: float) -> bool:
    """False while it is another's, even one that has lapsed: what that one left undone is seen to first (`lapse`)."""
    row = insert(Lease).values(name=name, holder=holder, until=_in(seconds))
    taken = row.on_conflict_do_update(
        index_elements=[Lease.name], set_={"until": row.excluded.until}, where=Lease.holder == holder
    )
    return session.scalar(taken.returning(Lease.name)) is not None


def give_back(session: Session, holder: str, name: str | None = None) -> None:
    """One thing, or all that the holder has."""
    mine: list[ColumnElement[bool]] = [Lease.holder == holder]
    if name is not None:
        mine.append(Lease.name == name)
    session.execute(delete(Lease).where(*mine).execution_options(synchronize_session=False))


def keep_up(session: Session, holder: str, names: Collection[str], seconds: float) -> set[str]:
    """Those of them that are still the holder's, now for longer. It waits for nobody: a lease that is locked at the
    moment is being taken or given back by the holder itself."""
    mine = (Lease.holder == holder) & Lease.name.in_(names)
    free = select(Lease.name).where(mine).with_for_update(skip_locked=True)
    session.execute(
        update(Lease)
        .where(Lease.name.in_(free))
        .values(until=_in(seconds))
        .execution_options(synchronize_session=False)
    )
    return set(session.scalars(select(Lease.name).where(mine)))


def is_held_by(session: Session, name: str, holder: str) -> bool:
    return session.scalar(select(Lease.name).filter_by(name=name, holder=holder)) is not None


def held_by_others(session: Session, holder: str, prefix: str) -> set[str]:
    """What others have of a kind, without the prefix."""
    names = session.scalars(select(Lease.name).where(Lease.holder != holder, Lease.name.startswith(prefix)))
    return {name.removeprefix(prefix) for name in names}


def lapse(session: Session, prefix: str) -> set[str]:
    """Ends the leases of those who gave no sign of life; what of a kind is held after that, without the prefix."""
    session.execute(delete(Lease).where(text("until < timezone('utc', clock_timestamp())")))
    names = session.scalars(select(Lease.name).where(Lease.name.startswith(prefix)))
    return {name.removeprefix(prefix) for name in names}
