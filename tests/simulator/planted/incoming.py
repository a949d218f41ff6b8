"""Bugs on the way from the platform into the record."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import update
from telegram import Update

from bot import inbox
from bot.channels.telegram_reading import NotReadable
from bot.receiver import POLL_SECONDS, Receiver
from bot.turns import Turns
from bot.worked import How
from bot.worker import Worker
from bot.writer import RecordUnavailable, Writer
from handlers.messages import Queue
from models import rights
from models.messages import InboxRow, InboxState


@contextmanager
def ack_first() -> Iterator[None]:
    """Asks for more, which confirms, while what came is still on its way to the record."""

    async def poll_once(self: Any, offset: int | None) -> int | None:
        updates = await self._channel.fetch(offset, POLL_SECONDS)
        self._keeping = asyncio.ensure_future(self.keep(updates, move_cursor=True))
        numbers = [raw["update_id"] for raw in updates]
        return max(numbers) + 1 if numbers else offset

    with patch.object(Receiver, "_poll_once", poll_once):
        yield


@contextmanager
def two_transactions() -> Iterator[None]:
    """The row is done in one transaction, what it asked for in the next."""
    real = Worker._next_turn

    async def try_twice(self: Any, row: Any, crowded: bool = False) -> float | None:
        def done(session: Any) -> None:
            session.execute(update(InboxRow).where(InboxRow.id == row.id).values(state=InboxState.DONE))

        def again(session: Any) -> Any:
            session.execute(update(InboxRow).where(InboxRow.id == row.id).values(state=InboxState.NEW))
            session.expire_all()
            return real(self, session, row, How(Queue(crowded)))

        try:
            await self._writer.run(done)
            outcome = await self._writer.run(again)
        except RecordUnavailable:
            return 2.0
        except NotReadable as error:
            return await self._failed(row, str(error), inbox.mark_dead)
        except Exception as error:
            return await self._failed(row, f"{type(error).__name__}: {error}", inbox.mark_failed)
        self._sender.wake()
        self.after()
        for toast in outcome.toasts:
            await self._answer(toast)
        return None

    with patch.object(Worker, "_try", try_twice):
        yield


@contextmanager
def inbox_key_not_unique() -> Iterator[None]:
    """Nothing tells a repeated update from a new one."""
    real, numbers = inbox._row, itertools.count()

    def row(channel: str, bot: str, *rest: Any) -> dict[str, Any]:
        return real(channel, f"{bot}#{next(numbers)}", *rest)

    with patch.object(inbox, "_row", row):
        yield


@contextmanager
def commit_failure_ignored() -> Iterator[None]:
    """A commit that failed counts as one: receipts and confirmations without a record."""
    real = Writer._commit

    def commit(self: Any, batch: list[Any]) -> None:
        real(self, batch)
        for job in batch:
            if isinstance(job.error, RecordUnavailable) and job.result is not None:
                job.error = None

    with patch.object(Writer, "_commit", commit):
        yield


@contextmanager
def poison_blocks_batch() -> Iterator[None]:
    """Every update is read before any is stored."""
    real = Receiver.keep

    async def keep(self: Any, updates: list[dict[str, Any]], move_cursor: bool) -> None:
        for raw in updates:
            Update.de_json(raw, None)
        await real(self, updates, move_cursor)

    with patch.object(Receiver, "keep", keep):
        yield


@contextmanager
def failing_row_for_ever() -> Iterator[None]:
    """A row that fails is tried again without end, and nobody is ever told."""
    with patch.object(inbox, "TRIES", 1 << 30), patch.object(inbox, "PAUSES", (timedelta(seconds=20),) * 1000):
        yield


@contextmanager
def order_by_arrival() -> Iterator[None]:
    """First come, first served, whatever was said first."""
    real = Turns.add

    def add(self: Any, row: Any) -> None:
        object.__setattr__(row, "order", 0)
        real(self, row)

    with patch.object(Turns, "add", add):
        yield


@contextmanager
def rights_remembered() -> Iterator[None]:
    """Who held a post once holds it for ever."""
    with patch.object(rights, "postings_of", lambda person, _: list(person.postings)):
        yield
