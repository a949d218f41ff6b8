"""Buttons under messages, and reactions to them."""

from bot.emulator.acts.asking import message_in, moment, where, who
from bot.emulator.errors import ActError
from bot.emulator.messages import Body, Json, Message
from bot.emulator.params import Params
from bot.emulator.rendering import chat_json, message_json, user_json
from bot.emulator.world import Tap, World

FIRST_TAP = 4_000_000_000_000_000_000
KEPT_TAPS = 10_000


def _has_button(message: Message, data: str) -> bool:
    rows = (message.buttons or {}).get("inline_keyboard", [])
    return any(button.get("callback_data") == data for row in rows for button in row)


async def tap(world: World, params: Params) -> Json:
    """With "force", also a button that is no longer there: an old screen, a slow phone."""
    person = who(world, params)
    chat = where(world, params, person)
    data, forced = params.text("data"), params.flag("force")
    message = chat.messages.get(params.integer("message_id"))
    if message is None and not forced:
        message = message_in(chat, params)
    if message is not None and not forced and not _has_button(message, data):
        raise ActError(f"message {message.id} has no button {data}")
    gone = {"chat": chat_json(chat), "message_id": params.integer("message_id"), "date": 0}
    tap_id = str(FIRST_TAP + world.next_number())
    shown = message or Message(params.integer("message_id"), chat, world.bot, 0, Body())
    _remember(world, tap_id, Tap(person, shown, world.clock.now()))
    if chat.bot_status.inside:
        query = {
            "id": tap_id,
            "from": user_json(person),
            "message": message_json(world, message) if message is not None else gone,
            "chat_instance": str(-(10**18) - chat.id),
            "data": data,
        }
        world.updates.add("callback_query", query, chat.id)
    return {"query": tap_id}


def _remember(world: World, tap_id: str, made: Tap) -> None:
    world.taps[tap_id] = made
    if len(world.taps) > KEPT_TAPS:
        del world.taps[next(iter(world.taps))]


async def react(world: World, params: Params) -> bool:
    """An emoji on a message; none takes it back."""
    person = who(world, params)
    chat = where(world, params, person)
    message = message_in(chat, params)
    before = message.reactions.get(person.id, [])
    after: list[Json] = [{"type": "emoji", "emoji": params.text("emoji")}] if params.text("emoji") else []
    message.reactions[person.id] = after
    world.tell("reaction", chat=chat.id, message_id=message.id, **{"from": person.id}, reactions=after)
    if chat.bot_status.governs or (chat.is_private and chat.bot_status.inside):
        update = {
            "chat": chat_json(chat),
            "message_id": message.id,
            "user": user_json(person),
            "date": moment(world, params),
            "old_reaction": before,
            "new_reaction": after,
        }
        world.updates.add("message_reaction", update, chat.id)
    return True
