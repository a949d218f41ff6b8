"""The file a call brings: uploaded with it, or named by a file_id seen before."""

from typing import Any

from bot.emulator.entities import Entity, utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.files import SIZE_AS_IT_IS, FileKind
from bot.emulator.messages import Document, Media, Photo
from bot.emulator.params import Params, Upload
from bot.emulator.parsing import formatted
from bot.emulator.pictures import NotAPicture, photo_of, thumbnail_of
from bot.emulator.world import World

CAPTION_LIMIT = 1024
PHOTO_BYTES = 10 * 1024 * 1024


def caption_of(params: Params) -> tuple[str, tuple[Entity, ...]]:
    text, entities = formatted(params, "caption", "caption_entities")
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text, entities


async def photo_given(world: World, value: Any, upload: Upload | None, spoiler: bool) -> Photo:
    if upload is None:
        return _again(_photo_by_id(world, _file_id(value, "photo")), spoiler)
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > PHOTO_BYTES:
        size = len(upload.data)
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
    try:
        return _again(await photo_of(world, upload.data), spoiler)
    except NotAPicture as refused:
        raise bad_request(str(refused)) from None


async def document_given(world: World, value: Any, upload: Upload | None) -> Document:
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        return await document_of(world, upload)
    file = world.files.find(_file_id(value, "document"))
    if file is None:
        raise _unknown_file()
    if file.kind is not FileKind.DOCUMENT:
        raise bad_request(f"can't use file of type {file.kind.name.capitalize()} as Document")
    return Document(file)


async def document_of(world: World, upload: Upload, told: int | None = SIZE_AS_IT_IS) -> Document:
    """The bytes untouched, with a small picture when they are one."""
    file = world.files.keep(upload.data, FileKind.DOCUMENT, upload.name, upload.mime, told)
    thumbnail = await thumbnail_of(world, upload.data) if upload.mime.startswith("image/") else None
    return Document(file, thumbnail)


async def input_media(world: World, params: Params, given: Any) -> tuple[Media, str, tuple[Entity, ...]]:
    """One InputMedia with its caption."""
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    item = Params(given)
    caption, entities = caption_of(item)
    kind, value = item.text("type"), given.get("media")
    upload = None
    if isinstance(value, str) and value.startswith("attach://"):
        upload = params.files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("can't parse InputMedia: media not found")
    if kind == "photo":
        return await photo_given(world, value, upload, item.flag("has_spoiler")), caption, entities
    if kind == "document":
        return await document_given(world, value, upload), caption, entities
    raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')


def direct_upload(params: Params, name: str) -> Upload | None:
    """The file sent under this name, or under the name it refers to."""
    value = params.values.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        return params.files.get(value.removeprefix("attach://"))
    return params.files.get(name)


def _file_id(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise bad_request(f"there is no {what} in the request")
    if value.startswith(("http://", "https://")):
        # Nothing here fetches from elsewhere.
        raise bad_request("failed to get HTTP URL content")
    return value


def _photo_by_id(world: World, file_id: str) -> Photo:
    file = world.files.find(file_id)
    if file is None:
        raise _unknown_file()
    if file_id not in world.photos:
        raise bad_request(f"can't use file of type {file.kind.name.capitalize()} as Photo")
    return world.photos[file_id]


def _again(photo: Photo, spoiler: bool) -> Photo:
    return Photo(photo.sizes, spoiler)


def _unknown_file() -> Exception:
    return bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
