"""People, what they may do where, how they came in, and the groups they talk in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base, words
from models.memory import known, recalled, remember, unlearn
from models.record import shared, things


class Role(StrEnum):
    """What a posting lets a person do. Rights are looked up again at every message (models/rights.py)."""

    INSPECTOR = "inspector"  # 巡查员
    LEAD = "lead"  # 组长
    UNIT = "unit"  # 责任单位
    OFFICE = "office"  # 办公室
    ADMIN = "admin"  # 管理员
    AUDITOR = "auditor"  # 审计


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="zh")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    postings: Mapped[list["Posting"]] = relationship(back_populates="person", lazy="selectin")


class Account(Base):
    """A person's identity in one channel. The id is the key; names and usernames change (B99)."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    blocked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Posting(Base):
    """A person holds a role, for an area (none: the whole agency), from one day to another (任职, R31)."""

    __tablename__ = "postings"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(words(Role))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="postings")


class Invite(Base):
    """A link that works once, for 72 hours. Only the hash of its token is kept."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(words(Role))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    issued_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class GroupChat(Base):
    """A chat group the bot is in; bound by an administrator to an area and a campaign, or not (yet).

    One that is bound to a unit is where the unit's cases are; it gets no card of the day and no digest.
    """

    __tablename__ = "group_chats"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    title: Mapped[str]
    language: Mapped[str] = mapped_column(default="zh")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    bound_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    bound_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class GroupAlias(Base):
    """The id a group had before the platform gave it a new one (F27)."""

    __tablename__ = "group_aliases"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    group_id: Mapped[int] = mapped_column(ForeignKey("group_chats.id"))
    since: Mapped[datetime]


class Expecting(StrEnum):
    """What the person's next message is taken for, when the card has just asked for it."""

    NOTHING = "nothing"
    NOTE = "note"  # a line about item `expecting_id` of the current check
    AFTER_PHOTO = "after_photo"  # of finding `expecting_id`
    DEADLINE = "deadline"  # typed, of finding `expecting_id`
    CORRECTION = "correction"  # of submitted check `expecting_id`
    REASON = "reason"  # why check `expecting_id` is made from afar
    FIX_PHOTO = "fix_photo"  # of finding `expecting_id`, from its unit
    VERIFICATION = "verification"  # place, photo or reason of verification `expecting_id`
    RETURNED_BECAUSE = "returned_because"  # what verification `expecting_id` has found wanting
    MORE_TIME = "more_time"  # until when, and why, for finding `expecting_id`
    NOT_OURS = "not_ours"  # why finding `expecting_id` is another unit's
    REFUSED_BECAUSE = "refused_because"  # why request `expecting_id` is not granted
    COMMENT = "comment"  # what is said about finding `expecting_id`
    REFUSES = "refuses"  # how somebody refuses to put finding `expecting_id` right
    NOT_ESCALATED = "not_escalated"  # why escalation `expecting_id` is not taken
    REFERRED_TO = "referred_to"  # the unit that case request `expecting_id` is referred to
    RECTIFIED_BY = "rectified_by"  # the day a notice for finding `expecting_id` is to name
    STOPPED_BY = "stopped_by"  # the same of a notice to stop
    SERVICE = "service"  # the photo that shows that notice `expecting_id` was served
    CASE_PHOTO = "case_photo"  # of item `expecting_id` of the check in hand, for the case that is open on it
    MERGED_INTO = "merged_into"  # the number of the case that finding `expecting_id` is a duplicate of
    LIST_REASON = "list_reason"  # why a site is put on a list or taken off, as journal entry `expecting_id` asks
    COMPLAINT = "complaint"  # what complaint `expecting_id` lacks: where, what, by when an answer is due
    COMPLAINT_ITEM = "complaint_item"  # the item that complaint `expecting_id` is a case of
    COMPLAINT_ANSWER = "complaint_answer"  # what was answered to complaint `expecting_id`
    INCIDENT = "incident"  # the line of incident `expecting_id`
    INCIDENT_DEATHS = "incident_deaths"  # how many have died in incident `expecting_id`
    SENT_BACK_BECAUSE = "sent_back_because"  # what is asked for again, and why, by return `expecting_id`
    RETURNED_ITEM = "returned_item"  # a new photo or answer for returned item `expecting_id`
    PHOTO_AGAIN = "photo_again"  # in place of photo `expecting_id`, which cannot be used


class Conversation(Base):
    """Where a person is in the talk: which draft is in hand, what was last asked."""

    __tablename__ = "conversations"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"))
    expecting: Mapped[Expecting] = mapped_column(words(Expecting), default=Expecting.NOTHING)
    expecting_id: Mapped[int | None] = mapped_column(BigInteger)
    expecting_until: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)  # questions in the minute that began at `asked_since` (F40)
    asked_since: Mapped[datetime | None]


class StrangerVisit(Base):
    """How often somebody without an invitation has knocked: a counter, nothing of what was sent (T01)."""

    __tablename__ = "stranger_visits"
    __table_args__ = (UniqueConstraint("channel", "external_id"), Index("ix_stranger_visits_last_at", "last_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    count: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    wrong_links: Mapped[int] = mapped_column(default=0)
    hour_began_at: Mapped[datetime]
    last_at: Mapped[datetime]


def account_of(session: Session, channel: str, external_id: str) -> Account | None:
    """Whose id in a channel it is, with their postings; nobody's for a stranger."""
    key = ("account", channel, external_id)
    kept: Account | None = session.identity_map.get((Account, (recalled(session, key),), None))
    if kept is not None:
        return kept
    if shared(session):  # what others do at this very moment may show up
        session.flush()
    for account in things(session, Account, _ACCOUNT, channel=channel, external_id=external_id):
        remember(session, key, account.id)
        person = session.get_one(Person, account.person_id)
        if "postings" not in person.__dict__:
            postings = things(session, Posting, _POSTINGS, person=person.id)
            set_committed_value(person, "postings", postings)
        set_committed_value(account, "person", person)
        return account
    return None


_ACCOUNT = select(Account.__table__).where(
    Account.channel == bindparam("channel"), Account.external_id == bindparam("external_id")
)
_POSTINGS = select(Posting.__table__).where(Posting.person_id == bindparam("person")).order_by(Posting.id)


def bound_groups(session: Session) -> list[GroupChat]:
    """Groups that are bound and that the bot is in."""
    numbers = known(session, ("bound groups",), lambda: tuple(session.scalars(_BOUND_GROUPS)))
    return [session.get_one(GroupChat, number) for number in numbers]


def groups_changed(session: Session) -> None:
    """To be said whenever a group is bound, left or found again."""
    unlearn(session, "bound groups")


_BOUND_GROUPS = select(GroupChat.id).where(GroupChat.bound_at.is_not(None), GroupChat.left_at.is_(None))
