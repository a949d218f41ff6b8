"""What is waiting to be sent and what became of it: decisions on rows, without a network in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.messages import OPEN_CARDS, OPEN_OUTBOX, Card, OutboxRow, SendState
from models.record import columns, shared

SETTLED = timedelta(seconds=1)  # what waits for no longer waits for something else
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
    wish: int = 0
    message_id: int | None = None
    tries: int = 0
    repeat: bool = False


def due_chats(session: Session, channel: str, now: datetime) -> list[str]:
    """Chats with something to send now: cards in their order of becoming due, then receipts, then the rest (F42)."""
    session.flush()
    here = {"channel": channel, "now": now}
    return list(dict.fromkeys([*columns(session, _DUE_CARDS, **here).scalars(),
                               *columns(session, _DUE_ROWS, **here).scalars()]))  # fmt: skip


def cards_waiting(channel: str | BindParameter[str]) -> ColumnElement[bool]:
    dirty = (Card.wish != Card.shown) & Card.state.not_in((SendState.SENDING, SendState.DEAD, SendState.HELD))
    stale = Card.stale_message_id.is_not(None) & Card.state.not_in((SendState.SENDING, SendState.HELD))
    return and_(Card.channel == channel, OPEN_CARDS, or_(dirty, stale))


def rows_waiting(channel: str | BindParameter[str]) -> ColumnElement[bool]:
    return and_(OutboxRow.channel == channel, OPEN_OUTBOX, OutboxRow.state.in_(WAITING))


def next_due_at(session: Session, channel: str, after: datetime | None = None) -> datetime | None:
    """When something is due next: at all, or later than `after`."""
    session.flush()
    given = {"channel": channel} if after is None else {"channel": channel, "now": after}
    asked = _FIRST_DUE if after is None else _FIRST_LATER
    return min((moment for one in asked for moment in columns(session, one, **given).scalars()), default=None)


# Made once: putting a statement together takes longer than answering it.
_CHANNEL: BindParameter[str] = bindparam("channel")
_CHAT: BindParameter[str] = bindparam("chat")
_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
_DUE_CARDS = (
    select(Card.chat)
    .where(cards_waiting(_CHANNEL), Card.due_at <= _NOW)
    .group_by(Card.chat)
    .order_by(func.min(Card.due_at))
)
_DUE_ROWS = (
    select(OutboxRow.chat)
    .where(rows_waiting(_CHANNEL), OutboxRow.due_at <= _NOW)
    .group_by(OutboxRow.chat)
    .order_by(func.min(OutboxRow.priority), func.min(OutboxRow.id))
)
_FIRST_DUE = (
    select(func.min(OutboxRow.due_at)).where(rows_waiting(_CHANNEL)).group_by(OutboxRow.chat),
    select(func.min(Card.due_at)).where(cards_waiting(_CHANNEL)).group_by(Card.chat),
)
_FIRST_LATER = (
    _FIRST_DUE[0].where(OutboxRow.due_at > _NOW),
    _FIRST_DUE[1].where(Card.due_at > _NOW),
)
_AT_REST = (SendState.DUE, SendState.SENT)  # a card that was shown once is there as it was sent, whatever it wishes now
_HELD_BACK = (
    select(Card.id)
    .where(cards_waiting(_CHANNEL), Card.chat == _CHAT, Card.state.in_(_AT_REST), Card.due_at > _NOW)
    .order_by(Card.due_at, Card.id)
)
_NEXT_CARD = (
    select(Card.id)
    .where(cards_waiting(_CHANNEL), Card.chat == _CHAT, Card.due_at <= _NOW)
    .order_by(Card.due_at, Card.id)
    .limit(1)
)
_NEXT_ROW = (
    select(OutboxRow.id)
    .where(rows_waiting(_CHANNEL), OutboxRow.chat == _CHAT, OutboxRow.due_at <= _NOW)
    .order_by(OutboxRow.priority, OutboxRow.id)
    .limit(1)
)


def claim(session: Session, channel: str, chat: str, now: datetime) -> Delivery | None:
    """The next call for a chat, marked as being made before it is made: after a crash it counts as unknown.

    Asked after the commit of whatever is to be sent, so nothing need be written before the question.
    """
    if shared(session):
        session.flush()
    return _claim(session, channel, chat, now)


def claim_at_once(cards: Sequence[Card], chat: str, now: datetime) -> tuple[Card, Delivery] | None:
    """What a turn wishes to show in its own chat, claimed in the turn's own transaction; None when it has to wait.

    Only where nothing else is on its way to the chat, and nothing is to be repeated or tidied away before.
    """
    for card in cards:
        ready = card.chat == chat and card.wish != card.shown and card.due_at <= now and card.stale_message_id is None
        if ready and card.state in {SendState.DUE, SendState.SENT}:
            return card, _claim_card(card)
    return None


def release(session: Session, channel: str, chat: str, now: datetime, cards: Sequence[Card]) -> list[Card]:
    """Cards of a chat that were held back until what waited there was worked: due now, in their order, and before
    `cards`, which the last message is about."""
    before = min([now, *(card.due_at for card in cards if card.chat == chat)]) - SETTLED
    numbers = columns(session, _HELD_BACK, channel=channel, chat=chat, now=now + SETTLED).scalars()
    written = [session.get_one(Card, number) for number in numbers]
    # nothing is written early for the question: what this transaction has done to the chat's cards is in mind
    touched = [one for one in (*session.new, *session.dirty) if isinstance(one, Card) and one.chat == chat]
    held = {card.id: card for card in (*written, *touched) if _is_held_back(card, channel, now + SETTLED)}
    in_order = sorted(held.values(), key=lambda card: (card.due_at, card.id))
    for place, card in enumerate(in_order):
        card.due_at = before + timedelta(microseconds=place)
    return in_order


def _is_held_back(card: Card, channel: str, now: datetime) -> bool:
    """What `_HELD_BACK` asks of a row, of one whose changes are not written yet."""
    waits = card.wish != card.shown or card.stale_message_id is not None
    return card.channel == channel and waits and card.state in _AT_REST and card.due_at > now


def _claim(session: Session, channel: str, chat: str, now: datetime) -> Delivery | None:
    here = {"channel": channel, "chat": chat, "now": now}
    card = columns(session, _NEXT_CARD, **here).scalar()
    if card is not None:
        return _claim_card(session.get_one(Card, card))
    number = columns(session, _NEXT_ROW, **here).scalar()
    if number is None:
        return None
    row = session.get_one(OutboxRow, number)
    repeat = row.state is SendState.UNKNOWN
    row.repeats += repeat
    row.state = SendState.SENDING
    return Delivery(False, row.id, row.chat, Act.SEND, row.body, tries=row.tries, repeat=repeat)


def _claim_card(card: Card) -> Delivery:
    """Edits and deletions may be made twice without anybody noticing, so only new messages are marked."""
    if card.wish == card.shown and card.stale_message_id is not None:
        return Delivery(True, card.id, card.chat, Act.DELETE, {}, wish=card.wish, message_id=card.stale_message_id)
    act = Act.EDIT
    if card.message_id is None:
        act = Act.SEND
    elif card.follows and card.below > card.message_id:
        if card.stale_message_id is not None:  # tidied away first: there is room to remember one old place only
            return Delivery(True, card.id, card.chat, Act.DELETE, {}, wish=card.wish, message_id=card.stale_message_id)
        act = Act.MOVE
    repeat = act is not Act.EDIT and card.state is SendState.UNKNOWN
    if act is not Act.EDIT:
        card.state = SendState.SENDING
    return Delivery(
        True, card.id, card.chat, act, card.body, wish=card.wish, message_id=card.message_id, tries=card.tries,
        repeat=repeat,
    )  # fmt: skip


def succeeded(session: Session, delivery: Delivery, message_id: int | None, now: datetime) -> Delivery | None:
    """What belongs to it and can be done at once: the old place of a card that moved is tidied away."""
    if not delivery.is_card:
        row = session.get_one(OutboxRow, delivery.id)
        row.state, row.message_id, row.sent_at, row.error = SendState.SENT, message_id, now, None
        row.tries += 1
        return None
    card = session.get_one(Card, delivery.id)
    if card.state is not SendState.SENT:
        card.state = SendState.SENT
    if card.tries or card.error is not None:
        card.tries, card.error = 0, None
    if delivery.act is Act.DELETE:
        card.stale_message_id = None
        return None
    card.shown = delivery.wish
    if delivery.act is Act.EDIT:
        return None
    old, card.message_id = card.message_id, message_id
    if old is None:  # another program may have sent a new one too, while nobody knew what became of this
        return None
    card.stale_message_id = old
    return Delivery(True, card.id, card.chat, Act.DELETE, {}, wish=card.wish, message_id=old)
