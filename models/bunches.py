"""What a message about several checks says of each: counted by the record, so that nothing of them is read again."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, ScalarSelect, bindparam, cast, func, select
from sqlalchemy.orm import Session

from models.checks import Check, ItemResult, Outcome
from models.evidence import UNUSABLE, Photo, PhotoMoment, PhotoState
from models.findings import STILL_OPEN, DeadlineSource, Finding
from models.messages import Card
from models.places import Site
from models.record import columns


@dataclass(frozen=True, slots=True)
class ToldOf:
    """One check: its answers by outcome, its problems that nobody has set a limit for or that wait for a photo."""

    id: int
    number: str
    site: str
    passed: int
    failed: int
    without_limit: int
    waiting: int
    photos: int
    photos_stored: int

    @property
    def asks(self) -> bool:
        """It still wants something of its inspector."""
        return bool(self.without_limit or self.waiting)


def told_of(session: Session, bunch: int) -> list[ToldOf]:
    """In the order in which they were made."""
    session.flush()
    return [ToldOf(*row) for row in columns(session, _TOLD_OF, bunch=bunch)]


def _count(*terms: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*terms).correlate(Check).scalar_subquery()


def _answers(outcome: Outcome) -> ScalarSelect[int]:
    return _count(ItemResult.check_id == Check.id, ItemResult.replaced_at.is_(None), ItemResult.outcome == outcome)


_OWN = (  # as models/drafts.py counts them
    Photo.check_id == Check.id,
    Photo.moment == PhotoMoment.BEFORE,
    Photo.forwarded.is_(False),
    Photo.state != PhotoState.REFUSED,
    Photo.replaced_at.is_(None),
)
_USABLE = Photo.verdict.is_(None) | Photo.verdict.not_in(UNUSABLE)
_OPEN = (Finding.check_id == Check.id, STILL_OPEN)
_TOLD_OF = (
    select(
        Check.id,
        Check.number,
        func.coalesce(Site.name, ""),
        _answers(Outcome.PASS),
        _answers(Outcome.FAIL),
        _count(*_OPEN, Finding.deadline_source.is_(None)),
        _count(*_OPEN, Finding.deadline_source == DeadlineSource.ON_THE_SPOT),
        _count(*_OWN),
        _count(*_OWN, Photo.state == PhotoState.STORED, _USABLE),
    )
    .select_from(Card)
    .join(Check, Check.id == cast(func.substr(Card.key, len("check:") + 1), Integer))
    .outerjoin(Site, Site.id == Check.site_id)
    .where(Card.part_of == bindparam("bunch"))
    .order_by(Check.id)
)
