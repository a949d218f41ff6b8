"""Photos, files, places and the rest that people send."""

from dataclasses import replace
from typing import Any

from bot.emulator.acts.asking import file_given, message_in, moment, where, who
from bot.emulator.acts.saying import say
from bot.emulator.entities import find_entities
from bot.emulator.errors import ActError
from bot.emulator.files import SIZE_AS_IT_IS, FileKind
from bot.emulator.messages import (
    Animation,
    Body,
    Contact,
    Json,
    Location,
    Media,
    Photo,
    Sticker,
    Venue,
    Video,
    VideoNote,
    Voice,
)
from bot.emulator.methods.uploads import document_of
from bot.emulator.params import Params
from bot.emulator.pictures import NotAPicture, photo_of
from bot.emulator.posting import inform_bot, show_again
from bot.emulator.views import message_view
from bot.emulator.world import World

MOST_IN_ALBUM = 10
VOICE = b"OggS\x00\x02" + bytes(22)
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(16)
STICKER = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"


def _sent(world: World, params: Params, media: Media, caption: str = "") -> Json:
    return message_view(world, say(world, params, Body(caption, find_entities(caption), media)))


async def _picture(world: World, params: Params, reference: str) -> Photo:
    known = world.photos.get(reference)
    if known is not None:
        return Photo(known.sizes, params.flag("spoiler"))
    upload = await file_given(world, reference, params.text("name"))
    try:
        photo = await photo_of(world, upload.data)
    except NotAPicture as refused:
        raise ActError(f"this cannot be sent as a photo: {refused}") from None
    if not reference.startswith("base64:"):
        # What these names stand for never changes.
        world.photos[reference] = photo
    return Photo(photo.sizes, params.flag("spoiler"))


async def send_photo(world: World, params: Params) -> Json:
    return _sent(world, params, await _picture(world, params, params.text("file")), params.text("caption").strip())


async def send_file(world: World, params: Params) -> Json:
    """ "mime": what the phone says it is; "told_size": what the service will say of its size, or "none"."""
    upload = await file_given(world, params.text("file"), params.text("name"))
    if params.has("mime"):
        upload = replace(upload, mime=params.text("mime"))
    told: int | None = SIZE_AS_IT_IS
    if params.has("told_size"):
        told = None if params.text("told_size") == "none" else params.integer("told_size")
    return _sent(world, params, await document_of(world, upload, told), params.text("caption").strip())


def _parts(params: Params) -> list[dict[str, Any]]:
    given = params.json("files")
    if not isinstance(given, list) or not 2 <= len(given) <= MOST_IN_ALBUM:
        raise ActError("an album has 2 to 10 files")
    parts = [{"file": part} if isinstance(part, str) else dict(part) for part in given]
    if params.has("caption"):
        parts[0].setdefault("caption", params.text("caption"))
    return parts


async def send_album(world: World, params: Params) -> list[Json]:
    parts = _parts(params)
    media: list[Media] = []
    for part in parts:
        if params.flag("as_files"):
            media.append(await document_of(world, await file_given(world, part["file"], str(part.get("name", "")))))
        else:
            media.append(await _picture(world, params, part["file"]))
    album = str(13_000_000_000_000_000 + world.next_number())
    captions = [str(part.get("caption") or "").strip() for part in parts]
    bodies = [Body(text, find_entities(text), item) for text, item in zip(captions, media, strict=True)]
    return [message_view(world, say(world, params, body, album)) for body in bodies]


def _place(params: Params) -> Location:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ActError("a place needs a latitude and a longitude")
    return Location(latitude, longitude, params.number("horizontal_accuracy"), params.integer("live_period"))


async def send_location(world: World, params: Params) -> Json:
    return _sent(world, params, _place(params))


async def move_live(world: World, params: Params) -> Json:
    """A step of somebody who shares where they are; "stop" is the last."""
    person = who(world, params)
    message = message_in(where(world, params, person), params)
    before = message.body.media
    if message.sender is not person or not isinstance(before, Location) or not before.live_period or before.ended:
        raise ActError("this is not a live location of one's own")
    now = moment(world, params)
    if now > message.date + before.live_period:
        raise ActError("this live location has ended")
    stop = params.flag("stop")
    moved = before if stop and not params.has("latitude") else _place(params)
    message.body = Body(media=replace(moved, live_period=before.live_period, ended=stop))
    message.edit_date = now
    show_again(world, message)
    inform_bot(world, message, "edited_message")
    return message_view(world, message)


async def send_venue(world: World, params: Params) -> Json:
    place = replace(_place(params), accuracy=None, live_period=0)
    return _sent(world, params, Venue(place, params.text("title"), params.text("address")))


async def send_voice(world: World, params: Params) -> Json:
    file = world.files.keep(VOICE, FileKind.VOICE, mime="audio/ogg")
    return _sent(world, params, Voice(file, params.integer("duration", 3)), params.text("caption"))


async def send_video(world: World, params: Params) -> Json:
    file = world.files.keep(VIDEO, FileKind.VIDEO, "video.mp4", "video/mp4")
    return _sent(world, params, Video(file, params.integer("duration", 5), 1280, 720), params.text("caption"))


async def send_video_note(world: World, params: Params) -> Json:
    file = world.files.keep(VIDEO, FileKind.VIDEO, mime="video/mp4")
    return _sent(world, params, VideoNote(file, params.integer("duration", 5), 240))


async def send_animation(world: World, params: Params) -> Json:
    file = world.files.keep(VIDEO, FileKind.VIDEO, "animation.gif.mp4", "video/mp4")
    return _sent(world, params, Animation(file, params.integer("duration", 3), 320, 240), params.text("caption"))


async def send_sticker(world: World, params: Params) -> Json:
    file = world.files.keep(STICKER, FileKind.STICKER, mime="image/webp")
    return _sent(world, params, Sticker(file, params.text("emoji") or "👍", 512, 512))


async def send_contact(world: World, params: Params) -> Json:
    person = who(world, params)
    phone = params.text("phone") or f"+86138{person.id % 10**8:08d}"
    name = params.text("name")
    # One's own card carries one's id; somebody else's carries only what was typed.
    return _sent(world, params, Contact(phone, name or person.first_name, 0 if name else person.id))
