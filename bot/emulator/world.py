"""Everything there is: one bot, the people, their chats, what was said, and who listens."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.emulator.calls import CallLog
from bot.emulator.chats import Chat, ChatKind
from bot.emulator.clock import MovableClock
from bot.emulator.commands import CommandBook
from bot.emulator.faults import Faults
from bot.emulator.files import Files
from bot.emulator.limits import Limits
from bot.emulator.messages import Json, Message, Photo
from bot.emulator.params import Upload
from bot.emulator.people import Person
from bot.emulator.updates import Updates
from bot.emulator.webhook import Webhook

Listener = Callable[[Json], None]


async def _unanswered(call: Json) -> None:
    """Until a server listens, nobody can be called."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that was pressed, to which the bot owes an answer."""

    person: Person
    message: Message
    at: float


@dataclass(slots=True)
class Profile:
    """What the bot says about itself, per language; "" is for everybody else."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class World:
    def __init__(self, clock: MovableClock | None = None, token: str = "") -> None:
        self.clock = clock or MovableClock()
        self.token = ""
        self.bot = Person(7_000_000_001, "巡查", "Xuncha", username="xuncha_local_bot", is_bot=True)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        # By the hash of what was uploaded, by the file_id of each size, and by the name of a sample.
        self.photos: dict[str, Photo] = {}
        self.uploads: dict[str, Upload] = {}
        self.faults = Faults()
        self.updates = Updates(self.clock, self.faults)
        self.webhook: Webhook | None = None
        # Set by the server: what a webhook's answer asks for.
        self.called_back: Callable[[Json], Awaitable[None]] = _unanswered
        self.limits = Limits()
        self.calls = CallLog()
        self.commands = CommandBook()
        self.profile = Profile()
        self.menu_button: Json = {"type": "commands"}
        self.taps: dict[str, Tap] = {}
        self.places: list[Json] = []
        self.language = "zh"
        self.listeners: set[Listener] = set()
        self._message_ids = itertools.count(1)
        self._other_ids = itertools.count(1)
        if token:
            self.adopt(token)

    def now(self) -> int:
        return int(self.clock.now())

    def next_number(self) -> int:
        """Never twice the same: for albums, taps, and ids that nobody chose."""
        return next(self._other_ids)

    def next_message_id(self, chat: Chat) -> int:
        # A supergroup counts its own; private chats and basic groups share the bot's one mailbox.
        if chat.kind is ChatKind.SUPERGROUP:
            chat.last_message_id += 1
            return chat.last_message_id
        return next(self._message_ids)

    def tell(self, event: str, **fields: object) -> None:
        for listener in tuple(self.listeners):
            listener({"event": event, **fields})

    def private_chat(self, person: Person) -> Chat:
        chat = self.chats.get(person.id)
        if chat is None:
            chat = self.chats[person.id] = Chat(person.id, ChatKind.PRIVATE, person=person)
        return chat

    def adopt(self, token: str) -> None:
        """From now on the bot is the one this token belongs to; the number in front is its id."""
        self.token = token
        self.bot.id = int(token.split(":", 1)[0])

    async def close(self) -> None:
        if self.webhook is not None:
            await self.webhook.close()
