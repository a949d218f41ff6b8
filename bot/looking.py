"""Looks at photos that have arrived: at most by their header here, and whole only in a process with limits (T06)."""

import asyncio
from pathlib import Path

from bot.aside import Aside, Broke, TookTooLong
from bot.store import PhotoStore
from handlers.pictures.looking import Look, first_look
from models.evidence import PhotoVerdict

WALL_SECONDS = 60.0  # on a machine that is busy with other things
CPU_SECONDS = 5  # fifty million pixels take two
MEMORY = 768 << 20  # addresses: 50 million pixels at four bytes, the file, and the program itself
BROKE = Look(PhotoVerdict.QUARANTINED, "no_photo")
TRIES = 2  # a process may die by chance, of which the photo is innocent


def _open(path: str) -> Look:
    from handlers.pictures.looking import second_look

    content = Path(path).read_bytes()
    try:
        _begin_counting()
        return second_look(content)
    except _TookTooLong:
        return BROKE


class _TookTooLong(BaseException):
    """No Exception, so that nobody on the way takes it for a damaged file."""


def _begin_counting() -> None:
    """Seconds this process works from now on, however busy the machine is with others."""
    try:
        import resource
        import signal

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        signal.signal(signal.SIGXCPU, _stop)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, most))
    except (ImportError, AttributeError, OSError, ValueError):
        return  # not on this system


def _stop(*_: object) -> None:
    raise _TookTooLong


class Looker:
    """The process starts when the first file comes; what the channel has made anew never needs it."""

    def __init__(self, store: PhotoStore) -> None:
        self._store = store
        self._aside = Aside(WALL_SECONDS, MEMORY)
        self._one_at_a_time = asyncio.Lock()  # so that a process that dies tells which file it was

    def keep(self, content: bytes, re_encoded: bool) -> tuple[str, Look | None]:
        """Stores the bytes as they are and looks at the first of them; for a thread, as it waits for the disk."""
        return self._store.keep(content), first_look(content, re_encoded)

    async def open(self, sha256: str) -> Look:
        """Reads the stored file to its end. One that breaks the process that reads it is never opened again."""
        async with self._one_at_a_time:
            for _ in range(TRIES):
                try:
                    look: Look = await self._aside.run(_open, str(self._store.path(sha256)))
                    return look
                except TookTooLong:
                    break
                except Broke:
                    continue
        return BROKE

    def close(self) -> None:
        self._aside.close()
