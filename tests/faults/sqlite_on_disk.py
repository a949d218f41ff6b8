"""SQLite on a disk that loses power: apsw's file layer in front of the real one, and apsw as a driver for SQLAlchemy.

The driver is no more than the program uses of Python's own: autocommit, `execute`, rows as tuples, its exceptions.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw

from tests.faults.disk import Disk, PowerCut

NAME = "losing-power"
JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_SUPER_JOURNAL


class _File(apsw.VFSFile):
    """One of SQLite's files. As in its own layer, the first sync of a new journal syncs the folder too."""

    def __init__(self, disk: Disk, path: Path, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk, self._path = disk, path
        self._new_journal = bool(flags[0] & JOURNALS and flags[0] & apsw.SQLITE_OPEN_CREATE)

    def xWrite(self, data: bytes, offset: int) -> None:
        data = bytes(data)
        base = super().xWrite
        self._do("write", lambda: base(data, offset), lambda: self._disk.wrote(self._path, offset, data))

    def xTruncate(self, newsize: int) -> None:
        base = super().xTruncate
        self._do("truncate", lambda: base(newsize), lambda: self._disk.cut_short(self._path, newsize))

    def xSync(self, flags: int) -> None:
        self._do("sync", lambda: None, self._synced)

    def _synced(self) -> None:
        self._disk.synced(self._path)
        if self._new_journal:
            self._disk.synced(self._path.parent)
            self._new_journal = False

    def _do(self, what: str, work: Any, note: Any) -> None:
        try:
            self._disk.step(f"{what} {self._path.name}", work, note)
        except PowerCut as cut:
            raise apsw.IOError(str(cut)) from None


class Layer(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:  # a temporary file of its own
            return apsw.VFSFile("", name, flags)
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name)
        try:
            if path.exists():
                return _File(self._disk, path, name, flags)
            return self._disk.step(
                f"create {path.name}", lambda: _File(self._disk, path, name, flags), lambda: self._disk.opened(path)
            )
        except PowerCut as cut:
            raise apsw.CantOpenError(str(cut)) from None

    def xDelete(self, filename: str, syncdir: bool) -> None:
        path = Path(filename)
        base = super().xDelete

        def removed() -> None:
            self._disk.removed(path)
            if syncdir:
                self._disk.synced(path.parent)

        try:
            self._disk.step(f"delete {path.name}", lambda: base(filename, False), removed)
        except PowerCut as cut:
            raise apsw.IOError(str(cut)) from None


class Cursor:
    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, parameters: Any = ()) -> "Cursor":
        self.rowcount = self._run(sql, parameters)
        return self

    def executemany(self, sql: str, many: Iterable[Any]) -> "Cursor":
        self.rowcount = sum(self._run(sql, parameters) for parameters in many)
        return self

    def _run(self, sql: str, parameters: Any) -> int:
        base = self._connection.base
        before = base.total_changes()
        try:
            cursor = base.cursor()
            cursor.exec_trace = self._describe
            self.description = None
            self._rows = list(cursor.execute(sql, parameters))
        except apsw.Error as error:
            raise _translated(error) from None
        self.lastrowid = base.last_insert_rowid()
        return int(base.total_changes() - before)

    def _describe(self, cursor: apsw.Cursor, _sql: str, _bindings: Any) -> bool:
        names = cursor.get_description()
        self.description = tuple((name, None, None, None, None, None, None) for name, *_ in names) or None
        return True

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        size = size or self.arraysize
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows, []
        return taken

    def __iter__(self) -> Any:
        return iter(self.fetchall())

    def close(self) -> None:
        self._rows = []


class Connection:
    isolation_level: str | None = ""

    def __init__(self, path: str) -> None:
        try:
            self.base = apsw.Connection(path, vfs=NAME)
        except apsw.Error as error:
            raise _translated(error) from None

    def cursor(self) -> Cursor:
        return Cursor(self)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(sql, parameters)

    def commit(self) -> None:
        if not self.base.get_autocommit():
            self.execute("COMMIT")

    def rollback(self) -> None:
        if not self.base.get_autocommit():
            self.execute("ROLLBACK")

    @property
    def in_transaction(self) -> bool:
        return not self.base.get_autocommit()

    def create_function(self, name: str, count: int, function: Any, *, deterministic: bool = False) -> None:
        self.base.create_scalar_function(name, function, count, deterministic=deterministic)

    def close(self) -> None:
        self.base.close(True)


def _translated(error: apsw.Error) -> sqlite3.Error:
    kind = sqlite3.IntegrityError if isinstance(error, apsw.ConstraintError) else sqlite3.OperationalError
    told = kind(str(error))
    told.sqlite_errorcode = getattr(error, "extendedresult", 0)
    return told


def _connect(database: str, **_: Any) -> Connection:
    return Connection(database)


_OWN = ("Error", "DatabaseError", "IntegrityError", "OperationalError", "ProgrammingError", "InterfaceError",
        "InternalError", "DataError", "NotSupportedError", "Warning", "Binary", "PARSE_DECLTYPES",
        "PARSE_COLNAMES")  # fmt: skip
DRIVER = SimpleNamespace(
    connect=_connect,
    paramstyle="qmark",
    threadsafety=1,
    apilevel="2.0",
    sqlite_version=apsw.sqlite_lib_version(),
    sqlite_version_info=tuple(int(part) for part in apsw.sqlite_lib_version().split(".")),
    **{name: getattr(sqlite3, name) for name in _OWN},
)
