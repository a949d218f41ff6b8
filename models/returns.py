"""退回: items of a handed-in check that are asked for again; the check itself stays as it is, and counted."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, index_where, words
from models.campaigns import ALWAYS, ON_FAIL, ChecklistItem
from models.checks import HANDED_IN, Check, Outcome
from models.closing import ended_campaigns
from models.evidence import Photo, is_evidence
from models.people import Person

# Sent back, and neither answered nor let off since; queries say it as ASKED_AGAIN.
_ASKED_AGAIN = "asked_at IS NOT NULL AND answered_at IS NULL AND dropped_at IS NULL"


class Return(Base):
    """One sending back. Without `sent_at` somebody is still choosing what."""

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    begun_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    check: Mapped[Check] = relationship()
    person: Mapped[Person] = relationship()
    items: Mapped[list["ReturnedItem"]] = relationship(order_by="ReturnedItem.id", back_populates="sent_back")

    @property
    def asked(self) -> list["ReturnedItem"]:
        """What it asks for again, or asked for, by item number."""
        return sorted((one for one in self.items if one.asked_at is not None), key=lambda one: one.item.number)

    @property
    def open_items(self) -> list["ReturnedItem"]:
        return [one for one in self.asked if one.is_open]

    @property
    def marked(self) -> list["ReturnedItem"]:
        """What has been chosen and not been sent back yet."""
        chosen = (one for one in self.items if one.asked_at is None and one.dropped_at is None)
        return sorted(chosen, key=lambda one: one.item.number)


class ReturnedItem(Base):
    """One item of it. `outcome`: what was said of it before; the former answer itself stays where it was.

    `dropped_at`: it is not asked for any more, without an answer. `photo_id`: the photo that answered it, if one did.
    """

    __tablename__ = "returned_items"
    __table_args__ = (
        index_where(_ASKED_AGAIN, "uq_returned_items_open", "check_id", "item_id", unique=True),
        index_where("photo_id IS NOT NULL", "ix_returned_items_photo_id", "photo_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id"), index=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome))
    reason: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))

    sent_back: Mapped[Return] = relationship(back_populates="items")
    item: Mapped[ChecklistItem] = relationship()

    @property
    def is_open(self) -> bool:
        return self.asked_at is not None and self.answered_at is None and self.dropped_at is None

    def wants_photo(self, outcome: Outcome | None) -> bool:
        """By the item's own evidence rule (R22): then a word alone does not answer it."""
        return self.item.evidence in ALWAYS or (self.item.evidence in ON_FAIL and outcome is Outcome.FAIL)


ASKED_AGAIN = (
    ReturnedItem.asked_at.is_not(None) & ReturnedItem.answered_at.is_(None) & ReturnedItem.dropped_at.is_(None)
)


def asked_again(session: Session, check: Check) -> list[ReturnedItem]:
    """What of a check is still to be answered anew."""
    return list(session.scalars(select(ReturnedItem).where(ReturnedItem.check_id == check.id, ASKED_AGAIN)))


def returns_of(session: Session, check: Check) -> list[Return]:
    """All of a check that was ever sent back, the oldest first."""
    sent = (Return.check_id == check.id, Return.sent_at.is_not(None))
    return list(session.scalars(select(Return).where(*sent).order_by(Return.id)))


def asked_of_person(session: Session, person_id: int) -> list[Return]:
    """What somebody still has to answer anew, the oldest first; of campaigns that have ended nothing."""
    theirs = (Check.person_id == person_id, HANDED_IN, *_going_on(session))
    wanted = select(ReturnedItem.return_id).join(Check, Check.id == ReturnedItem.check_id).where(ASKED_AGAIN, *theirs)
    return list(session.scalars(select(Return).where(Return.id.in_(wanted)).order_by(Return.id)))


def sent_back_by(session: Session, person_id: int) -> list[Return]:
    """What somebody has sent back and has no answer to; of those who have left none will come."""
    going_on = (Person.left_at.is_(None), HANDED_IN, *_going_on(session))
    wanted = select(ReturnedItem.return_id).where(ASKED_AGAIN)
    query = select(Return).join(Check, Check.id == Return.check_id).join(Person, Person.id == Check.person_id)
    theirs = query.where(Return.person_id == person_id, Return.id.in_(wanted), *going_on)
    return list(session.scalars(theirs.order_by(Return.id)))


def _going_on(session: Session) -> list[ColumnElement[bool]]:
    ended = ended_campaigns(session)
    return [Check.campaign_id.not_in(sorted(ended))] if ended else []


def open_in_campaign(session: Session, campaign_id: int) -> list[Return]:
    wanted = select(ReturnedItem.return_id).where(ASKED_AGAIN)
    query = select(Return).join(Check, Check.id == Return.check_id).where(Check.campaign_id == campaign_id)
    return list(session.scalars(query.where(Return.id.in_(wanted)).order_by(Return.id)))


def answered_by(session: Session, photo: Photo) -> list[ReturnedItem]:
    """Items that this photo was the answer to."""
    return list(session.scalars(select(ReturnedItem).where(ReturnedItem.photo_id == photo.id)))


def shown_again(session: Session, check_id: int, item_id: int) -> Photo | None:
    """The newest photo that answered an item which had been sent back."""
    own = (Photo.check_id == check_id, Photo.item_id == item_id, is_evidence())
    query = select(Photo).join(ReturnedItem, ReturnedItem.photo_id == Photo.id).where(*own)
    return session.scalar(query.order_by(Photo.id.desc()).limit(1))


def sent_since(session: Session, one: ReturnedItem) -> list[Photo]:
    """New photos of an item: those that came after it was sent back."""
    own = (Photo.check_id == one.check_id, Photo.item_id == one.item_id, Photo.received_at >= one.asked_at)
    return list(session.scalars(select(Photo).where(*own, is_evidence()).order_by(Photo.id)))
