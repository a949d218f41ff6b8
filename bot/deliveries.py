"""What is waiting to be sent and what became of it: decisions on rows, without a network in sight."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.channels.outcomes import Failure, SendFailed
from models.messages import Card, OutboxRow, SendState

UNKNOWN_WAIT = timedelta(seconds=10)
PAUSES = (1, 2, 5, 10, 20, 40, 60)  # seconds between tries of what never left
MOST_REPEATS = 1  # an unknown outcome is repeated once; then a person decides
WAITING = (SendState.DUE, SendState.UNKNOWN)


class Act(StrEnum):
    SEND = "send"
    MOVE = "move"  # send again below, then delete the old place
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call to make. `wish` is the version of a card it will show."""

    is_card: bool
    id: int
    chat: str
    act: Act
    body: dict[str, Any]
    priority: str = ""
    wish: int = 0
    message_id: int | None = None
    repeat: bool = False


def due_chats(session: Session, channel: str, now: datetime) -> list[str]:
    """Chats with something to send now, those with receipts first."""
    outbox = select(OutboxRow.chat).where(
        OutboxRow.channel == channel, OutboxRow.state.in_(WAITING), OutboxRow.due_at <= now
    )
    rows = session.execute(outbox.order_by(OutboxRow.priority, OutboxRow.id)).scalars().all()
    cards = session.execute(
        select(Card.chat)
        .where(Card.channel == channel, _card_waits(), Card.due_at <= now)
        .order_by(Card.due_at)
    ).scalars().all()  # fmt: skip
    return list(dict.fromkeys([*cards, *rows]))


def _card_waits() -> Any:
    return or_(
        (Card.wish != Card.shown) & Card.state.not_in((SendState.SENDING, SendState.DEAD, SendState.HELD)),
        Card.stale_message_id.is_not(None) & Card.state.not_in((SendState.SENDING, SendState.HELD)),
    )


def next_due_at(session: Session, channel: str) -> datetime | None:
    outbox = session.scalar(
        select(OutboxRow.due_at)
        .where(OutboxRow.channel == channel, OutboxRow.state.in_(WAITING))
        .order_by(OutboxRow.due_at)
        .limit(1)
    )
    card = session.scalar(
        select(Card.due_at).where(Card.channel == channel, _card_waits()).order_by(Card.due_at).limit(1)
    )
    return min((moment for moment in (outbox, card) if moment is not None), default=None)


def claim(session: Session, channel: str, chat: str, now: datetime) -> Delivery | None:
    """The next call for a chat, marked as being made before it is made: after a crash it counts as unknown."""
    card = session.scalar(
        select(Card)
        .where(Card.channel == channel, Card.chat == chat, _card_waits(), Card.due_at <= now)
        .order_by(Card.due_at)
        .limit(1)
    )
    if card is not None:
        return _claim_card(card)
    row = session.scalar(
        select(OutboxRow)
        .where(
            OutboxRow.channel == channel, OutboxRow.chat == chat, OutboxRow.state.in_(WAITING), OutboxRow.due_at <= now
        )
        .order_by(OutboxRow.priority, OutboxRow.id)
        .limit(1)
    )
    if row is None:
        return None
    repeat = row.state is SendState.UNKNOWN
    row.repeats += repeat
    row.state = SendState.SENDING
    return Delivery(False, row.id, row.chat, Act.SEND, row.body, row.priority, repeat=repeat)


def _claim_card(card: Card) -> Delivery:
    if card.wish == card.shown and card.stale_message_id is not None:
        return Delivery(True, card.id, card.chat, Act.DELETE, {}, wish=card.wish, message_id=card.stale_message_id)
    if card.message_id is None:
        card.state = SendState.SENDING
        return Delivery(True, card.id, card.chat, Act.SEND, card.body, wish=card.wish)
    if card.follows and card.below > card.message_id:
        card.state = SendState.SENDING
        return Delivery(True, card.id, card.chat, Act.MOVE, card.body, wish=card.wish, message_id=card.message_id)
    return Delivery(True, card.id, card.chat, Act.EDIT, card.body, wish=card.wish, message_id=card.message_id)


def succeeded(session: Session, delivery: Delivery, message_id: int | None, now: datetime) -> None:
    if not delivery.is_card:
        row = session.get_one(OutboxRow, delivery.id)
        row.state, row.message_id, row.sent_at, row.error, row.tries = (
            SendState.SENT,
            message_id,
            now,
            None,
            row.tries + 1,
        )
        return
    card = session.get_one(Card, delivery.id)
    card.state, card.tries, card.error = SendState.SENT, 0, None
    if delivery.act is Act.DELETE:
        card.stale_message_id = None
        return
    card.shown = delivery.wish
    if delivery.act is Act.MOVE:
        card.stale_message_id = card.message_id
    if delivery.act in {Act.SEND, Act.MOVE}:
        card.message_id = message_id


def failed(session: Session, delivery: Delivery, why: SendFailed, now: datetime) -> None:
    """Not sent: again, later and later. Unknown: once more after a while, marked. Refused: never again, kept."""
    if delivery.is_card:
        return _card_failed(session, delivery, why, now)
    row = session.get_one(OutboxRow, delivery.id)
    row.tries, row.error = row.tries + 1, str(why)[:300]
    if why.failure is Failure.UNREACHABLE:
        row.state = SendState.HELD
    elif why.permanent:
        row.state = SendState.DEAD
    elif why.failure is Failure.UNKNOWN:
        row.state = SendState.UNKNOWN if row.repeats < MOST_REPEATS else SendState.DEAD
        row.due_at = now + UNKNOWN_WAIT
    else:
        row.state = SendState.UNKNOWN if delivery.repeat else SendState.DUE
        row.repeats -= delivery.repeat
        row.due_at = now + _pause(why, row.tries)
    return None


def _card_failed(session: Session, delivery: Delivery, why: SendFailed, now: datetime) -> None:
    card = session.get_one(Card, delivery.id)
    card.tries, card.error = card.tries + 1, str(why)[:300]
    card.state = SendState.DUE
    if delivery.act is Act.DELETE:
        if why.permanent:
            card.stale_message_id = None  # gone already, or too old to be deleted: it may stay
        else:
            card.due_at = now + _pause(why, card.tries)
    elif why.failure is Failure.UNREACHABLE:
        card.state = SendState.HELD
    elif why.failure is Failure.GONE:
        card.message_id = None
    elif why.permanent:
        card.state, card.shown = SendState.DEAD, delivery.wish
    elif why.failure is Failure.UNKNOWN and delivery.act is not Act.EDIT:
        card.due_at = now + UNKNOWN_WAIT
    else:
        card.due_at = now + _pause(why, card.tries)


def _pause(why: SendFailed, tries: int) -> timedelta:
    if why.retry_after is not None:
        return timedelta(seconds=why.retry_after)
    return timedelta(seconds=PAUSES[min(tries, len(PAUSES)) - 1])


def recover(session: Session, channel: str, now: datetime) -> None:
    """At start: what was being sent when the program died may have arrived or not (F19)."""
    for row in session.scalars(
        select(OutboxRow).where(OutboxRow.channel == channel, OutboxRow.state == SendState.SENDING)
    ):
        row.state = SendState.UNKNOWN if row.repeats < MOST_REPEATS else SendState.DEAD
        row.due_at = now + UNKNOWN_WAIT
    for card in session.scalars(select(Card).where(Card.channel == channel, Card.state == SendState.SENDING)):
        card.state, card.due_at = SendState.DUE, now + UNKNOWN_WAIT
