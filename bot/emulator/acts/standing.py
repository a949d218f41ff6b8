"""Who is in a group and with which rights: people, and the bot."""

from bot.emulator.acts.asking import group, who
from bot.emulator.chats import Chat, ChatKind
from bot.emulator.entities import find_entities
from bot.emulator.errors import ActError
from bot.emulator.messages import Body, Json
from bot.emulator.params import Params
from bot.emulator.people import Member, Person, Status
from bot.emulator.posting import Draft, announce, change_bot_status, post, report_member
from bot.emulator.rendering import user_json
from bot.emulator.views import chat_view
from bot.emulator.world import World


async def add_bot(world: World, params: Params) -> Json:
    person, chat = who(world, params), group(world, params)
    if chat.bot_status.inside:
        raise ActError("the bot is in the group already")
    status = Status.ADMINISTRATOR if params.flag("admin") else Status.MEMBER
    change_bot_status(world, chat, person, status)
    announce(world, chat, person, {"new_chat_members": [user_json(world.bot)]})
    if params.has("payload"):
        # Added by a t.me/…?startgroup= link: the phone sends this by itself.
        text = f"/start@{world.bot.username} {params.text('payload')}".strip()
        post(world, chat, person, Draft(Body(text, find_entities(text))))
    return chat_view(world, chat)


async def remove_bot(world: World, params: Params) -> Json:
    person, chat = who(world, params), group(world, params)
    if not chat.bot_status.inside:
        raise ActError("the bot is not in the group")
    left = {"left_chat_member": user_json(world.bot)}
    # In a basic group the bot still hears that it was removed; in a supergroup only its standing changes.
    if chat.kind is ChatKind.GROUP:
        announce(world, chat, person, left)
    change_bot_status(world, chat, person, Status.KICKED, removed=True)
    if chat.kind is ChatKind.SUPERGROUP:
        announce(world, chat, person, left)
    return chat_view(world, chat)


def _set_status(world: World, chat: Chat, by: Person, person: Person, status: Status) -> None:
    member = chat.members.setdefault(person.id, Member(person, Status.LEFT))
    before, member.status = member.status, status
    report_member(world, chat, by, person, before, status)


async def join(world: World, params: Params) -> Json:
    person, chat = who(world, params), group(world, params)
    if chat.has(person):
        raise ActError(f"{person.name} is in the group already")
    by = who(world, params, "by") if params.has("by") else person
    _set_status(world, chat, by, person, Status.MEMBER)
    announce(world, chat, by, {"new_chat_members": [user_json(person)]})
    return chat_view(world, chat)


async def leave(world: World, params: Params) -> Json:
    person, chat = who(world, params), group(world, params)
    if not chat.has(person):
        raise ActError(f"{person.name} is not in the group")
    by = who(world, params, "by") if params.has("by") else person
    _set_status(world, chat, by, person, Status.LEFT if by is person else Status.KICKED)
    announce(world, chat, by, {"left_chat_member": user_json(person)})
    return chat_view(world, chat)


async def promote(world: World, params: Params) -> Json:
    return _change_rank(world, params, Status.ADMINISTRATOR)


async def demote(world: World, params: Params) -> Json:
    return _change_rank(world, params, Status.MEMBER)


def _change_rank(world: World, params: Params, status: Status) -> Json:
    """Of "user", who may be the bot; without one, of the bot."""
    by, chat = who(world, params), group(world, params)
    if not params.has("user") or params.integer("user") == world.bot.id:
        return _stand(world, params, status)
    person = who(world, params, "user")
    if not chat.has(person):
        raise ActError(f"{person.name} is not in the group")
    _set_status(world, chat, by, person, status)
    return chat_view(world, chat)


def _stand(world: World, params: Params, status: Status) -> Json:
    by, chat = who(world, params), group(world, params)
    if not chat.bot_status.inside:
        raise ActError("the bot is not in the group")
    change_bot_status(world, chat, by, status)
    return chat_view(world, chat)


async def mute_bot(world: World, params: Params) -> Json:
    return _stand(world, params, Status.RESTRICTED)


async def unmute_bot(world: World, params: Params) -> Json:
    return _stand(world, params, Status.MEMBER)
