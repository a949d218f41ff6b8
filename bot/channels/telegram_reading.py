"""Raw Telegram updates into the words all conversations share."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import CallbackQuery, Chat, Document, Message, Update, User, Video
from telegram.error import TelegramError

from bot.channels.telegram_json import UNREADABLE
from bot.channels.telegram_places import LARGEST_WHOLE, place_of, size_of
from handlers.messages import ChatKind, Incoming, Kind, Sender, SentPhoto
from models.naming import clean

CHANNEL = "telegram"
LATE_SECONDS = 60
SECONDS_ABOVE = 24  # bits, in a message's place in its chat
LONGEST_REASON = 300
LONGEST_NAME = 256
OUT = frozenset({"left", "kicked"})
BROKEN = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, RecursionError, TelegramError
)  # fmt: skip
FIRST_DAY = datetime(2013, 8, 14, tzinfo=UTC)  # before it the platform sent nothing
# Events that are nobody's words: no answer.
EVENTS = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo", "pinned_message",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed",
    "write_access_allowed", "users_shared", "chat_shared", "proximity_alert_triggered", "boost_added",
    "chat_background_set", "connected_website", "successful_payment", "refunded_payment", "passport_data",
    "video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created", "giveaway_completed",
})  # fmt: skip
UNTOLD = "application/octet-stream"
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif")


class NotReadable(Exception):
    """The update is not what the Bot API says it is: that row is dead, nothing else (F39)."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What the inbox has to know of a raw update: whose it is, and where it belongs among its chat's messages."""

    chat: str
    person: str
    order: int | None
    late: bool


NOBODY = Glance("?", "?", None, False)
_SENDER = re.compile(r'"from"\s*:\s*\{\s*"id"\s*:\s*(\d{1,18})\b')


def glance(raw: dict[str, Any], received: float) -> Glance:
    """Looks without trusting: an update of any shape gets a row."""
    if isinstance(raw.get(UNREADABLE), str):
        sender = _SENDER.search(raw[UNREADABLE])
        return Glance(sender[1], sender[1], None, False) if sender else NOBODY
    for name in ("message", "edited_message", "callback_query", "my_chat_member"):
        part = raw.get(name)
        if not isinstance(part, dict):
            continue
        message = part.get("message") if name == "callback_query" else part
        chat = message.get("chat") if isinstance(message, dict) else None
        sender = part.get("from")
        chat_id, sender_id = _id(chat), _id(sender)
        number, date = part.get("message_id"), part.get("date")
        in_order = name in {"message", "edited_message"} and type(number) is int and type(date) is int
        late = name == "message" and type(date) is int and received - date > LATE_SECONDS
        order = _order(date, number) if in_order else None
        return Glance(str(chat_id or sender_id or "?"), str(sender_id or chat_id or "?"), order, late)
    return NOBODY


def _id(part: Any) -> int | None:
    number = part.get("id") if isinstance(part, dict) else None
    return number if type(number) is int and abs(number) <= LARGEST_WHOLE else None


def _order(date: Any, number: Any) -> int:
    """By the second it was sent, then by its number: what a phone queued may be numbered as it happened to arrive."""
    return int(date) << SECONDS_ABOVE | int(number) & 0xFFFFFF if 0 <= date < 1 << 33 else 0


def read_update(raw: dict[str, Any], received_at: datetime) -> Incoming | None:
    """None for what concerns nobody. Raises NotReadable."""
    if UNREADABLE in raw:
        raise NotReadable("no JSON")
    try:
        if raw.get("my_chat_member") is not None:
            return _membership(raw["my_chat_member"], received_at)
        update = Update.de_json(raw, None)
        if update.callback_query is not None:
            return _tap(update.callback_query, received_at)
        message = update.message or update.edited_message
        return _message(message, update.edited_message is not None, received_at) if message is not None else None
    except BROKEN as error:
        raise NotReadable(f"{type(error).__name__}: {error}"[:LONGEST_REASON]) from error


def _whole(number: Any) -> int:
    """An id or a message's number, as the platform says it; the library passes on whatever stands there."""
    if type(number) is not int or abs(number) > LARGEST_WHOLE:
        raise TypeError(f"no whole number: {number!r}"[:80])
    return number


def _sender(user: User | None) -> Sender | None:
    if user is None or user.is_bot:
        return None  # an anonymous administrator or a channel is no person and has no rights (B72)
    number, language = str(_whole(user.id)), user.language_code
    name = clean(user.full_name).strip()[:LONGEST_NAME]
    return Sender(number, name or number, clean(language)[:16] if isinstance(language, str) else "")


def _kind_of(chat: Chat) -> ChatKind:
    return ChatKind.PRIVATE if chat.type == "private" else ChatKind.GROUP


def _title(chat: Chat) -> str:
    return clean(chat.title or "")[:LONGEST_NAME]


def _tap(query: CallbackQuery, received_at: datetime) -> Incoming | None:
    sender = _sender(query.from_user)
    if sender is None:
        return None
    message = query.message
    chat = message.chat if message is not None else None
    return Incoming(
        channel=CHANNEL,
        chat=str(_whole(chat.id)) if chat else sender.id,
        chat_kind=_kind_of(chat) if chat else ChatKind.PRIVATE,
        kind=Kind.TAP,
        sent_at=received_at,
        received_at=received_at,
        sender=sender,
        chat_title=_title(chat) if chat else "",
        message_id=_whole(message.message_id) if message is not None else 0,
        tap=_handle(query.id)[:64],
        button=clean(query.data or "")[:64],
    )


