"""The first bytes of a file: which format it is, whatever its name says, and how many pixels it would fill."""

import struct
from dataclasses import dataclass
from enum import StrEnum

MAX_PIXELS = 50_000_000
MOST_SEGMENTS = 1000  # before the size of a JPEG; real ones have a dozen
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF = frozenset({b"avif", b"avis"})


class Format(StrEnum):
    """The only ones taken for photos."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIC = "HEIC"
    AVIF = "AVIF"

    @property
    def is_opened(self) -> bool:
        """The others are kept as they came, for who can show them (B08, B09)."""
        return self in {Format.JPEG, Format.PNG, Format.WEBP}


@dataclass(frozen=True, slots=True)
class Header:
    """`pixels` is None where the header is cut off or does not say; for formats that are not opened, too."""

    format: Format
    pixels: int | None = None

    @property
    def is_too_large(self) -> bool:
        return self.pixels is not None and self.pixels > MAX_PIXELS


def read_header(content: bytes) -> Header | None:
    """By what the bytes are, never by a name; None for what is on no list (B12-B15)."""
    if content.startswith(b"\xff\xd8\xff"):
        return Header(Format.JPEG, _jpeg_pixels(content))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Header(Format.PNG, _pixels(content, ">II", 16) if content[12:16] == b"IHDR" else None)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Header(Format.WEBP, _webp_pixels(content))
    if content[4:8] == b"ftyp":
        return _boxed(content)
    return None


def _pixels(content: bytes, layout: str, offset: int) -> int | None:
    try:
        width, height = struct.unpack_from(layout, content, offset)
    except struct.error:
        return None
    return int(width * height)


def _jpeg_pixels(content: bytes) -> int | None:
    at = 2
    for _ in range(MOST_SEGMENTS):
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        if len(content) < at + 4 or content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker in _SIZES:
            return _pixels(content, ">HH", at + 5)
        at += 2 if marker in _BARE else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _webp_pixels(content: bytes) -> int | None:
    kind = content[12:16]
    if len(content) < 30:
        return None
    if kind == b"VP8X":
        return (int.from_bytes(content[24:27], "little") + 1) * (int.from_bytes(content[27:30], "little") + 1)
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack_from("<HH", content, 26)
    return int((width & 0x3FFF) * (height & 0x3FFF)) if kind == b"VP8 " else None


def _boxed(content: bytes) -> Header | None:
    """HEIC and AVIF, by their brands; the same box begins films, which are none of ours."""
    length = int.from_bytes(content[:4], "big")
    brands = content[8 : min(max(length, 12), 256)]
    named = {brands[at : at + 4] for at in (0, *range(8, len(brands) - 3, 4))}
    if named & _AVIF:
        return Header(Format.AVIF)
    return Header(Format.HEIC) if named & _HEIC else None


def ends_whole(content: bytes) -> bool:
    """A JPEG with its end mark as its last word, as the channel writes them."""
    return content[-2:] == b"\xff\xd9"
