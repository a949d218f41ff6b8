"""The one thread that writes the record: jobs waiting at the same moment share a commit, each behind a savepoint."""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from models.database import Database

T = TypeVar("T")
log = logging.getLogger(__name__)
TOGETHER = 64  # jobs in one commit at most
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
        for job in batch:
            job.loop.call_soon_threadsafe(job.settle)
        return not stopping

    def _waiting(self) -> tuple[list[_Job], bool]:
        """All that wait now, at least one; and whether it is the end."""
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

    def _commit(self, batch: list[_Job]) -> None:
        """A job that fails undoes itself only; a failed commit fails all: nobody is told of what is not there."""
        try:
            with self._database.writer.connect() as connection, connection.begin():
                for job in batch:
                    self._do(connection, job)
        except BaseException as error:
            if len(batch) > 1 and not _is_trouble(error):
                for job in batch:  # one of them is to blame: each on its own, so that the others get through
                    job.error = None
                    self._commit([job])
                return
            for job in batch:
                job.error = RecordUnavailable(str(_trouble(error))) if _is_trouble(error) else error

    @staticmethod
    def _do(connection: Connection, job: _Job) -> None:
        savepoint = connection.begin_nested()
        session = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        try:
            job.result = job.work(session)
            session.flush()
            savepoint.commit()
        except Exception as error:
            if _is_trouble(error):
                raise  # SQLite may have undone the whole transaction by itself: no job of it can stand
            if savepoint.is_active:  # a flush that failed has undone it already
                savepoint.rollback()
            job.error = error
        finally:
            session.close()


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
