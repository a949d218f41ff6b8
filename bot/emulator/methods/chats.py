"""What the bot may know and do about a chat."""

from bot.emulator.chats import Chat
from bot.emulator.errors import bad_request
from bot.emulator.messages import Json, Message
from bot.emulator.methods.targets import known_chat, message_named, open_chat, writable_chat
from bot.emulator.params import Params
from bot.emulator.people import Status
from bot.emulator.posting import announce, change_bot_status
from bot.emulator.rendering import MEMBER_RIGHTS, chat_json, member_json, message_json, user_json
from bot.emulator.world import World

GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
)  # fmt: skip
PERMISSIONS = [right for right in MEMBER_RIGHTS if right not in ("can_react_to_messages", "can_edit_tag")]
ACCENTS = 7
REACTIONS_EACH = 11


async def get_chat(world: World, params: Params) -> Json:
    chat = known_chat(world, params)
    if not chat.is_private:
        chat = open_chat(world, params)
    body = chat_json(chat) | {
        "accent_color_id": abs(chat.id) % ACCENTS,
        "max_reaction_count": REACTIONS_EACH,
        "accepted_gift_types": dict.fromkeys(GIFTS, chat.is_private),
    }
    if chat.person is not None and chat.person.username:
        body["active_usernames"] = [chat.person.username]
    if not chat.is_private:
        body["permissions"] = dict.fromkeys(PERMISSIONS, True) | {"can_manage_topics": False}
    if chat.pinned:
        body["pinned_message"] = message_json(world, chat.messages[chat.pinned[-1]])
    return body


async def get_chat_member(world: World, params: Params) -> Json:
    chat = open_chat(world, params)
    user_id = params.integer("user_id")
    if user_id == world.bot.id:
        return member_json(world.bot, chat.bot_status, chat)
    member = chat.members.get(user_id)
    if member is not None:
        return member_json(member.person, member.status, chat)
    person = world.people.get(user_id)
    if person is None:
        raise bad_request("invalid user_id specified" if user_id <= 0 else "PARTICIPANT_ID_INVALID")
    inside = chat.person is person
    return member_json(person, Status.MEMBER if inside else Status.LEFT, chat)


async def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = open_chat(world, params)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    admins = [member_json(one.person, one.status, chat) for one in chat.inside() if one.status.governs]
    if chat.bot_status.governs:
        admins.append(member_json(world.bot, chat.bot_status, chat))
    return admins


async def get_chat_member_count(world: World, params: Params) -> int:
    chat = open_chat(world, params)
    return 2 if chat.is_private else len(chat.inside()) + chat.bot_status.inside


async def leave_chat(world: World, params: Params) -> bool:
    chat = open_chat(world, params)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    announce(world, chat, world.bot, {"left_chat_member": user_json(world.bot)})
    change_bot_status(world, chat, world.bot, Status.LEFT)
    return True


def _tell_pins(world: World, chat: Chat) -> None:
    world.tell("pinned", chat=chat.id, pinned=list(chat.pinned))


async def pin_chat_message(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    message = message_named(params, chat, "message to pin not found")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    if not chat.is_private:
        announce(world, chat, world.bot, {"pinned_message": message_json(world, message, with_reply=False)})
    _tell_pins(world, chat)
    return True


async def unpin_chat_message(world: World, params: Params) -> bool:
    """Without a number, the latest one."""
    chat = writable_chat(world, params)
    message: Message | None = None
    if params.has("message_id"):
        message = message_named(params, chat, "message to unpin not found")
    elif chat.pinned:
        message = chat.messages[chat.pinned[-1]]
    if message is None:
        raise bad_request("message to unpin not found")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    _tell_pins(world, chat)
    return True


async def unpin_all_chat_messages(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    chat.pinned.clear()
    _tell_pins(world, chat)
    return True
