"""Methods that take messages away."""

from bot.emulator.errors import bad_request
from bot.emulator.messages import Message
from bot.emulator.methods.targets import message_named, open_chat
from bot.emulator.params import Params
from bot.emulator.posting import remove
from bot.emulator.world import World

DELETABLE_SECONDS = 48 * 3600
MOST_AT_ONCE = 100


def _refuse_deletion(world: World, message: Message) -> str | None:
    governs = message.chat.bot_status.governs
    if not message.chat.is_private and governs:
        return None
    if not message.chat.is_private and message.sender is not world.bot:
        return "message can't be deleted"
    if world.now() - message.date > DELETABLE_SECONDS:
        return "message can't be deleted for everyone"
    return None


async def delete_message(world: World, params: Params) -> bool:
    chat = open_chat(world, params)
    message = message_named(params, chat, "message to delete not found")
    refusal = _refuse_deletion(world, message)
    if refusal is not None:
        raise bad_request(refusal)
    remove(world, message)
    return True


async def delete_messages(world: World, params: Params) -> bool:
    """Those that cannot be found are passed over; one that must not be deleted stops it all."""
    chat = open_chat(world, params)
    numbers = params.integers("message_ids")
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    messages = [chat.messages[number] for number in dict.fromkeys(numbers) if number in chat.messages]
    for message in messages:
        refusal = _refuse_deletion(world, message)
        if refusal is not None:
            raise bad_request(refusal)
    for message in messages:
        remove(world, message)
    return True
