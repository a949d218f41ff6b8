"""Draws pictures and writes ledgers in a process of their own, so that nothing on the event loop waits for them."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from bot.store import PhotoStore
from handlers.agency import Agency
from handlers.messages import Reply

SECONDS = 120.0


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
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._pool.submit(work, *values)), SECONDS)
        except (BrokenProcessPool, TimeoutError):
            self.close()  # the next picture gets a fresh process; this one is tried again by its row
            raise

    def close(self) -> None:
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
