"""Groups: made, renamed, and moved to a new number."""

from bot.emulator.acts.asking import group, who
from bot.emulator.chats import Chat, ChatKind
from bot.emulator.errors import ActError
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.people import Member, Person, Status
from bot.emulator.posting import announce, change_bot_status, show_chat
from bot.emulator.views import chat_view
from bot.emulator.world import World

KINDS = {"group": ChatKind.GROUP, "supergroup": ChatKind.SUPERGROUP}
FIRST_GROUP = -5_000_000
FIRST_SUPERGROUP = -1_001_000_000_000


def _new_id(world: World, kind: ChatKind) -> int:
    first = FIRST_SUPERGROUP if kind is ChatKind.SUPERGROUP else FIRST_GROUP
    return first - world.next_number()


async def add_group(world: World, params: Params) -> Json:
    """The bot may be named among members or admins; who makes the group ("as", or the first admin) owns it."""
    kind = KINDS.get(params.text("kind") or "group")
    if kind is None:
        raise ActError(f"a group is a group or a supergroup, not {params.text('kind')}")
    chat = Chat(params.integer("id") or _new_id(world, kind), kind, params.text("title") or "群")
    if chat.id >= 0 or chat.id in world.chats:
        raise ActError(f"a new group cannot have the number {chat.id}")
    admins = params.integers("admins") if params.has("admins") else []
    members = params.integers("members") if params.has("members") else []
    owner = _owner(world, params, [*admins, *members])
    for number in dict.fromkeys([owner.id, *admins, *members]):
        if number == world.bot.id:
            continue
        person = who(world, Params({"as": number}))
        chat.members[number] = Member(person, Status.ADMINISTRATOR if number in admins else Status.MEMBER)
    chat.members[owner.id].status = Status.CREATOR
    world.chats[chat.id] = chat
    show_chat(world, chat)
    if world.bot.id in (*admins, *members):
        status = Status.ADMINISTRATOR if world.bot.id in admins else Status.MEMBER
        change_bot_status(world, chat, owner, status)
    announce(world, chat, owner, {f"{kind.value}_chat_created": True})
    return chat_view(world, chat)


def _owner(world: World, params: Params, named: list[int]) -> Person:
    if params.has("as"):
        return who(world, params)
    people = [number for number in named if number != world.bot.id]
    if not people:
        raise ActError("a group needs a member")
    return who(world, Params({"as": people[0]}))


async def rename(world: World, params: Params) -> Json:
    chat = group(world, params)
    chat.title = params.text("title")
    show_chat(world, chat)
    announce(world, chat, who(world, params), {"new_chat_title": chat.title})
    return chat_view(world, chat)


async def migrate(world: World, params: Params) -> Json:
    """The same people under a new number. "order": old_first or new_first; "tell": false keeps it from the bot."""
    old = group(world, params)
    if old.kind is not ChatKind.GROUP:
        raise ActError("this is a supergroup already")
    owner = next(member.person for member in old.members.values() if member.status is Status.CREATOR)
    person = who(world, params) if params.has("as") else owner
    new = Chat(params.integer("new_id") or _new_id(world, ChatKind.SUPERGROUP), ChatKind.SUPERGROUP, old.title)
    new.members = {number: Member(member.person, member.status) for number, member in old.members.items()}
    new.keyboard, new.met_bot = old.keyboard, old.met_bot
    world.chats[new.id] = new
    silent = params.has("tell") and not params.flag("tell")
    status = old.bot_status
    new.bot_status = Status.LEFT if silent else status
    if silent:
        old.bot_status = Status.LEFT
    steps = [(old, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": old.id})]
    for chat, fields in reversed(steps) if params.text("order") == "new_first" else steps:
        announce(world, chat, person, fields)
    old.migrated_to, old.bot_status, new.bot_status = new.id, status, status
    old.keyboard = None
    show_chat(world, old)
    show_chat(world, new)
    return chat_view(world, new)
