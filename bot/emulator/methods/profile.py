"""What the bot is called, says about itself and shows beside the input line."""

from bot.emulator.errors import bad_request
from bot.emulator.messages import Json
from bot.emulator.methods.targets import open_chat
from bot.emulator.params import Params
from bot.emulator.rendering import user_json
from bot.emulator.world import World

NAME_LIMIT = 64
DESCRIPTION_LIMIT = 512
SHORT_DESCRIPTION_LIMIT = 120


async def get_me(world: World, _: Params) -> Json:
    return user_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _store(kept: dict[str, str], params: Params, name: str, limit: int, refusal: str) -> bool:
    text, language = params.text(name).strip(), params.text("language_code")
    if len(text) > limit:
        raise bad_request(refusal)
    # An empty text takes back the one for this language.
    if text:
        kept[language] = text
    else:
        kept.pop(language, None)
    return True


def _stored(kept: dict[str, str], params: Params, default: str = "") -> str:
    return kept.get(params.text("language_code"), kept.get("", default))


async def set_my_name(world: World, params: Params) -> bool:
    return _store(world.profile.names, params, "name", NAME_LIMIT, "BOT_TITLE_INVALID")


async def get_my_name(world: World, params: Params) -> Json:
    return {"name": _stored(world.profile.names, params, world.bot.name)}


async def set_my_description(world: World, params: Params) -> bool:
    kept = world.profile.descriptions
    return _store(kept, params, "description", DESCRIPTION_LIMIT, "BOT_DESCRIPTION_INVALID")


async def get_my_description(world: World, params: Params) -> Json:
    return {"description": _stored(world.profile.descriptions, params)}


async def set_my_short_description(world: World, params: Params) -> bool:
    kept = world.profile.short_descriptions
    return _store(kept, params, "short_description", SHORT_DESCRIPTION_LIMIT, "BOT_SHORT_DESCRIPTION_INVALID")


async def get_my_short_description(world: World, params: Params) -> Json:
    return {"short_description": _stored(world.profile.short_descriptions, params)}


async def set_chat_menu_button(world: World, params: Params) -> bool:
    given = params.json("menu_button") or {"type": "default"}
    if not isinstance(given, dict) or given.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse MenuButton: unsupported type specified")
    if not params.has("chat_id"):
        world.menu_button = {"type": "commands"} if given["type"] == "default" else given
        world.tell("menu", chat=None, button=world.menu_button)
        return True
    chat = open_chat(world, params)
    chat.menu_button = None if given["type"] == "default" else given
    world.tell("menu", chat=chat.id, button=chat.menu_button or world.menu_button)
    return True


async def get_chat_menu_button(world: World, params: Params) -> Json:
    if not params.has("chat_id"):
        return world.menu_button
    return open_chat(world, params).menu_button or {"type": "default"}
