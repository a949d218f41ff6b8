"""Takes updates from the channel into the inbox; only what is committed there is confirmed to the channel."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from telegram.error import TelegramError

from bot import inbox
from bot.channels.outcomes import AnotherPoller, ChannelStopped, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.holes import Holes
from bot.inbox import Waiting
from bot.leases import Leases
from bot.wallclock import WallClock
from bot.writer import RecordUnavailable, Writer

log = logging.getLogger(__name__)
POLL_SECONDS = 25
MOST_AT_ONCE = 100  # updates in one answer of the platform
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
CONFLICT_PAUSE = 60.0
TAKING_OVER_PAUSE = 5.0  # the one before, of the same record, is about to notice that it is no longer its turn
STAND_BY = 1.0


async def _nobody(_updates: list[dict[str, Any]], _now: datetime) -> None:
    """Nobody listens yet."""


class Receiver:
    """`arrived` is told of every new row after its commit."""

    def __init__(
        self,
        channel: TelegramChannel,
        writer: Writer,
        clock: WallClock,
        arrived: Callable[[list[Waiting]], None],
        leases: Leases | None = None,
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._arrived = arrived
        self._leases = leases or Leases()
        self._pause = FIRST_PAUSE
        self._holes = Holes(arrived)
        self._is_drained = False  # whether the platform has nothing more for us than what it has just sent
        self.heard: Callable[[list[dict[str, Any]], datetime], Awaitable[None]] = _nobody

    async def keep(self, updates: list[dict[str, Any]], move_cursor: bool) -> None:
        """Returns when all of them are committed."""
        now = self._clock.now()
        seen = [(raw, self._channel.glance(raw, now.timestamp())) for raw in updates]
        made = await self._writer.run(
            lambda session: inbox.store(session, self._channel.name, self._channel.bot_id, seen, now, move_cursor)
        )
        if move_cursor or self._leases.shared:  # in order as they are; or of the numbers others have the rest
            if made:
                self._arrived(made)
        else:
            self._holes.take([update["update_id"] for update in updates], made)
        if made and (self._is_drained or not move_cursor):
            await self.heard(updates, now)

    async def poll(self, offset: int | None) -> None:
        """Long polling, for ever; the platform answers one program at a time, so of several the others stand by."""
        while True:
            try:
                if not self._leases.is_in_hand(self._lease):
                    offset = await self._stand_by()
                offset = await self._poll_once(offset)
                self._pause = FIRST_PAUSE
            except ChannelStopped:
                raise
            except AnotherPoller as error:
                pause = TAKING_OVER_PAUSE if self._leases.shared else CONFLICT_PAUSE
                log.error("another program reads this bot's messages; trying again in %d s: %s", pause, error.reason)
                await asyncio.sleep(pause)
            except SendFailed as failed:
                await self._wait(failed, failed.retry_after)
            except (TelegramError, OSError) as error:
                await self._wait(error)
            except RecordUnavailable as error:
                # Disk full, or locked: nothing is confirmed, the platform keeps it (F03).
                await self._wait(error)
            except Exception as error:
                log.exception("updates could not be stored")
                await self._wait(error)

    @property
    def _lease(self) -> str:
        return f"poll:{self._channel.name}:{self._channel.bot_id}"

    async def _stand_by(self) -> int | None:
        """Returns when it is this program's turn to ask: from where on."""
        name, bot = self._channel.name, self._channel.bot_id
        standing_by = False
        while True:
            if await self._writer.run(lambda session: self._leases.take(session, self._lease)):
                break
            if not standing_by:
                log.info("standing by: another program on this record reads the bot's messages")
            standing_by = True
            await asyncio.sleep(STAND_BY)
        log.info("reading the bot's messages")
        return await self._writer.run(lambda session: inbox.next_update(session, name, bot))

    async def _poll_once(self, offset: int | None) -> int | None:
        """Asking with a higher offset is what confirms, so it comes after the commit (F01)."""
        updates = await self._channel.fetch(offset, POLL_SECONDS)
        numbers = [update["update_id"] for update in updates if inbox.is_numbered(update)]
        if updates:
            await self.keep(updates, move_cursor=True)
        self._is_drained = len(updates) < MOST_AT_ONCE
        if updates and not numbers:
            raise ValueError(f"{len(updates)} updates without a number")
        return max(numbers) + 1 if numbers else offset

    async def _wait(self, error: Exception, seconds: float | None = None) -> None:
        self._is_drained = False
        seconds = seconds or self._pause
        log.warning("no updates (%s); next try in %.0f s", error, seconds)
        await asyncio.sleep(seconds)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
