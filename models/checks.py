"""A check: one visit of one site at one time by one person; its answers; where it was logged from."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, index_where, words
from models.campaign_plan import Datum
from models.campaigns import Campaign, Checklist, ChecklistItem
from models.people import Person
from models.places import Site
from models.rules.flags import name_of, without
from models.rules.geofence import Point

if TYPE_CHECKING:
    from models.evidence import Photo
    from models.findings import Finding


class CheckState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"


# Conditions of indexes, which hold what a question is about, of all that ever was. Queries say them in the same words:
# see HANDED_IN and the others at the end of this file.
_HANDED_IN = "state = 'submitted'"
_IN_HAND = "state = 'draft'"
_TAKEN_BACK = "state <> 'submitted' AND number IS NOT NULL"


DESK = "complaint"  # a check's kind where there was no visit: the office has opened a case straight from a complaint


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "na"  # never counts as a fail (R6)
    ASK = "ask"  # a measured value in no band, or in two: a person decides (R40)


class Check(Base):
    """A draft is a check without `submitted_at`: nothing half-done lives in memory.

    `number` is given at the first submission and kept for ever; `revision` counts submissions of the same check.
    """

    __tablename__ = "checks"
    __table_args__ = (
        UniqueConstraint("day", "number"),
        index_where(_HANDED_IN, "ix_checks_of_site", "site_id", "submitted_at"),
        index_where(_HANDED_IN, "ix_checks_of_site_by_day", "site_id", "day"),
        index_where(_HANDED_IN, "ix_checks_of_day", "campaign_id", "day", "site_id", "received_at"),
        index_where(_HANDED_IN, "ix_checks_of_person", "person_id", "day", "submitted_at"),
        index_where(_TAKEN_BACK, "ix_checks_taken_back", "campaign_id", "day"),
        index_where(_IN_HAND, "ix_checks_in_hand", "person_id", "touched_at"),
        index_where("submit_due_at IS NOT NULL", "ix_checks_submit_due_at", "submit_due_at"),
        index_where(f"({_IN_HAND})", "ix_checks_drafts", "touched_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    checklist_id: Mapped[int | None] = mapped_column(ForeignKey("checklists.id"))
    kind: Mapped[str] = mapped_column(default="patrol")
    state: Mapped[CheckState] = mapped_column(words(CheckState), default=CheckState.DRAFT)
    started_at: Mapped[datetime]  # when the first message of it was sent, by the sender's clock
    touched_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]  # when the submission reached us; later than submitted_at on a bad network
    cancelled_at: Mapped[datetime | None]
    day: Mapped[date | None]  # local day of the first submission
    number: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id", use_alter=True))
    distance_m: Mapped[float | None]
    note: Mapped[str] = mapped_column(default="")
    wish_all_fine: Mapped[bool] = mapped_column(default=False)  # 「全部合格」 said before all was there
    submit_due_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    browsing: Mapped[int | None]  # the item shown when answering one by one
    flags: Mapped[list[str]] = mapped_column(default=list)  # what weakens its evidence (models/rules/flags.py)
    reason: Mapped[str] = mapped_column(default="")  # why it was made from afar, in the inspector's words
    first_message: Mapped[int | None] = mapped_column(BigInteger)  # in the chat where it was begun
    last_message: Mapped[int | None] = mapped_column(BigInteger)  # heard of when it was first handed in
    before: Mapped[dict[str, Any] | None]  # what was known of the site when the check was put there (models/sites.py)

    person: Mapped[Person] = relationship()
    site: Mapped[Site | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    checklist: Mapped[Checklist | None] = relationship()
    location: Mapped["Location | None"] = relationship(foreign_keys=[location_id])
    answers: Mapped[list["ItemResult"]] = relationship(order_by="ItemResult.id", back_populates="check")
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.id", back_populates="check")
    findings: Mapped[list["Finding"]] = relationship(order_by="Finding.id", back_populates="check")

    @property
    def is_draft(self) -> bool:
        return self.state is CheckState.DRAFT

    def has_flag(self, name: str) -> bool:
        return any(name_of(flag) == name for flag in self.flags or ())

    def flag(self, flag: str) -> None:
        """Once each; the newer figure counts."""
        self.flags = [*without(self.flags or (), {name_of(flag)}), flag]

    def unflag(self, *names: str) -> None:
        if any(self.has_flag(name) for name in names):
            self.flags = without(self.flags, names)


class ItemResult(Base):
    """One answer to one item. A later answer replaces it and says when; the old one stays (C16)."""

    __tablename__ = "item_results"
    __table_args__ = (
        index_where("replaced_at IS NULL", "uq_item_results_current", "check_id", "item_id", unique=True),
        Index("ix_item_results_check_id", "check_id"),
        index_where("message_id IS NOT NULL AND replaced_at IS NULL", "ix_item_results_said", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    value: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    message_id: Mapped[int | None] = mapped_column(BigInteger)  # the message that said so, to follow its edits
    replaced_at: Mapped[datetime | None]

    item: Mapped[ChecklistItem] = relationship(lazy="joined", innerjoin=True)
    check: Mapped[Check] = relationship(back_populates="answers")


class LocationSource(StrEnum):
    """How the position came: each is worth something else as evidence (reliability: faking a visit)."""

    PIN = "pin"
    LIVE = "live"
    VENUE = "venue"
    TYPED = "typed"
    FORWARDED = "forwarded"


class Location(Base):
    """A position somebody sent: degrees, the datum they are in, accuracy in metres when the phone gave one."""

    __tablename__ = "locations"
    __table_args__ = (UniqueConstraint("channel", "chat_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"), index=True)
    channel: Mapped[str]
    chat_id: Mapped[str]
    message_id: Mapped[int] = mapped_column(BigInteger)
    latitude: Mapped[float]
    longitude: Mapped[float]
    datum: Mapped[Datum] = mapped_column(words(Datum), default=Datum.WGS84)
    accuracy_m: Mapped[float | None]
    source: Mapped[LocationSource] = mapped_column(words(LocationSource))
    live_seconds: Mapped[int | None]  # for how long a live location was to run
    live_ended_at: Mapped[datetime | None]
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude, self.datum)


class LocationSample(Base):
    """One tick of a live location, kept only while its check is being made: a sample, never an edit (F22, B39)."""

    __tablename__ = "location_samples"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"), index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy_m: Mapped[float | None]
    at: Mapped[datetime]


class NumberSequence(Base):
    """The last receipt number given for a prefix on a day."""

    __tablename__ = "number_sequences"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


HANDED_IN: ColumnElement[bool] = Check.state == literal_column("'submitted'")
IN_HAND: ColumnElement[bool] = Check.state == literal_column("'draft'")
TAKEN_BACK: ColumnElement[bool] = (Check.state != literal_column("'submitted'")) & Check.number.is_not(None)
