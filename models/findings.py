"""A finding: a failed item that has become a matter to fix, and every step of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, index_where, words
from models.campaigns import ChecklistItem
from models.checks import Check
from models.places import Site, Unit


class FindingState(StrEnum):
    OPEN = "open"
    NOTICE_ISSUED = "notice_issued"
    FIXED_CLAIMED = "fixed_claimed"
    VERIFIED_CLOSED = "verified_closed"
    REFUSED = "refused"
    NOT_CONFORMING = "not_conforming"
    ESCALATED = "escalated"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"  # the check was corrected: there was nothing to fix
    DUPLICATE = "duplicate"  # the same matter as `duplicate_of`, where it goes on


# No matter of their own: neither opened, nor open, nor closed, wherever cases are counted or listed.
UNCOUNTED = frozenset({FindingState.WITHDRAWN, FindingState.DUPLICATE})
OPEN_STATES = frozenset(FindingState) - UNCOUNTED - {FindingState.VERIFIED_CLOSED}
# The condition of the indexes of what is still open, few of all there ever were; queries say it as STILL_OPEN.
_STILL_OPEN = "state NOT IN ('verified_closed', 'withdrawn', 'duplicate')"


class DeadlineSource(StrEnum):
    """Where a time limit comes from: never from the program (R14)."""

    PLAN = "plan"
    PERSON = "person"
    ON_THE_SPOT = "on_the_spot"  # 立行立改


class Finding(Base):
    __tablename__ = "findings"
    __table_args__ = (
        Index("ix_findings_site_id_item_id", "site_id", "item_id"),
        Index("ix_findings_number", "number"),
        # The campaign last: an index that begins with it is as good as that of what is open, to an engine that has to
        # choose between them without knowing how many are open.
        Index("ix_findings_day_campaign_id", "day", "campaign_id"),
        Index("ix_findings_closed_at_campaign_id", "closed_at", "campaign_id"),
        index_where(_STILL_OPEN, "ix_findings_open", "campaign_id", "deadline_on", "site_id"),
        index_where(_STILL_OPEN, "ix_findings_open_of_site", "site_id"),
        index_where(_STILL_OPEN, "ix_findings_open_of_person", "opened_by"),
        index_where(_STILL_OPEN, "ix_findings_open_of_unit", "unit_id"),
        index_where(_STILL_OPEN, "ix_findings_open_of_taker", "taken_by"),
        index_where("duplicate_of IS NOT NULL", "ix_findings_duplicate_of", "duplicate_of"),
        UniqueConstraint("day", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    day: Mapped[date]  # local day it was opened: numbers begin again every day
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    note: Mapped[str] = mapped_column(default="")
    severity: Mapped[str] = mapped_column(default="ordinary")
    state: Mapped[FindingState] = mapped_column(words(FindingState), default=FindingState.OPEN)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deadline_on: Mapped[date | None]
    deadline_source: Mapped[DeadlineSource | None] = mapped_column(words(DeadlineSource))
    deadline_basis: Mapped[str] = mapped_column(default="")  # the plan and article, or how the person chose
    deadline_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    recurrence: Mapped[int] = mapped_column(default=1)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # of the unit's people, who is on it (认领)
    taken_at: Mapped[datetime | None]
    fixed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # who says so last; somebody else verifies
    fixed_at: Mapped[datetime | None]
    returned: Mapped[int] = mapped_column(default=0, server_default="0")  # how often verification sent it back
    seen: Mapped[int] = mapped_column(default=1, server_default="1")  # by how many checks, with those of its duplicates
    seen_at: Mapped[datetime | None]  # again, and last (models/sightings.py)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))

    check: Mapped[Check] = relationship(back_populates="findings")
    site: Mapped[Site] = relationship()
    item: Mapped[ChecklistItem] = relationship()
    unit: Mapped[Unit | None] = relationship()
    steps: Mapped[list["FindingStep"]] = relationship(order_by="FindingStep.id")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


STILL_OPEN: ColumnElement[bool] = Finding.state.not_in(
    [literal_column("'verified_closed'"), literal_column("'withdrawn'"), literal_column("'duplicate'")]
)


class FindingStep(Base):
    """One step of a finding: who, when, why. Nothing is deleted; a correction is a further step."""

    __tablename__ = "finding_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    step: Mapped[str]
    from_state: Mapped[FindingState | None] = mapped_column(words(FindingState))
    to_state: Mapped[FindingState] = mapped_column(words(FindingState))
    why: Mapped[str] = mapped_column(default="")


class Verification(Base):
    """复查: somebody who did not fix it looks whether it is fixed. Without `decided_at` it is still under way.

    `distance_m` of the place they sent from the site; `reason`: why they look from elsewhere.
    """

    __tablename__ = "verifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[datetime]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    distance_m: Mapped[float | None]
    reason: Mapped[str] = mapped_column(default="")
    conforms: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class RequestKind(StrEnum):
    """What a unit may ask for a case."""

    MORE_TIME = "more_time"  # 申请延期
    NOT_OURS = "not_ours"  # 不属于我们


class CaseRequest(Base):
    """What a unit has asked for a case, and what was answered. Without `decided_at` it waits.

    `unit_id`: who asked; `until`: the day asked for; `to_unit_id`: where the case went.
    """

    __tablename__ = "case_requests"
    __table_args__ = (index_where("decided_at IS NULL", "ix_case_requests_waiting", "finding_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(words(RequestKind))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted: Mapped[bool | None]
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    note: Mapped[str] = mapped_column(default="")
