"""Ticks. What is due is asked of the record at every tick; nothing is remembered here."""

import asyncio
import logging
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.orm import Session

from bot import undelivered
from bot.media import Media
from bot.sender import Sender
from bot.wallclock import WallClock
from bot.writer import RecordUnavailable, Writer
from handlers import moments
from handlers.agency import Agency

log = logging.getLogger(__name__)
TICK_SECONDS = 1
MOVED = 5.0  # seconds by which the clock has gone otherwise than time itself
SET_BACK = timedelta(seconds=5)
# Nothing is put off for longer: at the start, what is due later was put off by a clock that was wrong.
LONGEST_WAIT = timedelta(hours=13)


class Clock:
    def __init__(
        self, channel: str, writer: Writer, wall: WallClock, agency: Agency, sender: Sender, media: Media
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._wall = wall
        self._agency = agency
        self._sender = sender
        self._media = media
        self._last: datetime | None = None
        self._last_at = 0.0
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
        wake = self._has_moved(now)
        try:
            if self._last is None:
                await self._writer.run(lambda session: self._set_back(session, now, LONGEST_WAIT))
            elif now < self._last - SET_BACK:
                log.warning("the clock was set back by %s", self._last - now)
                await self._writer.run(lambda session: self._set_back(session, now, timedelta(0)))
            self._last = now
            if await self._writer.look(lambda session: moments.anything_due(session, self._agency, now)):
                wake = True
                await self._writer.run(lambda session: moments.tick(session, self._agency, self._wall.now()))
        except asyncio.CancelledError:
            return  # the program ends; the scheduler would write a traceback about it
        except RecordUnavailable as error:
            log.warning("what is due cannot be written: %s", error)
        except Exception:
            log.exception("a tick failed; the next one asks again")
        if wake:
            self._sender.wake()
            self._media.wake()

    def _has_moved(self, now: datetime) -> bool:
        """A clock that was moved, or a machine that slept, makes things due that nobody has announced."""
        at = asyncio.get_running_loop().time()
        gone, self._last_at = at - self._last_at, at
        return self._last is None or abs((now - self._last).total_seconds() - gone) > MOVED

    def _set_back(self, session: Session, now: datetime, ahead: timedelta) -> None:
        undelivered.set_back(session, self._channel, now, ahead)
        moments.set_back(session, now, ahead)
