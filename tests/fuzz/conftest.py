"""One record for all cases: each is undone before the next begins."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from bot.channels.telegram import TelegramChannel
from models.people import Account, Person
from models.record import Record
from tests.fuzz.office import TOKEN
from tests.handlers import agency_record

ENGLISH = ("12", "17")  # accounts


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    database = agency_record.make(tmp_path_factory.mktemp("fuzz"))
    with database.writing() as session:
        people = Account.__table__.select().with_only_columns(Account.person_id).where(Account.external_id.in_(ENGLISH))
        session.execute(update(Person).where(Person.id.in_(people)).values(language="en"))
    session = Record(database.writer)
    yield session
    session.end()
    database.close()


@pytest.fixture(scope="session")
def channel() -> TelegramChannel:
    return TelegramChannel(TOKEN)
