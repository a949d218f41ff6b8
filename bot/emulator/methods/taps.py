"""Answers to buttons, and reactions."""

from bot.emulator.entities import utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.messages import Json
from bot.emulator.methods.targets import message_named, open_chat
from bot.emulator.params import Params
from bot.emulator.world import World

# After this a tap shows nothing any more, whatever the bot answers.
ANSWER_SECONDS = 30
TOAST_LIMIT = 200
# One string, because a list of seventy quoted emoji is no easier to read.
EMOJI_TEXT = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 "
    "💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
EMOJI = frozenset(EMOJI_TEXT.split())


async def answer_callback_query(world: World, params: Params) -> bool:
    tap = world.taps.get(params.text("callback_query_id"))
    if tap is None or world.clock.now() - tap.at > ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if utf16_length(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    world.tell(
        "toast",
        **{"as": tap.person.id},
        chat=tap.message.chat.id,
        message_id=tap.message.id,
        text=text,
        alert=params.flag("show_alert"),
    )
    return True


async def set_message_reaction(world: World, params: Params) -> bool:
    chat = open_chat(world, params)
    message = message_named(params, chat, "message to react not found")
    given = params.json("reaction") or []
    if not isinstance(given, list) or len(given) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    reactions: list[Json] = []
    for reaction in given:
        emoji = str(reaction.get("emoji", "")).replace("\ufe0f", "") if isinstance(reaction, dict) else ""
        if emoji not in EMOJI:
            raise bad_request("REACTION_INVALID")
        reactions.append({"type": "emoji", "emoji": emoji})
    message.reactions[world.bot.id] = reactions
    world.tell("reaction", chat=chat.id, message_id=message.id, **{"from": world.bot.id}, reactions=reactions)
    return True
