"""The words every channel shares: what came in, and what is to be shown."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"


class Kind(StrEnum):
    """What a message is, whatever the channel calls it."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    FILE = "file"  # one that does not even say it is a picture; `photo` says where it is
    LOCATION = "location"
    TAP = "tap"
    START = "start"  # opened by a link; `text` is the link's payload
    BOT_ADDED = "bot_added"
    BOT_REMOVED = "bot_removed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"  # the group has a new id: `text`
    UNSUPPORTED = "unsupported"  # a sticker, a voice note …: `text` says which
    NOTHING = "nothing"  # nothing for us: somebody joined, a title changed


@dataclass(frozen=True, slots=True)
class Sender:
    id: str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A picture on the platform's side; `size` in bytes when the platform tells."""

    file_id: str
    unique_id: str
    size: int | None = None
    width: int | None = None
    height: int | None = None
    mime: str = "image/jpeg"
    name: str = ""
    as_file: bool = False


@dataclass(frozen=True, slots=True)
class SentPlace:
    """Degrees, WGS-84 in Telegram; accuracy in metres when the phone gave one. `source`: pin, live, venue or typed."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None
    source: str = "pin"
    live_seconds: int | None = None  # for how long it is shared; None: not, or not any more


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, tap or event, in no channel's dialect."""

    channel: str
    chat: str
    chat_kind: ChatKind
    kind: Kind
    sent_at: datetime
    received_at: datetime
    sender: Sender | None = None
    chat_title: str = ""
    message_id: int = 0
    text: str = ""
    edited: bool = False
    edited_at: datetime | None = None
    overtook: bool = False  # what it is about was sent before it and has never come (F21)
    reply_to: int | None = None
    forwarded: bool = False
    album: str | None = None
    photo: SentPhoto | None = None
    place: SentPlace | None = None
    tap: str = ""  # what the channel needs to answer a tap
    button: str = ""

    @property
    def in_group(self) -> bool:
        return self.chat_kind is ChatKind.GROUP


@dataclass(frozen=True, slots=True)
class Button:
    """`data`: what comes back when it is tapped (64 bytes at most); `url`: opened instead."""

    text: str
    data: str = ""
    url: str = ""


Rows = list[tuple[Button, ...]]  # of a keyboard that is being put together


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to draw when it is sent: its kind and plain data (handlers/pictures)."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ledger to write when it is sent: the question and the moment it was asked (handlers/sheets)."""

    name: str
    question: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """A document to write when it is sent: its file name and its page as plain data (handlers/letters)."""

    name: str
    page: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one message shows. `keyboard` names the permanent keys below the chat; `photos` are file ids sent back;
    `head` is the file id of a photo above the words, in the same message."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    keyboard: str = ""
    picture: Picture | None = None
    sheet: Sheet | None = None
    letter: Letter | None = None
    photos: tuple[dict[str, Any], ...] = ()
    head: str = ""
    quiet: bool = False
    language: str = "zh"

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"text": self.text, "language": self.language}
        if self.buttons:
            data["buttons"] = [
                [{k: v for k, v in (("text", b.text), ("data", b.data), ("url", b.url)) if v} for b in row]
                for row in self.buttons
            ]
        if self.picture:
            data["picture"] = {"kind": self.picture.kind, "data": self.picture.data}
        if self.sheet:
            data["sheet"] = {"name": self.sheet.name, "question": self.sheet.question}
        if self.letter:
            data["letter"] = {"name": self.letter.name, "page": self.letter.page}
        if self.photos:
            data["photos"] = list(self.photos)
        if self.head:
            data["head"] = self.head
        if self.keyboard:
            data["keyboard"] = self.keyboard
        if self.quiet:
            data["quiet"] = True
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(
            text=data["text"],
            language=data.get("language", "zh"),
            buttons=tuple(tuple(Button(**button) for button in row) for row in data.get("buttons", ())),
            keyboard=data.get("keyboard", ""),
            picture=Picture(**data["picture"]) if "picture" in data else None,
            sheet=Sheet(**data["sheet"]) if "sheet" in data else None,
            letter=Letter(**data["letter"]) if "letter" in data else None,
            photos=tuple(data.get("photos", ())),
            head=data.get("head", ""),
            quiet=data.get("quiet", False),
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits besides a message. `crowded`: so much of its sender's that only evidence is taken, and questions are
    dropped (F40). `behind`: more of its chat, so nothing is shown there yet. `last`: nothing more, and what was held
    back for that is shown now (F41).
    """

    crowded: bool = False
    behind: bool = False
    last: bool = False


NOTHING_ELSE = Queue()


@dataclass(frozen=True, slots=True)
class Toast:
    """The short answer to a tap; lost without harm, so it is not a row."""

    tap: str
    text: str
    alert: bool = False


@dataclass(slots=True)
class Outcome:
    """What a turn leaves for the moment after its commit."""

    toasts: list[Toast] = field(default_factory=list)
    chats: Counter[str] = field(default_factory=Counter)  # how many messages each is to get
    cards: list[Any] = field(default_factory=list)  # models.messages.Card: which are to show something new
