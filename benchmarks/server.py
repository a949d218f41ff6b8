"""The platform and the people on it, as a program of its own: says its address, then what it measured, as JSON lines.

`python -m benchmarks.server --places places.json --count 200`
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from benchmarks.bot_api import Platform
from benchmarks.load import Load, Measured
from benchmarks.people import FIRST_PERSON, Doing, Phone, inspection, talk
from benchmarks.wire import Connection

UPDATES_OF_A_CHECK = 5
REST = 1.5  # seconds without a call after which the bot has done all there was to do
PATIENCE = 240.0


def _say(**told: Any) -> None:
    print(orjson.dumps(told).decode(), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.server", description="A Bot API with people who use it.")
    parser.add_argument(
        "--places", type=Path, help="where people inspect, as [latitude, longitude]; without: they talk"
    )
    parser.add_argument("--count", type=int, default=200, help="how many people")
    parser.add_argument("--warm-up", type=int, default=10, help="people who go first and are not measured")
    parser.add_argument("--rate", type=float, default=0.0, help="updates a second; 0: as quickly as they are answered")
    parser.add_argument("--texts", type=int, default=UPDATES_OF_A_CHECK, help="what a talker sends")
    return parser.parse_args()


class Trial:
    """One load on one bot."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.platform = Platform(lambda call: self._load.saw(call))
        self._load = Load(self.platform.offer)
        self._spots: list[tuple[float, float]] = orjson.loads(options.places.read_bytes()) if options.places else []

    async def run(self) -> None:
        warm, count = self._options.warm_up, self._options.count
        await self.platform.polled.wait()
        if warm:
            await self._load.run(self._everyone(0, warm))
        _say(began=True)
        if self._options.rate:
            self.platform.round_trip = 0.0
        each = UPDATES_OF_A_CHECK if self._spots else self._options.texts
        gap = each / self._options.rate if self._options.rate else 0.0
        measured = await self._load.run(self._everyone(warm, count), gap)
        _say(ended=True)
        await self._rest(measured)

    async def _rest(self, measured: Measured) -> None:
        over = time.perf_counter()
        quiet = 0.0 if self._spots else REST  # an echo has nothing left to do
        while quiet < REST:
            await asyncio.sleep(REST - quiet)
            quiet = time.perf_counter() - self.platform.last_call
        _say(measured=asdict(measured), rest=max(0.0, self.platform.last_call - over))

    def _everyone(self, first: int, count: int) -> list[tuple[int, Doing]]:
        people = range(FIRST_PERSON + first, FIRST_PERSON + first + count)
        return [(person, self._doing(Phone(person, self.platform.number))) for person in people]

    def _doing(self, phone: Phone) -> Doing:
        if self._spots:
            return inspection(phone, self._spots[phone.person % len(self._spots)])
        return talk(phone, itertools.repeat("3 有烟蒂", self._options.texts))

    def stuck(self) -> str:
        return self._load.stuck()


async def _serve() -> None:
    trial = Trial(_options())
    server = await asyncio.get_running_loop().create_server(lambda: Connection(trial.platform), "127.0.0.1", 0)
    _say(url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        await asyncio.wait_for(trial.run(), PATIENCE)
    except TimeoutError:
        _say(failed=f"after {PATIENCE:.0f} s no answer yet: {trial.stuck()}")
    await asyncio.Event().wait()


def _in_loop(running: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(running)
    else:
        uvloop.run(running)


if __name__ == "__main__":
    _in_loop(_serve())
