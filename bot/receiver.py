"""Takes updates from the channel into the inbox; only what is committed there is confirmed to the channel."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from telegram.error import TelegramError

from bot import inbox
from bot.channels.outcomes import AnotherPoller, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.inbox import Waiting
from bot.wallclock import WallClock
from bot.writer import Writer

log = logging.getLogger(__name__)
POLL_SECONDS = 25
LONGEST_PAUSE = 30.0
CONFLICT_PAUSE = 60.0


class Receiver:
    """`arrived` is told of every new row after its commit."""

    def __init__(
        self, channel: TelegramChannel, writer: Writer, clock: WallClock, arrived: Callable[[list[Waiting]], None]
    ) -> None:
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._arrived = arrived

    async def keep(self, updates: list[dict[str, Any]], move_cursor: bool) -> None:
        """Returns when all of them are committed."""
        now = self._clock.now()
        seen = [(raw, self._channel.glance(raw, now.timestamp())) for raw in updates]
        made = await self._writer.run(
            lambda session: inbox.store(session, self._channel.name, self._channel.bot_id, seen, now, move_cursor)
        )
        if made:
            self._arrived(made)

    async def poll(self, offset: int | None) -> None:
        """Long polling, for ever. Asking with a higher offset is what confirms, so it comes after the commit (F01)."""
        pause = 1.0
        while True:
            try:
                updates = await self._channel.fetch(offset, POLL_SECONDS)
                if updates:
                    await self.keep(updates, move_cursor=True)
                    numbers = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
                    offset = max(numbers) + 1 if numbers else offset
                pause = 1.0
            except AnotherPoller as error:
                log.error(
                    "another program reads this bot's messages; trying again in %d s: %s", CONFLICT_PAUSE, error.reason
                )
                await asyncio.sleep(CONFLICT_PAUSE)
            except SendFailed as failed:
                log.warning("no updates (%s); next try in %.0f s", failed, failed.retry_after or pause)
                await asyncio.sleep(failed.retry_after or pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except (TelegramError, OSError) as error:
                log.warning("no updates (%s); next try in %.0f s", error, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:
                # The record cannot be written (disk full, locked): nothing is confirmed, the platform keeps it (F03).
                log.exception("updates could not be stored; next try in %.0f s", pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
