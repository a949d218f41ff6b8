"""Builds the parts and runs them; the only module that knows them all."""

import asyncio
import contextlib
import fcntl
import logging
import signal
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from bot import inbox
from bot.channels.outcomes import ChannelStopped, Failure, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.config import Settings
from bot.leases import Leases
from bot.media import Media
from bot.pacing import Pace
from bot.receiver import Receiver
from bot.rendering import Renderer
from bot.sender import Sender
from bot.skew import ClockAlarm
from bot.store import PhotoStore, make_folder
from bot.wallclock import WallClock
from bot.watchdog import Watchdog
from bot.worker import Worker
from bot.writer import RecordUnavailable, Writer
from handlers.agency import Agency
from models.database import Database, open_database

if TYPE_CHECKING:
    from bot.web import Web

T = TypeVar("T")
log = logging.getLogger(__name__)
PAUSES = (1, 2, 5, 10, 30)
WRONG_TOKEN = (
    "Telegram refuses the bot: {reason}. "
    "Put the token BotFather gave you into [telegram] token; nothing received is lost."
)
WRONG_WEBHOOK = "Telegram refuses the webhook: {reason}. Look at [telegram] webhook_url and webhook_secret."


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
        make_folder(settings.folder)
        with contextlib.ExitStack() as opening:
            # On PostgreSQL as many programs may run on one record, and in one folder, as are wanted.
            if settings.database_url.startswith("sqlite"):
                opening.enter_context(lock(settings.folder))
            self.database: Database = open_database(settings.database_url)
            self._open = opening.pop_all()
        self.leases = Leases(self.database)
        self.writer = Writer(self.database)
        self.channel = TelegramChannel(
            settings.telegram.token.get_secret_value(), settings.telegram.base_url, settings.telegram.proxy or None
        )
        self.web: Web | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._menus: asyncio.Task[None] | None = None
        self._built = False
        self._stopped = asyncio.Event()
        self.failure: str | None = None

    async def run(self) -> None:
        """Until `stop`, or until the channel says that it cannot go on."""
        try:
            name = await self._unless_stopped(self._keep_trying(self.channel.open))
            if name is not None:
                self._build(replace(agency_of(self.settings), bot_name=name))
                await self._unless_stopped(self._start())
                log.info("running as @%s", name)
                await self._stopped.wait()
        except ChannelStopped as stopped:
            self.failure = WRONG_TOKEN.format(reason=stopped.reason)
        except SendFailed as refused:
            self.failure = WRONG_WEBHOOK.format(reason=refused.reason)
        finally:
            await self._wind_down()

    def stop(self) -> None:
        self._stopped.set()

    async def _unless_stopped(self, beginning: Coroutine[Any, Any, T]) -> T | None:
        """What it gives; None when the program is to end before that: no network must hold up a stop."""
        begun, stopped = asyncio.create_task(beginning), asyncio.create_task(self._stopped.wait())
        await asyncio.wait({begun, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if begun.done():
            return begun.result()
        begun.cancel()
        await asyncio.wait({begun})
        return None

    async def _keep_trying(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Waits for the network, or for the record, as long as it takes; but not for a wrong token (F47)."""
        tries = 0
        while True:
            try:
                return await call()
            except (SendFailed, RecordUnavailable) as failed:
                if isinstance(failed, SendFailed) and failed.failure is Failure.REFUSED:
                    raise
                pause = PAUSES[min(tries, len(PAUSES) - 1)]
                log.warning("cannot begin yet (%s); next try in %d s", failed, pause)
                tries += 1
                await asyncio.sleep(pause)

    def _build(self, agency: Agency) -> None:
        telegram = self.settings.telegram
        pace = Pace(
            per_chat=telegram.messages_per_chat,
            per_group_minute=telegram.messages_per_group_minute,
            overall=telegram.messages_per_second,
        )
        self.renderer = Renderer(self.settings.database_url, agency, self.settings.photos)
        self.sender = Sender(self.channel, self.writer, self._clock, self.renderer, pace, self.leases)
        self.worker = Worker(self.channel, self.writer, self._clock, agency, self.sender, self.leases)
        store = PhotoStore(self.settings.photos)
        self.media = Media(self.channel, self.writer, self._clock, agency, store, self.sender, self.leases)
        self.clock = Clock(self.channel.name, self.writer, self._clock, agency, self.sender, self.media)
        self.receiver = Receiver(self.channel, self.writer, self._clock, self.worker.add, self.leases)
        self.receiver.heard = ClockAlarm(self.writer, agency, self.sender).heard
        self.watchdog = Watchdog()
        self.worker.after, self.media.gives_way = self.media.wake, self.worker.is_pressed
        self._built = True

    async def _start(self) -> None:
        """What was left from last time first, so that nothing that arrives meanwhile is taken twice."""
        channel, telegram = self.channel, self.settings.telegram
        left, offset = await self._keep_trying(
            lambda: self.writer.run(
                lambda session: (
                    inbox.waiting(session, channel.name),
                    inbox.next_update(session, channel.name, channel.bot_id),
                )
            )
        )
        if self.settings.web.port:
            await self._serve()
        if telegram.mode == "webhook":
            secret = telegram.webhook_secret.get_secret_value()
            await self._keep_trying(lambda: channel.take_webhook(telegram.webhook_url, secret))
        else:
            await self._leave_webhook()
            self._watch(self.receiver.poll(offset), "receiver")
        self._watch(self.worker.run(left), "worker")
        self._watch(self.watchdog.run(), "watchdog")
        self._watch(self.sender.run(), "sender")
        self._watch(self.media.run(), "media")
        self._watch(self.worker.look_round(), "look-round")
        if self.leases.shared:
            self._watch(self.leases.run(), "leases")
        self.clock.start()
        self._menus = asyncio.create_task(self._set_menus())

    async def _serve(self) -> None:
        from bot.web import Web  # with aiohttp's server, for which a bot that polls has no use

        telegram = self.settings.telegram
        secret = telegram.webhook_secret.get_secret_value() if telegram.mode == "webhook" else ""
        self.web = Web(self.receiver, secret, self._health)
        await self.web.start(self.settings.web.host, self.settings.web.port)

    async def _set_menus(self) -> None:
        """Nothing depends on them, and a server of one's own may not know them."""
        try:
            await self.channel.set_commands()
        except (SendFailed, ChannelStopped) as failed:
            log.warning("the menus of commands could not be set: %s", failed)

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
        self._stopped.set()
        if self._built:
            self.clock.stop()
            if self.web is not None:
                await self.web.stop()
            for task in self._tasks:
                if task.get_name() in {"receiver", "media"}:
                    task.cancel()
            self.media.stop()
            await asyncio.gather(self.worker.stop(), self.sender.stop())
            self.renderer.close()
        for task in (*self._tasks, *([self._menus] if self._menus else [])):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.channel.close()
        await asyncio.to_thread(self.writer.close)
        await asyncio.to_thread(self.leases.close)
        self.database.close()
        self._open.close()


async def run_until_signalled(app: App) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, app.stop)
    await app.run()
