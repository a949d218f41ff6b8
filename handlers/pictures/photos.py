"""Opens photos that strangers sent, with a cap on formats and pixels, and makes small copies of them."""

import io
from pathlib import Path

from PIL import Image, ImageOps

from handlers.pictures.headers import MAX_PIXELS

# A photo is its bytes, or the path of the file that holds them.
Photo = bytes | str

_FORMATS = ("JPEG", "PNG", "WEBP")
_THUMBNAIL_QUALITY = 80
_WHITE = (255, 255, 255)


class PhotoRefused(ValueError):
    """The bytes are no photo we show: unreadable, broken, too large, or of a format not on the list."""


def open_photo(photo: Photo, box: tuple[int, int]) -> Image.Image:
    """An upright RGB picture that fits into `box`; raises PhotoRefused."""
    try:
        raw = photo if isinstance(photo, bytes) else Path(photo).read_bytes()
        return _decode(raw, box)
    except PhotoRefused:
        raise
    except Exception as broken:  # decoders answer hostile bytes with almost any exception
        raise PhotoRefused(f"photo cannot be read: {broken}") from broken


def _decode(raw: bytes, box: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise PhotoRefused(f"photo has {opened.width} x {opened.height} pixels, more than {MAX_PIXELS}")
        # The longer side both ways: the camera may have lain on its side.
        opened.draft("RGB", (max(box), max(box)))
        opened.thumbnail((max(box) * 2, max(box) * 2))
        upright = ImageOps.exif_transpose(opened)
        picture = _without_alpha(upright)
    picture.thumbnail(box, Image.Resampling.LANCZOS)
    return picture


def _without_alpha(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey, of which a plain conversion would keep the lowest eight
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGB", layered.size, _WHITE)
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground


def thumbnail(photo: Photo, box: tuple[int, int]) -> bytes:
    """A JPEG that fits into `box`, without the original's metadata; raises PhotoRefused."""
    stored = io.BytesIO()
    open_photo(photo, box).save(stored, "JPEG", quality=_THUMBNAIL_QUALITY, optimize=True)
    return stored.getvalue()
