"""Opens the record: one SQLite file by default, PostgreSQL by another URL; settings asserted, versions checked."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.upgrading import keep_copy

T = TypeVar("T")
log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"

# FULL: a receipt must survive a power cut. trusted_schema off: a tampered file must not run code.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0}


class DatabaseNotReady(Exception):
    """The record cannot be used as it is; the message says what to do."""


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _prepare_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        for name, value in PRAGMAS.items():
            kept = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if kept != value:
                raise DatabaseNotReady(f"SQLite keeps {name}={kept}, but {value} is needed for nothing to be lost")

    @event.listens_for(engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _engine(url: str, begin: str) -> Engine:
    sqlite = url.startswith("sqlite")
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False}} if sqlite else {}
    engine = create_engine(url, hide_parameters=True, json_serializer=_dumps, json_deserializer=orjson.loads, **options)
    if sqlite:
        _prepare_sqlite(engine, begin)
    return engine


class Database:
    """Writers begin IMMEDIATE, so that a transaction that reads first can never fail half-way for having read (F07)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.writer = _engine(url, "BEGIN IMMEDIATE")
        self.reader = _engine(url, "BEGIN")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it fails."""
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def write(self, job: Callable[[Session], T]) -> T:
        with self.writing() as session:
            return job(session)

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


@contextmanager
def apart(session: Session, what: str) -> Iterator[None]:
    """One of several things due at once: what goes wrong with it undoes only itself. A record that fails fails all."""
    savepoint = session.begin_nested()
    try:
        yield
        savepoint.commit()
    except DBAPIError:
        raise
    except Exception:
        savepoint.rollback()
        log.exception("%s failed; the next tick tries again", what)


def _alembic(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = database.writer
    return config


def upgrade(database: Database) -> None:
    """Brings the tables to this program's version, each step in one transaction (F44). Refuses a newer record (F45).

    A record that holds something is copied first: `<record>.before-<version>`, to go back to.
    """
    config = _alembic(database)
    known = ScriptDirectory.from_config(config)
    with database.writer.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    head = known.get_current_head()
    if now == head or head is None:
        return
    if now is not None and now not in {script.revision for script in known.walk_revisions()}:
        raise DatabaseNotReady(
            f"the record has version {now}, which this program does not know: install the newer program again"
        )
    if now is not None:
        try:
            copy = keep_copy(database.writer, head)
        except OSError as error:
            raise DatabaseNotReady(
                f"the record must be copied before its tables change, and cannot be: {error}"
            ) from None
        log.info("the record as it was before version %s: %s", head, copy)
    command.upgrade(config, "head")


def open_database(url: str) -> Database:
    database = Database(url)
    upgrade(database)
    return database
