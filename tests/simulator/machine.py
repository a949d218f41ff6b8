"""One machine: a folder, a clock that may be wrong, and a process that runs the real program until it dies."""

import random
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import bot.app
import bot.channels.telegram
import bot.media
import bot.sender
import bot.store
import handlers.joining
from bot.app import App, lock
from bot.config import Settings
from models.database import Database
from tests.simulator.disk import Dead, Disk, SimOs
from tests.simulator.faults import Faults
from tests.simulator.loop import Timeline, VirtualLoop
from tests.simulator.network import Network, SimRequest
from tests.simulator.standins import NoWatchdog, SimClock, SimRenderer, SimSender, SimWriter

DEATHS = {  # how likely at full strength, at each such place
    "statement": 0.0004, "before commit": 0.02, "after commit": 0.02, "file": 0.08, "call": 0.02, "updates": 0.03,
    "step": 0.0006,
}  # fmt: skip
MOST_DEATHS = 5
IDLE = 20.0  # seconds; as long as that without asking when nothing is announced


class SimDisk(Disk):
    def __init__(self, machine: "Machine") -> None:
        super().__init__(machine.faults, machine.point)
        self._timeline = machine.timeline

    def now(self) -> float:
        return self._timeline.now


class WrongClock:
    """What the machine thinks the time is."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.off = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._timeline.now + self.off, UTC)


class Machine:
    """Boots, dies and boots again on the same files."""

    def __init__(self, settings: Settings, timeline: Timeline, faults: Faults, network: Network) -> None:
        self.settings, self.timeline, self.faults, self.network = settings, timeline, faults, network
        self.clock = WrongClock(timeline)
        self.disk = SimDisk(self)
        self.tokens = random.Random(f"tokens {faults.strength}")
        self.app: App | None = None
        self.loop: VirtualLoop | None = None
        self.deaths = 0
        self.starts = 0
        self.steps = 0
        self.dead = True
        self.ended: list[str] = []
        self.unhandled: list[str] = []
        self.locks: list[Any] = []
        network.point = self.point
        self.died: Callable[[], None] = lambda: None

    # dying

    def point(self, where: str) -> None:
        """A place where the process may die; once it is dead, nothing of it has any effect."""
        if self.dead:
            raise Dead
        if self.faults.has("crash") and self.deaths < MOST_DEATHS and self.faults.strikes("crash", DEATHS[where]):
            self.faults.count(f"died: {where}")
            self.halt()
            raise Dead

    def _stepped(self) -> None:
        self.steps += 1
        try:
            self.point("step")
        except Dead:
            return

    def halt(self) -> None:
        self.dead = True
        self.deaths += 1
        if self.loop is not None:
            self.loop.halted = True

    def bury(self) -> None:
        """What the kernel does, and the network, when a process has died."""
        assert self.loop is not None
        assert self.app is not None
        self._hear_out()
        self.network.trace("died", self.deaths)
        self.loop.abandon()
        self.disk.drop_connections()
        self.died()
        self.network.process_died()
        for file in self.locks:
            file.close()
        self.locks.clear()
        if self.faults.has("power") and self.faults.chance.random() < 0.7:
            self.disk.cut_power()
        self.app = self.loop = None

    def switch_off(self) -> None:
        """Whatever still runs ends here."""
        self.dead = True
        if self.loop is not None:
            self.loop.abandon()
        self.disk.drop_connections()
        for file in self.locks:
            file.close()

    # living

    def boot(self) -> None:
        self.dead = False
        self.starts += 1
        self.network.trace("start", self.starts)
        self.loop = VirtualLoop(self.timeline, self._stepped, self._late)
        try:
            self.app = App(self.settings, self.clock)
        except Dead:
            self.app = None
            return
        self.task = self.loop.create_task(self.app.run())

    def _late(self) -> float:
        return self.faults.chance.uniform(0.0, 30.0) if self.faults.strikes("late", 0.02) else 0.0

    def live(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """So many seconds; a program that died is started again after a while, as a service manager does."""
        end = self.timeline.now + seconds
        while self.timeline.now < end and not until():
            if self.app is None:
                self.boot()
            else:
                assert self.loop is not None
                self.loop.run_for(end - self.timeline.now, until)
                if self.dead:
                    self.bury()
                    self.timeline.now += self.faults.chance.choice((0.2, 1.0, 5.0))
                elif self.task.done():
                    self._ended()

    def _ended(self) -> None:
        """The program ended by itself: only to be stopped is it meant to."""
        assert self.app is not None
        failed = self.app.failure or (repr(self.task.exception()) if self.task.exception() else "")
        if failed:
            self.ended.append(failed)
        self._hear_out()
        self.dead = True
        self.disk.drop_connections()
        self.died()  # a call that took too long was left alone: what became of it nobody knows either
        self.app = self.loop = None

    def _hear_out(self) -> None:
        """What nobody in the program caught."""
        assert self.loop is not None
        for context in self.loop.unhandled:
            self.unhandled.append(f"{context.get('message')}: {context.get('exception')!r}")

    def restart(self) -> None:
        """Stopped in good order, as for a new version (F48)."""
        if self.app is None or self.dead or self.loop is None:
            return
        began, loop, slept = self.timeline.now, self.loop, self.loop.slept
        self.app.stop()
        self.live(30.0, lambda: self.app is None or self.task.done())
        if self.app is not None:
            self._ended()
        awake = self.timeline.now - began - (loop.slept - slept)
        if awake > 10.0:
            self.ended.append(f"took {awake:.1f} s to stop")

    def office_does(self, job: Callable[..., Any]) -> None:
        """Something the office does to the record by hand; nothing comes of it while the program is down."""
        if self.loop is None or self.app is None or self.dead:
            return
        task = self.loop.create_task(self.app.writer.run(job))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # whoever asked looks for himself

    # the seams

    @contextmanager
    def seams(self, database: Database) -> Iterator[None]:
        request = type("Request", (SimRequest,), {"network": self.network, "alive": lambda _: not self.dead})
        secrets = types.SimpleNamespace(token_urlsafe=lambda n: f"{self.tokens.getrandbits(8 * n):0{2 * n}x}")
        with (
            patch.object(bot.app, "open_database", lambda _: self._opened(database)),
            patch.object(bot.app, "lock", self._locked),
            patch.object(bot.app, "Writer", lambda database: SimWriter(database, self)),
            patch.object(bot.app, "Renderer", lambda *_: SimRenderer(self.faults)),
            patch.object(bot.app, "Clock", SimClock),
            patch.object(bot.app, "Watchdog", NoWatchdog),
            patch.object(bot.app, "Sender", SimSender),
            patch.object(bot.channels.telegram, "ReqwestRequest", request),
            patch.object(bot.store, "os", SimOs(self.disk)),
            patch.object(bot.sender, "LONGEST_SLEEP", IDLE),
            patch.object(bot.sender, "time", types.SimpleNamespace(monotonic=lambda: self.timeline.now)),
            patch.object(bot.media, "LONGEST_SLEEP", IDLE),
            patch.object(handlers.joining, "secrets", secrets),
        ):

            def connecting(*_: Any) -> Any:
                return self.disk.connect(self.settings.folder / "xuncha.db")

            engines = (database.writer, database.reader)
            usual = [engine.pool._creator for engine in engines]
            for engine in engines:
                engine.pool._creator = connecting
            try:
                yield
            finally:
                for engine, creator in zip(engines, usual, strict=True):
                    engine.pool._creator = creator

    def _locked(self, folder: Path) -> Any:
        """The real lock, which the kernel lets go of when the process dies."""
        self.locks.append(lock(folder))
        return self.locks[-1]

    def _opened(self, database: Database) -> Database:
        """The same tables and compiled statements for every start, on this machine's file."""
        for engine in (database.writer, database.reader):
            engine.dispose(close=False)
        return database
