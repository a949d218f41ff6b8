"""The everyday updates, read without the library: a line, a position, a photo, a tap, of one person in private.

Nine of ten updates are of these shapes, and the library makes a dozen objects of each. Whatever has more to it, or
anything amiss, is left to the library; where this reader says something, the two say the same.
"""

from datetime import UTC, datetime
from typing import Any, TypeGuard

from bot.channels.telegram_places import LARGEST_WHOLE
from bot.channels.telegram_reading import CHANNEL, FIRST_DAY, LONGEST_NAME, when
from handlers.messages import ChatKind, Incoming, Kind, Sender, SentPhoto, SentPlace
from models.naming import clean

HEAD = frozenset({"message_id", "date", "chat", "from"})
PHOTO = frozenset({"photo", "media_group_id", "caption"})
PLACE = frozenset({"latitude", "longitude", "horizontal_accuracy"})
LATEST = 1 << 33


def read_plainly(raw: dict[str, Any], received_at: datetime) -> Incoming | None:
    """None for what the library is to read."""
    if len(raw) != 2 or "update_id" not in raw:
        return None
    if "message" in raw:
        return _message(raw["message"], received_at)
    return _tap(raw["callback_query"], received_at) if "callback_query" in raw else None


def _message(message: Any, received_at: datetime) -> Incoming | None:
    if type(message) is not dict or not message.keys() >= HEAD:
        return None
    chat, sender, content = _chat(message["chat"]), _sender(message["from"]), message.keys() - HEAD
    sent_at = _date(message["date"], received_at)
    if chat is None or sender is None or sent_at is None or not _is_whole(message["message_id"]):
        return None
    head: dict[str, Any] = {"channel": CHANNEL, "chat": chat, "chat_kind": ChatKind.PRIVATE, "sent_at": sent_at,
            "received_at": received_at, "sender": sender, "message_id": message["message_id"]}  # fmt: skip
    if content == {"text"}:
        text = message["text"]
        if type(text) is not str or text.startswith("/"):
            return None
        return Incoming(kind=Kind.TEXT, text=clean(text), **head)
    if content == {"location"}:
        place = _place(message["location"])
        return Incoming(kind=Kind.LOCATION, place=place, **head) if place is not None else None
    if "photo" in content and content <= PHOTO:
        return _photo(message, chat, head)
    return None


def _photo(message: dict[str, Any], chat: str, head: dict[str, Any]) -> Incoming | None:
    photo, album, caption = _largest(message["photo"]), message.get("media_group_id"), message.get("caption", "")
    if photo is None or type(caption) is not str or not (album is None or type(album) is str):
        return None
    named = clean(f"{chat}:{album}")[:LONGEST_NAME] if album else None
    return Incoming(kind=Kind.PHOTO, text=clean(caption), album=named, photo=photo, **head)


def _largest(sizes: Any) -> SentPhoto | None:
    if type(sizes) is not list or not sizes:
        return None
    for size in sizes:
        if type(size) is not dict or not (_is_size(size.get("width")) and _is_size(size.get("height"))):
            return None
        if not (_is_handle(size.get("file_id")) and _is_handle(size.get("file_unique_id"))):
            return None
    size = max(sizes, key=lambda each: each["width"] * each["height"])
    bytes_told = size.get("file_size")
    if bytes_told is not None and not _is_size(bytes_told):
        return None
    return SentPhoto(size["file_id"], size["file_unique_id"], bytes_told, size["width"], size["height"])


def _place(spot: Any) -> SentPlace | None:
    if type(spot) is not dict or not spot.keys() <= PLACE:
        return None
    latitude, longitude, accuracy = spot.get("latitude"), spot.get("longitude"), spot.get("horizontal_accuracy")
    if type(latitude) is not float or type(longitude) is not float:
        return None
    if accuracy is not None and not (type(accuracy) is float and 0 <= accuracy < LARGEST_WHOLE):
        return None
    return SentPlace(latitude, longitude, accuracy, "pin")


def _tap(query: Any, received_at: datetime) -> Incoming | None:
    if type(query) is not dict or not _is_handle(query.get("id")) or type(query.get("data")) is not str:
        return None
    message, sender = query.get("message"), _sender(query.get("from"))
    if type(message) is not dict or sender is None or type(query.get("chat_instance")) is not str:
        return None
    chat, number, date = _chat(message.get("chat")), message.get("message_id"), message.get("date")
    if chat is None or not _is_whole(number) or _date(date, received_at) is None:
        return None  # inaccessible, say; of a message that can be seen only its chat and its number matter
    return Incoming(
        channel=CHANNEL, chat=chat, chat_kind=ChatKind.PRIVATE, kind=Kind.TAP, sent_at=received_at,
        received_at=received_at, sender=sender, message_id=number, tap=query["id"][:64],
        button=clean(query["data"])[:64],
    )  # fmt: skip


def _chat(chat: Any) -> str | None:
    if type(chat) is not dict or chat.get("type") != "private" or not _is_whole(chat.get("id")):
        return None
    return str(chat["id"])


def _sender(user: Any) -> Sender | None:
    if type(user) is not dict or user.get("is_bot") is not False or not _is_whole(user.get("id")):
        return None
    first, last, language = user.get("first_name"), user.get("last_name", ""), user.get("language_code", "")
    if type(first) is not str or type(last) is not str or type(language) is not str:
        return None
    number = str(user["id"])
    name = clean(f"{first} {last}" if last else first).strip()[:LONGEST_NAME]
    return Sender(number, name or number, clean(language)[:16])


def _date(date: Any, received_at: datetime) -> datetime | None:
    if type(date) is not int or not FIRST_DAY.timestamp() <= date < LATEST:
        return None
    return when(datetime.fromtimestamp(date, UTC), received_at)


def _is_whole(number: Any) -> TypeGuard[int]:
    return type(number) is int and abs(number) <= LARGEST_WHOLE


def _is_size(number: Any) -> bool:
    return type(number) is int and 0 <= number <= LARGEST_WHOLE


def _is_handle(name: Any) -> bool:
    return type(name) is str and name.isascii() and name.isprintable() and 0 < len(name) <= 200
