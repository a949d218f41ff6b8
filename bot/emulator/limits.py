"""How much a bot may send: a second and a minute's worth per chat, and all chats together."""

import math
from collections import deque
from dataclasses import dataclass, field

from bot.emulator.chats import Chat
from bot.emulator.errors import too_many_requests


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at a steady rate up to a fill; a send takes one."""

    rate: float
    size: float
    tokens: float
    at: float

    def refill(self, now: float) -> None:
        # A clock that was moved back gives nothing and takes nothing.
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now

    def wait_for(self, count: int) -> float:
        # More than the bucket ever holds is let through when it is full, and owed afterwards.
        return max(0.0, (min(float(count), self.size) - self.tokens) / self.rate)


@dataclass(slots=True)
class Limits:
    per_chat: float = 1.0
    burst: int = 4
    per_group_minute: int = 20
    overall: float = 30.0
    on: bool = True
    _chats: dict[int, Bucket] = field(default_factory=dict)
    _minutes: dict[int, deque[float]] = field(default_factory=dict)
    _all: Bucket | None = None

    def spend(self, chat: Chat, now: float, count: int = 1) -> None:
        """Counts what is about to be sent, or refuses it and counts nothing."""
        if not self.on:
            return
        buckets = (self._bucket_of(chat, now), self._shared(now))
        for bucket in buckets:
            bucket.refill(now)
        wait = max(bucket.wait_for(count) for bucket in buckets)
        if not chat.is_private:
            wait = max(wait, self._wait_for_minute(chat, now, count))
        if wait > 1e-6:
            raise too_many_requests(math.ceil(wait - 1e-6))
        for bucket in buckets:
            bucket.tokens -= count
        if not chat.is_private:
            self._minutes[chat.id].extend([now] * count)

    def change(self, **values: float | bool) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self._chats.clear()
        self._minutes.clear()
        self._all = None

    def _bucket_of(self, chat: Chat, now: float) -> Bucket:
        bucket = self._chats.get(chat.id)
        if bucket is None:
            bucket = self._chats[chat.id] = Bucket(self.per_chat, self.burst, self.burst, now)
        return bucket

    def _shared(self, now: float) -> Bucket:
        if self._all is None:
            self._all = Bucket(self.overall, self.overall, self.overall, now)
        return self._all

    def _wait_for_minute(self, chat: Chat, now: float, count: int) -> float:
        sent = self._minutes.setdefault(chat.id, deque())
        while sent and not now - 60 < sent[0] <= now:
            sent.popleft()
        surplus = len(sent) + count - self.per_group_minute
        if surplus <= 0:
            return 0.0
        return sent[min(surplus, len(sent)) - 1] + 60 - now if sent else 0.0
