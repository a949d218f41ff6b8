"""What is waiting to be sent and what became of it: decisions on rows, without a network in sight."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.channels.outcomes import Failure, SendFailed
from models.base import UtcDateTime
from models.messages import OPEN_CARDS, OPEN_OUTBOX, Card, OutboxRow, Priority, SendState
from models.record import columns, shared

UNKNOWN_WAIT = timedelta(seconds=10)
PAUSES = (1, 2, 5, 10, 20, 40, 60)  # seconds between tries of what never left
MOST_REPEATS = 1  # an unknown outcome is repeated once; then a person decides
MOST_RECEIPT_REPEATS = 5
TIDYINGS = 3  # tries to delete a card's old place while there is something new to show
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


def _cards_waiting(channel: str | BindParameter[str]) -> ColumnElement[bool]:
    dirty = (Card.wish != Card.shown) & Card.state.not_in((SendState.SENDING, SendState.DEAD, SendState.HELD))
    stale = Card.stale_message_id.is_not(None) & Card.state.not_in((SendState.SENDING, SendState.HELD))
    return and_(Card.channel == channel, OPEN_CARDS, or_(dirty, stale))


def _rows_waiting(channel: str | BindParameter[str]) -> ColumnElement[bool]:
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
    .where(_cards_waiting(_CHANNEL), Card.due_at <= _NOW)
    .group_by(Card.chat)
    .order_by(func.min(Card.due_at))
)
_DUE_ROWS = (
    select(OutboxRow.chat)
    .where(_rows_waiting(_CHANNEL), OutboxRow.due_at <= _NOW)
    .group_by(OutboxRow.chat)
    .order_by(func.min(OutboxRow.priority), func.min(OutboxRow.id))
)
_FIRST_DUE = (
    select(func.min(OutboxRow.due_at)).where(_rows_waiting(_CHANNEL)).group_by(OutboxRow.chat),
    select(func.min(Card.due_at)).where(_cards_waiting(_CHANNEL)).group_by(Card.chat),
)
_FIRST_LATER = (
    _FIRST_DUE[0].where(OutboxRow.due_at > _NOW),
    _FIRST_DUE[1].where(Card.due_at > _NOW),
)
_NEXT_CARD = (
    select(Card.id)
    .where(_cards_waiting(_CHANNEL), Card.chat == _CHAT, Card.due_at <= _NOW)
    .order_by(Card.due_at)
    .limit(1)
)
_NEXT_ROW = (
    select(OutboxRow.id)
    .where(_rows_waiting(_CHANNEL), OutboxRow.chat == _CHAT, OutboxRow.due_at <= _NOW)
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
        row.state, row.due_at = _unknown(row), now + UNKNOWN_WAIT
    else:
        row.state = SendState.UNKNOWN if delivery.repeat else SendState.DUE
        row.repeats -= delivery.repeat
        row.due_at = now + _pause(why, row.tries)
        _keep_behind(session, row)
    return None


def _unknown(row: OutboxRow) -> SendState:
    """A receipt may come twice but may not be missing; of anything else one repeat is enough (F19)."""
    most = MOST_RECEIPT_REPEATS if row.priority is Priority.RECEIPT else MOST_REPEATS
    return SendState.UNKNOWN if row.repeats < most else SendState.DEAD


def _keep_behind(session: Session, row: OutboxRow) -> None:
    """What comes after it in the same chat does not overtake it."""
    session.execute(
        update(OutboxRow)
        .where(
            _rows_waiting(row.channel),
            OutboxRow.chat == row.chat,
            OutboxRow.state == SendState.DUE,
            OutboxRow.due_at < row.due_at,
            or_(OutboxRow.priority > row.priority, (OutboxRow.priority == row.priority) & (OutboxRow.id > row.id)),
        )
        .values(due_at=row.due_at)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _card_failed(session: Session, delivery: Delivery, why: SendFailed, now: datetime) -> None:
    card = session.get_one(Card, delivery.id)
    card.tries, card.error = card.tries + 1, str(why)[:300]
    if delivery.act is Act.DELETE:
        if why.permanent or (card.wish != card.shown and card.tries >= TIDYINGS):
            card.stale_message_id, card.tries = None, 0  # gone already, too old, or in the way of news: it may stay
        else:
            card.due_at = now + _pause(why, card.tries)
        return
    card.state = SendState.DUE
    if why.failure is Failure.UNREACHABLE:
        card.state = SendState.HELD
    elif why.permanent:
        _card_refused(card, delivery, why)
    elif why.failure is Failure.UNKNOWN and delivery.act is not Act.EDIT:
        # A wish is never given up; what may be there already is sent again rarely, and ever more so.
        card.state, card.due_at = SendState.UNKNOWN, now + UNKNOWN_WAIT * 2 ** min(card.tries - 1, 8)
    else:
        card.state = SendState.UNKNOWN if delivery.repeat else SendState.DUE
        card.due_at = now + _pause(why, card.tries)


def _card_refused(card: Card, delivery: Delivery, why: SendFailed) -> None:
    if delivery.act is Act.EDIT and why.failure is Failure.GONE:
        card.message_id = None  # somebody deleted it: shown again
    elif delivery.act is Act.MOVE:
        card.below = card.message_id or 0  # it may stay where it is, and be changed there
    elif card.wish == delivery.wish:
        card.state, card.shown = SendState.DEAD, delivery.wish


def _pause(why: SendFailed, tries: int) -> timedelta:
    if why.retry_after is not None:
        return timedelta(seconds=why.retry_after)
    return timedelta(seconds=PAUSES[min(tries, len(PAUSES)) - 1])


def recover(session: Session, channel: str, now: datetime, besides: Collection[str] = ()) -> None:
    """What was being sent when a program died may have arrived or not (F19). `besides`: the chats living ones serve."""
    for row in session.scalars(
        select(OutboxRow).where(
            OutboxRow.channel == channel,
            OPEN_OUTBOX,
            OutboxRow.state == SendState.SENDING,
            OutboxRow.chat.not_in(besides),
        )
    ):
        row.state, row.due_at = _unknown(row), now + UNKNOWN_WAIT
    for card in session.scalars(
        select(Card).where(
            Card.channel == channel, OPEN_CARDS, Card.state == SendState.SENDING, Card.chat.not_in(besides)
        )
    ):
        card.state, card.due_at = SendState.UNKNOWN, now + UNKNOWN_WAIT


def set_back(session: Session, channel: str, now: datetime, ahead: timedelta = timedelta(0)) -> None:
    """The clock was set back: what is due further `ahead` must not wait for that time to come again (F12)."""
    for table, waiting in ((OutboxRow, _rows_waiting(channel)), (Card, _cards_waiting(channel))):
        session.execute(
            update(table)
            .where(waiting, table.due_at > now + ahead)
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
