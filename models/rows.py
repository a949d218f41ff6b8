"""Statements made once and given to SQLite's driver as they are.

Most of what a statement costs is the making of it, its parameters and its result, again and again: ten to twenty times
what SQLite takes to carry it out. Here that is done once for a statement; values still go through their column's type.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Executable, Insert, Select, Table, Update, bindparam, insert, update
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

Change = Callable[[Any], Any]  # from what Python has to what the driver takes, or back
Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement in the driver's words: its values in their order, with what is fixed; which come from outside, and
    how each becomes what the driver takes; the answers' columns, and how each becomes Python's."""

    sql: str
    fixed: tuple[Any, ...]
    given: tuple[tuple[int, str, Change | None], ...]
    answers: SimpleResultMetaData | None = None
    from_driver: tuple[tuple[int, Change], ...] = ()

    def parameters(self, values: dict[str, Any]) -> tuple[Any, ...]:
        row = list(self.fixed)
        for place, name, change in self.given:
            value = values[name]
            row[place] = value if change is None or value is None else change(value)
        return tuple(row)


class Rows:
    """Asks and writes on a connection to SQLite."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._made: WeakKeyDictionary[Executable, _Made] = WeakKeyDictionary()
        self._insertions: dict[tuple[Table, tuple[str, ...]], _Made] = {}
        self._updates: dict[tuple[Table, tuple[str, ...]], _Made] = {}

    def ask(self, connection: Connection, question: Select[*tuple[Any, ...]], values: dict[str, Any]) -> Result[Any]:
        made = self._made.get(question) or self._make(question)
        found = _carried_out(connection, made.sql, made.parameters(values)).fetchall()
        if made.from_driver:
            found = [_changed(row, made.from_driver) for row in found]
        return IteratorResult(cast(SimpleResultMetaData, made.answers), iter(found))

    def carry_out(self, connection: Connection, change: Insert | Update, rows: Iterable[dict[str, Any]]) -> int:
        """How many rows it has touched, for all the values together."""
        made = self._made.get(change) or self._make(change)
        return self._all(connection, made, rows)

    def add(self, connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
        """Adds rows that all have these columns."""
        made = self._insertions.get((table, names))
        if made is None:
            made = self._insertions[table, names] = self._compiled(insert(table), names)
        self._all(connection, made, rows)

    def change(
        self, connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[dict[str, Any]]
    ) -> int:
        """Changes these columns of rows that are told by their primary key; how many were there."""
        made = self._updates.get((table, names))
        if made is None:
            key = [column == bindparam(column.key) for column in table.primary_key]
            values = {name: bindparam(name, type_=table.c[name].type) for name in names}
            made = self._updates[table, names] = self._compiled(update(table).where(*key).values(values))
        return self._all(connection, made, rows)

    @staticmethod
    def _all(connection: Connection, made: _Made, rows: Iterable[dict[str, Any]]) -> int:
        return int(_carried_out(connection, made.sql, [made.parameters(row) for row in rows], many=True).rowcount)

    def _make(self, statement: Any) -> _Made:
        made = self._made[statement] = self._compiled(statement)
        return made

    def _compiled(self, statement: Any, names: tuple[str, ...] | None = None) -> _Made:
        compiled = statement.compile(dialect=self._dialect, column_keys=list(names) if names is not None else None)
        given = {name: None for name, bound in compiled.binds.items() if bound.required}
        state = compiled.construct_expanded_state(given)  # a list that is part of the statement: so many single values
        kinds = {name: bound.type.dialect_impl(self._dialect) for name, bound in compiled.binds.items()}
        changes = {name: kind.bind_processor(self._dialect) for name, kind in kinds.items()} | dict(state.processors)
        answers = list(statement.selected_columns) if isinstance(statement, Select) else []
        back = [column.type.dialect_impl(self._dialect).result_processor(self._dialect, None) for column in answers]
        return _Made(
            sql=state.statement,
            fixed=tuple(_for_driver(state.parameters[name], changes.get(name)) for name in state.positiontup),
            given=tuple((place, name, changes[name]) for place, name in enumerate(state.positiontup) if name in given),
            answers=SimpleResultMetaData(tuple(str(column.key) for column in answers)),
            from_driver=tuple((place, change) for place, change in enumerate(back) if change is not None),
        )


def rows_for(dialect: Dialect) -> Rows:
    """What an engine's connections have made before, for sessions that come and go; kept with it, and gone with it."""
    kept = vars(dialect)
    found: Rows = kept.get("_xuncha_rows") or kept.setdefault("_xuncha_rows", Rows(dialect))
    return found


class AlreadyDone(Exception):
    """A change that may be made once was made before."""


def made_once(connection: Connection, change: Update, rows: list[dict[str, Any]]) -> None:
    """Each of them changes one row."""
    if connection.execute(change, rows).rowcount != len(rows):
        raise AlreadyDone


def _for_driver(value: Any, change: Change | None) -> Any:
    return value if change is None or value is None else change(value)


def _changed(row: Values, changes: tuple[tuple[int, Change], ...]) -> Values:
    read = list(row)
    for place, change in changes:
        read[place] = change(read[place])
    return tuple(read)


def _carried_out(connection: Connection, sql: str, parameters: Any, many: bool = False) -> Any:
    """Past the library's engine, unless somebody watches what it does."""
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(sql, parameters)
    cursor = connection.connection.cursor()
    try:
        return cursor.executemany(sql, parameters) if many else cursor.execute(sql, parameters)
    except sqlite3.Error as error:  # raised as the library would have raised it
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True) from error
