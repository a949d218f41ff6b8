"""Buttons under a message and under the input line: read, checked and refused as the server does."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.emulator.errors import bad_request
from bot.emulator.messages import Json
from bot.emulator.params import Params

DATA_BYTES = 64
INLINE_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
KEYBOARD_OPTIONS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")
LOOKS = ("icon_custom_emoji_id", "style")


@dataclass(frozen=True, slots=True)
class Markup:
    """At most one of these is set; an empty inline keyboard counts as none."""

    inline: Json | None = None
    keyboard: Json | None = None
    removes: bool = False
    forces_reply: bool = False

    @property
    def beside_input(self) -> bool:
        return self.keyboard is not None or self.removes or self.forces_reply


def read_markup(params: Params) -> Markup:
    given = params.json("reply_markup", "reply keyboard markup")
    if given is None:
        return Markup()
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return Markup(inline=_inline(given["inline_keyboard"]))
    if "keyboard" in given:
        return Markup(keyboard=_keyboard(given))
    return Markup(removes=bool(given.get("remove_keyboard")), forces_reply=bool(given.get("force_reply")))


def read_inline(params: Params) -> Json | None:
    """Edits take only buttons under the message."""
    markup = read_markup(params)
    if markup.beside_input:
        raise bad_request("inline keyboard expected")
    return markup.inline


def check_for_group(markup: Markup) -> None:
    """Some buttons only make sense between two."""
    keys = [key for row in (markup.keyboard or {}).get("keyboard", []) for key in row]
    if any("request_contact" in key for key in keys):
        raise bad_request("phone number can be requested in private chats only")
    if any("request_location" in key for key in keys):
        raise bad_request("location can be requested in private chats only")
    buttons = [button for row in (markup.inline or {}).get("inline_keyboard", []) for button in row]
    if any("web_app" in one for one in (*keys, *buttons)):
        raise bad_request("BUTTON_TYPE_INVALID")


def _rows(given: Any, field: str) -> list[list[Any]]:
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise bad_request(f'can\'t parse reply keyboard markup: Field "{field}" must be an Array of Arrays')
    return [row for row in given if row]


def _inline(given: Any) -> Json | None:
    rows = [[_inline_button(button) for button in row] for row in _rows(given, "inline_keyboard")]
    return {"inline_keyboard": rows} if rows else None


def _inline_button(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = str(given.get("text") or "")
    if not text.strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String and non-empty')
    action = next((name for name in INLINE_ACTIONS if given.get(name) is not None), None)
    if action is None:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    value = given[action]
    if action == "callback_data" and not 1 <= len(str(value).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        value = _address(str(value))
    looks = {name: given[name] for name in LOOKS if given.get(name) is not None}
    return {"text": text, action: value, **looks}


def _address(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https", "tg", "ton", "tonsite"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if parts.scheme in ("http", "https") and "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    # The server writes the address of a bare host with its slash.
    whole = parts.geturl()
    return whole if parts.path or parts.query or parts.scheme == "tg" else f"{whole}/"


def _keyboard(given: Json) -> Json:
    rows = [[_key(key) for key in row] for row in _rows(given["keyboard"], "keyboard")]
    if not rows:
        raise bad_request("reply markup is empty")
    options = {name: given[name] for name in KEYBOARD_OPTIONS if given.get(name)}
    return {"keyboard": rows, **options}


def _key(given: Any) -> Json:
    key: Json = {"text": given} if isinstance(given, str) else dict(given) if isinstance(given, dict) else {}
    if not str(key.get("text") or "").strip():
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String and non-empty')
    return {name: value for name, value in key.items() if value is not None and value is not False}
