"""The real program on a loop whose seconds pass at once: every part as `bot.app` builds it, the network a function."""

import asyncio
import functools
import selectors
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import orjson
from telegram.error import TimedOut

import bot.pacing
import bot.sender
from bot.app import App
from bot.channels.telegram_transport import Body, NeverLeft, ReqwestRequest
from bot.config import Settings
from bot.emulator.params import Upload
from bot.rendering import _draw
from handlers.agency import Agency
from handlers.messages import Reply
from tests.stage.calls import params_of

LONGEST_REST = 900.0  # seconds of the program's time until it must have come to rest
STUCK = 30.0  # seconds of the machine's

A_MOMENT = 1e-6  # so that rounding never makes it a little too early, again and again

# A method, its values and its files go in; status and body come out, or nothing when no answer came.
Ask = Callable[[str, dict[str, Any], dict[str, Upload]], tuple[int, bytes] | None]
UNREACHABLE = (0, b"")
SOON = timedelta(minutes=2)
# What is still to be done, or is due soon; asked often, so not through the program's own questions.
UNDONE = """
SELECT 'inbox' FROM inbox WHERE state = 'new'
UNION ALL SELECT 'photos' FROM photos WHERE state = 'pending' AND next_try_at IS NOT NULL
UNION ALL SELECT 'outbox' FROM outbox WHERE state = 'sending' OR (state IN ('due', 'unknown') AND due_at < ?)
UNION ALL SELECT 'cards' FROM cards WHERE state = 'sending'
    OR ((stale_message_id IS NOT NULL OR wish <> shown AND state <> 'dead') AND state <> 'held' AND due_at < ?)
LIMIT 1
"""


class _Jumping(selectors.DefaultSelector):
    """Waits only for other threads; otherwise the time that would be waited passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.elsewhere = 0

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(0)
        if events or timeout == 0:
            return events
        if self.elsewhere:
            events = super().select(STUCK)
            assert events, "another thread does not come back"
            return events
        assert timeout is not None, "everything waits, and for nothing"
        self.seconds += timeout + A_MOMENT
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.seconds

    async def elsewhere(self, work: Coroutine[Any, Any, Any]) -> Any:
        """While another thread works, no time passes."""
        self._jumping.elsewhere += 1
        try:
            return await work
        finally:
            self._jumping.elsewhere -= 1

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        self._jumping.elsewhere += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _: Any) -> None:
        self._jumping.elsewhere -= 1


class LoopClock:
    """The time of day, which goes on as the loop's does."""

    def __init__(self, loop: VirtualLoop, epoch: float) -> None:
        self._loop = loop
        self._ahead = epoch

    def epoch(self) -> float:
        return self._ahead + self._loop.time()

    def move_to(self, epoch: float) -> None:
        self._ahead = epoch - self._loop.time()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch(), UTC)


