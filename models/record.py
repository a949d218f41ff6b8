"""The session that writes: what it has read it keeps in mind while nobody else writes, and what is only added it adds
in bulk.

A step of a conversation needs some forty things that hardly ever change: who somebody is, their postings, the site, the
list of items. Reading them again for every message was nine tenths of its cost. SQLite tells when anybody else has
written (`data_version`); PostgreSQL does not, so there nothing is kept from one transaction to the next.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Engine, Executable, Table, Update, event, func, insert, inspect, select
from sqlalchemy.orm import InstanceState, Mapper, Session

from models.base import Base

T = TypeVar("T")
KEPT = 6000  # things read last that stay in memory: some 15 MB


class Record(Session):
    """A session for one thread, used for one transaction after another. `known` is for answers that cost a question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._line: Connection | None = None
        self._version: int | None = None
        self._kept: deque[Any] = deque(maxlen=KEPT)
        self._ids: dict[type[Base], int] = {}
        self._additions: dict[type[Base], list[dict[str, Any]]] = {}
        self._changes: dict[Update, list[dict[str, Any]]] = {}
        self.known: dict[Any, Any] = {}
        self.alone = engine.dialect.name == "sqlite"
        super().__init__(expire_on_commit=False)

    def open(self) -> None:
        """Begins a transaction; forgets what it knew if anybody else has written since."""
        if self._line is None or self._line.closed or self._line.invalidated:
            self._line, self._version = self._engine.connect(), None
            self.bind = self._line
        self.begin()
        self.connection()
        version = self._data_version(self._line)  # once the lock is ours: nobody writes between the look and the work
        if version is None or version != self._version:
            self.forget()
            self._version = version
        if self.alone:  # rows of one transaction may name each other in any order
            self.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")

    def _data_version(self, line: Connection) -> int | None:
        if not self.alone:
            return None
        cursor = line.connection.cursor()
        try:
            version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        finally:
            cursor.close()
        return version

    def forget(self) -> None:
        self.expunge_all()
        self._kept.clear()
        self._ids.clear()
        self._drop_pending()
        self.known.clear()

    def undo(self) -> None:
        """Rolls back. What was changed in memory is not what is in the record: all of it is forgotten."""
        self._drop_pending()
        try:
            self.rollback()
        finally:
            self.forget()
            self._drop_line()

    def _drop_line(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            line.close()

    def end(self) -> None:
        self.close()
        self._drop_line()

    # writing

    def keep(self, thing: Base) -> None:
        """Adds what needs its id at once. Alone with the record, the id is ours to give and nothing is written yet."""
        if self.alone:
            thing.id = self.next_id(type(thing))  # type: ignore[attr-defined]
            self.add(thing)
        else:
            self.add(thing)
            self.flush()

    def next_id(self, kind: type[Base]) -> int:
        last = self._ids.get(kind)
        if last is None:
            with self.no_autoflush:
                last = self.scalar(select(func.max(kind.id))) or 0  # type: ignore[attr-defined]
        self._ids[kind] = last + 1
        return last + 1

    def put(self, kind: type[Base], values: dict[str, Any]) -> None:
        """A row that nothing in this transaction will change or ask for by its id: written with its like, last."""
        if self.alone:
            values["id"] = self.next_id(kind)
        self._additions.setdefault(kind, []).append(values)

    def once(self, change: Update, values: dict[str, Any]) -> None:
        """A change of one row that must find it as it expects it; made with its like, at the end."""
        if self.alone:
            self._changes.setdefault(change, []).append(values)
        else:
            _made(self.connection(), change, [values])

    def flush(self, objects: Any = None) -> None:
        super().flush(objects)
        if self._additions:
            additions, self._additions = self._additions, {}
            for kind, rows in additions.items():
                self.connection().execute(insert(cast(Table, kind.__table__)), rows)
        if self._changes:
            changes, self._changes = self._changes, {}
            for change, rows in changes.items():
                _made(self.connection(), change, rows)

    def _drop_pending(self) -> None:
        self._additions.clear()
        self._changes.clear()

    def commit(self) -> None:
        self.flush()
        super().commit()


def shared(session: Session) -> bool:
    """Whether other programs may be writing the same record at the same time."""
    return session.get_bind().dialect.name != "sqlite"


def keep(session: Session, thing: Base) -> None:
    """Adds a thing whose id is needed at once."""
    if isinstance(session, Record):
        return session.keep(thing)
    session.add(thing)
    return session.flush()


def put(session: Session, kind: type[Base], **values: Any) -> None:
    """Adds a row that is only ever added. All of a kind name the same columns, so that they are written together."""
    if isinstance(session, Record):
        return session.put(kind, values)
    return session.add(kind(**values))


class AlreadyDone(Exception):
    """A change that may be made once was made before."""


def once(session: Session, change: Update, **values: Any) -> None:
    """Changes exactly one row, or fails with `AlreadyDone`: at once, or with the transaction."""
    if isinstance(session, Record):
        return session.once(change, values)
    session.flush()
    return _made(session.connection(), change, [values])


def _made(connection: Connection, change: Update, rows: list[dict[str, Any]]) -> None:
    if connection.execute(change, rows).rowcount != len(rows):
        raise AlreadyDone


def known(session: Session, key: tuple[Any, ...], ask: Callable[[], T]) -> T:
    """What was asked before and cannot have changed since, unless somebody else wrote; None is asked for again.

    What this transaction has changed and not written yet is not seen: whoever changes it says so with `remember`.
    """
    if not isinstance(session, Record):
        return ask()
    found: T | None = session.known.get(key)
    if found is None:
        with session.no_autoflush:
            found = ask()
        if found is not None:
            session.known[key] = found
    return found


@contextmanager
def aside(session: Session) -> Iterator[None]:
    """Questions in which what others do at this very moment need not show up: nothing is written first for them."""
    with session.no_autoflush if not shared(session) else nullcontext():
        yield


def columns(session: Session, statement: Executable, **values: Any) -> CursorResult[Any]:
    """A question about columns of tables, asked past all that a session does for things: a quarter of the cost.

    What this transaction has changed and not written yet is not seen.
    """
    return session.connection().execute(statement, values)


def remember(session: Session, key: tuple[Any, ...], value: Any) -> None:
    """What `known` need not ask for."""
    if isinstance(session, Record):
        session.known[key] = value


def recalled(session: Session, key: tuple[Any, ...]) -> Any:
    """What `known` has kept, or None, without asking."""
    return session.known.get(key) if isinstance(session, Record) else None


def unlearn(session: Session, *key: Any) -> None:
    """What `known` gave for this is not so any more."""
    if isinstance(session, Record):
        session.known.pop(key, None)


@event.listens_for(Record, "loaded_as_persistent")
@event.listens_for(Record, "pending_to_persistent")
def _hold(record: Record, thing: Any) -> None:
    record._kept.append(thing)


@event.listens_for(Record, "before_flush")
def _number(record: Record, _context: Any, _objects: Any) -> None:
    """Whoever gives some rows of a table their ids has to give them to all."""
    if record.alone:
        for thing in record.new:
            if "id" in thing.__mapper__.columns and thing.__dict__.get("id") is None:
                thing.id = record.next_id(type(thing))


@event.listens_for(Record, "after_flush")
def _mend_relations(record: Record, _context: Any) -> None:
    """Rows name each other by number; what an object in memory holds of its relations is read again where that tells
    of something else now. A session that ends with its transaction would never notice."""
    for thing in (*record.new, *record.dirty, *record.deleted):
        state: InstanceState[Any] = inspect(thing)
        _mend_parents(record, thing, state.mapper)
        _mend_collections(record, thing, state.mapper)


def _mend_parents(record: Record, thing: Any, mapper: Mapper[Any]) -> None:
    for name, column in _parents(mapper):
        parent = thing.__dict__.get(name, _NOT_LOADED)
        if parent is _NOT_LOADED:
            continue
        told = parent.id if parent is not None else None
        if told != getattr(thing, column):
            record.expire(thing, [name])


def _mend_collections(record: Record, thing: Any, mapper: Mapper[Any]) -> None:
    for owner, column, name in _collections(mapper):
        number = thing.__dict__.get(column)
        if number is None:
            continue
        parent = record.identity_map.get((owner, (number,), None))
        if parent is not None and name in parent.__dict__ and thing not in parent.__dict__[name]:
            record.expire(parent, [name])


_NOT_LOADED = object()
_parents_of: dict[Mapper[Any], tuple[tuple[str, str], ...]] = {}
_collections_of: dict[Mapper[Any], tuple[tuple[type[Any], str, str], ...]] = {}


def _parents(mapper: Mapper[Any]) -> tuple[tuple[str, str], ...]:
    """Names of its many-to-one relations, each with the attribute that holds the number."""
    if mapper not in _parents_of:
        _parents_of[mapper] = tuple(
            (r.key, mapper.get_property_by_column(next(iter(r.local_columns))).key)
            for r in mapper.relationships
            if r.direction.name == "MANYTOONE" and not r.viewonly
        )
    return _parents_of[mapper]


def _collections(mapper: Mapper[Any]) -> tuple[tuple[type[Any], str, str], ...]:
    """Collections elsewhere that hold things of this kind: their owner, our number of it, their name."""
    if mapper not in _collections_of:
        _collections_of[mapper] = tuple(
            (other.class_, mapper.get_property_by_column(next(iter(r.remote_side))).key, r.key)
            for other in mapper.registry.mappers
            for r in other.relationships
            if r.direction.name == "ONETOMANY" and r.mapper is mapper
        )
    return _collections_of[mapper]
