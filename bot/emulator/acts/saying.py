"""People's words: said, changed, passed on, taken back."""

from bot.emulator.acts.asking import answered_in, message_in, moment, spoken_in, where, who
from bot.emulator.acts.guises import channel_json, guise_of
from bot.emulator.entities import Entity, find_entities, utf16_length
from bot.emulator.errors import ActError
from bot.emulator.messages import CAPTIONED, Body, Forward, Json, Kind, Message, Service
from bot.emulator.methods.sending import TEXT_LIMIT, kept_buttons
from bot.emulator.params import Params
from bot.emulator.people import Status
from bot.emulator.posting import Draft, change_bot_status, inform_bot, post, remove, show_again
from bot.emulator.views import message_view
from bot.emulator.world import World


def say(world: World, params: Params, body: Body, album: str = "") -> Message:
    """The last step of everything people send."""
    person = who(world, params)
    chat = spoken_in(world, params, person)
    draft = Draft(body, reply_to=answered_in(chat, params), album=album, date=moment(world, params),
                  protected=params.flag("protected"), extra=guise_of(chat, params))  # fmt: skip
    return post(world, chat, person, draft)


def pieces(text: str) -> list[str]:
    """Phones send a long text as several messages."""
    found, piece, size = [], "", 0
    for character in text:
        width = utf16_length(character)
        if size + width > TEXT_LIMIT:
            found.append(piece)
            piece, size = "", 0
        piece, size = piece + character, size + width
    return [*found, piece]


async def start(world: World, params: Params) -> Json:
    person = who(world, params)
    chat = world.private_chat(person)
    if chat.bot_status is Status.KICKED:
        change_bot_status(world, chat, person, Status.MEMBER)
    text = f"/start {params.text('payload')}".strip()
    command = (Entity("bot_command", 0, len("/start")),)
    body = Body(text, command)
    return message_view(world, say(world, Params(params.values | {"chat": person.id}), body))


async def send_text(world: World, params: Params) -> Json:
    text = params.text("text").strip()
    if not text:
        raise ActError("there is no text to send")
    if len(text) * 2 <= TEXT_LIMIT:
        return message_view(world, say(world, params, Body(text, find_entities(text))))
    sent = [say(world, params, Body(piece, find_entities(piece))) for piece in pieces(text)]
    return message_view(world, sent[0])


def _own(world: World, params: Params) -> Message:
    person = who(world, params)
    message = message_in(where(world, params, person), params)
    if message.sender is not person or message.forward is not None:
        raise ActError("only one's own messages can be edited")
    return message


def _rewritten(world: World, params: Params, message: Message) -> Json:
    text = params.text("text" if params.has("text") else "caption").strip()
    message.body = Body(text, find_entities(text), message.body.media)
    message.edit_date = moment(world, params)
    show_again(world, message)
    inform_bot(world, message, "edited_message")
    return message_view(world, message)


async def edit_text(world: World, params: Params) -> Json:
    message = _own(world, params)
    if message.body.kind is not Kind.TEXT:
        raise ActError("this message has no text")
    return _rewritten(world, params, message)


async def edit_caption(world: World, params: Params) -> Json:
    message = _own(world, params)
    if message.body.kind not in CAPTIONED:
        raise ActError("this message has no caption")
    return _rewritten(world, params, message)


async def forward(world: World, params: Params) -> Json:
    """With "hidden", the one who wrote it does not let forwards lead back; with "channel", it stood in that channel."""
    person = who(world, params)
    source = message_in(where(world, params, person, "from_chat"), params)
    if source.protected or isinstance(source.body.media, Service):
        raise ActError("this message cannot be forwarded")
    chat = spoken_in(world, params, person)
    author = None if params.flag("hidden") else source.sender
    channel = channel_json(params.text("channel")) if params.has("channel") else None
    origin = source.forward or Forward(source.date, source.sender.name, author, channel)
    draft = Draft(source.body, forward=origin, buttons=kept_buttons(source), date=moment(world, params))
    message = post(world, chat, person, draft)
    return message_view(world, message)


async def delete(world: World, params: Params) -> bool:
    """Nobody tells the bot."""
    person = who(world, params)
    chat = where(world, params, person)
    message = message_in(chat, params)
    governs = person.id in chat.members and chat.members[person.id].status.governs
    if not (chat.is_private or governs or message.sender is person):
        raise ActError("only one's own messages can be deleted")
    remove(world, message)
    return True
