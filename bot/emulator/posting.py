"""Putting messages into chats, changing them and taking them away; everybody who should know is told here."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.emulator.chats import Chat
from bot.emulator.messages import Body, Forward, Json, Message, Service
from bot.emulator.people import Person, Status
from bot.emulator.rendering import chat_json, member_json, message_json, user_json
from bot.emulator.views import chat_view, message_view
from bot.emulator.world import World


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it has a number."""

    body: Body
    reply_to: Message | None = None
    quote: str = ""
    forward: Forward | None = None
    album: str = ""
    buttons: Json | None = None
    silent: bool = False
    protected: bool = False
    fixed: bool = False
    date: int = 0
    extra: Json = field(default_factory=dict)


def post(world: World, chat: Chat, sender: Person, draft: Draft) -> Message:
    message = Message(
        world.next_message_id(chat),
        chat,
        sender,
        draft.date or world.now(),
        draft.body,
        reply_to=draft.reply_to,
        quote=draft.quote,
        forward=draft.forward,
        album=draft.album,
        buttons=draft.buttons,
        silent=draft.silent,
        protected=draft.protected,
        fixed=draft.fixed,
        extra=draft.extra,
    )
    chat.messages[message.id] = message
    if world.listeners:
        world.tell("message", message=message_view(world, message))
    inform_bot(world, message, "message")
    return message


def inform_bot(world: World, message: Message, kind: str) -> None:
    """A bot hears everything said in its chats except its own words."""
    if message.sender is not world.bot and message.chat.bot_status.inside:
        world.updates.add(kind, message_json(world, message), message.chat.id)


def announce(world: World, chat: Chat, sender: Person, fields: Json) -> Message:
    """A message of the chat itself: somebody came, left, pinned something."""
    return post(world, chat, sender, Draft(Body(media=Service(fields))))


def amend(world: World, message: Message, body: Body, buttons: Json | None) -> None:
    # New buttons under old words do not make a message "edited".
    if body != message.body:
        message.edit_date = world.now()
    message.body = body
    message.buttons = buttons
    show_again(world, message)


def show_again(world: World, message: Message) -> None:
    if world.listeners:
        world.tell("edited", message=message_view(world, message))


def remove(world: World, message: Message) -> None:
    chat = message.chat
    del chat.messages[message.id]
    world.tell("deleted", chat=chat.id, id=message.id)
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
        world.tell("pinned", chat=chat.id, pinned=chat.pinned)


def show_chat(world: World, chat: Chat) -> None:
    if world.listeners:
        world.tell("chat", chat=chat_view(world, chat))


def change_bot_status(world: World, chat: Chat, by: Person, status: Status, removed: bool = False) -> None:
    """The bot is told even when it was just thrown out."""
    before, chat.bot_status = chat.bot_status, status
    chat.bot_removed = removed
    chat.met_bot = chat.met_bot or status.inside
    show_chat(world, chat)
    change = _membership(world, chat, by, world.bot, before, status)
    world.updates.add("my_chat_member", change, chat.id)


def report_member(world: World, chat: Chat, by: Person, person: Person, before: Status, after: Status) -> None:
    """Others' comings and goings are told to a bot that governs the group."""
    show_chat(world, chat)
    if chat.bot_status.governs:
        world.updates.add("chat_member", _membership(world, chat, by, person, before, after), chat.id)


def _membership(world: World, chat: Chat, by: Person, person: Person, before: Status, after: Status) -> Json:
    return {
        "chat": chat_json(chat),
        "from": user_json(by),
        "date": world.now(),
        "old_chat_member": member_json(person, before, chat),
        "new_chat_member": member_json(person, after, chat),
    }
