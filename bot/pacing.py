"""How fast messages may go out: each chat at its own pace, all chats together within the platform's limit."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second to one private chat after a burst, to one group in a minute, and to all chats in a second."""

    per_chat: float = 1.0
    burst: int = 4
    per_group_minute: int = 20
    overall: float = 30.0


class Bucket:
    """Fills at `rate` a second up to `size`."""

    def __init__(self, rate: float, size: float) -> None:
        self.rate, self.size = rate, size
        self._level, self._at = size, time.monotonic()

    def wait(self) -> float:
        """Seconds until one more may go; 0.0 takes it."""
        now = time.monotonic()
        self._level = min(self.size, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level >= 1.0:
            self._level -= 1.0
            return 0.0
        return (1.0 - self._level) / self.rate

    @property
    def full(self) -> bool:
        return self._level + (time.monotonic() - self._at) * self.rate >= self.size


class Pacer:
    """Says how long a chat has to wait. A 429 stops that chat only, for as long as the platform says (F16)."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._all = Bucket(pace.overall, pace.overall)
        self._chats: dict[str, Bucket] = {}
        self._stopped: dict[str, float] = {}

    def wait(self, chat: str, new_message: bool) -> float:
        stopped = self._stopped.get(chat, 0.0) - time.monotonic()
        if stopped > 0:
            return stopped
        own = self._bucket(chat).wait()
        if own > 0 or not new_message:
            return own
        return self._all.wait()

    def stop(self, chat: str, seconds: float) -> None:
        self._stopped[chat] = time.monotonic() + seconds

    def _bucket(self, chat: str) -> Bucket:
        if chat not in self._chats:
            if len(self._chats) > 4096:  # chats at rest need not be remembered
                self._chats = {name: bucket for name, bucket in self._chats.items() if not bucket.full}
            group = chat.startswith("-")
            rate = self._pace.per_group_minute / 60 if group else self._pace.per_chat
            self._chats[chat] = Bucket(rate, self._pace.burst)
        return self._chats[chat]
