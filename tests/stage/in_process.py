"""Plays dialogues against dispatch in one process: no sockets, no tasks, a clock that only moves when told to."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy.orm import Session

from bot import deliveries, inbox, undelivered
from bot.app import agency_of
from bot.channels.outcomes import SendFailed
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import Body, ReqwestRequest
from bot.config import read_settings
from bot.demo.places import CAMPAIGN, POSITIONS
from bot.emulator.acts import perform
from bot.emulator.calling import call
from bot.emulator.clock import MovableClock
from bot.emulator.views import state_view
from bot.emulator.world import World
from bot.media import Due, _due
from bot.rendering import _draw, placed, set_letter
from bot.sender import Sender
from bot.store import PhotoStore
from bot.worker import Worker
from handlers import ledger_files, moments
from handlers.agency import Agency
from handlers.messages import Reply
from handlers.pictures.looking import first_look, second_look
from models.campaign_import import apply
from models.database import open_database
from tests.stage.calls import params_of
from tests.stage.records import copy_empty, copy_imported, plan_of

T = TypeVar("T")
TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
ADMIN = 1001


class StoppedClock(MovableClock):
    """Stands still until it is moved."""

    def __init__(self, epoch: float) -> None:
        super().__init__()
        self.epoch = epoch

    @property
    def offset(self) -> float:
        return 0.0

    def now(self) -> float:
        return self.epoch

    def move_to(self, epoch: float) -> None:
        self.epoch = epoch

    def move_by(self, seconds: float) -> None:
        self.epoch += seconds


class NoSocket(ReqwestRequest):
    """The transport without a network: calls go straight to the emulator's methods."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    async def call(self, url: str, method: str, body: Body, answer_seconds: float) -> tuple[int, bytes]:
        answer = await call(self._world, url.rsplit("/", 1)[1], params_of(body))
        return answer.get("error_code", 200), orjson.dumps(answer)

    async def download(self, url: str, limit: int, seconds: float = 120.0) -> tuple[int, bytes]:
        fault = self._world.faults.take("download", None) if self._world.faults.ordered else None
        if fault is not None:
            return 502, b""
        content = self._world.files.download(url.split("/file/bot", 1)[1].split("/", 1)[1], self._world.clock.now())
        return (200, content) if content is not None else (404, b"")


def _next(session: Session, now: datetime) -> deliveries.Delivery | None:
    chats = deliveries.due_chats(session, "telegram", now)
    return deliveries.claim(session, "telegram", chats[0], now) if chats else None


