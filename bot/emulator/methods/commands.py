"""The bot's lists of commands."""

import re
from typing import Any

from bot.emulator.commands import Scope
from bot.emulator.errors import bad_request
from bot.emulator.messages import Json
from bot.emulator.methods.targets import known_chat
from bot.emulator.params import Params
from bot.emulator.posting import show_chat
from bot.emulator.world import World

MOST = 100
COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


def _scope(world: World, params: Params) -> Scope:
    given = params.json("scope")
    if given is None:
        return Scope()
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    kind = str(given.get("type", ""))
    if kind in PLAIN_SCOPES:
        return Scope(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    within = Params(given)
    chat = known_chat(world, within)
    return Scope(kind, chat.id, within.integer("user_id") if kind == "chat_member" else 0)


def _key(world: World, params: Params) -> tuple[Scope, str]:
    language = params.text("language_code").strip()
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return _scope(world, params), language


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command, description = str(given.get("command", "")), str(given.get("description", "")).strip()
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}


def _show(world: World, scope: Scope) -> None:
    if not world.listeners:
        return
    concerned = [world.chats[scope.chat_id]] if scope.chat_id else list(world.chats.values())
    for chat in concerned:
        show_chat(world, chat)


async def set_my_commands(world: World, params: Params) -> bool:
    given = params.json("commands")
    if not isinstance(given, list):
        raise bad_request("can't parse commands JSON object")
    if len(given) > MOST:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _key(world, params)
    world.commands.lists[key] = [_command(item) for item in given]
    _show(world, key[0])
    return True


async def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.lists.get(_key(world, params), [])


async def delete_my_commands(world: World, params: Params) -> bool:
    key = _key(world, params)
    world.commands.lists.pop(key, None)
    _show(world, key[0])
    return True
