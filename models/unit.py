"""What is new or changed in a transaction, written table by table in few statements.

SQLAlchemy's unit of work sorts things by what depends on what, one by one; here rows may name each other in any order
until the commit, every thing has its id before it is written, and nothing is ever deleted in a turn. What does not fit
that is left to it.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.base import NO_VALUE
from sqlalchemy.orm.collections import collection_adapter
from sqlalchemy.orm.exc import StaleDataError

from models.base import Base
from models.rows import Rows

_NOT_LOADED = object()


class _Kind(NamedTuple):
    """A table as its things see it: its columns, its key; relations to one thing each with the column of its number,
    `number_of` by the relation's name."""

    table: Table
    columns: tuple[str, ...]
    key: tuple[str, ...]
    parents: tuple[tuple[str, str], ...]
    number_of: dict[str, str]
    collections: tuple[str, ...]


class Unit:
    """The things of one session that wait to be written."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._new: dict[type[Base], list[Base]] = {}
        self.kept: list[Base] = []  # in this transaction

    def keep(self, thing: Base) -> None:
        """Takes a new thing that has its key: from now on the session knows it as if it had been read."""
        kind = kind_of(type(thing))
        _name_parents(thing, kind)
        for name in kind.collections:
            if name not in thing.__dict__:
                set_committed_value(thing, name, [])
        state, own = instance_state(thing), thing.__dict__
        state.key = (type(thing), tuple([own[name] for name in kind.key]), None)
        state._commit_all(own)
        # `add` would follow all its relations: what a kept thing names is in the session already
        self._session._save_or_update_impl(state)
        self._new.setdefault(type(thing), []).append(thing)
        self.kept.append(thing)

    @staticmethod
    def takes(thing: Base) -> bool:
        """New, and nothing new hangs on it that would have to be added along with it."""
        if not instance_state(thing).transient:
            return False
        kind, own = kind_of(type(thing)), thing.__dict__
        has_key = all(name == "id" or own.get(name) is not None for name in kind.key)
        return has_key and _name_parents(thing, kind) and not any(own.get(name) for name in kind.collections)

    def holds(self, kind: type[Base]) -> bool:
        return bool(self._new.get(kind))

    def clear(self) -> None:
        self._new.clear()

    def write(self, connection: Connection, rows: Rows) -> None:
        """Raises StaleDataError when a row that is to be changed is not there."""
        written: list[Base] = []
        new, self._new = self._new, {}
        for kind, things in new.items():
            self._add(connection, rows, kind_of(kind), things)
            written += things
        changed: dict[tuple[type[Base], tuple[str, ...]], list[Base]] = {}
        for thing in cast("Iterable[Base]", self._session.dirty):
            if (names := _changes(thing)) is not None:
                changed.setdefault((type(thing), names), []).append(thing)
        for (kind, names), things in changed.items():
            self._change(connection, rows, kind_of(kind), names, things)
            written += things
        for thing in written:
            mend_relations(self._session, thing)

    def _add(self, connection: Connection, rows: Rows, kind: _Kind, things: list[Base]) -> None:
        for thing in things:
            _name_parents(thing, kind)
        rows.add(connection, kind.table, kind.columns, [thing.__dict__ for thing in things])
        self._written(things)

    def _change(
        self, connection: Connection, rows: Rows, kind: _Kind, names: tuple[str, ...], things: list[Base]
    ) -> None:
        if names and rows.change(connection, kind.table, names, [_with_key(thing, kind) for thing in things]) != len(
            things
        ):
            raise StaleDataError(f"{kind.table.name}: a row that was to be changed is not there")
        self._written(things)

    def _written(self, things: list[Base]) -> None:
        for thing in things:
            state = instance_state(thing)
            state._commit_all(state.dict, self._session.identity_map)


def _with_key(thing: Base, kind: _Kind) -> dict[str, Any]:
    """What it holds in memory. One that was to be read anew and has only been written to since knows its key all the
    same."""
    own = thing.__dict__
    if all(name in own for name in kind.key):
        return own
    identity = cast("tuple[Any, tuple[Any, ...], Any]", instance_state(thing).key)
    return own | dict(zip(kind.key, identity[1], strict=True))


def _changes(thing: Base) -> tuple[str, ...] | None:
    """Columns that are to be written; None when the unit of work has to see to it: a key changed, a parent is new."""
    kind, state = kind_of(type(thing)), instance_state(thing)
    if not _name_parents(thing, kind):
        return None
    before, now = state.committed_state, state.dict
    changed = tuple(
        name for name in kind.columns
        if name in before and name in now and (before[name] is NO_VALUE or before[name] != now[name])
    )  # fmt: skip
    return None if any(name in kind.key for name in changed) else changed


def _name_parents(thing: Base, kind: _Kind) -> bool:
    """Relations that were set give their columns the number; False when one of them has none yet."""
    state = instance_state(thing)
    for name, column in kind.parents:
        if name not in state.committed_state or name not in state.dict:
            continue
        parent = state.dict[name]
        number = parent.id if parent is not None else None
        if parent is not None and number is None:
            return False
        if state.dict.get(column, _NOT_LOADED) != number:
            setattr(thing, column, number)
    return True


def mend_relations(session: Session, thing: Any) -> None:
    """Rows name each other by number; what an object in memory holds of its relations is read again where that tells
    of something else now. A session that ends with its transaction would never notice."""
    kind = kind_of(type(thing))
    own = thing.__dict__
    for name, column in kind.parents:
        parent = own.get(name, _NOT_LOADED)
        if parent is not _NOT_LOADED and (parent.id if parent is not None else None) != getattr(thing, column):
            session.expire(thing, [name])
    for owner, column, name in _owners(type(thing)):
        number = thing.__dict__.get(column)
        if number is None:
            continue
        parent = session.identity_map.get((owner, (number,), None))
        if parent is not None and name in parent.__dict__ and thing not in parent.__dict__[name]:
            session.expire(parent, [name])


def let_go(session: Session, thing: Any) -> None:
    """A thing that is not kept in mind any more. A check and its photos hold each other: without this both would stay
    until somebody looks for what nobody needs."""
    if (lists := kind_of(type(thing)).collections) and thing in session:
        session.expire(thing, lists)


_kinds: dict[type[Base], _Kind] = {}
_owners_of: dict[type[Base], tuple[tuple[type[Any], str, str], ...]] = {}


def kind_of(kind: type[Base]) -> _Kind:
    found = _kinds.get(kind)
    if found is not None:
        return found
    mapper = inspect(kind)
    table = cast(Table, kind.__table__)
    parents = tuple(
        (r.key, mapper.get_property_by_column(next(iter(r.local_columns))).key)
        for r in mapper.relationships
        if r.direction.name == "MANYTOONE" and not r.viewonly
    )
    found = _kinds[kind] = _Kind(
        table=table,
        columns=tuple(mapper.get_property_by_column(column).key for column in table.c),
        key=tuple(mapper.get_property_by_column(column).key for column in table.primary_key),
        parents=parents,
        number_of=dict(parents),
        collections=tuple(r.key for r in mapper.relationships if r.direction.name == "ONETOMANY"),
    )
    return found


def _owners(kind: type[Base]) -> tuple[tuple[type[Any], str, str], ...]:
    """Collections elsewhere that hold things of this kind: their owner, our number of it, their name."""
    found = _owners_of.get(kind)
    if found is None:
        mapper = inspect(kind)
        found = _owners_of[kind] = tuple(
            (other.class_, mapper.get_property_by_column(next(iter(r.remote_side))).key, r.key)
            for other in mapper.registry.mappers
            for r in other.relationships
            if r.direction.name == "ONETOMANY" and r.mapper is mapper
        )
    return found


def belong(thing: Base, relation: str, parent: Any) -> None:
    """Gives a thing one of its relations, both ways and with its number, where its id is known already.

    For one that had none of the kind before, or whose former parent keeps no list: it is taken from no list. It costs a
    fraction of assigning, as nobody listens to it.
    """
    column = kind_of(type(thing)).number_of[relation]
    if thing.__dict__.get(column) != parent.id:
        setattr(thing, column, parent.id)
    set_committed_value(thing, relation, parent)
    for owner, number, name in _owners(type(thing)):
        children = parent.__dict__.get(name) if number == column and isinstance(parent, owner) else None
        if children is not None and thing not in children:
            collection_adapter(children).append_without_event(thing)
