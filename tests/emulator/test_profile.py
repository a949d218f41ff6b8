"""What the bot says about itself, and its lists of commands."""

import pytest

from tests.emulator.driving import BOT_ID, CHEN, LI, Api, Town


def named(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"{name}!"} for name in names]


async def test_who_the_bot_is(api: Api):
    me = await api.getMe()
    assert (me["id"], me["is_bot"], me["can_read_all_group_messages"]) == (BOT_ID, True, True)
    assert me["username"].endswith("bot")


async def test_commands_by_scope_and_language(api: Api, town: Town):
    group = await town.group(CHEN, LI)
    member = {"type": "chat_member", "chat_id": group, "user_id": LI}
    assert await api.setMyCommands(commands=named("help")) is True
    await api.setMyCommands(commands=named("check"), language_code="zh")
    await api.setMyCommands(commands=named("digest"), scope={"type": "all_group_chats"})
    await api.setMyCommands(commands=named("bind"), scope={"type": "chat_administrators", "chat_id": group})
    await api.setMyCommands(commands=named("mine"), scope=member)
    assert await api.getMyCommands() == named("help")
    assert await api.getMyCommands(language_code="zh") == named("check")
    assert await api.getMyCommands(scope=member) == named("mine")
    assert await api.getMyCommands(scope={"type": "all_private_chats"}) == []
    assert (await town.chat(CHEN))["commands"] == {str(CHEN): named("check")}
    assert (await town.chat(LI))["commands"] == {str(LI): named("help")}
    assert (await town.chat(group))["commands"] == {str(CHEN): named("bind"), str(LI): named("mine")}
    await api.deleteMyCommands(scope=member)
    assert (await town.chat(group))["commands"][str(LI)] == named("digest")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"commands": named("Help")}, "BOT_COMMAND_INVALID"),
        ({"commands": named("x" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": " "}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": named(*(f"c{number}" for number in range(101)))}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [], "language_code": "chinese"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "moon"}}, "can't parse BotCommandScope: unsupported type specified"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 42}}, "chat not found"),
    ],
)
async def test_bad_commands(api: Api, refuses, params: dict, words: str):
    await refuses(api.setMyCommands(**params), f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("noun", "field", "limit"),
    [("Name", "name", 64), ("Description", "description", 512), ("ShortDescription", "short_description", 120)],
)
async def test_texts_about_the_bot(api: Api, noun: str, field: str, limit: int, refuses):
    read, write = getattr(api, f"getMy{noun}"), getattr(api, f"setMy{noun}")
    default = (await read())[field]
    assert await write(**{field: "Inspections"}) is True
    assert await write(**{field: "巡查", "language_code": "zh"}) is True
    assert (await read(), await read(language_code="zh")) == ({field: "Inspections"}, {field: "巡查"})
    assert await write(**{field: "", "language_code": "zh"}) is True
    assert await read(language_code="zh") == {field: "Inspections"}
    await write(**{field: ""})
    assert await read() == {field: default}
    words = {"Name": "BOT_TITLE_INVALID", "Description": "BOT_DESCRIPTION_INVALID"}
    await refuses(
        write(**{field: "x" * (limit + 1)}), f"Bad Request: {words.get(noun, 'BOT_SHORT_DESCRIPTION_INVALID')}"
    )


async def test_the_menu_button(api: Api, refuses):
    assert await api.getChatMenuButton() == {"type": "commands"}
    app = {"type": "web_app", "text": "地图", "web_app": {"url": "https://example.org/map"}}
    assert await api.setChatMenuButton(chat_id=CHEN, menu_button=app) is True
    assert await api.getChatMenuButton(chat_id=CHEN) == app
    assert await api.getChatMenuButton(chat_id=LI) == {"type": "default"}
    call = api.raw("setChatMenuButton", {"menu_button": {"type": "moon"}})
    await refuses(call, "Bad Request: can't parse MenuButton: unsupported type specified")
