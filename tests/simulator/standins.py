"""What takes the place of threads, processes and seconds in the simulated program; the rest of each is the real one."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.pacing import Pace, Pacer
from bot.rendering import RenderingBroke
from bot.sender import Sender
from bot.writer import Writer
from models.database import Database
from tests.simulator.faults import Faults
from tests.simulator.network import DELIVERING

if TYPE_CHECKING:
    from tests.simulator.machine import Machine

PICTURE = b"a picture"
TICK = 8.0  # seconds; the program's own second would only ask more often whether nothing is due


class SimWriter(Writer):
    """The real writer, whose passes the loop makes instead of a thread."""

    def __init__(self, database: Database, machine: "Machine") -> None:
        self._machine = machine
        self._passes = 0
        super().__init__(database)

    def _begin(self) -> None:
        self._asked = False

    async def run(self, work: Callable[..., Any]) -> Any:
        self._ask()
        return await super().run(work)

    def _ask(self) -> None:
        if not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_later(self._machine.faults.chance.uniform(0.0, 0.02), self._pass)

    def _pass(self) -> None:
        self._asked = False
        while not self._jobs.empty() and not self._machine.dead:
            self.serve_once()

    def _gather(self) -> None:
        """All that is to come in a pass is there."""

    def close(self) -> None:
        self._closed = True
        self._pass()


class NoWatchdog:
    """In virtual time nothing stands still."""

    async def run(self) -> None:
        await asyncio.get_running_loop().create_future()


class SimClock(Clock):
    """Ticks without the machine's own clock; what a tick does is the program's."""

    def start(self) -> None:
        self._going = True
        self._next()

    def _next(self) -> None:
        asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        if self._going:
            self._ticking = asyncio.ensure_future(self.tick())
            self._ticking.add_done_callback(lambda _: self._next())

    def stop(self) -> None:
        self._going = False


class SimSender(Sender):
    """The real sender, with virtual seconds, and with every call knowing which row it is made for."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        pace = next(part for part in given if isinstance(part, Pace))
        self._pacer = Pacer(pace, asyncio.get_running_loop().time)

    async def _call(self, delivery: Any) -> int | None:
        DELIVERING.set((delivery.is_card, delivery.id))
        return await super()._call(delivery)


class SimRenderer:
    """Instead of a process of its own: one small picture for everything, or none."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def render(self, reply: Any) -> tuple[bytes, str] | None:
        file = reply.sheet or reply.letter
        if reply.picture is None and file is None:
            return None
        await asyncio.sleep(0.2)
        if self._faults.strikes("render", 0.4):
            raise RenderingBroke("BrokenProcessPool: it died")
        return (PICTURE, "picture.png") if reply.picture is not None else (b"a ledger", file.name)

    def close(self) -> None:
        return
