"""The one thread that writes the record: jobs waiting at the same moment share a commit, each behind a savepoint."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models.database import Database

T = TypeVar("T")
log = logging.getLogger(__name__)
TOGETHER = 64  # jobs in one commit at most


@dataclass
class _Job:
    work: Callable[[Session], Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = field(default=None)

    def settle(self) -> None:
        if not self.done.done():
            if self.error is not None:
                self.done.set_exception(self.error)
            else:
                self.done.set_result(self.result)


class Writer:
    """`run` returns when the job's changes are committed, and only then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Session], T]) -> T:
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop)
        self._jobs.put(job)
        result: T = await job.done
        return result

    def close(self) -> None:
        """Finishes what was handed in, then stops."""
        self._jobs.put(None)
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            first = self._jobs.get()
            if first is None:
                return
            batch, stopping = [first], False
            while len(batch) < TOGETHER:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    stopping = True
                    break
                batch.append(job)
            self._commit(batch)
            for job in batch:
                job.loop.call_soon_threadsafe(job.settle)
            if stopping:
                return

    def _commit(self, batch: list[_Job]) -> None:
        """A job that fails undoes itself only; a failed commit fails all: nobody is told of what is not there."""
        try:
            with self._database.writer.connect() as connection, connection.begin():
                for job in batch:
                    self._do(connection, job)
        except BaseException as error:
            for job in batch:
                job.error = job.error or error

    @staticmethod
    def _do(connection: Connection, job: _Job) -> None:
        savepoint = connection.begin_nested()
        session = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        try:
            job.result = job.work(session)
            session.flush()
            savepoint.commit()
        except Exception as error:
            savepoint.rollback()
            job.error = error
        finally:
            session.close()
