"""Builds the parts and runs them; the only module that knows them all."""

import asyncio
import contextlib
import fcntl
import logging
import signal
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from bot import inbox
from bot.channels.outcomes import ChannelStopped, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.config import Settings
from bot.media import Media
from bot.pacing import Pace
from bot.receiver import Receiver
from bot.rendering import Renderer
from bot.sender import Sender
from bot.store import PhotoStore
from bot.wallclock import WallClock
from bot.web import Web
from bot.worker import Worker
from bot.writer import Writer
from handlers.agency import Agency
from models.database import Database, open_database

log = logging.getLogger(__name__)
HELLO_PAUSES = (1, 2, 5, 10, 30)
WRONG_TOKEN = "Telegram refuses the bot: {reason}. Put the token BotFather gave you into [telegram] token; nothing received is lost."


class AlreadyRunning(Exception):
    """Another program uses this data folder."""


def agency_of(settings: Settings) -> Agency:
    return Agency(
        name=settings.agency.name,
        timezone=settings.agency.timezone,
        language=settings.agency.language,
        admins=frozenset(f"telegram:{admin}" for admin in settings.telegram.admins),
        morning_at=settings.times.morning_at,
        quiet_from=settings.times.quiet_from,
        quiet_to=settings.times.quiet_to,
    )


def lock(folder: Path) -> IO[str]:
    """Holds the data folder for this process; the kernel lets go when it ends, however it ends (F33)."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(
            f"another bot is running with the data in {folder}. Stop it first, or give this one its own [data] folder."
        ) from None
    return file


class App:
    """One bot on one record."""

    def __init__(self, settings: Settings, clock: WallClock) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = lock(settings.folder)
        self.database: Database = open_database(settings.database_url)
        self.writer = Writer(self.database)
        self.channel = TelegramChannel(
            settings.telegram.token.get_secret_value(), settings.telegram.base_url, settings.telegram.proxy or None
        )
        self._tasks: list[asyncio.Task[Any]] = []
        self._stopped = asyncio.Event()
        self.failure: str | None = None

    async def run(self) -> None:
        """Until `stop`, or until the channel says that it cannot go on."""
        name = await self._say_hello()
        if name is None:
            return await self._close()
        self._build(replace(agency_of(self.settings), bot_name=name))
        await self._start_reading()
        self._watch(self.worker.run(), "worker")
        self._watch(self.sender.run(), "sender")
        self._watch(self.media.run(), "media")
        self.clock.start()
        log.info("running as @%s", name)
        await self._stopped.wait()
        return await self._wind_down()

    def stop(self) -> None:
        self._stopped.set()

    async def _say_hello(self) -> str | None:
        """The bot's name; waits for the network as long as it takes, but not for a wrong token (F47)."""
        tries = 0
        while not self._stopped.is_set():
            try:
                return await self.channel.open()
            except ChannelStopped as stopped:
                self.failure = WRONG_TOKEN.format(reason=stopped.reason)
                return None
            except SendFailed as failed:
                pause = HELLO_PAUSES[min(tries, len(HELLO_PAUSES) - 1)]
                log.warning("Telegram does not answer (%s); next try in %d s", failed, pause)
                tries += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), pause)
        return None

    def _build(self, agency: Agency) -> None:
        telegram = self.settings.telegram
        pace = Pace(per_chat=telegram.messages_per_chat, overall=telegram.messages_per_second)
        self.renderer = Renderer(self.settings.database_url, agency, self.settings.photos)
        self.sender = Sender(self.channel, self.writer, self._clock, self.renderer, pace)
        self.worker = Worker(self.channel, self.writer, self._clock, agency, self.sender)
        self.media = Media(
            self.channel, self.writer, self._clock, agency, PhotoStore(self.settings.photos), self.sender
        )
        self.clock = Clock(self.database, self.writer, self._clock, agency, self.sender, self.media)
        self.receiver = Receiver(self.channel, self.writer, self._clock, self.worker.add)
        self.worker.after = self.media.wake

    async def _start_reading(self) -> None:
        telegram = self.settings.telegram
        webhook = telegram.mode == "webhook"
        self.web = Web(self.receiver, telegram.webhook_secret.get_secret_value() if webhook else "", self._health)
        if self.settings.web.port:
            await self.web.start(self.settings.web.host, self.settings.web.port)
        with contextlib.suppress(SendFailed):  # a server of one's own may not know menus; nothing depends on them
            await self.channel.set_commands()
        if webhook:
            await self.channel.take_webhook(telegram.webhook_url, telegram.webhook_secret.get_secret_value())
            return
        await self._leave_webhook()
        offset = await self.writer.run(
            lambda session: inbox.next_update(session, self.channel.name, self.channel.bot_id)
        )
        self._watch(self.receiver.poll(offset), "receiver")

    async def _leave_webhook(self) -> None:
        """A webhook left behind would keep every update away from polling (F34)."""
        with contextlib.suppress(SendFailed):
            if await self.channel.webhook_url():
                log.warning("a webhook was set for this bot; polling takes over")
                await self.channel.drop_webhook()

    def _watch(self, part: Any, name: str) -> None:
        task = asyncio.create_task(part, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """A part that ends by itself takes the program with it: half a bot would look alive and do nothing."""
        if task.cancelled() or self._stopped.is_set():
            return
        error = task.exception()
        if isinstance(error, ChannelStopped):
            self.failure = WRONG_TOKEN.format(reason=error.reason)
        elif error is not None:
            log.error("the %s broke off", task.get_name(), exc_info=error)
            self.failure = f"the {task.get_name()} broke off: {type(error).__name__}"
        self._stopped.set()

    def _health(self) -> dict[str, Any]:
        return {"ok": not self._stopped.is_set(), "parts": {task.get_name(): not task.done() for task in self._tasks}}

    async def _wind_down(self) -> None:
        """In under five seconds (F48): no more updates, the rows under way, the calls under way, then the writer."""
        self.clock.stop()
        await self.web.stop()
        for task in self._tasks:
            if task.get_name() in {"receiver", "media"}:
                task.cancel()
        await self.worker.stop()
        await self.sender.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.renderer.close()
        await self._close()

    async def _close(self) -> None:
        await self.channel.close()
        await asyncio.to_thread(self.writer.close)
        self.database.close()
        self._lock.close()


async def run_until_signalled(app: App) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, app.stop)
    await app.run()
