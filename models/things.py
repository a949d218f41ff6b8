"""Things made of rows that were asked for past the session, and known to it from then on as if it had read them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.instrumentation import manager_of_class

from models.base import Base
from models.unit import kind_of


def made_of(session: Session, kind: type[Base], rows: Iterable[Any]) -> list[Any]:
    """Rows with all of a table's columns, in their order. What the session knows already stays as it knows it."""
    names, key = kind_of(kind).columns, kind_of(kind).key
    made = []
    for row in rows:
        own = dict(zip(names, row, strict=True))
        identity = (kind, tuple([own[name] for name in key]), None)
        made.append(session.identity_map.get(identity) or _taken_in(session, kind, own, identity))
    return made


def _taken_in(session: Session, kind: type[Base], own: dict[str, Any], identity: Any) -> Base:
    thing: Base = manager_of_class(kind).new_instance()
    state = instance_state(thing)
    thing.__dict__.update(own)
    state.key = identity
    state._commit_all(thing.__dict__)
    session._save_or_update_impl(state)
    return thing


@cache
def one_of(kind: type[Base]) -> Select[Any]:
    """The row of one thing; its key's values are named as its columns are."""
    table = kind_of(kind).table
    return select(table).where(*(column == bindparam(column.key) for column in table.primary_key))


def key_of(kind: type[Base], ident: Any) -> dict[str, Any]:
    """What `one_of` wants to be given."""
    columns = kind_of(kind).table.primary_key
    values = ident if type(ident) is tuple else (ident,)
    return {column.key: value for column, value in zip(columns, values, strict=True)}
