"""The demo's world: the emulator in this process, the real bot talking to it over HTTP, and a clock they share."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import deliveries
from bot.app import App, agency_of
from bot.campaign_files import read_campaign
from bot.config import read_settings
from bot.demo.places import CAMPAIGN, POSITIONS, places
from bot.emulator.acts import perform
from bot.emulator.command import Running, serve
from bot.emulator.views import state_view
from bot.wallclock import MovedClock
from handlers import moments
from models.campaign_import import apply
from models.database import open_database
from models.evidence import Photo, PhotoState
from models.messages import Card, InboxRow, InboxState, OutboxRow, SendState

TOKEN = "7000000001:demo-on-this-machine-only-000000000"
ADMIN = 1001
LONGEST_REST = 15.0

CONFIG = """[agency]
name = "清新区"
[telegram]
token = "{token}"
base_url = "{url}"
admins = [{admin}]
messages_per_second = 100
messages_per_chat = 20
[data]
folder = "data"
[log]
level = "WARNING"
"""


@dataclass
class DemoWorld:
    """Drives the emulator's people in this process, for a stage to play on."""

    folder: Path
    running: Running
    app: App
    task: asyncio.Task[None]

    @classmethod
    async def open(cls, folder: Path, port: int) -> "DemoWorld":
        clock_file = folder / "clock"
        running = await _serve(port, clock_file)
        running.world.limits.change(per_chat=20.0, overall=100.0)
        config = folder / "config.toml"
        config.write_text(CONFIG.format(token=TOKEN, url=running.url, admin=ADMIN), encoding="utf-8")
        settings = read_settings(config)
        settings.folder.mkdir(parents=True, exist_ok=True)
        cls.prepare(settings.database_url, clock_file)
        running.world.places = [
            {"name": name, "latitude": latitude, "longitude": longitude, "note": "演示坐标 / invented"}
            for name, (latitude, longitude) in places().items()
        ]
        app = App(settings, MovedClock(clock_file))
        return cls(folder, running, app, asyncio.create_task(app.run()))

    @classmethod
    def prepare(cls, database_url: str, clock_file: Path) -> None:
        """The record the program finds when it starts."""
        import_campaign(database_url, clock_file)

    async def close(self) -> None:
        self.app.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.task, 8)
        await self.running.close()

    async def act(self, given: dict[str, Any]) -> Any:
        return await perform(self.running.world, given)

    async def state(self) -> dict[str, Any]:
        return state_view(self.running.world)

    async def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.running.world.calls.since(0)
        return found

    async def program(self, what: str) -> None:
        """The bot goes away and comes back, as the dialogue says; here it is stopped in good order."""
        if what == "up":
            self.app = App(self.app.settings, MovedClock(self.folder / "clock"))
            self.task = asyncio.create_task(self.app.run())
            return await self.settle()
        self.app.stop()
        return await self.task

    async def bring(self, campaign: Path, positions: str) -> None:
        import_campaign(self.app.settings.database_url, self.folder / "clock", campaign, positions)

    async def settle(self) -> None:
        """Until the bot has nothing left to do; it may be down."""
        if self.task.done():
            return
        until = asyncio.get_running_loop().time() + LONGEST_REST
        quiet = 0
        while quiet < 3 and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
            at_rest = not len(self.running.world.updates) and not await self.app.writer.run(self._busy)
            quiet = quiet + 1 if at_rest else 0

    def _busy(self, session: Session) -> bool:
        """Something is waiting to be done, is being done, or is due since the clock was moved."""
        counts = (
            select(func.count(InboxRow.id)).where(InboxRow.state == InboxState.NEW),
            select(func.count(Photo.id)).where(Photo.state == PhotoState.PENDING),
            select(func.count(OutboxRow.id)).where(OutboxRow.state == SendState.SENDING),
            select(func.count(Card.id)).where(Card.state == SendState.SENDING),
        )
        if any(session.scalar(count) for count in counts):
            return True
        now = MovedClock(self.folder / "clock").now()
        due = moments.anything_due(session, agency_of(self.app.settings), now)
        return due or deliveries.next_due_at(session, "telegram") is not None


async def _serve(port: int, clock_file: Path) -> Running:
    """On the port asked for, or, if somebody has it, on any that is free."""
    try:
        return await serve(port, clock_file=clock_file, token=TOKEN)
    except OSError:
        logging.getLogger(__name__).warning("port %d is taken; another one is used", port)
        return await serve(0, clock_file=clock_file, token=TOKEN)


def import_campaign(database_url: str, clock_file: Path, campaign: Path = CAMPAIGN, positions: str = POSITIONS) -> None:
    database = open_database(database_url)
    try:
        with database.writing() as session:
            apply(session, read_campaign(campaign, positions), MovedClock(clock_file).now())
    finally:
        database.close()
