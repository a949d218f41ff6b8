"""Sends what the record says is to be sent: many chats at once, each in order and at its pace."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot import deliveries, undelivered
from bot.channels.outcomes import ChannelStopped, Failure, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.deliveries import Act, Delivery
from bot.leases import Leases
from bot.pacing import Pace, Pacer
from bot.rendering import Renderer, drawn_or_words
from bot.wallclock import WallClock
from bot.writer import RecordUnavailable, Writer
from handlers import moments
from handlers.messages import Reply

T = TypeVar("T")
log = logging.getLogger(__name__)
CHATS_AT_ONCE = 128
ALL_THERE_IS = 1 << 30
LONGEST_SLEEP = 5.0
RECOVER_EVERY = 2.0
SHARED_SLEEP = 1.0  # what other programs have written to be sent wakes nobody here
NOTE_PAUSES = (0.5, 1, 2, 5)


class Sender:
    def __init__(
        self,
        channel: TelegramChannel,
        writer: Writer,
        clock: WallClock,
        renderer: Renderer,
        pace: Pace,
        leases: Leases | None = None,
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._renderer = renderer
        self._pacer = Pacer(pace)
        self._leases = leases or Leases()
        self._chat_prefix = f"chat:{channel.name}:"
        self._recover_at = 0.0
        self._wake = asyncio.Event()
        self._chats: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._ready: dict[str, int] = {}  # chats to be served, in their order, and how many messages each is to get
        self._reserved: set[str] = set()
        self._look, self._looked_at = True, 0.0
        self._next_due: datetime | None = None

    def wake(self) -> None:
        """Something may be due that nobody has told of: the record is to be asked."""
        self._look = True
        self._wake.set()

    def wish(self, chats: Mapping[str, int], at: datetime | None = None) -> None:
        """So many messages are to be sent to these chats now, or something in some chat at that time."""
        for chat, number in chats.items():
            self._ready[chat] = self._ready.get(chat, 0) + number
        if at is not None and (self._next_due is None or at < self._next_due):
            self._next_due = at
        if self._ready or at is not None:
            self._wake.set()

    def reserve(self, chat: str) -> bool:
        """Whether a turn may claim at once what it wishes to show there; until `serve` the chat is kept for it."""
        if self._leases.shared or self._stopping or chat in self._chats or chat in self._reserved:
            return False
        if (
            len(self._chats) + len(self._reserved) >= CHATS_AT_ONCE
            or self._pacer.pause(chat)
            or self._pacer.all.pause()
        ):
            return False
        self._pacer.all.take()
        self._reserved.add(chat)
        return True

    def serve(self, chat: str, first: Delivery | None) -> None:
        """What came of the reservation."""
        self._reserved.discard(chat)
        if first is None or first.act is Act.EDIT:
            self._pacer.all.give_back()
        if first is not None:
            if first.act is not Act.EDIT:
                self._pacer.take(chat)
            self._start(chat, first)
        elif chat in self._ready:
            self._wake.set()

    async def run(self) -> None:
        await self._surely(self._recover)
        while not self._stopping:
            self._wake.clear()
            seconds = 1.0
            try:
                if self._leases.shared and time.monotonic() >= self._recover_at:
                    await self._writer.run(self._recover)
                seconds = await self._serve_due()
            except RecordUnavailable as error:
                log.warning("what is to be sent cannot be read: %s", error)
                self._look = True
            except Exception:
                log.exception("what is to be sent could not be read")
                self._look = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)

    def _recover(self, session: Session) -> None:
        """At the start for oneself; with other programs on the record now and then, for those that are gone."""
        served = self._leases.lapse(session, self._chat_prefix)
        undelivered.recover(session, self._channel.name, self._clock.now(), served)
        self._recover_at = time.monotonic() + RECOVER_EVERY

    async def _serve_due(self) -> float:
        """Starts a task for every chat that has something due and may be written to; seconds until there is more.

        The record is asked when nobody has told what is due: at the start, at a time told before, now and then.
        A chat that has to wait for its pace holds no place: a busy group never keeps receipts from others (F42).
        """
        if self._look or self._left() <= 0:
            await self._look_into_the_record()
        seconds = self._left()
        for chat in list(self._ready):
            if chat in self._chats or chat in self._reserved:
                continue  # its end wakes this loop
            pause = self._pacer.pause(chat)
            if pause > 0:
                seconds = min(seconds, pause)
            elif len(self._chats) + len(self._reserved) < CHATS_AT_ONCE and not self._stopping:
                self._start(chat)
        return max(seconds, 0.005)

    def _left(self) -> float:
        """Seconds until the record is to be asked again."""
        seconds = (SHARED_SLEEP if self._leases.shared else LONGEST_SLEEP) - (time.monotonic() - self._looked_at)
        if self._next_due is not None:
            seconds = min(seconds, (self._next_due - self._clock.now()).total_seconds())
        return seconds

    async def _look_into_the_record(self) -> None:
        now, name = self._clock.now(), self._channel.name
        self._look, self._looked_at, self._next_due = False, time.monotonic(), None
        chats, next_due, others = await self._writer.look(
            lambda session: (
                deliveries.due_chats(session, name, now),
                deliveries.next_due_at(session, name, now),
                self._leases.others(session, self._chat_prefix),
            )
        )
        found = dict.fromkeys((chat for chat in chats if chat not in others), ALL_THERE_IS)
        self._ready = found | {chat: number for chat, number in self._ready.items() if chat not in found}
        if next_due is not None:
            self.wish({}, next_due)

    def _start(self, chat: str, first: Delivery | None = None) -> None:
        task = self._chats[chat] = asyncio.create_task(self._serve(chat, first))
        task.add_done_callback(lambda _: self._served(chat))

    def _served(self, chat: str) -> None:
        """Where it has to wait for its pace the lease is left to lapse, so that the pace is not another program's."""
        self._chats.pop(chat, None)
        self._leases.put_down(self._chat_prefix + chat)
        self._wake.set()

    async def stop(self) -> None:
        """Lets calls under way come back; what is not sent yet waits in the record."""
        self._stopping = True
        self._wake.set()
        if self._chats:
            _, late = await asyncio.wait(self._chats.values(), timeout=2)
            for task in late:
                task.cancel()

    async def _serve(self, chat: str, first: Delivery | None) -> None:
        """One chat, in order, until nothing is due for it or it has to wait. `first` is claimed already."""
        try:
            if first is not None:
                await self._deliver(first)
            while not self._stopping and (told := self._ready.get(chat, 0)) > 0 and self._pacer.pause(chat) == 0:
                self._ready[chat] = told - 1
                delivery = await self._claim(chat)
                if delivery is not None:
                    await self._deliver(delivery)
                elif self._ready.get(chat) == told - 1:  # nothing came in between
                    self._ready[chat] = 0
            if self._ready.get(chat) == 0:
                del self._ready[chat]
        except RecordUnavailable as error:
            log.warning("nothing can be taken from the record to be sent: %s", error)
            await asyncio.sleep(1)
            self.wake()
        except Exception:
            log.exception("sending to a chat broke off; it is taken up again")
            await asyncio.sleep(1)
            self.wake()

    async def _claim(self, chat: str) -> Delivery | None:
        """A place in the common pace is taken first, so that nothing is marked as being sent that still waits."""
        await self._pacer.all.taken()
        delivery = None
        try:
            now = self._clock.now()
            delivery = await self._writer.run(lambda session: self._next(session, chat, now))
        finally:
            if delivery is None or delivery.act in {Act.EDIT, Act.DELETE}:
                self._pacer.all.give_back()
        if delivery is not None and delivery.act is not Act.DELETE:
            self._pacer.take(chat)
        return delivery

    def _next(self, session: Session, chat: str, now: datetime) -> Delivery | None:
        """A chat is served by one program at a time, so that nothing in it is overtaken, an edit neither."""
        lease = self._chat_prefix + chat
        if not self._leases.take(session, lease):
            return None
        delivery = deliveries.claim(session, self._channel.name, chat, now)
        if delivery is None:
            self._leases.give_back(session, lease)
        return delivery

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            message_id = await self._call(delivery)
        except SendFailed as why:
            if why.retry_after is not None:
                self._pacer.stop(delivery.chat, why.retry_after)
            await self._note_failure(delivery, why)
        except ChannelStopped as stopped:
            await self._note_failure(delivery, SendFailed(Failure.NOT_SENT, stopped.reason, retry_after=60))
        except Exception as error:
            log.exception("message %d cannot be made", delivery.id)
            await self._note_failure(delivery, SendFailed(Failure.REFUSED, f"{type(error).__name__}: {error}"))
        else:
            now = self._clock.now()
            tidying = await self._surely(lambda session: self._succeeded(session, delivery, message_id, now))
            if tidying is not None:
                await self._deliver(tidying)

    def _succeeded(self, session: Session, delivery: Delivery, message: int | None, now: datetime) -> Delivery | None:
        """The last message takes the lease with it, so that what another program says next need not wait for it."""
        tidying = deliveries.succeeded(session, delivery, message, now)
        if tidying is None and self._ready.get(delivery.chat, 0) <= 0:
            self._leases.give_back(session, self._chat_prefix + delivery.chat)
        return tidying

    async def _call(self, delivery: Delivery) -> int | None:
        if delivery.act is Act.DELETE:
            await self._channel.delete(delivery.chat, delivery.message_id or 0)
            return None
        reply = Reply.from_data(delivery.body)
        if delivery.act is Act.EDIT:
            await self._channel.edit(delivery.chat, delivery.message_id or 0, reply)
            return None
        file = await drawn_or_words(self._renderer, reply, delivery.tries)
        if delivery.act is Act.MOVE:
            reply = replace(reply, quiet=True)
        return await self._channel.send(delivery.chat, reply, file, delivery.repeat)

    async def _note_failure(self, delivery: Delivery, why: SendFailed) -> None:
        log.warning("%s to a chat failed: %s", delivery.act.value, why)
        now = self._clock.now()

        def note(session: Session) -> None:
            if not self._leases.holds(session, self._chat_prefix + delivery.chat):
                return  # this program was taken for gone: what became of it is another's to find out by now
            undelivered.failed(session, delivery, why, now)
            if why.failure is Failure.MOVED and why.moved_to is not None:
                moments.group_moved(session, now, self._channel.name, delivery.chat, why.moved_to)
            elif why.failure is Failure.UNREACHABLE:
                moments.unreachable(session, now, self._channel.name, delivery.chat)

        try:
            await self._surely(note)
        except Exception:
            log.exception("what a failure means could not be noted, only that it failed")
            await self._surely(lambda session: undelivered.failed(session, delivery, why, now))
        self.wake()  # when it is to be tried again stands in the record

    async def _surely(self, note: Callable[[Session], T]) -> T:
        """What was done must be noted: while the record cannot be written (F03, F06) it is tried again and again."""
        tries = 0
        while True:
            try:
                return await self._writer.run(note)
            except RecordUnavailable as error:
                log.warning("what was sent cannot be noted yet: %s", error)
                await asyncio.sleep(NOTE_PAUSES[min(tries, len(NOTE_PAUSES) - 1)])
                tries += 1
