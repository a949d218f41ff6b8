"""The platform and the people on it, as a program of its own: says its address, then what it measured, as JSON lines.

`python -m benchmarks.server --places places.json --count 200`
"""

import argparse
import asyncio
import itertools
import signal
import time
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from benchmarks.bot_api import Platform
from benchmarks.load import Load
from benchmarks.people import FIRST_PERSON, Doing, Phone, check_sent_blindly, inspection, talk
from benchmarks.wire import Connection

UPDATES_OF_A_CHECK = 5
PATIENCE = 240.0  # seconds for all of it
BESIDE = 5.0  # texts a second of somebody who talks meanwhile
HELD_UP = 3600.0  # seconds for which nothing came through, where there is a backlog


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
    parser.add_argument("--submit", default="v1:ok:", help="how the data of the button that hands a check in begins")
    parser.add_argument("--repeat", type=int, default=1, help="checks of each person, one after the other")
    parser.add_argument("--tell-at", type=int, default=0, help="says when so many updates have been sent")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds for all of it")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until a call is answered")
    parser.add_argument("--flood", type=float, default=0.0, help="texts a second of one more person, while all inspect")
    parser.add_argument("--heavy", type=int, default=0, help="one person: so many large photos, then a ledger")
    parser.add_argument("--photo", type=Path, help="the large photo, a JPEG")
    parser.add_argument("--ledger", default="", help="the words that ask for the ledger")
    parser.add_argument("--backlog", type=int, default=0, help="checks of each person that wait when the bot starts")
    return parser.parse_args()


class Trial:
    """One load on one bot."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.platform = Platform(lambda call: self._load.saw(call), options.delay, options.photo)
        self._load = Load(self.platform.offer, options.tell_at, lambda: _say(reached=options.tell_at))
        self._flooded = 0
        self._spots: list[tuple[float, float]] = orjson.loads(options.places.read_bytes()) if options.places else []

    async def run(self) -> None:
        """Says when the load began and ended, and what was measured when the bot has taken all of it."""
        warm, count = self._options.warm_up, self._options.count
        await self.platform.polled.wait()
        if warm:
            await self._load.run(self._everyone(0, warm))
        _say(began=True)
        if self._options.rate:
            self.platform.round_trip = self._options.delay
        each = UPDATES_OF_A_CHECK if self._spots else self._options.texts
        gap = each / self._options.rate if self._options.rate else 0.0
        flooding = asyncio.create_task(self._flood(FIRST_PERSON + warm + count, self._options.flood))
        measured = await self._load.run(self._everyone(warm, count), gap)
        flooding.cancel()
        _say(ended=True)
        await self._all_fetched()
        _say(measured=asdict(measured), flooded=self._flooded)

    async def _flood(self, person: int, rate: float) -> None:
        """One person who does not wait for an answer."""
        phone, began = Phone(person, self.platform.number), time.perf_counter()
        for place in itertools.count() if rate else ():
            await asyncio.sleep(began + place / rate - time.perf_counter())
            self.platform.offer([phone.message(text=f"在吗 {place}")])
            self._flooded += 1

    async def weigh(self) -> None:
        """Large photos and a large ledger at once, while somebody goes on talking."""
        phone = Phone(FIRST_PERSON, self.platform.number)
        await self.platform.polled.wait()
        await self._load.run([(FIRST_PERSON, talk(phone, ["在吗"]))])
        _say(began=True)
        talking = asyncio.create_task(self._flood(FIRST_PERSON, BESIDE))
        self.platform.offer([phone.file() for _ in range(self._options.heavy)])
        self.platform.offer([phone.message(text=self._options.ledger)])
        await self.platform.sent_file.wait()
        talking.cancel()
        await self._all_fetched()
        _say(ended=True)

    async def clear_backlog(self) -> None:
        """All of it is there before the bot asks for the first time; people sent it turn by turn, nobody waits."""
        people, held_up = range(FIRST_PERSON, FIRST_PERSON + self._options.count), HELD_UP
        waiting = 0
        for turn, person in itertools.product(range(self._options.backlog), people):
            phone = Phone(person, self.platform.number, held_up - turn)
            updates = check_sent_blindly(phone, self._spots[(person + turn) % len(self._spots)])
            self.platform.offer(updates)
            waiting += len(updates)
        await self.platform.polled.wait()
        _say(began=True, waiting=waiting)
        await self._all_fetched()
        _say(fetched=True)

    async def _all_fetched(self) -> None:
        """Until the bot has confirmed every update."""
        await self.platform.all_confirmed.wait()

    def _everyone(self, first: int, count: int) -> list[tuple[int, Doing]]:
        people = range(FIRST_PERSON + first, FIRST_PERSON + first + count)
        return [(person, self._doing(Phone(person, self.platform.number))) for person in people]

    def _doing(self, phone: Phone) -> Doing:
        if self._spots:
            return self._inspections(phone)
        return talk(phone, itertools.repeat("3 有烟蒂", self._options.texts))

    def _inspections(self, phone: Phone) -> Doing:
        for turn in range(self._options.repeat):
            spot = self._spots[(phone.person + turn) % len(self._spots)]
            yield from inspection(phone, spot, self._options.submit)

    def stuck(self) -> str:
        return self._load.stuck()


async def _serve() -> None:
    options = _options()
    trial = Trial(options)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(trial.platform), "127.0.0.1", 0)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: _say(calls=trial.platform.calls))
    _say(url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        doing = trial.clear_backlog() if options.backlog else trial.weigh() if options.heavy else trial.run()
        await asyncio.wait_for(doing, options.patience)
    except TimeoutError:
        _say(failed=f"after {options.patience:.0f} s no answer yet: {trial.stuck()}")
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
