"""What every table shares: named constraints, and times kept in UTC."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Enum, Index, MetaData, Text, event, inspect, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. A naive one is refused: nobody could say later which clock it meant."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


class Base(DeclarativeBase):
    """Every table. Constraints have names, so that a migration can speak of them on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        str: Text,
    }


@event.listens_for(Base, "init", propagate=True)
def _fill_in(thing: Base, _given: Any, values: dict[str, Any]) -> None:
    """A thing has its defaults from the moment it is made, not only once it is written."""
    kind = type(thing)
    if kind not in _defaults_of:
        _defaults_of[kind] = _defaults(kind)
    scalars, made = _defaults_of[kind]
    for name, value in scalars:
        values.setdefault(name, value)
    for name, make in made:
        if name not in values:
            values[name] = make()


def _defaults(kind: type[Base]) -> tuple[list[tuple[str, Any]], list[tuple[str, type[Any]]]]:
    columns = [(p.key, c.default) for p in inspect(kind).column_attrs for c in p.columns[:1] if c.default is not None]
    scalars = [(name, d.arg) for name, d in columns if d.is_scalar]
    empty = [(name, list if isinstance(d.arg(None), list) else dict) for name, d in columns if d.is_callable]
    return scalars, empty


_defaults_of: dict[type[Base], tuple[list[tuple[str, Any]], list[tuple[str, type[Any]]]]] = {}


def words(kind: type) -> Enum:
    """A StrEnum kept as its word, readable in the database and the same on every engine."""
    return Enum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda e: [member.value for member in e],
        validate_strings=True,
    )


def index_where(condition: str, name: str, *columns: str, unique: bool = False) -> Index:
    """An index of some rows only, on any engine. It is used where a query says the condition in the very same words."""
    words_of_it = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=words_of_it, postgresql_where=words_of_it)
