"""Opens the record: one SQLite file by default, PostgreSQL by another URL; settings asserted, versions checked.

On both there is one writer at a time, however many programs share the record: what a transaction has read is still so
when it writes, for every rule and without a lock of its own anywhere.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from models import tables as _tables  # noqa: F401 - relations name each other across modules
from models.record import Record
from models.upgrading import keep_copy

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"

# FULL: a receipt must survive a power cut. trusted_schema off: a tampered file must not run code.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0}

# read committed: each statement sees what the writer before has committed, though this transaction waited for it.
# The time-outs, in milliseconds but for the first of CONNECT, in seconds: a writer whose machine is gone must not keep
# the others from writing, nor a server that is gone its clients waiting.
SESSION = {
    "default_transaction_isolation": "read committed",
    "idle_in_transaction_session_timeout": "30000",
}
CONNECT = {"connect_timeout": 10, "tcp_user_timeout": 15000}
ONE_WRITER = int.from_bytes(b"xuncha")  # the advisory lock's number, in this database only
NO_DRIVER = (
    "PostgreSQL needs a driver that is not installed ({missing}). Install it with: pip install 'psycopg[binary]'"
)


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


def _prepare_postgresql(engine: Engine, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        for name, value in SESSION.items():
            connection.execute(f"SET {name} = '{value}'")
        if connection.execute("SHOW synchronous_commit").fetchone()[0] in {"off", "local"}:
            connection.execute("SET synchronous_commit = on")  # a receipt must survive a power cut
        for name in ("fsync", "full_page_writes"):
            if connection.execute(f"SHOW {name}").fetchone()[0] != "on":
                raise DatabaseNotReady(f"PostgreSQL keeps {name} = off, but on is needed for nothing to be lost")
        connection.autocommit = False

    if writes:

        @event.listens_for(engine, "begin")
        def began(connection: Any) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")


def _engine(url: str, writes: bool) -> Engine:
    """Raises DatabaseNotReady where PostgreSQL's driver is missing."""
    sqlite = url.startswith("sqlite")
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False} if sqlite else CONNECT}
    try:
        engine = create_engine(
            _spelled(url), hide_parameters=True, json_serializer=_dumps, json_deserializer=orjson.loads, **options
        )
    except ModuleNotFoundError as missing:
        raise DatabaseNotReady(NO_DRIVER.format(missing=missing.name)) from None
    if sqlite:
        _prepare_sqlite(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")
    else:
        _prepare_postgresql(engine, writes)
    return engine


def _spelled(url: str) -> str:
    """Providers write postgres:// and postgresql://; the driver is always the same."""
    scheme, separator, rest = url.partition("://")
    ours = separator and scheme.split("+")[0] in {"postgres", "postgresql"}
    return f"postgresql+psycopg://{rest}" if ours else url


class Database:
    """Writers begin IMMEDIATE, so that a transaction that reads first can never fail half-way for having read (F07).

    On PostgreSQL they begin with a lock all writers take: the same, for several programs at once.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.shared = not url.startswith("sqlite")  # other programs may be at work on it at the same time
        self.writer = _engine(url, writes=True)
        self.reader = _engine(url, writes=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it fails."""
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def beside(self) -> Iterator[Session]:
        """One short transaction past the queue of writers, for what touches nothing but the program's own leases."""
        with Session(self.reader, expire_on_commit=False) as session, session.begin():
            yield session

    def record(self) -> Record:
        """For a program that writes one transaction after another."""
        return Record(self.writer)

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


def _alembic(database: Database) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = database.writer
    return config


def upgrade(database: Database) -> None:
    """Brings the tables to this program's version, each step in one transaction (F44). Refuses a newer record (F45).

    A record that holds something is copied first: `<record>.before-<version>`, to go back to.
    """
    known, now = versions(), _version(database.writer)
    head = known[-1]
    if now == head:
        return
    if now is not None and now not in known:
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
    from alembic import command  # 12 MB, and a fifth of a second, which a record that is up to date need not cost

    command.upgrade(_alembic(database), "head")


def versions() -> list[str]:
    """The record's versions in their order, as the names of their files begin."""
    return sorted(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))


def _version(engine: Engine) -> str | None:
    """What alembic has noted in the record; None where nobody has kept one here yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def open_database(url: str) -> Database:
    """Raises DatabaseNotReady, whatever it is that stands in the way."""
    database = Database(url)
    try:
        upgrade(database)
    except SQLAlchemyError as error:  # read-only, another's, no database at all (F05), no such server
        database.close()
        reason = error.orig if isinstance(error, DBAPIError) else type(error).__name__
        path = database.writer.url.database if not database.shared else None
        where = Path(path).parent if path else "[data] database"
        raise DatabaseNotReady(f"the record in {where} cannot be opened: {reason}") from None
    return database
