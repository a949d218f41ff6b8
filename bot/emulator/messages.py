"""Messages and what can be in them, as values; their two renderings are in rendering.py and views.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.emulator.entities import Entity
from bot.emulator.files import StoredFile
from bot.emulator.people import Person

if TYPE_CHECKING:
    from bot.emulator.chats import Chat

Json = dict[str, Any]


class Kind(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    LOCATION = "location"
    VENUE = "venue"
    VOICE = "voice"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    STICKER = "sticker"
    CONTACT = "contact"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class PhotoSize:
    file: StoredFile
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photo:
    sizes: tuple[PhotoSize, ...]
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    file: StoredFile
    thumbnail: PhotoSize | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Degrees on WGS84, metres of uncertainty, and for a live one the seconds it was shared for."""

    latitude: float
    longitude: float
    accuracy: float | None = None
    live_period: int = 0
    heading: int = 0
    proximity: int = 0
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Venue:
    location: Location
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Voice:
    file: StoredFile
    seconds: int


@dataclass(frozen=True, slots=True)
class Video:
    file: StoredFile
    seconds: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class VideoNote:
    """A film in a circle, as wide as it is high."""

    file: StoredFile
    seconds: int
    side: int


@dataclass(frozen=True, slots=True)
class Animation:
    """A film without sound, which the service makes of a GIF."""

    file: StoredFile
    seconds: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sticker:
    file: StoredFile
    emoji: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Contact:
    phone: str
    first_name: str
    user_id: int


@dataclass(frozen=True, slots=True)
class Service:
    """Fields of a message that nobody typed, such as somebody's arrival, in the Bot API's own names."""

    fields: Json


Media = Photo | Document | Location | Venue | Voice | Video | VideoNote | Animation | Sticker | Contact | Service

KINDS: dict[type[Media] | None, Kind] = {
    None: Kind.TEXT,
    Photo: Kind.PHOTO,
    Document: Kind.DOCUMENT,
    Location: Kind.LOCATION,
    Venue: Kind.VENUE,
    Voice: Kind.VOICE,
    Video: Kind.VIDEO,
    VideoNote: Kind.VIDEO_NOTE,
    Animation: Kind.ANIMATION,
    Sticker: Kind.STICKER,
    Contact: Kind.CONTACT,
    Service: Kind.SERVICE,
}
CAPTIONED = frozenset({Kind.PHOTO, Kind.DOCUMENT, Kind.VIDEO, Kind.ANIMATION, Kind.VOICE})


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says: its text or caption, and what it carries."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[type(self.media) if self.media is not None else None]


@dataclass(frozen=True, slots=True)
class Forward:
    """Where a forwarded message came from: a channel, a person, or somebody of whom only the name is known."""

    date: int
    name: str
    person: Person | None
    channel: Json | None = None


@dataclass(slots=True, eq=False)
class Message:
    id: int
    chat: Chat
    sender: Person
    date: int
    body: Body
    edit_date: int = 0
    reply_to: Message | None = None
    quote: str = ""
    forward: Forward | None = None
    album: str = ""
    buttons: Json | None = None
    silent: bool = False
    protected: bool = False
    # A message that brought or took a keyboard can never be edited.
    fixed: bool = False
    extra: Json = field(default_factory=dict)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
