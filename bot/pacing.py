"""How fast messages may go out: each chat at its own pace, all chats together within the platform's limit."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

CHATS_REMEMBERED = 4096
A_LITTLE_LONGER = 0.1  # clocks differ; coming back too early costs another refusal


def _seconds_of_machine() -> float:
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second to one private chat after a burst, to one group in a minute, and to all chats in a second."""

    per_chat: float = 1.0
    burst: int = 4
    per_group_minute: float = 20
    overall: float = 30.0


class Bucket:
    """Fills at `rate` a second up to `size`; `seconds` counts them."""

    def __init__(self, rate: float, size: float, seconds: Callable[[], float] = _seconds_of_machine) -> None:
        self.rate, self.size = rate, max(1.0, size)
        self._seconds = seconds
        self._level, self._at = self.size, seconds()

    def _fill(self) -> None:
        now = self._seconds()
        self._level = min(self.size, self._level + (now - self._at) * self.rate)
        self._at = now

    def pause(self) -> float:
        """Seconds until one may be taken."""
        self._fill()
        return max(0.0, (1.0 - self._level) / self.rate)

    def take(self) -> None:
        self._fill()
        self._level -= 1.0

    async def taken(self) -> None:
        """Waits its turn and takes one."""
        pause = self.pause()
        while pause > 0:
            await asyncio.sleep(pause)
            pause = self.pause()
        self.take()

    def give_back(self) -> None:
        self._level = min(self.size, self._level + 1.0)

    @property
    def full(self) -> bool:
        self._fill()
        return self._level >= self.size


class Pacer:
    """Says how long a chat has to wait. A 429 stops that chat only, for as long as the platform says (F16)."""

    def __init__(self, pace: Pace, seconds: Callable[[], float] = _seconds_of_machine) -> None:
        self._pace = pace
        self._seconds = seconds
        self.all = Bucket(pace.overall, pace.overall, seconds)
        self._chats: dict[str, Bucket] = {}
        self._stopped: dict[str, float] = {}

    def pause(self, chat: str) -> float:
        """Seconds until this chat may be written to; what all chats send together is `all`'s to say."""
        stopped = self._stopped.get(chat, 0.0) - self._seconds()
        if stopped > 0:
            return stopped
        self._stopped.pop(chat, None)
        return self._bucket(chat).pause()

    def take(self, chat: str) -> None:
        self._bucket(chat).take()

    def stop(self, chat: str, seconds: float) -> None:
        self._stopped[chat] = self._seconds() + seconds + A_LITTLE_LONGER

    def _bucket(self, chat: str) -> Bucket:
        if chat not in self._chats:
            if len(self._chats) >= CHATS_REMEMBERED:  # chats at rest need not be remembered
                self._chats = {name: bucket for name, bucket in self._chats.items() if not bucket.full}
            group = chat.startswith("-")
            rate = self._pace.per_group_minute / 60 if group else self._pace.per_chat
            self._chats[chat] = Bucket(rate, self._pace.burst, self._seconds)
        return self._chats[chat]
