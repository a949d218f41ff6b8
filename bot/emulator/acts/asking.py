"""Who does something, where, when and with which file."""

import asyncio
import base64
import binascii
import mimetypes

from bot.emulator.chats import Chat
from bot.emulator.errors import ActError
from bot.emulator.messages import Message
from bot.emulator.params import Params, Upload
from bot.emulator.people import Person, Status
from bot.emulator.posting import show_chat
from bot.emulator.samples import sample
from bot.emulator.world import World

# Long past any calendar, and still a number that every reader of a date takes.
LATEST = 2**40


def who(world: World, params: Params, name: str = "as") -> Person:
    person = world.people.get(params.integer(name))
    if person is None:
        raise ActError(f"there is no person {params.text(name) or '(' + name + ' is missing)'}")
    return person


def group(world: World, params: Params) -> Chat:
    """The group, under its new number if it moved."""
    chat = world.chats.get(params.integer("chat"))
    if chat is not None and chat.migrated_to:
        chat = world.chats[chat.migrated_to]
    if chat is None or chat.is_private:
        raise ActError(f"there is no group {params.text('chat')}")
    return chat


def where(world: World, params: Params, person: Person, name: str = "chat") -> Chat:
    """The chat somebody means: their own with the bot, or a group they are in."""
    if not params.has(name) or params.integer(name) == person.id:
        return world.private_chat(person)
    chat = group(world, Params({"chat": params.values[name]}))
    if not chat.has(person):
        raise ActError(f"{person.name} is not in {chat.title}")
    return chat


def spoken_in(world: World, params: Params, person: Person) -> Chat:
    """A chat somebody is about to write in; the first words in a private one open it."""
    chat = where(world, params, person)
    if chat.is_private and chat.bot_status is Status.KICKED:
        raise ActError(f"{person.name} has blocked the bot")
    if chat.is_private and chat.bot_status is Status.LEFT:
        chat.bot_status, chat.met_bot = Status.MEMBER, True
        show_chat(world, chat)
    return chat


def moment(world: World, params: Params) -> int:
    """When it was said: as told, or now."""
    at = params.number("at") if params.has("at") else None
    if at is not None and not 0 <= at < LATEST:
        raise ActError(f"not a time: {params.text('at')}")
    return int(at) if at is not None else world.now()


def message_in(chat: Chat, params: Params, name: str = "message_id") -> Message:
    message = chat.messages.get(params.integer(name))
    if message is None:
        raise ActError(f"there is no message {params.text(name)} in chat {chat.id}")
    return message


def answered_in(chat: Chat, params: Params) -> Message | None:
    return message_in(chat, params, "reply_to") if params.has("reply_to") else None


async def file_given(world: World, reference: str, name: str = "") -> Upload:
    kind, _, value = reference.partition(":")
    if kind == "sample":
        found = await asyncio.to_thread(sample, value)
        if found is None:
            raise ActError(f"there is no sample {value}")
        return found
    if kind == "upload":
        if value not in world.uploads:
            raise ActError(f"nothing was uploaded as {value}")
        return world.uploads[value]
    if kind != "base64":
        raise ActError("a file is sample:NAME, upload:ID or base64:…")
    try:
        data = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ActError("this is not base64") from None
    return Upload(name or "file", mimetypes.guess_type(name)[0] or "application/octet-stream", data)
