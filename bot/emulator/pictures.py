"""Photos as the service keeps them: upright, without the camera's notes, in three sizes."""

import asyncio
import hashlib
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps

from bot.emulator.files import FileKind
from bot.emulator.messages import Photo, PhotoSize
from bot.emulator.world import World

LONGEST_SIDES = (90, 320, 1280)
LARGEST_SUM = 10_000
LARGEST_RATIO = 20
QUALITY = 85

Encoded = tuple[bytes, int, int]


class NotAPicture(Exception):
    """These bytes cannot be shown as a photo."""


async def photo_of(world: World, data: bytes) -> Photo:
    """The three sizes of these bytes; the same bytes give the same photo."""
    digest = hashlib.sha256(data).hexdigest()
    known = world.photos.get(digest)
    if known is not None:
        return known
    encoded = await asyncio.to_thread(shrink, data, LONGEST_SIDES)
    photo = Photo(tuple(_kept(world, size) for size in encoded))
    world.photos[digest] = photo
    for size in photo.sizes:
        world.photos[size.file.file_id] = photo
    return photo


async def thumbnail_of(world: World, data: bytes) -> PhotoSize | None:
    """A small picture of a file, if it is a picture."""
    try:
        encoded = await asyncio.to_thread(shrink, data, (320,))
    except NotAPicture:
        return None
    return _kept(world, encoded[0], FileKind.THUMBNAIL)


def _kept(world: World, encoded: Encoded, kind: FileKind = FileKind.PHOTO) -> PhotoSize:
    data, width, height = encoded
    return PhotoSize(world.files.keep(data, kind, mime="image/jpeg"), width, height)


@lru_cache(maxsize=32)  # the same few samples are sent again and again
def shrink(data: bytes, sides: tuple[int, ...]) -> list[Encoded]:
    """JPEGs no larger than the original, smallest first; equal sizes once."""
    try:
        with Image.open(BytesIO(data)) as opened:
            width, height = opened.size
            if width + height > LARGEST_SUM or max(width, height) > LARGEST_RATIO * min(width, height):
                raise NotAPicture("PHOTO_INVALID_DIMENSIONS")
            opened.draft("RGB", (max(sides), max(sides)))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except NotAPicture:
        raise
    except Exception:  # decoders answer hostile bytes with almost anything
        raise NotAPicture("IMAGE_PROCESS_FAILED") from None
    encoded: dict[tuple[int, int], bytes] = {}
    # From the largest down, each from the one before: a third of the work.
    for side in sorted(sides, reverse=True):
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        if picture.size not in encoded:
            out = BytesIO()
            picture.save(out, "JPEG", quality=QUALITY)
            encoded[picture.size] = out.getvalue()
    return [(content, *size) for size, content in reversed(encoded.items())]