def _membership(change: dict[str, Any], received_at: datetime) -> Incoming | None:
    """Read without the library, which refuses what an older Bot API server leaves out."""
    was_out, is_out = _is_out(change["old_chat_member"]), _is_out(change["new_chat_member"])
    if was_out == is_out:
        return None
    chat = Chat.de_json(change["chat"], None)
    if chat.type == "private":
        kind = Kind.BLOCKED if is_out else Kind.UNBLOCKED
    else:
        kind = Kind.BOT_REMOVED if is_out else Kind.BOT_ADDED
    return Incoming(
        channel=CHANNEL,
        chat=str(_whole(chat.id)),
        chat_kind=_kind_of(chat),
        kind=kind,
        sent_at=when(datetime.fromtimestamp(change["date"], UTC), received_at),
        received_at=received_at,
        sender=_sender(User.de_json(change["from"], None)),
        chat_title=_title(chat),
    )


def _is_out(member: dict[str, Any]) -> bool:
    """Not there, or there without a voice (F26)."""
    silenced = member["status"] == "restricted" and not member.get("can_send_messages", False)
    return member["status"] in OUT or silenced


def when(moment: datetime, received_at: datetime) -> datetime:
    """When it was sent. A date from before the platform, or years ahead, dates nothing: then when it came (F12)."""
    sent = moment.astimezone(UTC)
    return sent if FIRST_DAY <= sent <= received_at + timedelta(days=3650) else received_at


def _message(message: Message, edited: bool, received_at: datetime) -> Incoming | None:
    chat = message.chat
    if chat.type == "channel":
        return None
    kind, text = _content(message)
    sent_at = when(message.date, received_at)
    if kind is Kind.MIGRATED and message.migrate_from_chat_id is not None:
        return Incoming(
            channel=CHANNEL, chat=str(_whole(message.migrate_from_chat_id)), chat_kind=ChatKind.GROUP, kind=kind,
            sent_at=sent_at, received_at=received_at, text=str(_whole(chat.id)),
        )  # fmt: skip
    return Incoming(
        channel=CHANNEL,
        chat=str(_whole(chat.id)),
        chat_kind=_kind_of(chat),
        kind=kind,
        sent_at=sent_at,
        received_at=received_at,
        sender=None if message.sender_chat is not None else _sender(message.from_user),
        chat_title=_title(chat),
        message_id=_whole(message.message_id),
        text=clean(text),
        edited=edited,
        edited_at=when(message.edit_date, received_at) if message.edit_date is not None else None,
        reply_to=_whole(message.reply_to_message.message_id) if message.reply_to_message else None,
        forwarded=message.forward_origin is not None or message.via_bot is not None,
        album=clean(f"{chat.id}:{message.media_group_id}")[:LONGEST_NAME] if message.media_group_id else None,
        photo=_photo(message) or _file(message) or _video(message),
        place=place_of(message),
    )


def _content(message: Message) -> tuple[Kind, str]:
    if message.migrate_to_chat_id is not None:
        return Kind.MIGRATED, str(_whole(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return Kind.MIGRATED, ""
    if message.text is not None:
        if message.text.startswith("/start ") and message.chat.type == "private":
            return Kind.START, message.text[len("/start ") :].strip()[:64]
        return Kind.TEXT, message.text
    if _photo(message) is not None:
        return Kind.PHOTO, message.caption or ""
    if _file(message) is not None:
        return Kind.FILE, message.caption or ""
    if _video(message) is not None:
        return Kind.VIDEO, message.caption or ""
    if message.location is not None or message.venue is not None:
        return Kind.LOCATION, ""
    for what, there in (
        ("sticker", message.sticker),
        ("voice", message.voice or message.audio),
        ("video", message.video_note or message.animation),
        ("contact", message.contact),
        ("other", message.poll or message.dice or message.story),
    ):
        if there:
            return Kind.UNSUPPORTED, what
    if message.chat.type == "private" and not any(getattr(message, event, None) for event in EVENTS):
        return Kind.UNSUPPORTED, "other"  # of a kind that came after this program (B101)
    return Kind.NOTHING, ""


def _photo(message: Message) -> SentPhoto | None:
    if message.photo:
        largest = max(message.photo, key=lambda size: (size_of(size.width) or 0) * (size_of(size.height) or 0))
        return SentPhoto(_handle(largest.file_id), _handle(largest.file_unique_id), size_of(largest.file_size),
                         size_of(largest.width), size_of(largest.height))  # fmt: skip
    document = message.document
    if document is None or message.animation is not None or not _says_it_is_a_picture(document):
        return None
    return _as_file(document)


def _file(message: Message) -> SentPhoto | None:
    """A file that does not even say that it is a picture."""
    document = message.document
    if document is None or message.animation is not None or _says_it_is_a_picture(document):
        return None
    return _as_file(document)


def _video(message: Message) -> SentPhoto | None:
    return _as_file(message.video) if message.video is not None else None


def _says_it_is_a_picture(document: Document) -> bool:
    """By its type; some phones name none, or one for anything, and the name has to do. The bytes decide later."""
    mime = document.mime_type or UNTOLD
    return mime.startswith("image/") or (mime == UNTOLD and (document.file_name or "").lower().endswith(PICTURES))


def _as_file(document: Document | Video) -> SentPhoto:
    return SentPhoto(_handle(document.file_id), _handle(document.file_unique_id), size_of(document.file_size),
                     mime=clean(document.mime_type or "")[:80], name=clean(document.file_name or "")[-200:],
                     as_file=True)  # fmt: skip


def _handle(given: Any) -> str:
    if not isinstance(given, str) or not given:
        raise TypeError("a file or a tap without an id")
    return clean(given)
