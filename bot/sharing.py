"""Whose turn it is in a chat, where several programs work one inbox: each knows only the rows it received itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot import inbox
from bot.inbox import Waiting
from bot.turns import LONGEST_SETTLE
from models.messages import OPEN_INBOX, InboxRow, InboxState

LOOKED_AT = 200  # of one chat's rows


class ComesLater(Exception):
    """Not this row's turn: `first` is to be worked before it, or its chat is waited for until `at`."""

    def __init__(self, at: datetime, first: Waiting | None = None) -> None:
        super().__init__(f"comes later, at {at}")
        self.at, self.first = at, first


def in_turn(session: Session, row: Waiting, now: datetime) -> None:
    """Raises ComesLater unless the row is its chat's next, in the order of `turns`.

    Nothing is ever under way elsewhere: who asks this holds the lock all writers take, so a row is either open or done.
    """
    asked = session.get_one(InboxRow, row.id)
    if asked.state is not InboxState.NEW:
        return
    rows = session.execute(
        inbox.WAITING.add_columns(InboxRow.tries)
        .where(InboxRow.channel == asked.channel, InboxRow.chat == row.chat, OPEN_INBOX)
        .order_by(InboxRow.id)
        .limit(LOOKED_AT)
    ).all()
    # What failed and is tried again after a pause stands in nobody's way meanwhile (F38).
    waiting = [Waiting(*found[:-1]) for found in rows if found.tries == 0 or found.due_at <= now or found.id == row.id]
    if len(waiting) < 2:
        return
    first = _first(waiting)
    settled = max(one.due_at for one in waiting)
    if settled > now and abs(now - first.due_at) < LONGEST_SETTLE:
        raise ComesLater(settled)
    if first.id != row.id:
        raise ComesLater(now, first)


def _first(waiting: list[Waiting]) -> Waiting:
    """The one the channel sent first; what has no order of its own (a tap) stays behind what was there before it."""
    last, places = 0, []
    for row in waiting:
        places.append((row.order or last, row.id, row))
        last = max(last, places[-1][0])
    return min(places, key=lambda place: place[:2])[2]
