"""Sends what the record says is to be sent: many chats at once, each in order and at its pace."""

import asyncio
import contextlib
import logging
from dataclasses import replace

from sqlalchemy.orm import Session

from bot import deliveries
from bot.channels.outcomes import ChannelStopped, Failure, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.deliveries import Act, Delivery
from bot.pacing import Pace, Pacer
from bot.rendering import Renderer
from bot.wallclock import WallClock
from bot.writer import Writer
from handlers import moments
from handlers.messages import Reply

log = logging.getLogger(__name__)
CHATS_AT_ONCE = 64
LONGEST_SLEEP = 5.0


class Sender:
    def __init__(
        self, channel: TelegramChannel, writer: Writer, clock: WallClock, renderer: Renderer, pace: Pace
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._renderer = renderer
        self._pacer = Pacer(pace)
        self._wake = asyncio.Event()
        self._chats: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._stopping = False

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        now = self._clock.now()
        await self._writer.run(lambda session: deliveries.recover(session, self._channel.name, now))
        while not self._stopping:
            self._wake.clear()
            seconds = LONGEST_SLEEP
            try:
                seconds = await self._serve_due()
            except Exception:
                log.exception("what is to be sent could not be read")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)

    async def _serve_due(self) -> float:
        """Starts a task for every chat with something due; seconds until there may be more."""
        now, name = self._clock.now(), self._channel.name
        chats, next_due = await self._writer.run(
            lambda session: (deliveries.due_chats(session, name, now), deliveries.next_due_at(session, name))
        )
        for chat in chats:
            if chat in self._chats:
                self._again.add(chat)
            elif len(self._chats) < CHATS_AT_ONCE:
                self._start(chat)
        if next_due is None:
            return LONGEST_SLEEP
        wait = (next_due - self._clock.now()).total_seconds()
        # Chats under way wake this loop when they are done; only what lies ahead needs a timer.
        return min(max(wait, 0.02), LONGEST_SLEEP) if wait > 0 else LONGEST_SLEEP

    def _start(self, chat: str) -> None:
        task = asyncio.create_task(self._serve(chat))
        self._chats[chat] = task
        task.add_done_callback(lambda _: self._served(chat))

    def _served(self, chat: str) -> None:
        self._chats.pop(chat, None)
        if chat in self._again:
            self._again.discard(chat)
            if not self._stopping:
                self._start(chat)
        self._wake.set()

    async def stop(self) -> None:
        """Lets calls under way come back; what is not sent yet waits in the record."""
        self._stopping = True
        self._wake.set()
        if self._chats:
            await asyncio.wait(self._chats.values(), timeout=2)

    async def _serve(self, chat: str) -> None:
        """One chat, in order, until nothing is due for it."""
        try:
            while not self._stopping:
                delivery = await self._claim(chat)
                if delivery is None:
                    return
                await self._deliver(delivery)
        except Exception:
            log.exception("sending to a chat broke off; it is taken up again")
            await asyncio.sleep(1)

    async def _claim(self, chat: str) -> Delivery | None:
        now = self._clock.now()
        return await self._writer.run(lambda session: deliveries.claim(session, self._channel.name, chat, now))

    async def _deliver(self, delivery: Delivery) -> None:
        await self._keep_pace(delivery)
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
            await self._writer.run(lambda session: deliveries.succeeded(session, delivery, message_id, now))

    async def _keep_pace(self, delivery: Delivery) -> None:
        if delivery.act is Act.DELETE:
            return
        seconds = self._pacer.wait(delivery.chat, delivery.act is not Act.EDIT)
        while seconds > 0:
            await asyncio.sleep(seconds)
            seconds = self._pacer.wait(delivery.chat, delivery.act is not Act.EDIT)

    async def _call(self, delivery: Delivery) -> int | None:
        if delivery.act is Act.DELETE:
            await self._channel.delete(delivery.chat, delivery.message_id or 0)
            return None
        reply = Reply.from_data(delivery.body)
        if delivery.act is Act.EDIT:
            await self._channel.edit(delivery.chat, delivery.message_id or 0, reply)
            return None
        file = await self._renderer.render(reply)
        quiet = delivery.act is Act.MOVE
        return await self._channel.send(delivery.chat, _quietly(reply) if quiet else reply, file, delivery.repeat)

    async def _note_failure(self, delivery: Delivery, why: SendFailed) -> None:
        log.warning("%s to a chat failed: %s", delivery.act.value, why)
        now = self._clock.now()

        def note(session: Session) -> None:
            deliveries.failed(session, delivery, why, now)
            if why.failure is Failure.MOVED and why.moved_to is not None:
                moments.group_moved(session, now, self._channel.name, delivery.chat, why.moved_to)
            elif why.failure is Failure.UNREACHABLE:
                moments.unreachable(session, now, self._channel.name, delivery.chat)

        await self._writer.run(note)


def _quietly(reply: Reply) -> Reply:
    return replace(reply, quiet=True)
