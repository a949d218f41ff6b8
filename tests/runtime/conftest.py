"""A real record for every test, and the writer that serves it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.stage import Stage
from bot.writer import Writer
from models.database import Database
from tests.runtime.desk import Desk
from tests.runtime.town import Town, open_town
from tests.stage.records import copy_empty


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "xuncha.db"
    copy_empty(path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    writer = Writer(database)
    yield writer
    await asyncio.to_thread(writer.close)


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Town, Stage]]:
    town, stage = await open_town(tmp_path)
    yield town, stage
    await town.close()
