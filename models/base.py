"""What every table shares: named constraints, and times kept in UTC."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import JSON, DateTime, Enum, Index, MetaData, Text, inspect, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. A naive one is refused: nobody could say later which clock it meant."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite keeps a time as a text, which is the quickest to write at once."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


@lru_cache(256)  # one moment is written in many places
def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds")[:-6]  # without +00:00


class Base(DeclarativeBase):
    """Every table. Constraints have names, so that a migration can speak of them on any database."""

    few: ClassVar = False  # of some kinds there are never many, and most steps need one: they stay in mind
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __init__(self, **values: Any) -> None:
        """A thing has all its columns from the moment it is made, not only once it is written.

        Nobody can have asked for them before: they are put in their places without telling anybody.
        """
        kind = type(self)
        making = _making_of.get(kind) or _making_of.setdefault(kind, _making(kind))
        own = self.__dict__
        own.update(making.columns)
        for name, make in making.fresh:
            own[name] = make()
        for name, value in values.items():
            if name in making.columns:
                own[name] = value
            elif name in making.relations and value == []:
                set_committed_value(self, name, [])
            elif name in making.relations:
                setattr(self, name, value)
            else:
                raise TypeError(f"{kind.__name__} has no {name}")

    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        str: Text,
    }


class _Making(NamedTuple):
    """What a new thing of a kind is filled with: column by column, what is made anew for each, its relations."""

    columns: dict[str, Any]
    fresh: tuple[tuple[str, type[Any]], ...]
    relations: frozenset[str]


def _making(kind: type[Base]) -> _Making:
    mapper = inspect(kind)
    defaults = {p.key: p.columns[0].default for p in mapper.column_attrs}
    given = {name: default for name, default in defaults.items() if default is not None}
    return _Making(
        dict.fromkeys(defaults) | {name: d.arg for name, d in given.items() if d.is_scalar},
        tuple((n, list if isinstance(d.arg(None), list) else dict) for n, d in given.items() if d.is_callable),
        frozenset(mapper.relationships.keys()),
    )


_making_of: dict[type[Base], _Making] = {}


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
