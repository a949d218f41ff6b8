"""Which chat and which message a call means, and whether the bot may touch it."""

from bot.emulator.chats import Chat, ChatKind
from bot.emulator.errors import ApiError, bad_request, forbidden, upgraded
from bot.emulator.messages import Message, Service
from bot.emulator.params import Params
from bot.emulator.people import Status
from bot.emulator.world import World


def known_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat, if the bot has ever met it."""
    given = params.text(name).strip()
    if not given:
        raise bad_request(f"{name} is empty")
    chat_id = params.integer(name)
    chat = world.chats.get(chat_id)
    if chat is None and chat_id in world.people:
        chat = world.private_chat(world.people[chat_id])
    if chat is None or not (chat.is_private or chat.met_bot):
        raise bad_request("chat not found")
    if chat.migrated_to:
        raise upgraded(chat.migrated_to)
    return chat


def open_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat, if the bot is in it now."""
    chat = known_chat(world, params, name)
    refusal = _refusal(chat)
    if refusal is not None:
        raise refusal
    return chat


def writable_chat(world: World, params: Params, what: str = "text messages") -> Chat:
    """The chat, if the bot may speak there."""
    chat = open_chat(world, params)
    if chat.bot_status is Status.RESTRICTED:
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def _refusal(chat: Chat) -> ApiError | None:
    if chat.bot_status.inside:
        return None
    if chat.is_private:
        blocked = chat.bot_status is Status.KICKED
        return forbidden("bot was blocked by the user" if blocked else "bot can't initiate conversation with a user")
    group = "supergroup" if chat.kind is ChatKind.SUPERGROUP else "group"
    return forbidden(
        f"bot was kicked from the {group} chat" if chat.bot_removed else f"bot is not a member of the {group} chat"
    )


def message_named(params: Params, chat: Chat, missing: str, name: str = "message_id") -> Message:
    number = params.integer(name)
    if number <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(number)
    if message is None:
        raise bad_request(missing)
    return message


def own_message(world: World, params: Params, chat: Chat) -> Message:
    """A message the bot may edit."""
    message = message_named(params, chat, "message to edit not found")
    service = isinstance(message.body.media, Service)
    if message.sender is not world.bot or message.forward is not None or message.fixed or service:
        raise bad_request("message can't be edited")
    return message


def answered_message(params: Params, chat: Chat) -> tuple[Message | None, str]:
    """The message this one answers, and the words it quotes from it."""
    given = params.json("reply_parameters")
    quote = ""
    lenient = params.flag("allow_sending_without_reply")
    number = params.integer("reply_to_message_id")
    if isinstance(given, dict):
        within = Params(given)
        number = within.integer("message_id")
        lenient = within.flag("allow_sending_without_reply")
        quote = within.text("quote")
    if not number:
        return None, ""
    message = chat.messages.get(number)
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    if message is not None and quote and quote not in message.body.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message, quote if message is not None else ""
