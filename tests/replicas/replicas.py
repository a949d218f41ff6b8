"""Several programs on one record on PostgreSQL, and an address in front of them that gives each update to the next."""

import asyncio
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.stage.over_the_wire import OverTheWire, until
from tests.stage.programs import Running, start

DEEP = "XUNCHA_TEST_DEEP" in os.environ  # `make replicas`: the same with more of everything
SECRET = "a-secret-of-the-tests-0123456789"
PATIENCE = 300.0 if DEEP else 120.0  # seconds; a machine may have other work
FRESH = 0.25  # seconds for which what the emulator shows is passed on to everybody who asks


@dataclass
class Replicas(OverTheWire):
    """`up` starts one more program; `bots` are those that run, by number."""

    database: str = ""
    bots: dict[int, Running] = field(default_factory=dict)
    killed: int = 0
    _ports: dict[int, int] = field(default_factory=dict)
    _front: web.AppRunner | None = None
    _given: int = 0
    _number: int = 0
    _seen: tuple[float, dict[str, Any]] = (0.0, {})
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def write_config(self, *args: Any, **values: Any) -> None:
        super().write_config(*args, **values)
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace("[data]", f'[data]\ndatabase = "{self.database}"'), encoding="utf-8")

    async def webhook(self) -> None:
        """One public address for all, as a proxy gives it."""
        app = web.Application()
        app.router.add_post("/telegram", self._pass_on)
        self._front = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._front.setup()
        site = web.TCPSite(self._front, "127.0.0.1", 0)
        await site.start()
        port = self._front.addresses[0][1]
        self.telegram = (
            f'mode = "webhook"\nwebhook_url = "http://127.0.0.1:{port}/telegram"\nwebhook_secret = "{SECRET}"'
        )
        self.write_config()

    async def _pass_on(self, request: web.Request) -> web.Response:
        """To the next program in turn; where one does not answer, to the one after it, as proxies do."""
        body = await request.read()
        for _ in range(len(self.bots)):
            self._given += 1
            numbers = sorted(self.bots)
            port = self._ports[numbers[self._given % len(numbers)]]
            try:
                async with self.http.post(
                    f"http://127.0.0.1:{port}/telegram", data=body, headers=request.headers
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except (aiohttp.ClientError, TimeoutError):
                continue
        return web.Response(status=502)

    # the programs

    async def up(self) -> None:
        self._number += 1
        number, port = self._number, _free_port() if self._front is not None else 0
        log = self.folder / f"bot-{number}.log"
        words = ("run", "--config", str(self.config), "--clock-file", str(self.clock_file))
        bot = start(log, *words, settings={"XUNCHA_WEB__PORT": str(port)})
        self._started.append(bot)
        await until(lambda: "running as @" in bot.said() or bot.process.poll() is not None, "a bot runs", PATIENCE)
        assert bot.process.poll() is None, bot.said()[-2000:]
        self.bots[number], self._ports[number] = bot, port
        self.bot = bot

    async def kill(self, number: int) -> None:
        """Without a warning. The proxy notices when it is not answered."""
        bot = self.bots[number]
        bot.process.send_signal(signal.SIGKILL)
        assert await bot.ended() == -signal.SIGKILL
        del self.bots[number]
        self.killed += 1
        self.bot = next(iter(self.bots.values()))

    def writing(self) -> Any:
        """A session that writes into the record before the programs begin."""
        with self.reading():
            assert self._database is not None
            return self._database.writing()

    async def close(self) -> None:
        await super().close()
        if self._front is not None:
            await self._front.cleanup()

    async def settle(self, seconds: float = PATIENCE) -> None:
        """What the address could not give to anybody for a moment, the platform sends again after a while."""
        await super().settle(seconds)

    def said(self) -> str:
        return "\n".join(running.said() for running in self._started)

    async def state(self) -> dict[str, Any]:
        """Many people look at once: one look serves all who ask within a moment."""
        async with self._looking:
            at, seen = self._seen
            if time.monotonic() - at > FRESH:
                seen = await super().state()
                self._seen = (time.monotonic(), seen)
            return seen


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
