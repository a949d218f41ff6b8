"""Draws pictures and writes ledgers in a process of their own, so that nothing on the event loop waits for them."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from bot.store import PhotoStore
from handlers.agency import Agency
from handlers.messages import Reply

SECONDS = 120.0
LARGEST_MEMORY = 2 << 30  # addresses, of which far less is ever filled


class RenderingBroke(Exception):
    """The process died or took too long: perhaps by chance, so it is tried again."""


def _begin() -> None:
    """In the new process: it goes with its parent, however that ends, and gives way to the conversation."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to deal with
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    try:
        import resource

        os.nice(5)
        resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    except (ImportError, OSError, ValueError):
        return  # not on this system


def _end_with(parent: int) -> None:
    wait([parent])
    os._exit(1)


def _draw(kind: str, data: dict[str, Any]) -> tuple[bytes, str]:
    from handlers.pictures import draw

    return draw(kind, data)


def _write(url: str, question: dict[str, Any], agency: Agency, photos: str) -> bytes:
    from handlers import exports
    from models.database import Database

    database = Database(url)
    try:
        with database.reading() as session:
            return exports.write(session, question, agency, PhotoStore(Path(photos)).path)
    finally:
        database.close()


class Renderer:
    """The process starts when the first picture is asked for."""

    def __init__(self, database_url: str, agency: Agency, photos: Path) -> None:
        self._url = database_url
        self._agency = agency
        self._photos = photos
        self._pool: ProcessPoolExecutor | None = None

    async def render(self, reply: Reply) -> tuple[bytes, str] | None:
        """Content and file name of what the reply carries, or None when it is only words."""
        if reply.picture is not None:
            drawn: tuple[bytes, str] = await self._away(_draw, reply.picture.kind, reply.picture.data)
            return drawn
        if reply.sheet is not None:
            return await self._away(
                _write, self._url, reply.sheet.question, self._agency, str(self._photos)
            ), reply.sheet.name
        return None

    async def _away(self, work: Callable[..., Any], *values: Any) -> Any:
        pool = self._pool
        if pool is None:
            context = multiprocessing.get_context("spawn")
            pool = self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
        try:
            result = asyncio.wrap_future(pool.submit(work, *values))
            await asyncio.wait({result}, timeout=SECONDS)
            if not result.done():
                raise TimeoutError(f"not done after {SECONDS:.0f} s")
            if result.cancelled():
                raise BrokenProcessPool("another picture ended the process")
            return result.result()
        except (BrokenProcessPool, TimeoutError, MemoryError) as error:
            if self._pool is pool:  # the next one gets a fresh process
                self.close()
            raise RenderingBroke(f"{type(error).__name__}: {error}") from None

    def close(self) -> None:
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
