"""Works the inbox: one row, one turn, one transaction; many rows may share a commit."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import orjson
from sqlalchemy.orm import Session

from bot import inbox
from bot.channels.outcomes import SendFailed
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_reading import NotReadable
from bot.inbox import Waiting
from bot.sender import Sender
from bot.turns import Turns
from bot.wallclock import WallClock
from bot.writer import Writer
from handlers.agency import Agency
from handlers.dispatch import apologise, dispatch
from handlers.messages import Outcome, Toast
from models.messages import InboxRow, InboxState

T = TypeVar("T")
log = logging.getLogger(__name__)
AT_ONCE = 32  # rows on their way to one commit


class Worker:
    def __init__(
        self, channel: TelegramChannel, writer: Writer, clock: WallClock, agency: Agency, sender: Sender
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._agency = agency
        self._sender = sender
        self._turns = Turns()
        self._wake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._toasting: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.after: Callable[[], None] = lambda: None

    def add(self, rows: list[Waiting]) -> None:
        for row in rows:
            self._turns.add(row)
        self._wake.set()

    async def run(self) -> None:
        """Goes on with what waited at the last stop, then with what arrives."""
        self.add(await self._writer.run(lambda session: inbox.waiting(session, self._channel.name)))
        while not self._stopping:
            while len(self._under_way) < AT_ONCE and (row := self._turns.take(self._clock.now())) is not None:
                task = asyncio.create_task(self._work(row))
                self._under_way.add(task)
                task.add_done_callback(self._finished)
            self._wake.clear()
            due = self._turns.next_due() if len(self._under_way) < AT_ONCE else None
            seconds = max(0.01, (due - self._clock.now()).total_seconds()) if due is not None else 5.0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), min(seconds, 5.0))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()

    async def stop(self) -> None:
        """Finishes the rows under way; the others wait in the inbox (F48)."""
        self._stopping = True
        self._wake.set()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=3)

    async def _work(self, row: Waiting) -> None:
        try:
            outcome = await self._writer.run(lambda session: self._turn(session, row.id))
        except NotReadable as error:
            log.error("inbox row %d cannot be read and is kept aside: %s", row.id, error)
            reason = str(error)
            await self._keep_trying(row, lambda session: inbox.mark_dead(session, row.id, self._clock.now(), reason))
        except Exception as error:
            log.exception("inbox row %d failed", row.id)
            await self._failed(row, f"{type(error).__name__}: {error}")
        else:
            self._sender.wake()
            self.after()
            for toast in outcome.toasts:
                task = asyncio.create_task(self._answer(toast))
                self._toasting.add(task)
                task.add_done_callback(self._toasting.discard)
        finally:
            self._turns.release(row.chat)

    def _turn(self, session: Session, row_id: int) -> Outcome:
        row = session.get_one(InboxRow, row_id)
        if row.state is not InboxState.NEW:
            return Outcome()
        incoming = self._channel.read(orjson.loads(row.raw), row.received_at)
        outcome = dispatch(session, incoming, f"in:{row.id}", self._agency) if incoming is not None else Outcome()
        inbox.mark_done(row, self._clock.now())
        return outcome

    async def _failed(self, row: Waiting, reason: str) -> None:
        """Tried three times; then kept aside with an apology, out of the way of what comes after it (F38)."""

        def note(session: Session) -> datetime | None:
            again = inbox.mark_failed(session, row.id, self._clock.now(), reason)
            if again is None:
                kept = session.get_one(InboxRow, row.id)
                with contextlib.suppress(NotReadable):
                    incoming = self._channel.read(orjson.loads(kept.raw), kept.received_at)
                    apologise(session, incoming, f"in:{row.id}", self._agency, row.id)
            return again

        again = await self._keep_trying(row, note)
        if again is not None:
            loop = asyncio.get_running_loop()
            delay = max(0.0, (again - self._clock.now()).total_seconds())
            loop.call_later(delay, self.add, [Waiting(row.id, row.chat, row.person, row.order, again)])
        self._sender.wake()

    async def _keep_trying(self, row: Waiting, note: Callable[[Session], T]) -> T | None:
        """Even the note of a failure may fail while the disk is full; the row then simply waits for the next start."""
        try:
            return await self._writer.run(note)
        except Exception:
            log.exception("what became of inbox row %d could not be noted", row.id)
            return None

    async def _answer(self, toast: Toast) -> None:
        try:
            await self._channel.answer_tap(toast)
        except SendFailed as failed:
            log.debug("a tap's short answer was lost: %s", failed)
        except Exception:
            log.exception("a tap could not be answered")