class Road(ReqwestRequest):
    """The transport with a function at its other end."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask
        self.news = asyncio.Event()

    async def initialize(self) -> None:
        return

    async def call(self, url: str, method: str, body: Body, answer_seconds: float) -> tuple[int, bytes]:
        params = params_of(body)
        name = url.rsplit("/", 1)[1]
        if name.lower() == "getupdates":
            return await self._poll(name, params.values)
        return await self._answered(name, params.values, params.files, answer_seconds)

    async def _answered(
        self, name: str, values: dict[str, Any], files: dict[str, Upload], answer_seconds: float
    ) -> tuple[int, bytes]:
        answer = self._ask(name, values, files)
        if answer is None:
            await asyncio.sleep(answer_seconds)
            raise TimedOut("no answer")
        if answer == UNREACHABLE:
            raise NeverLeft("no connection")
        return answer

    async def _poll(self, name: str, values: dict[str, Any]) -> tuple[int, bytes]:
        """A long poll, for a function that answers at once."""
        loop = asyncio.get_running_loop()
        end = loop.time() + float(values.get("timeout", 0))
        while True:
            self.news.clear()
            status, body = await self._answered(name, values | {"timeout": "0"}, {}, 1.0)
            left = end - loop.time()
            if status != 200 or orjson.loads(body)["result"] or left <= A_MOMENT:
                return status, body
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except TimeoutError:
                pass

    async def download(self, url: str, limit: int, seconds: float = 120.0) -> tuple[int, bytes]:
        return await self._answered("download", {"path": url.split("/file/bot", 1)[1].split("/", 1)[1]}, {}, seconds)


async def _drawn(reply: Reply) -> tuple[bytes, str] | None:
    """In this process: no time passes for one that waits for another process."""
    return _draw(reply.picture.kind, reply.picture.data) if reply.picture is not None else None


class _OwnTicks(App):
    """The clock's ticks come from the loop: APScheduler asks the machine what time it is."""

    def _build(self, agency: Agency) -> None:
        super()._build(agency)
        self.renderer.render = _drawn
        ticking: list[asyncio.Task[None]] = []

        async def tick() -> None:
            while True:
                await self.clock.tick()
                await asyncio.sleep(1)

        self.clock.start = lambda: ticking.append(asyncio.create_task(tick()))
        self.clock.stop = lambda: [task.cancel() for task in ticking] and None


class Program:
    """One run of the program on one data folder. `prepare` is shown the app before it begins."""

    def __init__(self, settings: Settings, ask: Ask, epoch: float, prepare: Callable[[App], object] = id) -> None:
        self.loop = VirtualLoop()
        self._threads = ThreadPoolExecutor(4)
        self.loop.set_default_executor(self._threads)
        for module in (bot.sender, bot.pacing):  # in a copy of the process
            module.time = SimpleNamespace(monotonic=self.loop.time)
        self.clock = LoopClock(self.loop, epoch)
        self._road = Road(ask)
        self._ask = ask
        self.app = _OwnTicks(settings, self.clock)
        self._connect()
        prepare(self.app)
        self._wait_for_the_writer()
        self._running: asyncio.Task[None] | None = None

    def _connect(self) -> None:
        channel = self.app.channel
        channel._request = channel._polls = self._road
        channel.bot._request = (self._road, self._road)

    def _wait_for_the_writer(self) -> None:
        run = self.app.writer.run

        @functools.wraps(run)
        async def counted(work: Any) -> Any:
            return await self.loop.elsewhere(run(work))

        self.app.writer.run = counted

    def settle(self, epoch: float) -> float:
        """Works until there is nothing to do for a while; what time it is then."""
        self.clock.move_to(epoch)
        self._road.news.set()
        self.loop.run_until_complete(self._settle())
        return self.clock.epoch()

    async def _settle(self) -> None:
        if self._running is None:
            self._running = asyncio.create_task(self.app.run())
        end = self.loop.time() + LONGEST_REST
        quiet = 0
        while quiet < 2:
            await asyncio.sleep(0.7)  # twice that: the clock has ticked
            assert not self._running.done(), f"the program has ended: {self.app.failure}"
            busy = self._busy()
            quiet = 0 if busy else quiet + 1
            assert self.loop.time() < end, f"no rest: {busy}"

    def _busy(self) -> str:
        status, body = self._ask("getWebhookInfo", {}, {}) or UNREACHABLE
        if status != 200 or orjson.loads(body)["result"]["pending_update_count"]:
            return "updates"
        soon = (self.clock.now() + SOON).strftime("%Y-%m-%d %H:%M:%S.%f")
        with self.app.database.reader.connect() as connection:
            return str(connection.exec_driver_sql(UNDONE, (soon, soon)).scalar() or "")

    def stop(self) -> None:
        """In good order."""
        self.app.stop()
        if self._running is not None:
            self.loop.run_until_complete(self._running)
        self._threads.shutdown()
        self.loop.close()

    def threads(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
