"""Work done in a process of its own, with limits: nothing on the event loop waits for it, nothing it does can harm."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any


class Broke(Exception):
    """The process died, or wanted too much memory: perhaps by chance."""


class TookTooLong(Broke):
    """It was ended when its time was over."""


def _begin(memory: int) -> None:
    """In the new process: it goes with its parent, however that ends, and gives way to the conversation."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to deal with
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    try:
        import resource

        os.nice(5)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, OSError, ValueError):
        return  # not on this system


def _end_with(parent: int) -> None:
    wait([parent])
    os._exit(1)


class Aside:
    """One process, started when the first work comes. `seconds` for one piece of work, `memory` in bytes."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[..., Any], *values: Any) -> Any:
        """What the work gives; its own errors as they are. Raises Broke."""
        pool = self._pool
        if pool is None:
            context = multiprocessing.get_context("spawn")
            pool = self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(self._memory,))
        try:
            result = asyncio.wrap_future(pool.submit(work, *values))
            try:
                await asyncio.wait({result}, timeout=self._seconds)
            except asyncio.CancelledError:
                result.cancel()  # nobody will ask how it ended
                raise
            if not result.done():
                raise TookTooLong(f"not done after {self._seconds:.0f} s")
            if result.cancelled():
                raise BrokenProcessPool("another piece of work ended the process")
            return result.result()
        except (BrokenProcessPool, TookTooLong, MemoryError) as error:
            if self._pool is pool:  # the next one gets a fresh process
                self.close()
            raise error if isinstance(error, Broke) else Broke(f"{type(error).__name__}: {error}") from None

    def close(self) -> None:
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
