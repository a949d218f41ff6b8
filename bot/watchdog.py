"""Notices when something holds up the event loop, and says for how long: everybody waits meanwhile (F37)."""

import asyncio
import logging
import time

log = logging.getLogger(__name__)
EVERY_SECONDS = 0.1
TOO_LONG = 0.2


class Watchdog:
    """`longest`: the longest stall since the start, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        while True:
            expected = time.monotonic() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            late = time.monotonic() - expected
            self.longest = max(self.longest, late)
            if late > TOO_LONG:
                log.warning("the event loop stood still for %.0f ms", late * 1000)
