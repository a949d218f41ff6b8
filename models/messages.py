"""What came in and what goes out: rows, so that no crash between two steps can lose or double anything."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, index_where, words
from models.memory import known, remember
from models.record import keep

# What is still to be done, of all that ever was. Its index is used only where a query says the very same words.
OPEN_INBOX = text("(state = 'new')")
PARKED_INBOX = text("(state = 'parked')")
OPEN_OUTBOX = text("(state IN ('due', 'sending', 'unknown'))")
OPEN_CARDS = text("(wish <> shown OR stale_message_id IS NOT NULL)")


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    PARKED = "parked"  # an edit that came before its message (F21); one that was dead and is to be tried again (F38)
    DEAD = "dead"  # three tries failed, or it cannot be read: kept, never in the way of the next


class InboxRow(Base):
    """One raw update, committed before it is confirmed to the channel (F01). UNIQUE makes a repeat harmless (F20)."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "bot", "update_id"),
        Index("ix_inbox_waiting", "channel", "chat", sqlite_where=OPEN_INBOX, postgresql_where=OPEN_INBOX),
        Index("ix_inbox_parked", "channel", sqlite_where=PARKED_INBOX, postgresql_where=PARKED_INBOX),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    bot: Mapped[str]
    update_id: Mapped[int] = mapped_column(BigInteger)
    raw: Mapped[str]
    chat: Mapped[str]
    person: Mapped[str]
    order_key: Mapped[int] = mapped_column(BigInteger, default=0)  # the channel's order within a chat
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[InboxState] = mapped_column(words(InboxState), default=InboxState.NEW)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Cursor(Base):
    """How far a channel has been read: the next update to ask for."""

    __tablename__ = "cursors"

    channel: Mapped[str] = mapped_column(primary_key=True)
    bot: Mapped[str] = mapped_column(primary_key=True)
    next_update: Mapped[int] = mapped_column(BigInteger)


class SendState(StrEnum):
    DUE = "due"
    SENDING = "sending"  # set before the call: found after a crash, it means "nobody knows"
    SENT = "sent"
    UNKNOWN = "unknown"  # perhaps delivered: repeated once, marked as a repeat (F19)
    DEAD = "dead"
    HELD = "held"  # the reader cannot be reached (blocked the bot); released when they come back


class Priority(StrEnum):
    """What goes first when a chat's budget is short (F42)."""

    RECEIPT = "1-receipt"
    REPLY = "2-reply"
    REMINDER = "3-reminder"
    DIGEST = "4-digest"


class OutboxRow(Base):
    """One message to send once. `key` says what it is: `digest:3:2018-08-06` can only exist once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "channel", "chat", "due_at", sqlite_where=OPEN_OUTBOX, postgresql_where=OPEN_OUTBOX),
        Index("ix_outbox_chat", "chat", "channel"),  # in this order it cannot be taken for the one above
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    chat: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    priority: Mapped[Priority] = mapped_column(words(Priority), default=Priority.REPLY)
    state: Mapped[SendState] = mapped_column(words(SendState), default=SendState.DUE)
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]

    def hold(self, now: datetime, repeated: bool = False) -> None:
        """Nobody can read it now. `repeated`: it may have arrived before; `repeats` remembers that."""
        self.state, self.due_at = SendState.HELD, now
        self.repeats = max(self.repeats, repeated)

    def let_go(self, now: datetime) -> None:
        self.state, self.due_at = SendState.UNKNOWN if self.repeats else SendState.DUE, now
        self.repeats = max(0, self.repeats - 1)  # the one that could not be read was none


class DayNews(Base):
    """Something has changed of a day, and the groups' cards of that day do not show it yet.

    Rows are only added by the turns that change something, and taken away by the tick that writes the cards: many
    checks handed in at once cost one look at the day's figures, and no two turns wait for one another's row.
    """

    __tablename__ = "day_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    day: Mapped[date]


class Card(Base):
    """A wish: what one living message should show. The sender makes the chat show it; the newest wish wins.

    `below` is the reader's latest message: a card that follows is moved beneath it. `shown` is the wish last shown.
    """

    __tablename__ = "cards"
    __table_args__ = (
        Index("ix_cards_waiting", "channel", "chat", "due_at", sqlite_where=OPEN_CARDS, postgresql_where=OPEN_CARDS),
        Index("ix_cards_chat", "chat", "channel", "message_id"),
        index_where("part_of IS NOT NULL", "ix_cards_part_of", "part_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    chat: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    follows: Mapped[bool] = mapped_column(default=False)
    below: Mapped[int] = mapped_column(BigInteger, default=0)
    wish: Mapped[int] = mapped_column(default=1)
    shown: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    stale_message_id: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the old place of a card that moved: to be deleted
    state: Mapped[SendState] = mapped_column(words(SendState), default=SendState.DUE)
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    part_of: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))  # the card that tells of it among others

    def hold(self, now: datetime, repeated: bool = False) -> None:
        """Nobody can read it now. `repeated`: it may have arrived before; `tries` remembers that."""
        self.state, self.due_at, self.tries = SendState.HELD, now, int(repeated)

    def let_go(self, now: datetime) -> None:
        self.state, self.due_at = SendState.UNKNOWN if self.tries else SendState.DUE, now


def card_of(session: Session, key: str) -> Card | None:
    number = known(session, ("card", key), lambda: session.scalar(_CARD_NUMBER, {"key": key}))
    return session.get(Card, number) if number else None


def no_card_yet(session: Session, key: str) -> None:
    """To be said of a key that has just been made up: nobody need look for its card."""
    remember(session, ("card", key), 0)


def add_card(session: Session, card: Card) -> None:
    """Its key is not taken: whoever adds one has asked before."""
    keep(session, card)
    remember(session, ("card", card.key), card.id)


_CARD_NUMBER = select(Card.id).where(Card.key == bindparam("key"))
