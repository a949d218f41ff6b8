"""An open case that a further check has found again: who, when, with which answer; and how often it was seen at all."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.findings import Finding, FindingState
from models.memory import recalled, remember, unlearn
from models.record import keep, settled, thing_of, things


class Sighting(Base):
    """What the check of an item that failed again says of a case open there: the same problem, or another one.

    A word given while the check is still a draft is not counted yet; what is taken back stays, and says when.
    """

    __tablename__ = "sightings"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("item_results.id"))  # the answer it was counted with
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    is_same: Mapped[bool]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    counted_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    @property
    def counts(self) -> bool:
        return self.is_same and self.counted_at is not None and self.taken_back_at is None


COUNTS: ColumnElement[bool] = (
    Sighting.is_same.is_(True) & Sighting.counted_at.is_not(None) & Sighting.taken_back_at.is_(None)
)


def of_check(session: Session, check_id: int) -> dict[int, Sighting]:
    """By item, the last word that was not taken back. Asked for with every card of a draft that names an open case: one
    question, until the check is handed in."""
    said: tuple[int, ...] | None = recalled(session, _said_of(check_id))
    if said is None:
        settled(session, Sighting)
        found = things(session, Sighting, _OF_CHECK, check=check_id)
        remember(session, _said_of(check_id), tuple(one.id for one in found))
    else:
        found = [thing_of(session, Sighting, number) for number in said]
    return {one.item_id: one for one in found if one.taken_back_at is None}


def nothing_said(session: Session, check_id: int) -> None:
    """To be said of a check that has just begun."""
    remember(session, _said_of(check_id), ())


def keep_said(session: Session, said: Sighting) -> None:
    """A new word on one of the check's items."""
    keep(session, said)
    known: tuple[int, ...] | None = recalled(session, _said_of(said.check_id))
    if known is not None:
        remember(session, _said_of(said.check_id), (*known, said.id))


def forget_said(session: Session, check_id: int) -> None:
    """The check is out of hand: what was said of it is asked for again, should anybody want it."""
    unlearn(session, *_said_of(check_id))


def _said_of(check_id: int) -> tuple[str, int]:
    """What was said of a check, by the name `memory` has for it; some of it may have been taken back since."""
    return "said of", check_id


_OF_CHECK = (
    select(Sighting.__table__)
    .where(Sighting.check_id == bindparam("check"), Sighting.taken_back_at.is_(None))
    .order_by(Sighting.id)
)


def counted_of_check(session: Session, check_id: int) -> dict[int, Sighting]:
    """By item, what the check counts for."""
    return {item_id: one for item_id, one in of_check(session, check_id).items() if one.counts}


def duplicates_of(session: Session, finding_id: int) -> list[Finding]:
    """What has been merged into it and still is."""
    session.flush()
    merged = (Finding.duplicate_of == finding_id, Finding.duplicate_of.is_not(None))
    return list(
        session.scalars(select(Finding).where(*merged, Finding.state == FindingState.DUPLICATE).order_by(Finding.id))
    )


def count_one_more(finding: Finding, at: datetime) -> None:
    """What `recount` comes to when one further check has just seen it."""
    finding.seen, finding.seen_at = finding.seen + 1, max(at, finding.seen_at or at)


def recount(session: Session, finding: Finding) -> None:
    """How often it was seen, by its own check, by others, as its duplicates; and when last."""
    duplicates = duplicates_of(session, finding.id)
    family = [finding.id, *(each.id for each in duplicates)]
    times = [finding.opened_at, *(each.opened_at for each in duplicates)]
    times += session.scalars(select(Sighting.at).where(Sighting.finding_id.in_(family), COUNTS))
    finding.seen, finding.seen_at = len(times), max(times) if len(times) > 1 else None
