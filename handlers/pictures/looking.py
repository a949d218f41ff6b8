"""Looks at the bytes of a photo: what the first of them say at once, and the rest where it can do no harm.

`first_look` reads a header. `second_look` opens the file: only ever in a process with limits (bot/looking.py).
"""

import io
import warnings
import zlib
from dataclasses import dataclass
from typing import Any

from PIL import Image

from handlers.pictures.exif import claim_of
from handlers.pictures.headers import Format, ends_whole, read_header
from models.evidence import PhotoVerdict
from models.rules.claims import NOTHING, Claim, Remark, joined

BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Look:
    """What became of it. `why`: a word for what is wrong, for the sentence the sender reads."""

    verdict: PhotoVerdict
    why: str = ""
    remarks: str = ""
    claim: Claim = NOTHING


def first_look(content: bytes, re_encoded: bool) -> Look | None:
    """By its header alone, in microseconds; None where that does not tell.

    `re_encoded`: the channel has made it anew, so that nothing of the sender's is left to be wary of or to be read.
    """
    if not content:
        return Look(PhotoVerdict.INCOMPLETE, "empty")
    header = read_header(content)
    if header is None:
        return Look(PhotoVerdict.QUARANTINED, "no_photo")
    if not header.format.is_opened:
        return Look(PhotoVerdict.ORIGINAL)
    if not header.pixels:
        return Look(PhotoVerdict.INCOMPLETE, "cut_off")
    if header.is_too_large:
        return Look(PhotoVerdict.QUARANTINED, "too_many_pixels")
    if re_encoded and header.format is Format.JPEG and ends_whole(content):
        return Look(PhotoVerdict.SOUND)
    return None


def second_look(content: bytes) -> Look:
    """Opens it and reads it to its end: a header says nothing of what is missing (B05)."""
    known = first_look(content, re_encoded=False)
    if known is not None:
        return known
    header = read_header(content)
    assert header is not None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _opened(content, header.format)
    except (OSError, SyntaxError, EOFError, zlib.error, IndexError, KeyError, TypeError):
        return Look(PhotoVerdict.INCOMPLETE, "cut_off")
    except Exception:  # decoders answer hostile bytes with almost anything
        return Look(PhotoVerdict.QUARANTINED, "no_photo")


def _opened(content: bytes, name: Format) -> Look:
    with Image.open(io.BytesIO(content), formats=[name]) as picture:
        picture.load()
        claim, remarks = claim_of(picture)
        if name is Format.PNG and _lacks_rows(content, picture):
            remarks = [*remarks, Remark.ROWS_MISSING]
    return Look(PhotoVerdict.SOUND, remarks=joined(*remarks), claim=claim)


def _lacks_rows(content: bytes, picture: Image.Image) -> bool:
    """Whether a PNG's data ends before its last row: decoders fill the rest with black and say nothing (B06)."""
    depth, colour, interlaced = content[24], content[25], content[28]
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 1)
    wanted = sum(
        rows * (1 + (columns * bits + 7) // 8) for columns, rows in _passes(*picture.size, interlaced) if columns
    )
    return _unpacked(content, wanted) < wanted


def _passes(width: int, height: int, interlaced: int) -> list[tuple[int, int]]:
    """Columns and rows of each pass."""
    if not interlaced:
        return [(width, height)]
    steps = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))
    return [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, dx, y, dy in steps if width > x and height > y]


def _unpacked(content: bytes, wanted: int) -> int:
    """How many bytes the picture's data unpacks to, counted up to `wanted`, held never."""
    unpacker, found, at = zlib.decompressobj(), 0, 8
    while at + 8 <= len(content) and found < wanted:
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        packed: Any = content[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        while packed and found < wanted and not unpacker.eof:
            found += len(unpacker.decompress(packed, BLOCK))
            packed = unpacker.unconsumed_tail
        at += 12 + length
    while found < wanted and not unpacker.eof and (more := unpacker.decompress(unpacker.unconsumed_tail, BLOCK)):
        found += len(more)
    return found