class InProcess:
    """The whole program's parts, called one after the other until nothing is left to do."""

    def __init__(self, folder: Path, start: datetime, admins: tuple[int, ...] = (ADMIN,), database: str = "") -> None:
        self.clock = StoppedClock(start.timestamp())
        self.world = World(self.clock, TOKEN)
        self.world.limits.change(on=False)
        config = folder / "config.toml"
        config.write_text(
            f'[agency]\nname = "清新区"\n[telegram]\ntoken = "{TOKEN}"\nadmins = {list(admins)}\n'
            f'[data]\ndatabase = "{database}"\n',
            encoding="utf-8",
        )
        self.settings = read_settings(config)
        self.settings.folder.mkdir()
        if not database:
            copy_empty(self._record)
        self.database = open_database(self.settings.database_url)
        self.record = self.database.record()
        self.agency: Agency = agency_of(self.settings)
        object.__setattr__(self.agency, "bot_name", self.world.bot.username)
        self.channel = TelegramChannel(TOKEN)
        self.channel._request = self.channel._polls = NoSocket(self.world)
        self.channel.bot._request = (self.channel._polls, self.channel._request)
        self.store = PhotoStore(self.settings.photos)
        self.up = True
        self.photos_come = True
        self._next_update: int | None = None

    def import_campaign(self, folder: Path = CAMPAIGN, positions: str | None = POSITIONS) -> None:
        with self.database.writing() as session:
            apply(session, plan_of(folder, positions), self.now())

    async def bring(self, campaign: Path, positions: str) -> None:
        self.import_campaign(campaign, positions)

    def begin_imported(self) -> None:
        """As if the toilets had been imported into the new record: that is exchanged for one that has them."""
        self.database.close()
        copy_imported(self._record, self.now(), CAMPAIGN, POSITIONS)
        self.database = open_database(self.settings.database_url)

    @property
    def _record(self) -> Path:
        return Path(self.settings.database_url.removeprefix("sqlite:///"))

    def write(self, job: Callable[[Session], T]) -> T:
        """One transaction in the session that the whole program has for all of them."""
        try:
            self.record.open()
            result = job(self.record)
            self.record.commit()
        except BaseException:
            self.record.undo()
            raise
        return result

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    # what a stage drives

    async def act(self, given: dict[str, Any]) -> Any:
        if given["do"] not in {"clock", "add_person", "add_group"}:
            self.clock.move_by(1)
        return await perform(self.world, given)

    async def state(self) -> dict[str, Any]:
        return state_view(self.world)

    async def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.calls.since(0)
        return found

    async def program(self, what: str) -> None:
        self.up = what == "up"
        await self.settle()

    async def settle(self) -> None:
        """Updates in, turns, messages out, photos, the clock: round and round until a round changes nothing."""
        if not self.up:
            return
        for _ in range(50):
            busy = [await self._take_updates(), await self._send(), await self._fetch_photos(), self._tick()]
            if not any(busy) and not self._wait_for_what_is_soon():
                return
        raise AssertionError("the program never comes to rest")

    def _wait_for_what_is_soon(self) -> bool:
        """Cards that settle and late bunches are due within seconds: the clock goes on that far."""
        with self.database.reading() as session:
            due = deliveries.next_due_at(session, "telegram")
        if due is None or not 0 < (due - self.now()).total_seconds() <= 5:
            return False
        self.clock.move_to(due.timestamp())
        return True

    async def _take_updates(self) -> bool:
        updates = await self.channel.fetch(self._next_update, 0)
        now = self.now()
        if updates:
            seen = [(raw, self.channel.glance(raw, now.timestamp())) for raw in updates]
            self.write(lambda session: inbox.store(session, "telegram", self.channel.bot_id, seen, now, True))
            self._next_update = max(update["update_id"] for update in updates) + 1
        with self.database.reading() as session:
            waiting = sorted(
                inbox.waiting(session, "telegram"), key=lambda row: (row.chat, row.order or 1 << 60, row.id)
            )
        for row in waiting:
            await self._turn(row)
        return bool(updates)

    async def _turn(self, row: inbox.Waiting) -> None:
        worker = Worker.__new__(Worker)
        worker._channel, worker._agency, worker._clock = self.channel, self.agency, self
        outcome = self.write(lambda session: worker.turn(session, row))
        for toast in outcome.toasts:
            await self.channel.answer_tap(toast)

    async def _send(self) -> bool:
        busy = False
        while True:
            now = self.now()
            delivery = self.write(lambda session: _next(session, now))  # noqa: B023 - called at once
            if delivery is None:
                return busy
            busy = True
            await self._deliver(delivery)

    async def _deliver(self, delivery: deliveries.Delivery) -> None:
        sender = Sender.__new__(Sender)
        sender._channel, sender._renderer = self.channel, self
        try:
            message_id = await sender._call(delivery)
        except SendFailed as why:
            failure = why
            self.write(lambda session: undelivered.failed(session, delivery, failure, self.now()))
        else:
            self.write(lambda session: deliveries.succeeded(session, delivery, message_id, self.now()))

    async def render(self, reply: Reply) -> tuple[bytes, str] | None:
        if reply.picture is not None:
            return _draw(reply.picture.kind, placed(reply.picture, self.store.path))
        if reply.sheet is not None:
            with self.database.reading() as session:
                return ledger_files.write(session, reply.sheet.question, self.agency, self.store.path), reply.sheet.name
        if reply.letter is not None:
            return set_letter(reply.letter.page), reply.letter.name
        return None

    async def _fetch_photos(self) -> bool:
        now = self.now()
        with self.database.reading() as session:
            due, _ = _due(session, "telegram", now)
        for photo in due if self.photos_come else ():
            content = await self.channel.download(photo.file_id)
            await self._stored(photo, self.store.keep(content), content)
        return bool(due) and self.photos_come

    async def _stored(self, photo: Due, sha256: str, content: bytes) -> None:
        look = None if photo.unopened else first_look(content, not photo.as_file) or second_look(content)
        self.write(lambda s: moments.photo_stored(s, self.agency, self.now(), photo.id, sha256, len(content), look))

    def _tick(self) -> bool:
        now = self.now()
        with self.database.reading() as session:
            due = moments.anything_due(session, self.agency, now)
        if due:
            self.write(lambda session: moments.tick(session, self.agency, now))
        return due
