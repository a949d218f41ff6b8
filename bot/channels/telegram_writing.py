"""What is to be shown, as Telegram is asked to show it: text with its first line bold, buttons, permanent keys.

Plain data: what the library makes of it costs more than all the rest of a call.
"""

from typing import Any

from telegram import InlineKeyboardMarkup, KeyboardButton, MessageEntity, ReplyKeyboardMarkup

from handlers import keys, texts
from handlers.messages import Button, Reply

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64

Markup = dict[str, Any] | None


def utf16_length(text: str) -> int:
    """Telegram counts as UTF-16 does: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, longest: int) -> list[str]:
    """Parts of at most so many UTF-16 units, cut at line ends where there are some (B45)."""
    parts, rest = [], text
    while utf16_length(rest) > longest:
        cut = _fitting(rest, longest)
        line_end = rest.rfind("\n", 0, cut)
        cut = line_end if line_end > 0 else cut
        parts.append(rest[:cut])
        rest = rest[cut:].lstrip("\n")
    return [*parts, rest]


def _fitting(text: str, longest: int) -> int:
    units = 0
    for place, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > longest:
            return place
    return len(text)


def shortened(text: str, longest: int) -> str:
    """For what must stay one message: a card, a caption."""
    return text if utf16_length(text) <= longest else text[: _fitting(text, longest - 1)] + "…"


def first_line_bold(text: str) -> list[dict[str, Any]]:
    """By position, not by markup: no name of a site can break it (B56)."""
    first, more, _ = text.partition("\n")
    return [{"type": "bold", "offset": 0, "length": utf16_length(first)}] if more and first else []


def inline(buttons: tuple[tuple[Button, ...], ...]) -> Markup:
    rows = [[_button(button) for button in row] for row in buttons if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.text, "url": button.url}
    if len(button.data.encode()) > LONGEST_DATA:
        raise ValueError(f"button data longer than {LONGEST_DATA} bytes: {button.data!r}")
    return {"text": button.text, "callback_data": button.data}


def markup(reply: Reply) -> Markup:
    found = inline(reply.buttons)
    if found is not None or not reply.keyboard:
        return found
    rows = [[_key(reply.language, key) for key in row] for row in keys.KEYBOARDS[reply.keyboard]]
    return {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}


def _key(language: str, key: str) -> dict[str, Any]:
    location = {"request_location": True} if key in keys.LOCATION_KEYS else {}
    return {"text": texts.say(language, key), **location}


def shows(reply: Reply) -> dict[str, Any]:
    """Arguments of a text message or an edit to it."""
    text = shortened(reply.text, LONGEST_TEXT)
    return {"text": text, "entities": first_line_bold(text) or None}


# as the library's own objects, for the calls that carry files


def entities_of(text: str) -> list[MessageEntity]:
    return [MessageEntity(**entity) for entity in first_line_bold(text)]


def keys_of(reply: Reply) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    shown = markup(reply)
    if shown is None:
        return None
    if "inline_keyboard" in shown:
        return InlineKeyboardMarkup.de_json(shown, None)
    rows = [[KeyboardButton(**key) for key in row] for row in shown["keyboard"]]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, is_persistent=True)
