"""Methods that make the bot say something."""

from dataclasses import replace

from bot.emulator.chats import Chat
from bot.emulator.entities import utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.keyboards import Markup, check_for_group, read_markup
from bot.emulator.messages import CAPTIONED, Body, Forward, Json, Kind, Location, Message, Service, Venue
from bot.emulator.methods.targets import answered_message, known_chat, message_named, writable_chat
from bot.emulator.methods.uploads import caption_of, direct_upload, document_given, photo_given
from bot.emulator.params import Params
from bot.emulator.parsing import formatted
from bot.emulator.posting import Draft, post, show_chat
from bot.emulator.rendering import message_json
from bot.emulator.world import World

TEXT_LIMIT = 4096
ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip


def origin_of(source: Message) -> Forward:
    return source.forward or Forward(source.date, source.sender.name, source.sender)


def kept_buttons(source: Message) -> Json | None:
    """A forwarded message keeps its buttons if all of them also work elsewhere."""
    rows = (source.buttons or {}).get("inline_keyboard", [])
    return source.buttons if all("url" in button for row in rows for button in row) else None


def say(world: World, params: Params, chat: Chat, body: Body, forward_of: Message | None = None) -> Message:
    """The last step of every send: answered message, buttons, pace, and out it goes."""
    reply_to, quote = answered_message(params, chat)
    markup = read_markup(params)
    if not chat.is_private:
        check_for_group(markup)
    if params.integer("message_thread_id"):
        raise bad_request("message thread not found")
    world.limits.spend(chat, world.clock.now())
    message = post(
        world,
        chat,
        world.bot,
        Draft(
            body,
            reply_to=reply_to,
            quote=quote,
            forward=origin_of(forward_of) if forward_of is not None else None,
            buttons=markup.inline or (kept_buttons(forward_of) if forward_of is not None else None),
            fixed=markup.beside_input,
            silent=params.flag("disable_notification"),
            protected=params.flag("protect_content"),
            extra=_preview(params, body),
        ),
    )
    _set_keyboard(world, chat, markup)
    return message


def _preview(params: Params, body: Body) -> Json:
    options = params.json("link_preview_options")
    if not isinstance(options, dict) and params.flag("disable_web_page_preview"):
        options = {"is_disabled": True}
    links = any(entity.type in ("url", "text_link") for entity in body.entities)
    return {"link_preview_options": options} if options and links and body.kind is Kind.TEXT else {}


def _set_keyboard(world: World, chat: Chat, markup: Markup) -> None:
    if markup.keyboard is None and not markup.removes:
        return
    chat.keyboard = markup.keyboard
    show_chat(world, chat)


def text_body(params: Params) -> Body:
    text, entities = formatted(params, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return Body(text, entities)


async def send_message(world: World, params: Params) -> Json:
    body = text_body(params)
    chat = writable_chat(world, params)
    return message_json(world, say(world, params, chat, body))


async def send_photo(world: World, params: Params) -> Json:
    chat = writable_chat(world, params, "photos")
    text, entities = caption_of(params)
    upload, value = direct_upload(params, "photo"), params.values.get("photo")
    photo = await photo_given(world, value, upload, params.flag("has_spoiler"))
    return message_json(world, say(world, params, chat, Body(text, entities, photo)))


async def send_document(world: World, params: Params) -> Json:
    chat = writable_chat(world, params, "documents")
    text, entities = caption_of(params)
    document = await document_given(world, params.values.get("document"), direct_upload(params, "document"))
    return message_json(world, say(world, params, chat, Body(text, entities, document)))


def _location(params: Params) -> Location:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or not params.text("latitude"):
        raise bad_request("latitude is empty")
    if longitude is None or not params.text("longitude"):
        raise bad_request("longitude is empty")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong location specified")
    period = params.integer("live_period")
    if period and not (60 <= period <= 86400 or period == 0x7FFFFFFF):
        raise bad_request("wrong live location period specified")
    accuracy = params.number("horizontal_accuracy")
    return Location(latitude, longitude, accuracy or None, period, params.integer("heading"))


async def send_location(world: World, params: Params) -> Json:
    location = _location(params)
    chat = writable_chat(world, params)
    return message_json(world, say(world, params, chat, Body(media=location)))


async def send_venue(world: World, params: Params) -> Json:
    location = replace(_location(params), live_period=0)
    title, address = params.text("title"), params.text("address")
    if not title:
        raise bad_request("title must be non-empty")
    chat = writable_chat(world, params)
    return message_json(world, say(world, params, chat, Body(media=Venue(location, title, address))))


def _source(world: World, params: Params, missing: str) -> Message:
    message = message_named(params, known_chat(world, params, "from_chat_id"), missing)
    if isinstance(message.body.media, Service):
        verb = "forwarded" if "forward" in missing else "copied"
        raise bad_request(f"message can't be {verb}")
    return message


async def forward_message(world: World, params: Params) -> Json:
    chat = writable_chat(world, params)
    source = _source(world, params, "message to forward not found")
    if source.protected:
        raise bad_request("message can't be forwarded")
    return message_json(world, say(world, params, chat, source.body, source))


async def copy_message(world: World, params: Params) -> Json:
    chat = writable_chat(world, params)
    source = _source(world, params, "message to copy not found")
    body = source.body
    if params.has("caption") and body.kind in CAPTIONED:
        text, entities = caption_of(params)
        body = Body(text, entities, body.media)
    return {"message_id": say(world, params, chat, body).id}


async def send_chat_action(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    action = params.text("action").strip().lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.tell("action", chat=chat.id, action=action)
    return True
