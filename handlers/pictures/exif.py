"""The camera's notes inside a photo (EXIF): read with patience, believed in nothing, never shown as they are."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from models.rules.claims import Claim, Remark

EMPTY = 26  # bytes of notes that say nothing, and are none the worse for it
_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_NO_TIME = re.compile(r"[\s:0-]*")  # cameras that do not know write blanks or zeros
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


def claim_of(picture: Image.Image) -> tuple[Claim, list[Remark]]:
    """When and where the camera says it was, and what is wrong with the notes; no notes are nothing wrong."""
    try:
        exif = picture.getexif()
        camera, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        unreadable = not len(exif) and len(picture.info.get("exif") or b"") > EMPTY
    except Exception:  # notes may be anything at all (B20)
        return Claim(), [Remark.EXIF_UNREADABLE]
    if unreadable:
        return Claim(), [Remark.EXIF_UNREADABLE]
    remarks: list[Remark] = []
    taken = _taken(camera, exif, remarks)
    latitude, longitude = _place(place, remarks)
    return Claim(taken, latitude, longitude), remarks


def _taken(camera: Mapping[int, Any], exif: Mapping[int, Any], remarks: list[Remark]) -> datetime | None:
    said = camera.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    if said is None:
        return None
    words = str(said).strip("\0 ")[:40]
    if _NO_TIME.fullmatch(words):
        return None
    found = _TIME.fullmatch(words)
    offset = str(camera.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    try:
        plain = "{}-{}-{} {}:{}:{}".format(*found.groups()) if found else words
        return datetime.fromisoformat(plain + (offset if _OFFSET.fullmatch(offset) else ""))
    except ValueError:
        remarks.append(Remark.TIME_UNREADABLE)
        return None


def _place(notes: Mapping[int, Any], remarks: list[Remark]) -> tuple[float | None, float | None]:
    """Degrees; both or none. Zero divisors, latitudes of 999 and the like are a remark, not a place (B18)."""
    said = notes.get(ExifTags.GPS.GPSLatitude), notes.get(ExifTags.GPS.GPSLongitude)
    if said == (None, None):
        return None, None
    latitude = _degrees(said[0], str(notes.get(ExifTags.GPS.GPSLatitudeRef)).startswith("S"))
    longitude = _degrees(said[1], str(notes.get(ExifTags.GPS.GPSLongitudeRef)).startswith("W"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        remarks.append(Remark.PLACE_IMPOSSIBLE)
        return None, None
    return latitude, longitude


def _degrees(said: Any, negative: bool) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in said)
    except (TypeError, ValueError, ArithmeticError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found):
        return None
    return -found if negative else found
