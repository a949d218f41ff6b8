"""The one thread that writes the record: jobs waiting at the same moment share a transaction and its commit."""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from models.database import Database

T = TypeVar("T")
log = logging.getLogger(__name__)
TOGETHER = 64  # jobs in one commit at most
FEW, GATHERING = 8, 0.008  # when so few wait already, so many seconds until they are taken: a commit for two costs as
# much as one for ten, and who writes and who sends do not take the processor from each other meanwhile
PRESSED = 3  # jobs that wait for the transaction under way
LAST_SECONDS = 1.5  # what may still be written at the end
TROUBLE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
})  # fmt: skip
# PostgreSQL's classes and codes: connection, deadlock or serialization, no space or memory, not now, ended by hand or a
# time-out, disk; read-only after a fail-over; damage. Others, such as a row too large (54), are the job's own fault.
TROUBLE_STATES = ("08", "40", "53", "55", "57", "58", "25006", "25P03", "25P04", "XX001", "XX002")


class RecordUnavailable(Exception):
    """The record cannot be written at the moment: disk full, locked, gone. No job's fault; it may be tried again."""


@dataclass
class _Job:
    work: Callable[[Session], Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = field(default=None)

    def settle(self) -> None:
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


class Writer:
    """`run` returns when the job's changes are committed, and only then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._record = database.record()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Session], T]) -> T:
        if self._closed:
            raise RecordUnavailable("the program is ending")
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop)
        self._jobs.put(job)
        result: T = await job.done
        return result

    async def look(self, work: Callable[[Session], T]) -> T:
        """Only reads. Where other programs write too it waits for none of them, so that what it finds is to be asked
        again by whoever acts on it."""
        if not self._database.shared:
            return await self.run(work)
        try:
            return await asyncio.to_thread(self._looked, work)
        except DBAPIError as error:
            if _is_trouble(error):
                raise RecordUnavailable(str(_trouble(error))) from None
            raise

    def _looked(self, work: Callable[[Session], T]) -> T:
        with self._database.reading() as session:
            return work(session)

    def is_pressed(self) -> bool:
        """More is asked for than can be written as it comes."""
        return self._jobs.qsize() > PRESSED

    def close(self) -> None:
        """Finishes what was handed in, then stops. A job that takes too long is undone when the process ends."""
        self._closed = True
        self._jobs.put(None)
        self._thread.join(timeout=LAST_SECONDS)

    def _serve(self) -> None:
        while self.serve_once():
            pass

    def serve_once(self) -> bool:
        """One commit of what waits, at least one job; False when it was the last."""
        batch, stopping = self._waiting()
        if batch:
            self._commit(batch)
        _settle(batch)
        if stopping:
            self._record.end()
        return not stopping

    def _waiting(self) -> tuple[list[_Job], bool]:
        """All that wait now, at least one; and whether it is the end. One that comes alone waits for no other."""
        if 0 < self._jobs.qsize() < FEW:
            self._gather()
        first = self._jobs.get()
        batch: list[_Job] = []
        while first is not None:
            batch.append(first)
            if len(batch) == TOGETHER:
                return batch, False
            try:
                first = self._jobs.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _gather(self) -> None:
        time.sleep(GATHERING)

    def _commit(self, batch: list[_Job]) -> None:
        """A job that fails undoes itself only: what stood beside it is done again without it."""
        left = batch
        while left:
            spoiler = self._together(left)
            left = [job for job in left if job is not spoiler] if spoiler is not None else []

    def _together(self, jobs: list[_Job]) -> _Job | None:
        """One transaction. Gives the job that failed in it, when nothing was committed because of that.

        A commit that fails fails all, so that nobody is told of what is not there.
        """
        under_way: _Job | None = None
        try:
            self._record.open()
            for under_way in jobs:
                under_way.error = None
                under_way.result = under_way.work(self._record)
            under_way = None
            self._record.commit()
        except BaseException as error:
            self._undo()
            if _is_trouble(error):  # SQLite may have undone everything by itself: no job can stand
                told = RecordUnavailable(str(_trouble(error)))
                for job in jobs:
                    job.error = told
                return None
            if under_way is not None:
                under_way.error = error
                return under_way
            self._one_by_one(jobs, error)
        return None

    def _one_by_one(self, jobs: list[_Job], error: BaseException) -> None:
        """One of them is to blame for a commit that failed, and nobody knows which."""
        if len(jobs) == 1:
            jobs[0].error = error
            return
        for job in jobs:
            self._together([job])

    def _undo(self) -> None:
        try:
            self._record.undo()
        except Exception as error:  # a full disk may have undone it already
            log.warning("a transaction could not be undone (%s); its connection is given up", type(error).__name__)


def _settle(batch: list[_Job]) -> None:
    """Wakes each loop once, not once for every job."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        loop.call_soon_threadsafe(_tell, jobs)


def _tell(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


def _is_trouble(error: BaseException) -> bool:
    """Trouble with the disk or with another process, not with what was asked for."""
    return _trouble(error) is not None


def _trouble(error: BaseException | None) -> BaseException | None:
    """The error that began it: a full disk ends in "no such savepoint", which says nothing."""
    while error is not None and not _begins_trouble(error):
        error = error.__cause__ or error.__context__
    return error


def _begins_trouble(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in TROUBLE
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(TROUBLE_STATES)
    return error.connection_invalidated or isinstance(error, OperationalError)
