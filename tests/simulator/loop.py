"""An event loop in which time is only a number: nothing sleeps, and the same callbacks run in the same order."""

import asyncio
import heapq
from asyncio import events
from collections.abc import Callable
from typing import Any


class Gone(BaseException):
    """The process in which this ran does not exist any more."""


class Timeline:
    """The true time, in seconds since 1970; every clock here is this one, right or wrong."""

    def __init__(self, begins: float) -> None:
        self.now = begins


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs one callback after the other, and moves the timeline on when there is none left for now.

    `stepped` is told of every callback that has run: what is to happen between two of them happens there.
    """

    def __init__(self, timeline: Timeline, stepped: Callable[[], None], late: Callable[[], float]) -> None:
        super().__init__()
        self._timeline = timeline
        self._stepped = stepped
        self._late = late
        self.slept = 0.0  # seconds in which the machine did nothing at all (F35)
        self.halted = False
        self.unhandled: list[dict[str, Any]] = []

    def time(self) -> float:
        return self._timeline.now

    def run_for(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """So many seconds of this loop's life, or until something is so, or until it is halted."""
        end = self._timeline.now + seconds
        events._set_running_loop(self)
        try:
            while not self.halted and not until():
                if not self._ready and not self._go_on(end):
                    return
                self._run_once()
        finally:
            events._set_running_loop(None)

    def _go_on(self, end: float) -> bool:
        """To the moment the next timer is for, sometimes a little later: a busy machine, or one that slept (F35)."""
        self._forget_cancelled()
        when = self._scheduled[0].when() if self._scheduled else end + 1
        if when > end:
            self._timeline.now = max(self._timeline.now, end)
            return False
        late = self._late()
        self.slept += late
        self._timeline.now = max(self._timeline.now, min(when + late, end))
        return True

    def _forget_cancelled(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            heapq.heappop(self._scheduled)._scheduled = False

    def _run_once(self) -> None:
        self._forget_cancelled()
        while self._scheduled and self._scheduled[0].when() <= self._timeline.now:
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False
            if not timer.cancelled():
                self._ready.append(timer)
        if self._ready:
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()
                self._stepped()

    def run_in_executor(self, executor: Any, work: Callable[..., Any], *values: Any) -> asyncio.Future[Any]:
        """What other threads do is done at once."""
        done = self.create_future()
        try:
            done.set_result(work(*values))
        except BaseException as error:
            done.set_exception(error)
        return done

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if not self.halted:
            self.unhandled.append(context)

    def abandon(self) -> None:
        """The process is gone: nothing of it runs any more, not even what tidies up."""
        self.halted = True
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False
            _end(task.get_coro())
        self._ready.clear()
        self._scheduled.clear()

    def _process_events(self, event_list: list[Any]) -> None:
        raise AssertionError("nothing comes from outside")

    def _write_to_self(self) -> None:
        return

    def __del__(self) -> None:
        return  # it owns nothing of the system's


def _end(coroutine: Any) -> None:
    """Taken apart now, while nothing it does has any effect, and not whenever its memory is needed.

    Not by `close`: what waits again while it tidies up would end in a RuntimeError, after each of which CPython 3.11
    counts its recursion wrong.
    """
    for _ in range(20):
        try:
            coroutine.throw(Gone())
        except BaseException:
            return
