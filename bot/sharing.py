"""Whose turn it is in a chat, where several programs work one inbox: each knows only the rows it received itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import inbox
from bot.inbox import Waiting
from bot.turns import LONGEST_SETTLE
from models.messages import OPEN_INBOX, InboxRow, InboxState
from models.rows import AlreadyDone

LOOKED_AT = 200  # of one chat's rows


@dataclass(frozen=True, slots=True)
class Later:
    """Not this row's turn: `first` is to be worked before it, or its chat is waited for until `at`."""

    at: datetime
    first: Waiting | None = None


def comes_later(session: Session, channel: str, row: Waiting, now: datetime) -> Later | None:
    """None when the row is its chat's next, in the order of `turns`. Raises AlreadyDone when it is open no longer.

    Nothing is ever under way elsewhere: who asks this holds the lock all writers take, so a row is either open or done.
    """
    rows = session.execute(
        inbox.WAITING.add_columns(InboxRow.tries)
        .where(InboxRow.channel == channel, InboxRow.chat == row.chat, OPEN_INBOX)
        .order_by(InboxRow.id)
        .limit(LOOKED_AT)
    ).all()
    if row.id not in {found.id for found in rows} and not _is_open(session, row):
        raise AlreadyDone
    # What failed and is tried again after a pause stands in nobody's way meanwhile (F38).
    waiting = [Waiting(*found[:-1]) for found in rows if found.tries == 0 or found.due_at <= now or found.id == row.id]
    if len(waiting) < 2:
        return None
    first = _first(waiting)
    settled = max(one.due_at for one in waiting)
    if settled > now and abs(now - first.due_at) < LONGEST_SETTLE:
        return Later(settled)
    return Later(now, first) if first.id != row.id else None


def _is_open(session: Session, row: Waiting) -> bool:
    return session.scalar(select(InboxRow.state).where(InboxRow.id == row.id)) is InboxState.NEW


def _first(waiting: list[Waiting]) -> Waiting:
    """The one the channel sent first; what has no order of its own (a tap) stays behind what was there before it."""
    last, places = 0, []
    for row in waiting:
        places.append((row.order or last, row.id, row))
        last = max(last, places[-1][0])
    return min(places, key=lambda place: place[:2])[2]
