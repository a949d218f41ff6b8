"""A complaint (投诉举报): what somebody outside has told the office, and by when the office owes an answer (R16)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Select, UniqueConstraint, and_, false, literal_column, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, index_where, words
from models.checks import Check
from models.findings import Finding
from models.memory import known, unlearn
from models.places import Area, Site
from models.record import columns
from models.rights import Scope

_UNANSWERED = "state NOT IN ('asking', 'answered')"
MOST_OF_A_NUMBER = 5  # numbers begin again every year


class ComplaintState(StrEnum):
    ASKING = "asking"  # where or what is not known yet: it has no number
    OPEN = "open"
    VISITING = "visiting"  # inspectors were asked to look
    CASE = "case"
    ANSWERED = "answered"


class ComplaintSource(StrEnum):
    """How it reached the office."""

    HOTLINE = "12345"
    FOOD_HOTLINE = "12331"
    PHONE = "phone"
    PUBLIC = "public"
    MEDIA = "media"
    UNSAID = "unsaid"


class Complaint(Base):
    """What was said, never by whom: no name and no telephone number of who complained is kept.

    `place` is where, in the words of who registered it, where no site was named; `reference` the hotline's own number.
    `check_id` is the visit made for it, `finding_id` the case that came of it.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("day", "number"),
        index_where(_UNANSWERED, "ix_complaints_unanswered", "area_id", "campaign_id"),
        index_where("site_id IS NOT NULL", "ix_complaints_of_site", "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None]
    day: Mapped[date]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    place: Mapped[str] = mapped_column(default="")
    source: Mapped[ComplaintSource] = mapped_column(words(ComplaintSource), default=ComplaintSource.UNSAID)
    reference: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    received_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answer_due_on: Mapped[date | None]
    state: Mapped[ComplaintState] = mapped_column(words(ComplaintState), default=ComplaintState.ASKING)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str] = mapped_column(default="")

    site: Mapped[Site | None] = relationship()
    area: Mapped[Area | None] = relationship()
    check: Mapped[Check | None] = relationship()
    finding: Mapped[Finding | None] = relationship()

    @property
    def is_unanswered(self) -> bool:
        return self.state not in {ComplaintState.ASKING, ComplaintState.ANSWERED}


UNANSWERED: ColumnElement[bool] = Complaint.state.not_in([literal_column("'asking'"), literal_column("'answered'")])


def complaints_in(granted: list[Scope]) -> Select[Complaint]:
    """Registered ones within what is granted; of no campaign's site only for who is granted every campaign."""
    return select(Complaint).where(or_(false(), *map(_of, granted)), Complaint.number.is_not(None))


def _of(scope: Scope) -> ColumnElement[bool]:
    terms: list[ColumnElement[bool]] = [Complaint.area_id.is_not(None)]
    if scope.areas is not None:
        terms.append(Complaint.area_id.in_(sorted(scope.areas)) if scope.areas else false())
    if scope.campaign is not None:
        terms.append(Complaint.campaign_id == scope.campaign)
    return and_(*terms)


def complaint_for(session: Session, granted: list[Scope], complaint_id: int) -> Complaint | None:
    return session.scalar(complaints_in(granted).where(Complaint.id == complaint_id))


def complaint_numbered(session: Session, granted: list[Scope], number: str) -> Complaint | None:
    """The newest one of that number."""
    numbered = complaints_in(granted).where(Complaint.number == number.upper()).order_by(Complaint.day.desc())
    return session.scalar(numbered.limit(1))


def unanswered_in(session: Session, granted: list[Scope]) -> list[Complaint]:
    """What is due first comes first; what nobody has set a day for comes last."""
    if not granted:
        return []
    query = complaints_in(granted).where(UNANSWERED)
    return list(
        session.scalars(query.order_by(Complaint.answer_due_on.is_(None), Complaint.answer_due_on, Complaint.id))
    )


def of_site(session: Session, site_id: int) -> list[Complaint]:
    """Registered ones about a site, oldest first."""
    query = select(Complaint).where(Complaint.site_id == site_id, Complaint.number.is_not(None))
    return list(session.scalars(query.order_by(Complaint.id)))


def sites_to_visit(session: Session) -> frozenset[int]:
    """Sites where a complaint waits for a check, or has had one and is not answered yet."""
    return known(session, ("sites to visit",), lambda: frozenset(columns(session, _TO_VISIT).scalars()))


_TO_VISIT = select(Complaint.site_id).where(
    UNANSWERED, Complaint.site_id.is_not(None),
    or_(Complaint.state == ComplaintState.VISITING, Complaint.check_id.is_not(None)),
)  # fmt: skip


def visits_changed(session: Session) -> None:
    """To be said whenever a complaint is sent for a visit, becomes a case or is answered."""
    unlearn(session, "sites to visit")


def to_visit(session: Session, site_id: int) -> list[Complaint]:
    """Those a check at the site is for."""
    return [
        one for one in of_site(session, site_id)
        if one.is_unanswered and (one.state is ComplaintState.VISITING or one.check_id is not None)
    ]  # fmt: skip
