"""Notices that the platform's clock and ours disagree, and tells the administrators once for as long as it lasts (F12).

A message that comes while nothing is backed up was sent just now. One from the future says at once that our clock is
behind; one from the past may come from a phone that had no network, so a second must say the same a minute later.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.sender import Sender
from bot.writer import RecordUnavailable, Writer
from handlers import alarms
from handlers.agency import Agency

log = logging.getLogger(__name__)
TOO_MUCH = 120.0  # seconds
ALIKE = 60.0  # two messages that say the same differ by less
APART = 60.0  # and come so far apart: what a phone has queued comes in a bunch


class Skew:
    """`differs` is None while nothing has been heard."""

    def __init__(self) -> None:
        self.differs: bool | None = None
        self._first: tuple[float, float] | None = None

    def note(self, sent: float, received: float) -> float | None:
        """Both in seconds. By how much the clocks differ when that has just turned out; 0 when they agree again."""
        ahead = received - sent
        if abs(ahead) <= TOO_MUCH:
            self._first = None
            changed, self.differs = self.differs is not False, False
            return 0.0 if changed else None
        if self.differs:
            return None
        if ahead > 0 and not self._is_second(ahead, received):
            return None
        self.differs, self._first = True, None
        return ahead

    def _is_second(self, ahead: float, received: float) -> bool:
        if self._first is None or abs(self._first[1] - ahead) > ALIKE:
            self._first = (received, ahead)
            return False
        return received - self._first[0] >= APART


class ClockAlarm:
    def __init__(self, writer: Writer, agency: Agency, sender: Sender) -> None:
        self._writer, self._agency, self._sender = writer, agency, sender
        self._skew = Skew()

    async def heard(self, updates: Sequence[dict[str, Any]], now: datetime) -> None:
        """New messages that came while nothing was backed up."""
        for update in updates:
            message = update.get("message")
            sent = message.get("date") if isinstance(message, dict) else None
            ahead = self._skew.note(sent, now.timestamp()) if type(sent) is int else None
            if ahead is not None:
                await self._tell(ahead, now)

    async def _tell(self, ahead: float, now: datetime) -> None:
        if ahead:
            log.warning("this machine's clock and the platform's differ by %.0f s", ahead)
        try:
            told = await self._writer.run(
                lambda session: alarms.clock_differs(session, self._agency, now, round(ahead))
            )
        except RecordUnavailable as error:
            log.warning("nobody could be told of the clock: %s", error)
            self._skew.differs = None
            return
        if told:
            self._sender.wake()
