"""The session that writes: what it has read it keeps in mind while nobody else writes, and it writes together.

A step of a conversation needs some forty things that hardly ever change: who somebody is, their postings, the site, the
list of items. Reading them again for every message was nine tenths of its cost. SQLite tells when anybody else has
written (`data_version`); PostgreSQL does not, so there nothing is kept from one transaction to the next.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Insert, Result, Select, Table, Update, event, func, insert, select
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.attributes import instance_state

from models.base import Base
from models.rows import AlreadyDone, Rows, made_once, rows_for
from models.things import key_of, made_of, one_of
from models.unit import Unit, let_go, mend_relations

Thing = TypeVar("Thing", bound=Base)
KEPT, KNOWN = 6000, 4000  # things read last and answers that stay in memory: some 20 MB


class Record(Session):
    """A session for one thread, used for one transaction after another. `known` is for answers that cost a question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._line: Connection | None = None
        self._version: int | None = None
        self._kept: deque[Any] = deque(maxlen=KEPT)
        self._few: list[Any] = []  # what campaigns are made of: not many, and asked for at every step
        self._ids: dict[type[Base], int] = {}
        self._additions: dict[type[Base], list[dict[str, Any]]] = {}
        self._changes: dict[Update, list[dict[str, Any]]] = {}
        self.known: dict[Any, Any] = {}
        self.alone = engine.dialect.name == "sqlite"
        self._rows = Rows(engine.dialect)
        super().__init__(expire_on_commit=False)
        self._unit = Unit(self)
        self._savepoints: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()

    def open(self) -> None:
        """Begins a transaction; forgets what it knew if anybody else has written since."""
        if self._line is None or self._line.closed or self._line.invalidated:
            self._line, self._version = self._engine.connect(), None
            self.bind = self._line
        self.begin()
        self.connection()
        self._unit.kept.clear()
        version = self._data_version(self._line)  # once the lock is ours: nobody writes between the look and the work
        if version is None or version != self._version:
            self.forget()
            self._version = version
        if len(self.known) > KNOWN:
            self.known.clear()  # here, where nothing is on its way that the record would not tell of
        if self.alone:  # rows of one transaction may name each other in any order
            self.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")

    def _data_version(self, line: Connection) -> int | None:
        return line.connection.cursor().execute("PRAGMA data_version").fetchone()[0] if self.alone else None

    def forget(self) -> None:
        self.expunge_all()
        self._kept.clear()
        self._few.clear()
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

    def begin_nested(self) -> SessionTransaction:
        savepoint = super().begin_nested()
        self.connection()  # at once: what goes past the session would not wait for its first question
        self._savepoints[savepoint] = len(self._unit.kept)
        return savepoint

    def undo_part(self, savepoint: SessionTransaction) -> None:
        """A savepoint was gone back to: what was made since is not there, and what was read since may be otherwise."""
        self._drop_pending()
        kept, before = self._unit.kept, self._savepoints[savepoint]
        for thing in kept[before:]:
            self.expunge(thing)
        del kept[before:]
        self.expire_all()
        self._ids.clear()
        self.known.clear()

    def end(self) -> None:
        self.close()
        self._drop_line()

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """What is in mind needs no more than a look."""
        if self.alone and not options:
            found = self.identity_map.get((entity, ident if type(ident) is tuple else (ident,), None))
            if found is None and self._line is not None:
                rows = self._rows.ask(self._line, one_of(entity), key_of(entity, ident))
                return next(iter(made_of(self, entity, rows)), None)
            if found is not None and not instance_state(found).expired:
                return found
        return super().get(entity, ident, **options)

    def get_one(self, entity: Any, ident: Any, **options: Any) -> Any:
        return self.get(entity, ident, **options) or super().get_one(entity, ident, **options)

    def ask(self, question: Select[*tuple[Any, ...]], values: dict[str, Any]) -> Result[*tuple[Any, ...]]:
        if self.alone and self._line is not None:
            return self._rows.ask(self._line, question, values)
        return self.connection().execute(question, values)

    def carry_out(self, change: Insert | Update, rows: list[dict[str, Any]]) -> int:
        """At once; how many rows it has touched. Its values are all given by name."""
        return self._rows.carry_out(self.connection(), change, rows)

    def keep(self, thing: Base) -> None:
        """Adds what needs its id at once. Alone with the record, the id is ours to give and nothing is written yet."""
        if not self.alone:
            self.add(thing)
            return self.flush()
        if thing.__dict__.get("id", 0) is None:
            thing.id = self.next_id(type(thing))  # type: ignore[attr-defined]  # every table of ours has it
        return self._unit.keep(thing)

    def add(self, instance: Any, **options: Any) -> None:
        if self.alone and self._line is not None and self._unit.takes(instance):
            self.keep(instance)
        else:
            super().add(instance, **options)

    def awaits(self, kind: type[Base]) -> bool:
        """Whether something of the kind is to be written yet."""
        return self._unit.holds(kind) or any(isinstance(thing, kind) for thing in (*self.new, *self.dirty))

    def next_id(self, kind: type[Base]) -> int:
        last = self._ids.get(kind)
        if last is None:
            with self.no_autoflush:
                last = self.scalar(select(func.max(kind.id))) or 0  # type: ignore[attr-defined]  # every table of ours has it
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
            made_once(self.connection(), change, [values])

    def flush(self, objects: Any = None) -> None:
        """What is new or changed, then the additions, then what may be done once only."""
        if self.alone and self._line is not None:
            self._unit.write(self._line, self._rows)
        super().flush(objects)
        additions, self._additions = self._additions, {}
        for kind, rows in additions.items():
            self._add(cast(Table, kind.__table__), rows)
        changes, self._changes = self._changes, {}
        for change, rows in changes.items():
            self._change(change, rows)

    def _add(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if self.alone and self._line is not None:
            self._rows.add(self._line, table, tuple(rows[0]), rows)
        else:
            self.connection().execute(insert(table), rows)

    def _change(self, change: Update, rows: list[dict[str, Any]]) -> None:
        if not self.alone or self._line is None:
            made_once(self.connection(), change, rows)
        elif self._rows.carry_out(self._line, change, rows) != len(rows):
            raise AlreadyDone

    def _drop_pending(self) -> None:
        self._additions.clear()
        self._changes.clear()
        self._unit.clear()

    def commit(self) -> None:
        self.flush()
        super().commit()


def settled(session: Session, kind: type[Base]) -> None:
    """Writes what waits, if it concerns the kind: for questions that go past the session."""
    if not isinstance(session, Record) or session.awaits(kind):
        session.flush()


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


def once(session: Session, change: Update, **values: Any) -> None:
    """Changes exactly one row, or fails with `AlreadyDone`: at once, or with the transaction."""
    if isinstance(session, Record):
        return session.once(change, values)
    session.flush()
    return made_once(session.connection(), change, [values])


@contextmanager
def aside(session: Session) -> Iterator[None]:
    """Questions in which what others do at this very moment need not show up: nothing is written first for them."""
    with session.no_autoflush if not shared(session) else nullcontext():
        yield


def columns(session: Session, question: Select[*tuple[Any, ...]], **values: Any) -> Result[*tuple[Any, ...]]:
    """A question made beforehand, about columns of tables, asked past all that a session does for things.

    What this transaction has changed and not written yet is not seen.
    """
    if isinstance(session, Record):
        return session.ask(question, values)
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return connection.execute(question, values)
    return rows_for(connection.dialect).ask(connection, question, values)


def things(session: Session, kind: type[Thing], question: Select[Any], **values: Any) -> list[Thing]:
    """The same, of all of one table's columns, and what they make."""
    return made_of(session, kind, columns(session, question, **values))


def thing_of(session: Session, kind: type[Thing], number: int) -> Thing:
    """What is known to be there, by its number."""
    if isinstance(session, Record) or session.identity_map.get((kind, (number,), None)) is not None:
        return session.get_one(kind, number)
    return things(session, kind, one_of(kind), id=number)[0]


@event.listens_for(Record, "loaded_as_persistent")
@event.listens_for(Record, "pending_to_persistent")
@event.listens_for(Record, "detached_to_persistent")
def _hold(record: Record, thing: Any) -> None:
    kept = record._few if thing.few else record._kept
    if len(kept) == KEPT:
        let_go(record, kept[0])
    kept.append(thing)


@event.listens_for(Record, "after_soft_rollback")
def _gone_back(record: Record, transaction: SessionTransaction) -> None:
    if transaction.nested:
        record.undo_part(transaction)


@event.listens_for(Record, "before_flush")
def _number(record: Record, _context: Any, _objects: Any) -> None:
    """Whoever gives some rows of a table their ids has to give them to all."""
    if record.alone:
        for thing in record.new:
            if "id" in thing.__mapper__.columns and thing.__dict__.get("id") is None:
                thing.id = record.next_id(type(thing))


@event.listens_for(Record, "after_flush")
def _mend_relations(record: Record, _context: Any) -> None:
    for thing in (*record.new, *record.dirty, *record.deleted):
        mend_relations(record, thing)
