"""A row of the inbox that cannot be worked: when it is tried again, and who is told when it never will be (F38)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import inbox
from bot.channels.telegram_reading import NotReadable
from bot.inbox import Waiting
from handlers.agency import Agency
from handlers.dispatch import apologise
from handlers.messages import Incoming
from models.messages import InboxRow, InboxState

Mark = Callable[[Session, int, datetime, str], datetime | None]


@dataclass(frozen=True, slots=True)
class Note:
    """Why a row failed. `mark` keeps that; `read` gives what it said, for an apology; None: without one."""

    channel: str
    row: Waiting
    came_at: datetime
    reason: str
    mark: Mark
    agency: Agency
    read: Callable[[Session, Waiting], Incoming | None] | None

    def down(self, session: Session, now: datetime) -> datetime | None:
        """When it is tried again. In one transaction: a row that is dead and an apology for it are never without each
        other."""
        again = self.mark(session, self.row.id, now, self.reason)
        if again is None and self.read is not None:
            self._apologise(session, self.read)
        return again

    def _apologise(self, session: Session, read: Callable[[Session, Waiting], Incoming | None]) -> None:
        dead = session.get_one(InboxRow, self.row.id)
        if dead.state is not InboxState.DEAD:
            return
        death = f"dead:{self.row.id}:{dead.done_at:%Y%m%d%H%M%S}"  # a row that is tried again may die again
        try:
            incoming, readable = read(session, self.row), True
        except NotReadable:
            incoming, readable = inbox.without_words(self.channel, self.row, self.came_at), False
        apologise(session, incoming, death, self.agency, self.row.id, readable)
