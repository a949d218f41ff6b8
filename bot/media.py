"""Fetches the bytes of photos into the store, then tells the record: the receipt says how many are safe."""

import asyncio
import contextlib
import errno
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.channels.outcomes import AnotherSize, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.leases import Leases
from bot.looking import Looker
from bot.sender import Sender
from bot.store import PhotoStore
from bot.wallclock import WallClock
from bot.writer import RecordUnavailable, Writer
from handlers import alarms, moments
from handlers.agency import Agency
from handlers.pictures.looking import Look
from models.evidence import PENDING, Photo
from models.record import columns

log = logging.getLogger(__name__)
AT_ONCE = 8
# Long enough for an outage of the file servers; afterwards the photo is lost and its inspector is asked (F29).
PAUSES = (5, 20, 60, 300, 1800, 3600, 10800, 43200)
DISK_PAUSE = 60  # our own disk is full: for as long as it takes (F04)
TROUBLE_SECONDS = 5.0
LONGEST_SLEEP = 5.0
SIZE_BELIEVED = 2  # so often the same file of another size than announced is not
LEFT_BY_THE_DEAD = 3600.0  # seconds: no program that shares the store writes to one file for so long


@dataclass(frozen=True, slots=True)
class Due:
    """A photo to fetch. `unopened`: it is known for no picture already, and only to be kept (B12)."""

    id: int
    file_id: str
    tries: int
    as_file: bool
    unopened: bool


