"""A conversation to begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.database import Database
from tests.handlers.agency_record import make
from tests.handlers.conversing import Talk


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(tmp_path)
    await talk.begin()
    return talk


@pytest.fixture(scope="module")
def noticed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make(Path(tmp_path_factory.mktemp("notices")))
    yield database
    database.close()


@pytest.fixture
def session(noticed: Database) -> Iterator[Session]:
    """Of that record; whatever is done in it is taken back."""
    with noticed.writing() as session:
        yield session
        session.rollback()
