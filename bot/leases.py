"""What this program has taken on, where several share one record: a chat to write to, a photo to fetch, the polling."""

import asyncio
import logging
import os
import secrets
import socket

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import leases
from models.database import Database

log = logging.getLogger(__name__)
SECONDS = 10.0  # without a sign of life; then others take over
BEAT = 2.0


class Leases:
    """A program that is alone on its record (SQLite) need not ask: everything is its own."""

    def __init__(self, database: Database | None = None) -> None:
        self._database = database if database is not None and database.shared else None
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._in_hand: set[str] = set()

    @property
    def shared(self) -> bool:
        return self._database is not None

    def take(self, session: Session, name: str) -> bool:
        """Whether it is this program's, from the commit on and until it is given back or put down."""
        if not self.shared:
            return True
        taken = leases.take(session, name, self.holder, SECONDS)
        if taken:
            self._in_hand.add(name)
        return taken

    def give_back(self, session: Session, name: str) -> None:
        if self.shared:
            self._in_hand.discard(name)
            leases.give_back(session, self.holder, name)

    def put_down(self, name: str) -> None:
        """It is kept up no longer: this program may take it again for some seconds, then anybody."""
        self._in_hand.discard(name)

    def is_in_hand(self, name: str) -> bool:
        """What was known at the last sign of life; asks nobody."""
        return not self.shared or name in self._in_hand

    def holds(self, session: Session, name: str) -> bool:
        return not self.shared or leases.is_held_by(session, name, self.holder)

    def others(self, session: Session, prefix: str) -> set[str]:
        """What other programs do at the moment, of the names that begin so; without the prefix."""
        return leases.held_by_others(session, self.holder, prefix) if self.shared else set()

    def lapse(self, session: Session, prefix: str) -> set[str]:
        """Ends what programs hold that are gone; what is still held after that, without the prefix."""
        return leases.lapse(session, prefix) if self.shared else set()

    async def run(self) -> None:
        """Signs of life, past the writers' queue: a long write of another program must not make this one look dead.

        They come from the event loop, so that a program whose loop hangs does not look alive.
        """
        while True:
            await asyncio.sleep(BEAT)
            if self._in_hand:
                try:
                    await asyncio.to_thread(self._keep_up)
                except SQLAlchemyError as error:
                    log.warning("no sign of life could be given: %s", getattr(error, "orig", None) or error)

    def _keep_up(self) -> None:
        assert self._database is not None
        names = set(self._in_hand)
        with self._database.beside() as session:
            kept = leases.keep_up(session, self.holder, names, SECONDS)
        for lost in names - kept:
            self._in_hand.discard(lost)

    def close(self) -> None:
        """At a stop that is meant: nobody has to wait for what was in hand to lapse."""
        if self._database is None:
            return
        try:
            with self._database.beside() as session:
                leases.give_back(session, self.holder)
        except SQLAlchemyError as error:
            log.warning("what was in hand could not be given back, and lapses in seconds: %s", error)
