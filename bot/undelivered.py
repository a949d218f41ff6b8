"""What did not arrive, or nobody knows whether it did: when it is tried again, and when it is given up."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.channels.outcomes import Failure, SendFailed
from bot.deliveries import Act, Delivery, cards_waiting, rows_waiting
from models.messages import OPEN_CARDS, OPEN_OUTBOX, Card, OutboxRow, Priority, SendState

UNKNOWN_WAIT = timedelta(seconds=10)
PAUSES = (1, 2, 5, 10, 20, 40, 60)  # seconds between tries of what never left
MOST_REPEATS = 1  # an unknown outcome is repeated once; then a person decides
MOST_RECEIPT_REPEATS = 5
TIDYINGS = 3  # tries to delete a card's old place while there is something new to show


def failed(session: Session, delivery: Delivery, why: SendFailed, now: datetime) -> None:
    """Not sent: again, later and later. Unknown: once more after a while, marked. Refused: never again, kept."""
    if delivery.is_card:
        return _card_failed(session, delivery, why, now)
    row = session.get_one(OutboxRow, delivery.id)
    row.tries, row.error = row.tries + 1, str(why)[:300]
    if why.failure is Failure.UNREACHABLE:
        row.hold(now, delivery.repeat)
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
            rows_waiting(row.channel),
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
        if why.failure is Failure.UNREACHABLE:
            card.hold(now)  # tidied away when its reader is back
        elif why.permanent or (card.wish != card.shown and card.tries >= TIDYINGS):
            card.stale_message_id, card.tries = None, 0  # gone already, too old, or in the way of news: it may stay
        else:
            card.due_at = now + _pause(why, card.tries)
        return
    card.state = SendState.DUE
    if why.failure is Failure.UNREACHABLE:
        card.hold(now, delivery.repeat)
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
    for table, waiting in ((OutboxRow, rows_waiting(channel)), (Card, cards_waiting(channel))):
        session.execute(
            update(table)
            .where(waiting, table.due_at > now + ahead)
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
