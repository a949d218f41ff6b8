"""Under whose name something is said: an administrator as the group itself, a channel, another bot's text."""

from bot.emulator.chats import Chat
from bot.emulator.errors import ActError
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.rendering import chat_json

# Accounts the real server writes in the place of a person.
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
FIRST_CHANNEL = -1_002_000_000_000


def channel_json(title: str) -> Json:
    return {"id": FIRST_CHANNEL - sum(title.encode()), "title": title, "type": "channel"}


def guise_of(chat: Chat, params: Params) -> Json:
    """Fields of the message. "anonymous": true; "as_channel": title; "linked_channel": title; "via_bot": name."""
    said: Json = {}
    if params.has("via_bot"):
        name = params.text("via_bot")
        said["via_bot"] = {"id": 7_100_000_001, "is_bot": True, "first_name": name, "username": name}
    if not any(params.has(name) for name in ("anonymous", "as_channel", "linked_channel")):
        return said
    if chat.is_private:
        raise ActError("in a private chat everybody speaks for themselves")
    if params.flag("anonymous"):
        return said | {"from": ANONYMOUS, "sender_chat": chat_json(chat), "author_signature": "管理"}
    if params.has("as_channel"):
        return said | {"from": CHANNEL, "sender_chat": channel_json(params.text("as_channel"))}
    if params.has("linked_channel"):
        channel = channel_json(params.text("linked_channel"))
        return said | {"from": SERVICE, "sender_chat": channel, "is_automatic_forward": True}
    return said
