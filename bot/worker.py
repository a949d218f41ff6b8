"""Works the inbox: one row, one turn, one transaction; many rows may share a commit."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot import deliveries, failing, inbox, parking
from bot.channels.outcomes import SendFailed
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_json import NotJson, loads_whole
from bot.channels.telegram_reading import NotReadable
from bot.haste import Haste
from bot.inbox import Waiting
from bot.leases import Leases
from bot.sender import Sender
from bot.sharing import Later, comes_later
from bot.turns import Turns
from bot.wallclock import WallClock
from bot.worked import AS_USUAL, How, Worked
from bot.writer import RecordUnavailable, Writer
from handlers.agency import Agency
from handlers.dispatch import dispatch
from handlers.messages import Incoming, Outcome, Queue, Toast
from models.rows import AlreadyDone

log = logging.getLogger(__name__)
AT_ONCE = 32  # rows on their way to one commit
IN_MEMORY = 2000  # waiting rows whose updates are kept as they came
TROUBLE_PAUSE = timedelta(seconds=2)
LAST_SECONDS = 2.5
LOOK_EVERY = 1.0
LOOK_ALONE = 5.0
LEFT_ALONE = timedelta(seconds=3)  # then a row is taken up by whoever sees it and has nothing else to do
LEFT_BY_ALL = timedelta(seconds=15)  # then by the busy too
MOST_LEFT = 1000
CROWD = 2000  # of one person's rows waiting: from there on their questions are dropped (F40)


class Worker:
    def __init__(
        self,
        channel: TelegramChannel,
        writer: Writer,
        clock: WallClock,
        agency: Agency,
        sender: Sender,
        leases: Leases | None = None,
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._agency = agency
        self._sender = sender
        self._shared = leases is not None and leases.shared
        self._queued: set[int] = set()
        self._haste = Haste()
        self._turns = Turns()
        self._wake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._toasting: set[asyncio.Task[None]] = set()
        self._held: set[str] = set()  # chats with something to show that waits until all that waits there is worked
        self._stopping = asyncio.Event()
        self._resting = 0  # rows that wait to be tried again
        self._edits = parking.ParkedEdits(channel.name, writer, clock)
        self.after: Callable[[], None] = lambda: None

    def add(self, rows: list[Waiting]) -> None:
        for row in rows:  # a long queue is read from the record again rather than held in memory
            self._turns.add(row if self._turns.count < IN_MEMORY else replace(row, raw=None))
            self._queued.add(row.id)
        self._haste.came((row.person for row in rows), asyncio.get_running_loop().time())
        self._wake.set()

    def _has_room(self) -> bool:
        return len(self._under_way) - self._resting < AT_ONCE

    def is_pressed(self) -> bool:
        """More people wait than can be served at once."""
        return self._turns.count > AT_ONCE or self._writer.is_pressed()

    async def run(self, left: list[Waiting]) -> None:
        """Goes on with what was `left` at the last stop, then with what arrives."""
        self.add(left)
        self.add(await self._edits.free())
        while not self._stopping.is_set():
            self._wake.clear()
            while self._has_room() and (row := self._turns.take(self._clock.now())) is not None:
                task = asyncio.create_task(self._work(row))
                self._under_way.add(task)
                task.add_done_callback(self._finished)
            due = self._turns.next_due() if self._has_room() else None
            seconds = max(0.01, (due - self._clock.now()).total_seconds()) if due is not None else 5.0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), min(seconds, 5.0))

    async def look_round(self) -> None:
        """For what need not wait any more; and where several programs share the inbox, for what others have left: what
        lies in it for seconds may be that of one that is gone."""
        while True:
            await asyncio.sleep(LOOK_EVERY if self._shared else LOOK_ALONE)
            try:
                rows = await self._writer.look(self._left_over) if self._shared else []
                free = await self._edits.free() if await self._edits.any_due(self._shared) else []
            except RecordUnavailable as error:
                log.warning("what is left in the inbox cannot be read: %s", error)
            else:
                self.add([row for row in rows if row.id not in self._queued])
                self.add(free)

    def _left_over(self, session: Session) -> list[Waiting]:
        alone = LEFT_BY_ALL if self._turns.count or self._under_way else LEFT_ALONE
        return inbox.left_over(session, self._channel.name, self._clock.now() - alone, MOST_LEFT)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()

    async def stop(self) -> None:
        """Finishes the rows under way; the others wait in the inbox (F48)."""
        self._stopping.set()
        self._wake.set()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)

    async def _work(self, row: Waiting) -> None:
        """While it cannot be worked, the row keeps its chat to itself: what was said later never overtakes it."""
        self._queued.discard(row.id)
        crowded = self._haste.waiting[row.person] > CROWD
        try:
            while (seconds := await self._try(row, crowded)) is not None:
                await self._rest(seconds)
                if self._stopping.is_set():
                    return
            if (pause := self._haste.pause(row.person, asyncio.get_running_loop().time())) > 0:
                await asyncio.sleep(pause)
        finally:
            self._haste.went(row.person)
            self._turns.release(row.chat)

    async def _rest(self, seconds: float) -> None:
        """Until a row is tried again; it takes no place of another chat's meanwhile."""
        self._resting += 1
        self._wake.set()
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._resting -= 1

    async def _try(self, row: Waiting, crowded: bool = False) -> float | None:
        """One turn; where nothing else is on its way to the chat, what it wishes to show is claimed along with it.

        Seconds until it is to be tried again: it failed, or the record cannot be written at the moment.
        """
        behind = not self._shared and self._turns.waits(row.chat)
        release = row.chat in self._held
        at_once, first = not behind and not release and self._sender.reserve(row.chat), None
        how = How(Queue(crowded, behind, release and not behind), at_once)
        try:
            worked = await self._writer.run(lambda session: self._next_turn(session, row, how))
        except AlreadyDone:
            log.warning("inbox row %d was done before", row.id)
        except RecordUnavailable as error:
            log.warning("inbox row %d waits: the record cannot be written (%s)", row.id, error)
            return TROUBLE_PAUSE.total_seconds()
        except NotReadable as error:
            log.error("inbox row %d cannot be read and is kept aside: %s", row.id, error)
            return await self._failed(row, str(error), inbox.mark_dead)
        except Exception as error:
            log.exception("inbox row %d failed", row.id)
            return await self._failed(row, f"{type(error).__name__}: {error}", inbox.mark_failed)
        else:
            if isinstance(worked, Later):
                if worked.first is not None and (seconds := await self._try(worked.first)) is not None:
                    self._again(worked.first, self._clock.now() + timedelta(seconds=seconds))
                self._again(row, worked.at)
                return None
            first = worked.first
            self._held.add(row.chat) if behind else self._held.discard(row.chat)
            if worked.parked:
                self._edits.add(row)
            elif self._edits:
                self.add(await self._edits.after(row))
            self._go_on(worked)
        finally:
            if at_once:
                self._sender.serve(row.chat, first)
        return None

    def _go_on(self, worked: Worked) -> None:
        self._sender.wish(worked.chats, worked.later)
        self.after()
        for toast in worked.toasts:
            task = asyncio.create_task(self._answer(toast))
            self._toasting.add(task)
            task.add_done_callback(self._toasting.discard)

    def _next_turn(self, session: Session, row: Waiting, how: How) -> Worked | Later:
        """Where several programs share the inbox, this one's next row need not be its chat's next, nor still open.

        Nothing is raised then: what fails is done again without it, with all that shared its commit.
        """
        if self._shared:
            try:
                later = comes_later(session, self._channel.name, row, self._clock.now())
            except AlreadyDone:
                return Worked()
            if later is not None:
                return later
        return self.turn(session, row, how)

    def turn(self, session: Session, row: Waiting, how: How = AS_USUAL) -> Worked:
        """All that one row asks for, in the transaction of `session`. Raises AlreadyDone, now or at the commit."""
        now = self._clock.now()
        outcome = self._do(session, row, how, now)
        parked = outcome is None
        outcome = outcome or Outcome()
        if how.queue.last:
            outcome.cards += deliveries.release(session, self._channel.name, row.chat, now, outcome.cards)
        claimed = deliveries.claim_at_once(outcome.cards, row.chat, now) if how.at_once else None
        others = [card for card in dict.fromkeys(outcome.cards) if claimed is None or card is not claimed[0]]
        return Worked(
            toasts=outcome.toasts,
            chats=outcome.chats + Counter(card.chat for card in others if card.due_at <= now),
            later=min((card.due_at for card in others if card.due_at > now), default=None),
            first=claimed[1] if claimed is not None else None,
            parked=parked,
        )

    def _do(self, session: Session, row: Waiting, how: How, now: datetime) -> Outcome | None:
        """None for what has to wait for something that was said before it."""
        incoming = self._read(session, row)
        if incoming is not None and (row.early or incoming.edited):
            incoming = parking.judge(session, incoming, row, now)
            if incoming is None:
                return None
        inbox.finish(session, row.id, now)
        if incoming is None:
            return Outcome()
        return dispatch(session, incoming, f"in:{row.id}", self._agency, how.queue)

    def _read(self, session: Session, row: Waiting) -> Incoming | None:
        raw = row.raw
        if raw is None:
            try:
                raw = loads_whole(inbox.raw_of(session, row.id))
            except NotJson as error:
                raise NotReadable(f"no JSON: {error}") from None
        return self._channel.read(raw, self._came_at(row))

    def _came_at(self, row: Waiting) -> datetime:
        """A clock that was ahead when it came must not put off what it asks for (F12)."""
        return min(row.received_at, self._clock.now())

    async def _failed(self, row: Waiting, reason: str, mark: failing.Mark) -> float | None:
        """Tried three times; then kept aside with an apology, out of the way of what comes after it (F38)."""
        again: datetime | None = self._clock.now() + TROUBLE_PAUSE
        for apology in (self._read, None):
            note = failing.Note(self._channel.name, row, self._came_at(row), reason, mark, self._agency, apology)
            try:
                again = await self._writer.run(partial(note.down, now=self._clock.now()))
                break
            except RecordUnavailable as error:
                log.warning("what became of inbox row %d cannot be noted yet: %s", row.id, error)
                break
            except Exception:
                log.exception("nobody could be told of inbox row %d, which failed", row.id)
        if again is not None:
            return max(0.0, (again - self._clock.now()).total_seconds())
        self.add(await self._edits.after(row))
        self._sender.wake()
        return None

    def _again(self, row: Waiting, at: datetime) -> None:
        """After a while that does not depend on a clock that may be moved."""
        again = replace(row, due_at=at)
        delay = max(0.0, (at - self._clock.now()).total_seconds())
        asyncio.get_running_loop().call_later(delay, self.add, [again])

    async def _answer(self, toast: Toast) -> None:
        try:
            await self._channel.answer_tap(toast)
        except SendFailed as failed:
            log.debug("a tap's short answer was lost: %s", failed)
        except Exception:
            log.exception("a tap could not be answered")
