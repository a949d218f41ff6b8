"""The load: many people at once, each going on when answered; and how long every answer took."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.people import Call, Doing, RawUpdate, Step


@dataclass
class Measured:
    """From the first update to the last answer; and how long every answer took, by the name of its step."""

    updates: int = 0
    seconds: float = 0.0
    waits: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    doing: Doing
    step: Step
    at: float


class Load:
    """`offer` hands updates to the platform; the platform shows every call of the bot to `saw`.

    `reached` is called when `tell_at` updates have been sent; 0: never.
    """

    def __init__(
        self, offer: Callable[[list[RawUpdate]], None], tell_at: int = 0, reached: Callable[[], None] = lambda: None
    ) -> None:
        self._offer = offer
        self._tell_at = tell_at
        self._reached = reached
        self._asked: dict[int, _Asked] = {}
        self._left = 0
        self._over = asyncio.Event()
        self._measured = Measured()

    async def run(self, everyone: Sequence[tuple[int, Doing]], gap: float = 0.0) -> Measured:
        """`gap`: seconds between one person's beginning and the next one's; 0: all begin at once."""
        self._measured, self._left = Measured(), len(everyone)
        self._over.clear()
        began = time.perf_counter()
        for place, (person, doing) in enumerate(everyone):
            if gap:
                await asyncio.sleep(began + gap * place - time.perf_counter())
            self._ask(person, doing, next(doing))
        await self._over.wait()
        self._measured.seconds = time.perf_counter() - began
        return self._measured

    def saw(self, call: Call) -> None:
        asked = self._asked.get(call.chat)
        if asked is None or not asked.step.answer(call):
            return
        del self._asked[call.chat]
        self._measured.waits.setdefault(asked.step.name, []).append(time.perf_counter() - asked.at)
        try:
            self._ask(call.chat, asked.doing, asked.doing.send(call))
        except StopIteration:
            self._left -= 1
            if not self._left:
                self._over.set()

    def stuck(self) -> str:
        """Who waits for what, for the message when no answer comes."""
        return ", ".join(f"{person} for {asked.step.name}" for person, asked in list(self._asked.items())[:5])

    def _ask(self, person: int, doing: Doing, step: Step) -> None:
        self._asked[person] = _Asked(doing, step, time.perf_counter())
        before = self._measured.updates
        self._measured.updates += len(step.updates)
        if before < self._tell_at <= self._measured.updates:
            self._reached()
        self._offer(step.updates)