class Media:
    def __init__(
        self,
        channel: TelegramChannel,
        writer: Writer,
        clock: WallClock,
        agency: Agency,
        store: PhotoStore,
        sender: Sender,
        leases: Leases | None = None,
        looker: Looker | None = None,
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._agency = agency
        self._store = store
        self._sender = sender
        self._leases = leases or Leases()
        self._looker = looker or Looker(store)
        self._disk_is_full: bool | None = None  # None: the journal knows, since the last stop
        self._wake = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._odd: dict[int, list[str]] = {}  # of photos that came in another size than announced: what came
        self.gives_way: Callable[[], bool] = lambda: False  # while many people wait for an answer

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._store.tidy, LEFT_BY_THE_DEAD if self._leases.shared else 0.0)
        while True:
            self._wake.clear()
            seconds = LONGEST_SLEEP
            try:
                seconds = await self._fetch_due()
            except RecordUnavailable as error:
                log.warning("photos to fetch cannot be read: %s", error)
            except Exception:
                log.exception("photos to fetch could not be read")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)

    def stop(self) -> None:
        """What is being fetched is fetched again at the next start."""
        for task in self._under_way.values():
            task.cancel()
        self._looker.close()

    async def _fetch_due(self) -> float:
        """Starts as many as there is room for; seconds until there may be more. The end of each wakes the loop."""
        now, name = self._clock.now(), self._channel.name
        room = (1 if self.gives_way() else AT_ONCE) - len(self._under_way)
        if room <= 0:
            return LONGEST_SLEEP
        due, next_due = await self._writer.look(lambda session: _due(session, name, now))
        wanted = [photo for photo in due if photo.id not in self._under_way]
        if wanted and self._leases.shared:
            wanted = await self._writer.run(lambda session: self._taken(session, now))
        for photo in wanted[:room]:
            task = asyncio.create_task(self._fetch(photo))
            self._under_way[photo.id] = task
            task.add_done_callback(partial(self._fetched, photo.id))
        if next_due is None:
            return LONGEST_SLEEP
        return min(max((next_due - now).total_seconds(), 0.05), LONGEST_SLEEP)

    def _taken(self, session: Session, now: datetime) -> list[Due]:
        """As many as there is room for, and that no other program fetches."""
        taken: list[Due] = []
        for photo in _due(session, self._channel.name, now)[0]:
            free = len(self._under_way) + len(taken) < AT_ONCE and photo.id not in self._under_way
            if free and self._leases.take(session, f"photo:{photo.id}"):
                taken.append(photo)
        return taken

    def _fetched(self, photo_id: int, _task: asyncio.Task[None]) -> None:
        self._under_way.pop(photo_id, None)
        self._leases.put_down(f"photo:{photo_id}")
        self._wake.set()

    async def _fetch(self, photo: Due) -> None:
        """One try, and its outcome in the record; while that cannot be written, the photo keeps its place here."""
        try:
            try:
                content = await self._channel.download(photo.file_id, self._believed(photo))
                sha256, look = await asyncio.to_thread(self._looker.keep, content, not photo.as_file)
                if look is None and not photo.unopened:
                    look = await self._looker.open(sha256)
            except Exception as error:
                if isinstance(error, AnotherSize):
                    self._odd.setdefault(photo.id, []).append(error.sha256)
                await self._failed(photo, error)
            else:
                self._odd.pop(photo.id, None)
                await self._stored(photo.id, sha256, len(content), look)
        except RecordUnavailable as error:
            log.warning("what became of photo %d cannot be noted: %s", photo.id, error)
            await asyncio.sleep(TROUBLE_SECONDS)
        except Exception:
            log.exception("what became of photo %d could not be noted", photo.id)
            await asyncio.sleep(TROUBLE_SECONDS)

    def _believed(self, photo: Due) -> str:
        """What came twice in the same wrong size: once more, and the announcement was wrong."""
        came = self._odd.get(photo.id, [])[-SIZE_BELIEVED:]
        return came[0] if len(came) == SIZE_BELIEVED and len(set(came)) == 1 else ""

    async def _stored(self, photo_id: int, sha256: str, size: int, look: Look | None) -> None:
        now = self._clock.now()

        def note(session: Session) -> bool:
            to_be_shown = moments.photo_stored(session, self._agency, now, photo_id, sha256, size, look)
            if self._disk_is_full is not False:
                alarms.photos_cannot_be_kept(session, now, "")
            self._leases.give_back(session, f"photo:{photo_id}")
            return to_be_shown

        told = await self._writer.run(note)
        self._disk_is_full = False
        if told:
            self._sender.wake()

    async def _failed(self, photo: Due, error: Exception) -> None:
        """A full disk keeps the photo pending for ever; what the platform refuses for good is lost at once."""
        reason = str(error) if isinstance(error, SendFailed) else type(error).__name__
        log.warning("photo %d not fetched: %s", photo.id, reason)
        now, again = self._clock.now(), _pause(error, photo.tries)
        is_too_large = isinstance(error, SendFailed) and error.permanent and "too big" in error.reason.lower()
        retry_at = now + timedelta(seconds=again) if again is not None else None

        def note(session: Session) -> None:
            if not self._leases.holds(session, f"photo:{photo.id}"):
                return
            if is_too_large:
                moments.photo_too_large(session, self._agency, now, photo.id)
            else:
                ours = isinstance(error, OSError)
                moments.photo_failed(session, self._agency, now, photo.id, reason, retry_at, ours)
                if isinstance(error, OSError) and not self._disk_is_full:
                    alarms.photos_cannot_be_kept(session, now, os.strerror(error.errno or errno.EIO))
            self._leases.give_back(session, f"photo:{photo.id}")

        await self._writer.run(note)
        self._disk_is_full = self._disk_is_full or isinstance(error, OSError)
        self._sender.wake()


def _pause(error: Exception, tries: int) -> float | None:
    """Seconds until the next try; None when there is none."""
    if isinstance(error, OSError):
        return DISK_PAUSE
    if isinstance(error, SendFailed):
        if error.retry_after is not None:
            return max(1.0, error.retry_after)
        if error.permanent and "temporarily" not in error.reason:
            return None
    return PAUSES[tries] if tries < len(PAUSES) else None


_WAITING = (
    select(Photo.id, Photo.file_id, Photo.tries, Photo.as_file, Photo.verdict, Photo.next_try_at)
    .where(PENDING, Photo.channel == bindparam("channel"), Photo.next_try_at.is_not(None))
    .order_by(Photo.next_try_at)
    .limit(AT_ONCE * 4)
)


def _due(session: Session, channel: str, now: datetime) -> tuple[list[Due], datetime | None]:
    session.flush()  # when one is tried again may have been noted in this very transaction
    rows = columns(session, _WAITING, channel=channel).all()
    due = [
        Due(row.id, row.file_id, row.tries, row.as_file, row.verdict is not None)
        for row in rows
        if row.next_try_at <= now
    ]
    later = next((row.next_try_at for row in rows if row.next_try_at > now), None)
    return due, later
