"""Writes time, site, distance, inspector and number visibly onto a copy of a photo."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from handlers.pictures.canvas import AMBER, WHITE
from handlers.pictures.fonts import Weight
from handlers.pictures.labels import label
from handlers.pictures.photos import Photo, open_photo
from handlers.pictures.plain import Plain
from handlers.pictures.text import Style, clean, draw_line, ellipsize, fit

_LONGEST = 1920
_NARROWEST = 480
_SHADE = 176
_QUALITY = 88


@dataclass(frozen=True)
class Stamp(Plain):
    time: str
    site: str
    inspector: str
    number: str
    distance_m: int | None = None
    lang: str = "zh"


@dataclass(frozen=True)
class StampedPhoto(Plain):
    photo: Photo
    stamp: Stamp


def stamp(photo: Photo, words: Stamp) -> bytes:
    """A JPEG copy with a dark band at its foot; raises PhotoRefused. The original stays as it was sent."""
    picture = open_photo(photo, (_LONGEST, _LONGEST))
    if picture.width < _NARROWEST:
        picture = picture.resize((_NARROWEST, max(1, picture.height * _NARROWEST // picture.width)))
    unit = max(18, min(picture.width // 22, picture.height // 14))
    picture = _tall_enough(picture, 5 * unit)
    _shade_foot(picture, 5 * unit)
    _write(picture, words, unit)
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=_QUALITY, optimize=True)
    return stored.getvalue()


def _tall_enough(picture: Image.Image, height: int) -> Image.Image:
    """A panorama thinner than the band gets ground below it, so that the words never hide the whole of it."""
    if picture.height >= 2 * height:
        return picture
    ground = Image.new("RGB", (picture.width, picture.height + height), "#000000")
    ground.paste(picture, (0, 0))
    return ground


def _shade_foot(picture: Image.Image, height: int) -> None:
    """Darker towards the foot, so that white words are read on snow as on soil."""
    ramp = Image.linear_gradient("L").resize((picture.width, height)).point(lambda v: min(_SHADE, v * 3))
    picture.paste("#06201d", (0, picture.height - height), ramp)


def _write(picture: Image.Image, words: Stamp, unit: int) -> None:
    draw = ImageDraw.Draw(picture)
    left, room = unit, picture.width - 2 * unit
    top = picture.height - 4 * unit
    draw.rectangle((left, top, left + max(3, unit // 6), picture.height - unit + unit // 6), fill=AMBER)
    left, room = left + unit // 2, room - unit // 2
    time, site = clean(words.time), clean(words.site)
    big = fit(time, room, Style(round(unit * 1.2), WHITE, Weight.BOLD), 12)
    draw_line(draw, left, top - unit // 5, time, big)
    plain = Style(round(unit * 0.8), WHITE, Weight.MEDIUM)
    draw_line(draw, left, top + round(unit * 1.25), ellipsize(site, room, plain), plain)
    facts = [clean(words.inspector), clean(words.number)]
    if words.distance_m is not None:
        facts.insert(0, label(words.lang, "distance", metres=f"{words.distance_m:,}"))
    line = " | ".join(fact for fact in facts if fact)
    draw_line(draw, left, top + round(unit * 2.35), ellipsize(line, room, plain), plain)
