"""Raw Telegram updates into the words all conversations share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.error import TelegramError

from handlers.messages import ChatKind, Incoming, Kind, Sender, SentPhoto, SentPlace
from models.naming import clean

CHANNEL = "telegram"
LATE_SECONDS = 60
OUT = frozenset({"left", "kicked"})


class NotReadable(Exception):
    """The update is not what the Bot API says it is: that row is dead, nothing else (F39)."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What the inbox has to know of a raw update: whose it is, and where it belongs among its chat's messages."""

    chat: str
    person: str
    order: int | None
    late: bool


def glance(raw: dict[str, Any], received: float) -> Glance:
    """Looks without trusting: an update of any shape gets a row."""
    for name in ("message", "edited_message", "callback_query", "my_chat_member"):
        part = raw.get(name)
        if not isinstance(part, dict):
            continue
        message = part.get("message") if name == "callback_query" else part
        chat = message.get("chat") if isinstance(message, dict) else None
        sender = part.get("from")
        chat_id, sender_id = _id(chat), _id(sender)
        number, date = part.get("message_id"), part.get("date")
        in_order = name in {"message", "edited_message"} and isinstance(number, int) and isinstance(date, int)
        late = name == "message" and isinstance(date, int) and received - date > LATE_SECONDS
        order = _order(date, number) if in_order else None
        return Glance(str(chat_id or sender_id or "?"), str(sender_id or chat_id or "?"), order, late)
    return Glance("?", "?", None, False)


def _id(part: Any) -> int | None:
    number = part.get("id") if isinstance(part, dict) else None
    return number if isinstance(number, int) else None


def _order(date: Any, number: Any) -> int:
    """By the second it was sent, then by its number: what a phone queued may be numbered as it happened to arrive."""
    return int(date) << 24 | int(number) & 0xFFFFFF if 0 <= date < 1 << 33 else 0


def read_update(raw: dict[str, Any], received_at: datetime) -> Incoming | None:
    """None for what concerns nobody. Raises NotReadable."""
    try:
        if raw.get("my_chat_member") is not None:
            return _membership(raw["my_chat_member"], received_at)
        update = Update.de_json(raw, None)
        if update.callback_query is not None:
            return _tap(update.callback_query, received_at)
        message = update.message or update.edited_message
        return _message(message, update.edited_message is not None, received_at) if message is not None else None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, TelegramError) as error:
        raise NotReadable(f"{type(error).__name__}: {error}") from error


def _sender(user: User | None) -> Sender | None:
    if user is None or user.is_bot:
        return None  # an anonymous administrator or a channel is no person and has no rights (B72)
    return Sender(str(user.id), clean(user.full_name).strip() or str(user.id), user.language_code or "")


def _kind_of(chat_type: str) -> ChatKind:
    return ChatKind.PRIVATE if chat_type == "private" else ChatKind.GROUP


def _tap(query: CallbackQuery, received_at: datetime) -> Incoming | None:
    sender = _sender(query.from_user)
    if sender is None:
        return None
    message = query.message
    chat = message.chat if message is not None else None
    return Incoming(
        channel=CHANNEL,
        chat=str(chat.id) if chat else sender.id,
        chat_kind=_kind_of(chat.type) if chat else ChatKind.PRIVATE,
        kind=Kind.TAP,
        sent_at=received_at,
        received_at=received_at,
        sender=sender,
        chat_title=(chat.title or "") if chat else "",
        message_id=message.message_id if message is not None else 0,
        tap=query.id,
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
        chat=str(chat.id),
        chat_kind=_kind_of(chat.type),
        kind=kind,
        sent_at=datetime.fromtimestamp(change["date"], UTC),
        received_at=received_at,
        sender=_sender(User.de_json(change["from"], None)),
        chat_title=chat.title or "",
    )


def _is_out(member: dict[str, Any]) -> bool:
    """Not there, or there without a voice (F26)."""
    silenced = member["status"] == "restricted" and not member.get("can_send_messages", False)
    return member["status"] in OUT or silenced


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _message(message: Message, edited: bool, received_at: datetime) -> Incoming | None:
    chat = message.chat
    if chat.type == "channel":
        return None
    kind, text = _content(message)
    if kind is Kind.MIGRATED and message.migrate_from_chat_id is not None:
        return Incoming(channel=CHANNEL, chat=str(message.migrate_from_chat_id), chat_kind=ChatKind.GROUP, kind=kind,
                        sent_at=_utc(message.date), received_at=received_at, text=str(chat.id))  # fmt: skip
    return Incoming(
        channel=CHANNEL,
        chat=str(chat.id),
        chat_kind=_kind_of(chat.type),
        kind=kind,
        sent_at=_utc(message.date),
        received_at=received_at,
        sender=None if message.sender_chat is not None else _sender(message.from_user),
        chat_title=chat.title or "",
        message_id=message.message_id,
        text=clean(text),
        edited=edited,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        forwarded=message.forward_origin is not None or message.via_bot is not None,
        album=f"{chat.id}:{message.media_group_id}" if message.media_group_id else None,
        photo=_photo(message),
        place=_place(message),
    )


def _content(message: Message) -> tuple[Kind, str]:
    if message.migrate_to_chat_id is not None:
        return Kind.MIGRATED, str(message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return Kind.MIGRATED, ""
    if message.text is not None:
        if message.text.startswith("/start ") and message.chat.type == "private":
            return Kind.START, message.text[len("/start ") :].strip()[:64]
        return Kind.TEXT, message.text
    if _photo(message) is not None:
        return Kind.PHOTO, message.caption or ""
    if message.location is not None or message.venue is not None:
        return Kind.LOCATION, ""
    for what, there in (
        ("sticker", message.sticker),
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("document", message.document),
        ("contact", message.contact),
        ("other", message.poll or message.dice or message.story),
    ):
        if there:
            return Kind.UNSUPPORTED, what
    return Kind.NOTHING, ""


def _photo(message: Message) -> SentPhoto | None:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return SentPhoto(largest.file_id, largest.file_unique_id, largest.file_size, largest.width, largest.height)
    document = message.document
    if document is None or message.animation is not None or not (document.mime_type or "").startswith("image/"):
        return None
    return SentPhoto(document.file_id, document.file_unique_id, document.file_size, mime=document.mime_type or "",
                     name=clean(document.file_name or "")[:200], as_file=True)  # fmt: skip


def _place(message: Message) -> SentPlace | None:
    if message.venue is not None:
        return SentPlace(message.venue.location.latitude, message.venue.location.longitude, source="venue")
    spot = message.location
    if spot is None:
        return None
    source = "live" if spot.live_period else "pin"
    return SentPlace(spot.latitude, spot.longitude, spot.horizontal_accuracy, source)
