"""News for the bot: numbered, kept for a day, fetched by one long poll or pushed to one webhook."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from bot.emulator.clock import MovableClock
from bot.emulator.errors import ApiError
from bot.emulator.faults import FaultKind, Faults
from bot.emulator.messages import Json

KEPT_SECONDS = 24 * 3600
LONGEST_POLL = 50
# Left out unless a bot names them in allowed_updates.
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
SECOND_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)  # fmt: skip
WEBHOOK_SET = "Conflict: terminated by setWebhook request"
# Two pollers that fight are slowed down: one refusal at once, the others after a while.
CONFLICT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Update:
    id: int
    kind: str
    payload: bytes
    created: float
    chat: int

    def json(self) -> bytes:
        return b'{"update_id":%d,"%s":%s}' % (self.id, self.kind.encode(), self.payload)


@dataclass(frozen=True, slots=True)
class Held:
    """An update that waits for the next one to overtake it."""

    kind: str
    payload: bytes
    chat: int
    timer: asyncio.TimerHandle


def _finish(poll: "asyncio.Future[str]") -> None:
    if not poll.done():
        poll.set_result("")


class Updates:
    def __init__(self, clock: MovableClock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._pending: deque[Update] = deque()
        self._last_id = 500_000_000
        self._poll: asyncio.Future[str] | None = None
        self._next_conflict = 0.0
        self._held: Held | None = None
        self.allowed: frozenset[str] | None = None
        self.push: Callable[[Update], None] | None = None

    def __len__(self) -> int:
        self._expire()
        return len(self._pending)

    def allow(self, names: list[str]) -> None:
        """An empty list brings back everything but what comes only on request."""
        self.allowed = frozenset(names) or None

    def add(self, kind: str, payload: Json, chat: int) -> None:
        wanted = kind not in ONLY_ON_REQUEST if self.allowed is None else kind in self.allowed
        if not wanted:
            return
        written = orjson.dumps(payload)
        if self._held is None:
            fault = self._faults.take_delivery(FaultKind.REORDER, chat) if self._faults.ordered else None
            if fault is not None:
                timer = asyncio.get_running_loop().call_later(fault.seconds, self._release)
                self._held = Held(kind, written, chat, timer)
                return
        self._enqueue(kind, written, chat)
        self._release()

    def _release(self) -> None:
        if self._held is None:
            return
        held, self._held = self._held, None
        held.timer.cancel()
        self._enqueue(held.kind, held.payload, held.chat)

    def _enqueue(self, kind: str, payload: bytes, chat: int) -> None:
        self._last_id += 1
        update = Update(self._last_id, kind, payload, self._clock.now(), chat)
        if self.push is not None:
            self.push(update)
            return
        self._pending.append(update)
        if self._poll is not None:
            _finish(self._poll)

    def restore(self, updates: list[Update]) -> None:
        """Takes back what a webhook did not deliver."""
        self._pending = deque(sorted([*self._pending, *updates], key=lambda update: update.id))

    def take_all(self) -> list[Update]:
        taken = list(self._pending)
        self._pending.clear()
        return taken

    def wake(self) -> None:
        """Ends the poll that waits, with nothing."""
        if self._poll is not None:
            _finish(self._poll)

    def interrupt(self, words: str) -> None:
        """Ends the poll that waits, if there is one."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(words)
        self._poll = None

    async def refuse(self, words: str) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._next_conflict:
            await asyncio.sleep(CONFLICT_SECONDS)
        else:
            self._next_conflict = loop.time() + CONFLICT_SECONDS
        raise ApiError(409, words)

    async def poll(self, offset: int, limit: int, patience: float) -> list[Update]:
        self.interrupt(SECOND_POLLER)
        self._expire()
        self._forget(offset)
        if not self._pending and patience > 0:
            await self._wait(min(patience, LONGEST_POLL))
        return [self._pending[position] for position in range(min(limit, len(self._pending)))]

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._poll = mine = loop.create_future()
        timer = loop.call_later(seconds, _finish, mine)
        try:
            ended_by = await mine
        finally:
            timer.cancel()
            if self._poll is mine:
                self._poll = None
        if ended_by:
            await self.refuse(ended_by)

    def _forget(self, offset: int) -> None:
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
            return
        if not (self._pending and self._pending[0].id < offset):
            return
        if self._faults.ordered and self._faults.take_delivery(FaultKind.DUPLICATE, self._pending[0].chat):
            return
        while self._pending and self._pending[0].id < offset:
            self._pending.popleft()

    def _expire(self) -> None:
        oldest = self._clock.now() - KEPT_SECONDS
        while self._pending and self._pending[0].created < oldest:
            self._pending.popleft()
