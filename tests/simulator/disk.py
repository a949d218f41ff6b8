"""The machine's disk: SQLite files and the photo store, with a seam under each where accidents happen."""

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.simulator.faults import Faults


class Dead(BaseException):
    """The process this was done for does not exist any more."""


class Disk:
    """`point` is called at every place where a process may die; it raises Dead there."""

    def __init__(self, faults: Faults, point: Callable[[str], None]) -> None:
        self.faults = faults
        self.point = point
        self.connections: list[SimConnection] = []
        self.busy_until = 0.0
        self.full_until = 0.0
        self.unsynced_bytes: set[Path] = set()
        self.unsynced_names: set[Path] = set()

    def now(self) -> float:
        raise NotImplementedError

    # the record

    def connect(self, path: Path) -> "SimConnection":
        connection = sqlite3.connect(path, factory=SimConnection, check_same_thread=False, timeout=0.0)
        connection.disk = self
        self.connections.append(connection)
        return connection

    def drop_connections(self) -> None:
        """As the kernel does at the end of a process: what was not committed is not there."""
        for connection in self.connections:
            sqlite3.Connection.close(connection)
            connection.dropped = True
        self.connections.clear()

    def before_statement(self, statement: str) -> None:
        begins, writes = statement.startswith("BEGIN IMMEDIATE"), statement[:6] in {"INSERT", "UPDATE", "DELETE"}
        if begins and (self.faults.strikes("db_busy", 0.05) or self._lasts("db_busy", self.busy_until)):
            raise trouble(sqlite3.SQLITE_BUSY, "database is locked")
        if writes and (self.faults.strikes("db_full", 0.01) or self._lasts("db_full", self.full_until)):
            raise trouble(sqlite3.SQLITE_FULL, "database or disk is full")

    def _lasts(self, kind: str, until: float) -> bool:
        return self.faults.has(kind) and self.now() < until

    # photos

    def before_file(self, what: str) -> None:
        self.point("file")
        if self.faults.strikes("disk_full", 0.2):
            raise OSError(errno.ENOSPC, "No space left on device", what)

    def cut_power(self) -> None:
        """Of what was not brought to the disk, bytes and names are not there (F02)."""
        for path in self.unsynced_bytes:
            if path.exists():
                path.chmod(0o600)
                path.write_bytes(b"")
        for path in self.unsynced_names:
            path.unlink(missing_ok=True)
        self.unsynced_bytes.clear()
        self.unsynced_names.clear()


def trouble(code: int, words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


class SimCursor(sqlite3.Cursor):
    def execute(self, statement: str, *values: Any) -> "SimCursor":
        self.connection.begins(statement)
        done = super().execute(statement, *values)
        self.connection.ended(statement)
        return done

    def executemany(self, statement: str, *values: Any) -> "SimCursor":
        self.connection.begins(statement)
        return super().executemany(statement, *values)


class SimConnection(sqlite3.Connection):
    """A connection that a process may die on, and whose disk may be full."""

    disk: Disk
    dropped = False

    def rollback(self) -> None:
        if not self.dropped:  # a pool tidies up what the kernel has closed already
            super().rollback()

    def cursor(self, factory: Any = SimCursor) -> Any:
        return super().cursor(factory)

    def execute(self, statement: str, *values: Any) -> Any:
        return self.cursor().execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> Any:
        return self.cursor().executemany(statement, *values)

    def begins(self, statement: str) -> None:
        if statement.startswith("COMMIT"):
            return self._commits()
        self.disk.point("statement")
        try:
            self.disk.before_statement(statement)
        except sqlite3.OperationalError:
            if self.in_transaction and self.disk.faults.chance.random() < 0.5:
                super().rollback()  # a full disk may undo the whole transaction by itself
            raise
        return None

    def ended(self, statement: str) -> None:
        if statement.startswith("COMMIT"):
            self.disk.point("after commit")

    def _commits(self) -> None:
        self.disk.point("before commit")
        if self.disk.faults.strikes("db_full", 0.03):
            raise trouble(sqlite3.SQLITE_FULL, "database or disk is full")

    def commit(self) -> None:
        if self.in_transaction:
            self._commits()
            super().commit()
            self.disk.point("after commit")


class SimOs:
    """The module `os` as the photo store uses it, with a disk that can be full and a plug that can be pulled."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fdopen(self, handle: int, mode: str) -> Any:
        try:
            self._disk.before_file("write")
        except OSError:
            os.close(handle)
            raise
        self._disk.unsynced_bytes.add(_path_of(handle))
        return os.fdopen(handle, mode)

    def fsync(self, handle: int) -> None:
        self._disk.before_file("fsync")
        path = _path_of(handle)
        self._disk.unsynced_bytes.discard(path)
        self._disk.unsynced_names -= {name for name in self._disk.unsynced_names if name.parent == path}

    def rename(self, former: str, path: Path) -> None:
        self._disk.before_file("rename")
        os.rename(former, path)
        if Path(former) in self._disk.unsynced_bytes:
            self._disk.unsynced_bytes.remove(Path(former))
            self._disk.unsynced_bytes.add(path)
        self._disk.unsynced_names.add(path)
        self._disk.point("file")


def _path_of(handle: int) -> Path:
    return Path(os.readlink(f"/proc/self/fd/{handle}"))
