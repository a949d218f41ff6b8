"""Methods that change what the bot has said."""

from bot.emulator.errors import bad_request
from bot.emulator.keyboards import read_inline
from bot.emulator.messages import CAPTIONED, Body, Json, Kind, Message
from bot.emulator.methods.sending import text_body
from bot.emulator.methods.targets import own_message, writable_chat
from bot.emulator.methods.uploads import caption_of, input_media
from bot.emulator.params import Params
from bot.emulator.posting import amend
from bot.emulator.rendering import message_json
from bot.emulator.world import World

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _change(world: World, params: Params, message: Message, body: Body) -> Json:
    """Buttons that are not given again are gone."""
    buttons = read_inline(params)
    world.limits.spend(message.chat, world.clock.now())
    if body == message.body and buttons == message.buttons:
        raise bad_request(UNCHANGED)
    amend(world, message, body, buttons)
    return message_json(world, message)


async def edit_message_text(world: World, params: Params) -> Json:
    body = text_body(params)
    message = own_message(world, params, writable_chat(world, params))
    if message.body.kind is not Kind.TEXT:
        raise bad_request("there is no text in the message to edit")
    return _change(world, params, message, body)


async def edit_message_caption(world: World, params: Params) -> Json:
    text, entities = caption_of(params)
    message = own_message(world, params, writable_chat(world, params))
    if message.body.kind not in CAPTIONED:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, params, message, Body(text, entities, message.body.media))


async def edit_message_media(world: World, params: Params) -> Json:
    if not params.has("media"):
        raise bad_request("media is empty")
    message = own_message(world, params, writable_chat(world, params))
    if message.body.kind not in CAPTIONED and message.body.kind is not Kind.TEXT:
        raise bad_request("there is no media in the message to edit")
    media, text, entities = await input_media(world, params, params.json("media"))
    body = Body(text, entities, media)
    if message.album and body.kind is not message.body.kind:
        raise bad_request("can't change media type in the album")
    return _change(world, params, message, body)


async def edit_message_reply_markup(world: World, params: Params) -> Json:
    message = own_message(world, params, writable_chat(world, params))
    return _change(world, params, message, message.body)
