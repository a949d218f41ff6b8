"""The writer: shared commits, separate failures, and nobody told of what is not on the disk."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.writer import RecordUnavailable, Writer
from models.database import Database
from models.messages import Cursor


def _add(name: str) -> object:
    return lambda session: session.add(Cursor(channel=name, bot="b", next_update=1))


def _names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Cursor.channel)))


def _commits(path: Path) -> int:
    """Frames written to the write-ahead log so far; one commit writes its pages once."""
    wal = path.with_name(path.name + "-wal")
    return wal.stat().st_size if wal.exists() else 0


async def _held_up(writer: Writer) -> threading.Event:
    """Keeps the writer busy until the event is set, so that what follows waits together."""
    go, busy = threading.Event(), threading.Event()

    def hold(_: Session) -> None:
        busy.set()
        go.wait(5)

    waiting = asyncio.create_task(writer.run(hold))
    await asyncio.to_thread(busy.wait, 5)
    assert not waiting.done()
    return go


async def test_jobs_that_wait_together_share_a_commit(writer: Writer, database: Database) -> None:
    commits = []
    from sqlalchemy import event

    event.listen(database.writer, "commit", lambda _: commits.append(1))
    go = await _held_up(writer)
    jobs = [asyncio.create_task(writer.run(_add(f"c{n}"))) for n in range(30)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*jobs)
    assert len(commits) == 2
    assert _names(database) == {f"c{n}" for n in range(30)}


async def test_a_job_that_fails_undoes_only_itself(writer: Writer, database: Database) -> None:
    def broken(session: Session) -> None:
        session.add(Cursor(channel="half", bot="b", next_update=1))
        session.flush()
        raise ValueError("on purpose")

    def doubled(session: Session) -> None:
        for _ in range(2):
            session.connection().exec_driver_sql("INSERT INTO cursors VALUES ('twice', 'b', 1)")

    go = await _held_up(writer)
    jobs = [asyncio.create_task(writer.run(job)) for job in (_add("a"), broken, _add("b"), doubled, _add("c"))]
    await asyncio.sleep(0)
    go.set()
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None), IntegrityError, type(None)]
    assert _names(database) == {"a", "b", "c"}


async def test_a_commit_that_fails_fails_all(writer: Writer, database: Database) -> None:
    def forbid(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")

    with sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        database.writer.dispose()
        from sqlalchemy import event

        event.listen(database.writer, "connect", lambda c, _: c.execute("PRAGMA busy_timeout = 50"))
        jobs = [asyncio.create_task(writer.run(_add(f"c{n}"))) for n in range(5)]
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
        other.execute("ROLLBACK")
    assert [type(outcome) for outcome in outcomes] == [RecordUnavailable] * 5
    assert "locked" in str(outcomes[0])
    assert _names(database) == set()
    await writer.run(_add("afterwards"))
    assert _names(database) == {"afterwards"}


async def test_one_that_spoils_the_commit_does_not_take_the_others_along(writer: Writer, database: Database) -> None:
    """A foreign key checked only at the commit: the job that broke it fails, the rest is written."""

    def orphan(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        session.connection().exec_driver_sql("INSERT INTO group_aliases (channel, external_id, group_id, since) "
                                             "VALUES ('t', 'x', 4711, '2018-08-06')")  # fmt: skip

    go = await _held_up(writer)
    jobs = [asyncio.create_task(writer.run(job)) for job in (_add("a"), orphan, _add("b"))]
    await asyncio.sleep(0)
    go.set()
    first, broken, last = await asyncio.gather(*jobs, return_exceptions=True)
    assert (first, type(broken), last) == (None, IntegrityError, None)
    assert _names(database) == {"a", "b"}


@pytest.mark.parametrize("free_pages", [0, 3])
async def test_a_full_disk_fails_what_is_written_and_heals_by_itself(
    writer: Writer, database: Database, free_pages: int
) -> None:
    pages = await writer.run(lambda s: s.connection().exec_driver_sql("PRAGMA page_count").scalar_one())
    await writer.run(lambda s: s.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + free_pages}"))

    def much(session: Session) -> None:
        session.add_all([Cursor(channel=f"{n}" * 900, bot="b", next_update=n) for n in range(1000, 1030)])

    outcomes = await asyncio.gather(
        *(writer.run(much) for _ in range(3)), writer.run(_add("small")), return_exceptions=True
    )  # fmt: skip
    assert RecordUnavailable in {type(outcome) for outcome in outcomes}
    told = {"small"} if outcomes[-1] is None else set()
    assert _names(database) == told
    await writer.run(lambda s: s.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}"))
    await writer.run(much)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Cursor)) == 30 + len(told)


async def test_what_was_handed_in_is_finished_before_the_end(writer: Writer, database: Database) -> None:
    jobs = [asyncio.create_task(writer.run(_add(f"c{n}"))) for n in range(200)]
    await asyncio.sleep(0)
    await asyncio.to_thread(writer.close)
    await asyncio.gather(*jobs)
    assert len(_names(database)) == 200
    with pytest.raises(RecordUnavailable):
        await writer.run(_add("too late"))
