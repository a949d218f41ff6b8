"""Plays dialogues over the wire: the emulator and the bot as programs of their own, as people would start them."""

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import deliveries
from bot.app import agency_of
from bot.config import Settings, read_settings
from bot.emulator.clock import MovableClock
from handlers import moments
from models.database import Database
from models.evidence import Photo, PhotoState
from models.messages import Card, InboxRow, InboxState, OutboxRow, SendState
from tests.stage.programs import Running, start

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
ADMIN = 1001
SOON = timedelta(seconds=5)
CONFIG = """
[agency]
name = "清新区"
[telegram]
token = "{token}"
admins = [{admin}]
base_url = "{url}"
{telegram}
[data]
folder = "data"
[log]
level = "DEBUG"
{more}
"""


async def until(true: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
    """Waits for it to be true; gives what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        await asyncio.sleep(0.02)


@dataclass
class OverTheWire:
    """`folder` holds everything the two programs write. `data`: a record to begin with, copied before the start."""

    folder: Path
    begins: datetime
    telegram: str = ""
    more: str = ""
    anew: bool = False  # the bot reads its modules by itself at every start
    bot: Running | None = None
    emulator: Running | None = None
    url: str = ""
    _started: list[Running] = field(default_factory=list)
    _http: aiohttp.ClientSession | None = None
    _database: Database | None = None
    _seen_settings: Settings | None = field(default=None, repr=False)

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def settings(self) -> Settings:
        if self._seen_settings is None:
            self._seen_settings = read_settings(self.config)
        return self._seen_settings

    @property
    def http(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self._http

    def now(self) -> datetime:
        return datetime.fromtimestamp(MovableClock(self.clock_file).now(), UTC)

    # the programs

    async def open(self) -> None:
        """Starts the emulator, and writes the settings that lead the bot to it."""
        MovableClock(self.clock_file).move_to(self.begins.timestamp())
        self.emulator = start(
            self.folder / "emulator.log", "emulator", "--port", "0", "--token", TOKEN, "--clock-file",
            str(self.clock_file),
        )  # fmt: skip
        self._started.append(self.emulator)
        said = self.emulator.said
        self.url = (await until(lambda: "\n" in said() and said().split()[0], "the emulator answers")).rstrip("/")
        self.write_config()

    def write_config(self, token: str = TOKEN) -> None:
        self._seen_settings = None
        self.config.write_text(
            CONFIG.format(token=token, admin=ADMIN, url=self.url, telegram=self.telegram, more=self.more),
            encoding="utf-8",
        )

    async def quicken(self) -> None:
        """Ten times the platform's pace, on both sides: its limits still hold, but nobody waits for them."""
        self.telegram += "\nmessages_per_chat = 10\nmessages_per_group_minute = 200"
        self.write_config()
        await self.control("POST", "limits", {"per_chat": 10, "per_group_minute": 200})

    def start_bot(self) -> Running:
        words = ("run", "--config", str(self.config), "--clock-file", str(self.clock_file))
        bot = start(self.folder / "bot.log", *words, anew=self.anew)
        self._started.append(bot)
        return bot

    async def up(self) -> None:
        """Starts the bot and waits until it says that it runs."""
        path = self.folder / "bot.log"
        before = path.read_text().count("running as @") if path.exists() else 0
        bot = self.bot = self.start_bot()
        await until(lambda: bot.said().count("running as @") > before or bot.process.poll() is not None, "the bot runs")
        assert bot.process.poll() is None, bot.said()[-2000:]

    async def program(self, what: str) -> None:
        if what == "up":
            await self.up()
            await self.settle()
            return
        assert self.bot is not None
        self.bot.process.send_signal(signal.SIGKILL if what == "killed" else signal.SIGTERM)
        code = await self.bot.ended()
        self.bot = None
        assert code == (-signal.SIGKILL if what == "killed" else 0), code

    async def bring(self, campaign: Path, positions: str) -> None:
        """By the command line, beside the bot that runs."""
        words = ("import", str(campaign), "--positions", positions, "--yes", "--past", "--config", str(self.config))
        code = await start(self.folder / "import.log", *words).ended()
        assert code == 0, (self.folder / "import.log").read_text()

    async def close(self) -> None:
        for running in reversed(self._started):
            await asyncio.to_thread(running.ends, 10.0)
        self.bot = self.emulator = None
        if self._http is not None:
            await self._http.close()
        if self._database is not None:
            self._database.close()

    # the people

    async def act(self, given: dict[str, Any]) -> Any:
        if given["do"] not in {"clock", "add_person", "add_group"}:
            await self.control("POST", "act", {"do": "clock", "by": 1})  # nobody does two things in one second
        return await self.control("POST", "act", given)

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.control("GET", "state")
        return found

    async def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.control("GET", "calls")
        return found

    async def faults(self, *faults: dict[str, Any]) -> None:
        await self.control("POST", "faults", list(faults))

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, f"{self.url}/emulator/{path}", json=body) as answer:
            told = await answer.json()
        assert told["ok"], f"{path} {body}: {told}"
        return told["result"]

    # rest

    async def settle(self, seconds: float = 60.0) -> None:
        """Until nothing is on its way in or out and nothing is due within seconds. A bot that is down rests already."""
        if self.bot is None:
            return
        end = time.monotonic() + seconds
        while busy := await self.busy():
            assert self.bot is not None
            assert self.bot.process.poll() is None, f"the bot has ended:\n{self.bot.said()[-3000:]}"
            assert time.monotonic() < end, f"no rest after {seconds:.0f} s: {busy}\n{self.bot.said()[-3000:]}"
            await asyncio.sleep(0.04)

    async def busy(self) -> str:
        """What is still going on, in words; nothing when all is quiet."""
        async with self.http.get(f"{self.url}/bot{TOKEN}/getWebhookInfo") as answer:
            pending = (await answer.json())["result"]["pending_update_count"]
        if pending:
            return f"{pending} updates wait at the platform"
        with self.reading() as session:
            return self._undone(session)

    def reading(self) -> Any:
        """A session that only looks at the bot's record."""
        if self._database is None:
            self._database = Database(self.settings.database_url)
        return self._database.reading()

    def _undone(self, session: Session) -> str:
        now = self.now()
        for what, query in (
            ("inbox rows", select(func.count(InboxRow.id)).where(InboxRow.state == InboxState.NEW)),
            ("messages on their way", select(func.count(OutboxRow.id)).where(OutboxRow.state == SendState.SENDING)),
            ("cards on their way", select(func.count(Card.id)).where(Card.state == SendState.SENDING)),
            ("photos", select(func.count(Photo.id)).where(
                Photo.state == PhotoState.PENDING, Photo.next_try_at <= now + SOON)),
        ):  # fmt: skip
            count = session.scalar(query)
            if count:
                return f"{count} {what}"
        due = deliveries.next_due_at(session, "telegram")
        if due is not None and due <= now + SOON:
            return f"something is to be sent at {due}"
        return "the clock" if moments.anything_due(session, agency_of(self.settings), now) else ""
