"""F44: an upgrade of the record is killed at every line and at every statement; the next start finishes it.

`make torture` kills at all of them: from nothing to the newest version, and in the first step from every release, whose
record has rows in every table; what comes after that step, the next release begins with. `make test` kills at a few,
and which ones changes from day to day.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import event

import models.database
from models.database import Database, DatabaseNotReady, _alembic, open_database
from models.upgrading import copy_path
from tests.faults.acts import in_copy
from tests.faults.amounts import amount, at_most, part_of
from tests.faults.chains import Chain, Shape, counts, fill, later, released, shape
from tests.faults.killing import Lines, copy_of_this, die, was_killed

OWN = released()
KILLS = amount("UPGRADE_KILLS", 3)  # per chain and beginning; 0 for all there are


@dataclass(frozen=True)
class Beginning:
    """A record as some release left it, or none at all; and what it looks like at every version it passes."""

    chain: Chain
    record: Path | None
    shapes: dict[str | None, Shape]
    rows: dict[str, int]


@pytest.fixture(params=["the program's own", "with later steps"])
def chain(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    if request.param == "the program's own":
        return OWN
    chain = later(tmp_path / "migrations")
    monkeypatch.setattr(models.database, "MIGRATIONS", chain.folder)
    return chain


def bring(path: Path, version: str) -> None:
    """To a version, as the program that had it as its last one did."""
    database = Database(f"sqlite:///{path}")
    command.upgrade(_alembic(database), version)
    database.close()


def starts(chain: Chain, today: int) -> list[str | None]:
    """Nothing, and every released version; before later steps, the newest. A few of them where few kills are wanted."""
    if chain != OWN:
        return [OWN.head, chain.versions[-2]] if KILLS == 0 else [OWN.head]
    released = list(chain.versions[:-1])
    return [None, *(released if KILLS == 0 else {released[today % len(released)], released[-1]})]


def beginnings(chain: Chain, folder: Path, versions: list[str | None]) -> list[Beginning]:
    """Records as those versions left them, with rows in every table."""
    steps = folder / "steps.db"
    shapes: dict[str | None, Shape] = {None: (None, frozenset())}
    found = {None: Beginning(chain, None, shapes, {})}
    for version in chain.versions:
        bring(steps, version)
        shapes[version] = shape(steps)
        if version in versions:
            record = folder / f"from-{version}.db"
            shutil.copy(steps, record)
            fill(record)
            found[version] = Beginning(chain, record, shapes, counts(record))
    return [found[version] for version in versions]


@dataclass
class Met:
    """Lines and statements executed so far; and when the first step was over, if there was one before."""

    lines: int = 0
    statements: int = 0
    first: tuple[int, int] | None = None


def opening(path: Path, files: list[Path], at_line: int = 0, at_statement: int = 0) -> Callable[[], Met]:
    """Opens the record as the program does, and dies before the nth line or after the nth statement."""

    def work() -> Met:
        met = Met()
        lines = Lines(files, lambda _line, total: die() if total == at_line else None)

        def executed(_connection: object, _cursor: object, said: str, *_: object) -> None:
            met.statements += 1
            if met.statements == at_statement:
                die()
            if said.startswith("UPDATE alembic_version") and met.first is None:
                met.first = lines.total, met.statements

        event.listen(models.database.Engine, "after_cursor_execute", executed)
        lines.watch()
        try:
            open_database(f"sqlite:///{path}").close()
        finally:
            lines.stop()
            event.remove(models.database.Engine, "after_cursor_execute", executed)
        met.lines = lines.total
        return met

    return work


def moments_of(begin: Beginning, work: Path) -> list[tuple[int, int]]:
    """The lines and statements of the upgrade to be killed at, as (line, 0) and (0, statement)."""
    path = prepared(begin, work)
    met = in_copy(opening(path, begin.chain.files()))
    assert shape(path) == begin.shapes[begin.chain.head]
    lines, statements = met.lines, met.statements
    if KILLS == 0 and begin.record is not None and met.first is not None:
        lines, statements = met.first[0] + 1, min(met.first[1] + 1, statements)  # after it, and before the next step
    return [*((n, 0) for n in range(1, lines + 1)), *((0, n) for n in range(1, statements + 1))]


def prepared(begin: Beginning, work: Path) -> Path:
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    if begin.record is not None:
        shutil.copy(begin.record, work / "record.db")
    return work / "record.db"


def kill_and_go_on(begin: Beginning, path: Path, line: int, statement: int) -> Shape:
    """The record as the kill left it; afterwards it is as it should be."""
    dying = opening(path, begin.chain.files(), line, statement)
    assert was_killed(copy_of_this(dying)), f"line {line}, statement {statement} was not reached"
    left = shape(path)
    assert left == begin.shapes[left[0]], f"half a migration after line {line}, statement {statement}"
    in_copy(lambda: open_database(f"sqlite:///{path}").close())  # what a migration leaves in memory ends with it
    assert shape(path) == begin.shapes[begin.chain.head]
    have = counts(path)
    assert all(have.get(table, rows) == rows for table, rows in begin.rows.items()), have
    return left


@pytest.mark.timeout(at_most(300))
def test_F44_an_upgrade_killed_anywhere_is_resumed_or_has_not_begun(chain: Chain, tmp_path: Path) -> None:
    met: dict[str | None, int] = {}
    today = date.today().toordinal()
    for number, begin in enumerate(beginnings(chain, tmp_path, starts(chain, today))):
        moments = moments_of(begin, tmp_path / "counting")
        for line, statement in part_of(moments, KILLS, today + number):
            path = prepared(begin, tmp_path / "killed")
            version, _ = kill_and_go_on(begin, path, line, statement)
            met[version] = met.get(version, 0) + 1
            if begin.record is not None:
                assert_taken_back(begin, path)
    print(
        f"{sum(met.values())} kills; the record was then at {met}; none half-way, every one finished at the next start",
        flush=True,
    )


def assert_taken_back(begin: Beginning, path: Path) -> None:
    """The copy made before the upgrade is the whole record as it was."""
    copy = copy_path(path, begin.chain.head)
    assert begin.record is not None
    assert shape(copy) == shape(begin.record)
    assert counts(copy) == begin.rows
    assert not copy.with_name(f"{copy.name}.half").exists()


def test_F44_every_step_is_one_transaction_with_its_version(chain: Chain, tmp_path: Path) -> None:
    """As SQLite sees it: between BEGIN IMMEDIATE and COMMIT of each step stands exactly one change of version."""
    said: list[str] = []
    path = tmp_path / "record.db"
    database = Database(f"sqlite:///{path}")
    event.listen(database.writer, "connect", lambda raw, _: raw.set_trace_callback(said.append))
    models.database.upgrade(database)
    database.close()
    steps, changes = [], 0
    for words in (line.strip().upper() for line in said):
        if words.startswith("BEGIN"):
            assert words == "BEGIN IMMEDIATE"
            changes = 0
        elif words.startswith(("INSERT INTO ALEMBIC_VERSION", "UPDATE ALEMBIC_VERSION")):
            changes += 1
        elif words == "COMMIT":
            steps.append(changes)
    assert [step for step in steps if step] == [1] * len(chain.versions)


def test_F44_a_migration_that_leaves_a_row_pointing_nowhere_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = later(tmp_path / "migrations")
    monkeypatch.setattr(models.database, "MIGRATIONS", chain.folder)
    path = tmp_path / "record.db"
    bring(path, chain.versions[-2])
    fill(path)
    before = shape(path), counts(path)
    broken = chain.folder / "versions" / "9002_rebuild.py"
    broken.write_text(broken.read_text() + '    op.execute("DELETE FROM people")\n')
    with pytest.raises(RuntimeError, match="pointing nowhere"):
        open_database(f"sqlite:///{path}")
    assert (shape(path), counts(path)) == before


def test_F44_without_room_for_a_copy_nothing_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = later(tmp_path / "migrations")
    monkeypatch.setattr(models.database, "MIGRATIONS", chain.folder)
    path = tmp_path / "record.db"
    bring(path, chain.versions[0])
    (tmp_path / f"record.db.before-{chain.head}.half").mkdir()  # what cannot be written
    with pytest.raises(DatabaseNotReady, match="copied before"):
        open_database(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (chain.versions[0],)
    connection.close()
