"""F33: of several programs on one record one asks the platform for news; when it is gone another goes on from there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.channels.telegram_reading import Glance, glance
from bot.inbox import Waiting
from bot.leases import Leases
from bot.receiver import Receiver
from bot.writer import Writer
from models.database import Database
from models.leases import Lease
from models.messages import InboxRow
from tests.stage.over_the_wire import until

NOW = datetime(2018, 8, 6, 1, 0, tzinfo=UTC)


class Platform:
    """Keeps updates until a higher offset is asked for; says who asks."""

    name, bot_id = "telegram", "7000000001"

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.asking = ""

    def says(self, number: int) -> None:
        message = {"message_id": number, "date": 1533510000, "chat": {"id": 5, "type": "private"}, "text": "今天"}
        self.updates.append({"update_id": number, "message": message})

    async def ask(self, who: str, offset: int | None) -> list[dict[str, Any]]:
        self.asking = who
        self.updates = [update for update in self.updates if update["update_id"] >= (offset or 0)]
        await asyncio.sleep(0.02)
        return list(self.updates)


class Channel:
    """One program's way to the platform, in the place of the network."""

    def __init__(self, platform: Platform, who: str) -> None:
        self.name, self.bot_id = platform.name, platform.bot_id
        self._platform, self._who = platform, who

    async def fetch(self, offset: int | None, _seconds: float) -> list[dict[str, Any]]:
        return await self._platform.ask(self._who, offset)

    @staticmethod
    def glance(raw: dict[str, Any], received: float) -> Glance:
        return glance(raw, received)


class Clock:
    @staticmethod
    def now() -> datetime:
        return NOW


class Program:
    """A receiver with its own way to the record."""

    def __init__(self, platform: Platform, url: str, who: str) -> None:
        self.database = Database(url)
        self.writer, self.leases = Writer(self.database), Leases(self.database)
        self.arrived: list[Waiting] = []
        channel: Any = Channel(platform, who)
        self.receiver = Receiver(channel, self.writer, Clock(), self.arrived.extend, self.leases)
        self.task = asyncio.create_task(self.receiver.poll(None))

    async def dies(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await asyncio.to_thread(self.writer.close)
        self.database.close()


@pytest_asyncio.fixture
async def start(database: str) -> AsyncIterator[Callable[[Platform, str], Program]]:
    programs: list[Program] = []

    def started(platform: Platform, who: str) -> Program:
        programs.append(Program(platform, database, who))
        return programs[-1]

    yield started
    for program in programs:
        await program.dies()


async def test_F33_one_asks_and_when_it_is_gone_another_goes_on(
    start: Callable[[Platform, str], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.receiver.STAND_BY", 0.05)
    platform = Platform()
    first = start(platform, "first")
    await until(lambda: platform.asking == "first", "the first asks")
    second = start(platform, "second")
    platform.says(1)
    await until(lambda: first.arrived, "the first takes what came")
    await asyncio.sleep(0.3)
    assert platform.asking == "first"
    await first.dies()
    platform.says(2)
    await asyncio.sleep(0.3)
    assert platform.asking == "first"  # nobody knows yet that it is gone
    with second.database.beside() as session:
        session.execute(update(Lease).values(until=NOW))
    with second.database.writing() as session:
        second.leases.lapse(session, "chat:")
    await until(lambda: second.arrived, "the second takes over")
    assert platform.asking == "second"
    with second.database.reading() as session:
        assert list(session.scalars(select(InboxRow.update_id).order_by(InboxRow.id))) == [1, 2]


async def test_F33_who_stops_in_peace_is_followed_at_once(
    start: Callable[[Platform, str], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.receiver.STAND_BY", 0.05)
    platform = Platform()
    first = start(platform, "first")
    await until(lambda: platform.asking == "first", "the first asks")
    start(platform, "second")
    await asyncio.sleep(0.1)
    first.task.cancel()
    await asyncio.gather(first.task, return_exceptions=True)
    first.leases.close()
    await until(lambda: platform.asking == "second", "the second takes over")
