"""Pictures an inspector of public toilets might have taken; drawn when first asked for, always the same."""

import contextlib
import hashlib
import os
import random
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import PIL
from PIL import ExifTags, Image

from bot.emulator import drawing, scenes
from bot.emulator.drawing import as_taken
from bot.emulator.params import Upload

Scene = Callable[[random.Random], Image.Image]

SCENES: Mapping[str, tuple[Scene, float]] = {
    "sign": (scenes.sign, 1.0),
    "clean_floor": (scenes.clean_floor, 1.0),
    "cigarette_ends": (scenes.cigarette_ends, 0.97),
    "wet_floor": (scenes.wet_floor, 0.95),
    "basins": (scenes.basins, 1.0),
    "lamp_off": (scenes.lamp_off, 0.9),
    "door": (scenes.door, 1.0),
    "broken_lock": (scenes.broken_lock, 1.0),
    "stall": (scenes.stall, 1.0),
    "full_bin": (scenes.full_bin, 0.98),
    "no_paper": (scenes.no_paper, 1.0),
}
# Only this one remembers where and when it was taken, when it is sent as a file.
WITH_EXIF = "sign"
TAKEN_AT = datetime(2026, 9, 21, 0, 42, 10, tzinfo=UTC)
TAKEN_IN = ((30, 39, 21.6), (104, 4, 1.2))
QUALITY = 88


def sample_names() -> list[str]:
    return list(SCENES)


@lru_cache
def sample(name: str) -> Upload | None:
    if name not in SCENES:
        return None
    return Upload(f"{name}.jpg", "image/jpeg", _kept(name) or _keep(name, _drawn(name)))


def _drawn(name: str) -> bytes:
    draw, light = SCENES[name]
    seed = sum(name.encode()) * 7919
    picture = as_taken(draw(random.Random(seed)), seed, light)
    out = BytesIO()
    if name == WITH_EXIF:
        picture.save(out, "JPEG", quality=QUALITY, exif=_exif())
    else:
        picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


@lru_cache
def _shelf() -> Path:
    """Where this version's pictures lie between two starts: drawing one takes half a second, reading it none."""
    version = hashlib.sha256(PIL.__version__.encode())
    for source in (__file__, scenes.__file__, drawing.__file__):
        version.update(Path(source).read_bytes())
    owner = os.getuid() if hasattr(os, "getuid") else "all"
    return Path(tempfile.gettempdir()) / f"xuncha-samples-{owner}-{version.hexdigest()[:16]}"


def _kept(name: str) -> bytes | None:
    """From a shelf that is our own; one that somebody else put there holds who knows what."""
    try:
        if hasattr(os, "getuid") and _shelf().stat().st_uid != os.getuid():
            return None
        return (_shelf() / f"{name}.jpg").read_bytes()
    except OSError:
        return None


def _keep(name: str, content: bytes) -> bytes:
    """Put in place whole, for two programs may draw the same at once; without room there is only no shelf."""
    with contextlib.suppress(OSError):
        _shelf().mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=_shelf(), delete=False) as file:
            file.write(content)
        Path(file.name).replace(_shelf() / f"{name}.jpg")
    return content


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Xuncha"
    exif[ExifTags.Base.Model] = "Sample"
    exif[ExifTags.Base.DateTime] = "2026:09:21 08:42:10"
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.DateTimeOriginal] = "2026:09:21 08:42:10"
    camera[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    latitude, longitude = TAKEN_IN
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", latitude
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", longitude
    place[ExifTags.GPS.GPSDateStamp] = TAKEN_AT.strftime("%Y:%m:%d")
    place[ExifTags.GPS.GPSTimeStamp] = (TAKEN_AT.hour, TAKEN_AT.minute, TAKEN_AT.second)
    return exif
