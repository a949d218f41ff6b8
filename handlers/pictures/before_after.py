"""Draws what a closed case looks like: the photo of the problem beside the photo of the repair."""

from dataclasses import dataclass

from PIL import Image

from handlers.pictures.canvas import INK, MUTED, STEP, TEAL, TRACK, WHITE, Canvas, style
from handlers.pictures.fonts import Weight
from handlers.pictures.labels import label
from handlers.pictures.photos import Photo, PhotoRefused, open_photo
from handlers.pictures.plain import Plain
from handlers.pictures.text import clean, ellipsize, width, wrap

_WIDTH = 1280
_TALLEST = 2400
_MARGIN = 40
_CELL = (_WIDTH - 2 * _MARGIN - STEP) // 2
_SECOND = _MARGIN + _CELL + STEP
_PORTRAIT, _LANDSCAPE = 3 / 4, 4 / 3


@dataclass(frozen=True)
class Role:
    """Who did which part: 发现 小陈."""

    role: str
    name: str


@dataclass(frozen=True)
class BeforeAfter(Plain):
    before: Photo | None
    after: Photo | None
    site: str
    item: str
    number: str
    before_time: str
    after_time: str
    people: tuple[Role, ...] = ()
    lang: str = "zh"


def draw_before_after(case: BeforeAfter) -> bytes:
    """A JPEG 1280 wide; a photo that cannot be shown becomes a grey field saying so."""
    canvas = Canvas(_WIDTH, _TALLEST, WHITE)
    top = _draw_head(canvas, case)
    _draw_caption(canvas, _MARGIN, top, label(case.lang, "before"), case.before_time, INK)
    _draw_caption(canvas, _SECOND, top, label(case.lang, "after"), case.after_time, TEAL)
    top += 64 + STEP
    pair = (_opened(case.before), _opened(case.after))
    height = round(_CELL / _shape(pair))
    _draw_cell(canvas, pair[0], (_MARGIN, top, _MARGIN + _CELL, top + height), case.lang)
    _draw_cell(canvas, pair[1], (_SECOND, top, _SECOND + _CELL, top + height), case.lang)
    return canvas.jpeg(_draw_people(canvas, case, top + height + STEP))


def _draw_caption(canvas: Canvas, left: int, top: int, words: str, when: str, color: str) -> None:
    """Above the photo, not on it: what the caption would hide may be the evidence."""
    after = canvas.pill(left, top, words, style(40, WHITE, Weight.BOLD), color) + 16
    plain = style(40, INK, Weight.MEDIUM)
    canvas.text(after, top + STEP // 2, ellipsize(clean(when), left + _CELL - after, plain), plain)


def _opened(photo: Photo | None) -> Image.Image | None:
    if photo is None:
        return None
    try:
        return open_photo(photo, (_CELL, round(_CELL / _PORTRAIT)))
    except PhotoRefused:
        return None


def _shape(pair: tuple[Image.Image | None, Image.Image | None]) -> float:
    """Width to height of both fields: as tall as the taller photo needs, within what a phone shows well."""
    shapes = [photo.width / photo.height for photo in pair if photo is not None]
    return min(max(min(shapes, default=1.0), _PORTRAIT), _LANDSCAPE)


def _draw_head(canvas: Canvas, case: BeforeAfter) -> int:
    title, small = style(56, INK, Weight.BOLD), style(40, MUTED)
    canvas.pen.rectangle((0, 0, _WIDTH, 15), fill=TEAL)
    room = _WIDTH - 2 * _MARGIN
    top = canvas.paragraph(_MARGIN, 56, wrap(clean(case.item), room, title, 2), title, 72)
    number = clean(case.number)
    canvas.text_right(_WIDTH - _MARGIN, top + 8, number, small)
    site = ellipsize(clean(case.site), room - width(number, small) - STEP, small)
    canvas.text(_MARGIN, top + 8, site, small)
    return top + 8 + 40 + STEP + 8


def _draw_cell(canvas: Canvas, photo: Image.Image | None, box: tuple[int, int, int, int], lang: str) -> None:
    """The whole photo, never cropped: what lies at the edge may be the evidence."""
    left, top, right, bottom = box
    canvas.rounded(box, TRACK, 16)
    if photo is None:
        canvas.text_center((left + right) // 2, (top + bottom) // 2 - 20, label(lang, "no_photo"), style(40, MUTED))
        return
    scale = min((right - left) / photo.width, (bottom - top) / photo.height)
    shown = photo.resize((max(1, round(photo.width * scale)), max(1, round(photo.height * scale))))
    x = (left + right - shown.width) // 2
    y = (top + bottom - shown.height) // 2
    canvas.image.paste(shown, (x, y))


def _draw_people(canvas: Canvas, case: BeforeAfter, top: int) -> int:
    small = style(40, MUTED)
    people = "   ".join(f"{clean(person.role)} {clean(person.name)}" for person in case.people)
    rows = wrap(people, _WIDTH - 2 * _MARGIN, small, 3)
    return canvas.paragraph(_MARGIN, top, rows, small, 56) + (STEP if rows else 0)
