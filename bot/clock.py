"""Ticks. What is due is asked of the record at every tick; nothing is remembered here."""

import logging

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.orm import Session

from bot.media import Media
from bot.sender import Sender
from bot.wallclock import WallClock
from bot.writer import Writer
from handlers import moments
from handlers.agency import Agency
from models.database import Database

log = logging.getLogger(__name__)
TICK_SECONDS = 1


class Clock:
    def __init__(
        self, database: Database, writer: Writer, wall: WallClock, agency: Agency, sender: Sender, media: Media
    ) -> None:
        self._database = database
        self._writer = writer
        self._wall = wall
        self._agency = agency
        self._sender = sender
        self._media = media
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        # Late ticks are as good as punctual ones, and one stands for many: the record knows what has happened already.
        self._scheduler.add_job(
            self.tick, "interval", seconds=TICK_SECONDS, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        now = self._wall.now()
        try:
            if await self._writer.run(lambda session: moments.anything_due(session, self._agency, now)):
                await self._writer.run(lambda session: self._due(session))
        except Exception:
            log.exception("a tick failed; the next one asks again")
        # A clock that was moved makes things due that nobody has announced.
        self._sender.wake()
        self._media.wake()

    def _due(self, session: Session) -> None:
        moments.tick(session, self._agency, self._wall.now())
