"""Draws a page of a site's file (一场一户一策): what the site is, then all that happened there in time order."""

from dataclasses import dataclass

from PIL import Image

from handlers.pictures.canvas import (
    AMBER,
    CARD_WIDTH,
    EDGE,
    INK,
    MARGIN,
    MUTED,
    RED,
    STEP,
    TEAL,
    TEAL_PALE,
    TRACK,
    WHITE,
    Canvas,
    style,
)
from handlers.pictures.fonts import Weight
from handlers.pictures.labels import label
from handlers.pictures.photos import Photo, PhotoRefused, open_photo
from handlers.pictures.plain import Plain
from handlers.pictures.text import clean, ellipsize, width, wrap

PHOTOS_IN_A_ROW = 3
_TALLEST = 4096
_LEFT, _RIGHT = MARGIN + 36, CARD_WIDTH - MARGIN - 36
_ROOM = _RIGHT - _LEFT
_DOT = _LEFT + 132  # where the line of time runs, with the clock to the left of it
_WORDS = _DOT + 36
_WIDE = _RIGHT - _WORDS
_GAP = 12
_CELL = (_WIDE - (PHOTOS_IN_A_ROW - 1) * _GAP) // PHOTOS_IN_A_ROW
_CELL_HIGH = 190
_COLOURS = {"good": TEAL, "bad": RED, "doing": AMBER, "list": INK}
_TITLE_LINES, _TEXT_LINES, _FACT_LINES = 2, 4, 3


@dataclass(frozen=True)
class Fact:
    """What the site is: 清单 · 重点监管清单（08-06 起）."""

    name: str
    text: str


@dataclass(frozen=True)
class SiteEvent:
    """`kind`: good, bad, doing or list, which colours it; `more`: photos that are not shown."""

    day: str
    time: str
    kind: str
    title: str
    text: str = ""
    photos: tuple[Photo, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class SitePage(Plain):
    """`counts`, `made` and `page` are ready-made words; `earlier`: events before the first page that are left out."""

    site: str
    place: str
    campaign: str
    counts: str
    made: str
    page: str = ""
    facts: tuple[Fact, ...] = ()
    events: tuple[SiteEvent, ...] = ()
    earlier: int = 0
    lang: str = "zh"


def draw_site_page(page: SitePage) -> bytes:
    """A JPEG 1080 wide, as photos are in it."""
    canvas = Canvas(CARD_WIDTH, _TALLEST)
    top = _draw_head(canvas, page)
    if page.facts:
        top = _draw_facts(canvas, page, top) + STEP
    top = _draw_events(canvas, page, top)
    return canvas.jpeg(_draw_foot(canvas, page, top + STEP))


def _draw_head(canvas: Canvas, page: SitePage) -> int:
    """The teal ground with the names; returns the y where the first panel starts, overlapping the ground."""
    small, title, plain = style(34, TEAL_PALE, Weight.MEDIUM), style(60, WHITE, Weight.BOLD), style(38, TEAL_PALE)
    site = wrap(clean(page.site), _ROOM, title, 2)
    place, campaign = (wrap(clean(words), _ROOM, plain, 2) for words in (page.place, page.campaign))
    bottom = 128 + len(site) * 76 + (len(place) + len(campaign)) * 52 + STEP
    canvas.pen.rectangle((0, 0, CARD_WIDTH, bottom + 2 * STEP), fill=TEAL)
    after = canvas.text(_LEFT, 64, label(page.lang, "site_file"), small)
    canvas.text_right(_RIGHT, 64, ellipsize(clean(page.page), _RIGHT - after - STEP, small), small)
    top = canvas.paragraph(_LEFT, 124, site, title, 76)
    canvas.paragraph(_LEFT, top + 8, [*place, *campaign], plain, 52)
    return bottom


def _draw_facts(canvas: Canvas, page: SitePage, top: int) -> int:
    """Names to the left, what is so to the right; a white panel as tall as that needs."""
    bold, plain = style(36, MUTED, Weight.MEDIUM), style(36, INK)
    column = _LEFT + max(width(clean(fact.name), bold) for fact in page.facts) + STEP
    rows = [(fact, wrap(clean(fact.text), _RIGHT - column, plain, _FACT_LINES)) for fact in page.facts]
    bottom = top + 2 * STEP + sum(max(1, len(lines)) * 50 + _GAP for _, lines in rows) - _GAP
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    y = top + STEP
    for fact, lines in rows:
        canvas.text(_LEFT, y, clean(fact.name), bold)
        y = max(y + 50, canvas.paragraph(column, y, lines, plain, 50)) + _GAP
    return bottom


def _draw_events(canvas: Canvas, page: SitePage, top: int) -> int:
    """Twice: once to know how tall the panel is, once on it."""
    bottom = _draw_time(Canvas(CARD_WIDTH, _TALLEST), page, top + STEP) + STEP
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    _draw_time(canvas, page, top + STEP)
    return bottom


def _draw_time(canvas: Canvas, page: SitePage, top: int) -> int:
    small = style(34, MUTED)
    if page.earlier:
        canvas.text(_LEFT, top, label(page.lang, "earlier", count=f"{page.earlier:,}"), small)
        top += 56
    if not page.events:
        canvas.text(_LEFT, top, label(page.lang, "nothing_happened"), style(38, MUTED))
        return top + 50
    day = ""
    for event in page.events:
        if event.day != day:
            canvas.text(_LEFT, top, clean(event.day), style(36, TEAL, Weight.BOLD))
            day, top = event.day, top + 58
        top = _draw_event(canvas, event, top, page.lang)
    return top - STEP // 2


def _draw_event(canvas: Canvas, event: SiteEvent, top: int, lang: str) -> int:
    title, plain, clock = style(36, INK, Weight.MEDIUM), style(34, MUTED), style(34, MUTED)
    heads = wrap(clean(event.title), _WIDE, title, _TITLE_LINES)
    words = wrap(clean(event.text), _WIDE, plain, _TEXT_LINES) if event.text else []
    canvas.text(_LEFT, top, clean(event.time), clock)
    start = top
    top = canvas.paragraph(_WORDS, top, heads, title, 48)
    top = canvas.paragraph(_WORDS, top, words, plain, 46)
    if event.photos:
        top = _draw_photos(canvas, event, top + 8, lang)
    canvas.pen.rectangle((_DOT - 2, start + 44, _DOT + 1, max(start + 52, top)), fill=EDGE)
    canvas.disc(_DOT, start + 20, 11, _COLOURS.get(event.kind, MUTED))
    return top + STEP


def _draw_photos(canvas: Canvas, event: SiteEvent, top: int, lang: str) -> int:
    for place, photo in enumerate(event.photos):
        row, column = divmod(place, PHOTOS_IN_A_ROW)
        left, y = _WORDS + column * (_CELL + _GAP), top + row * (_CELL_HIGH + _GAP)
        _draw_photo(canvas, photo, (left, y, left + _CELL, y + _CELL_HIGH), lang)
    rows = -(-len(event.photos) // PHOTOS_IN_A_ROW)
    top += rows * (_CELL_HIGH + _GAP)
    if event.more:
        canvas.text(_WORDS, top, label(lang, "more_photos", count=f"{event.more:,}"), style(34, MUTED))
        top += 46
    return top


def _draw_photo(canvas: Canvas, photo: Photo, box: tuple[int, int, int, int], lang: str) -> None:
    """The whole of it, never cropped: what lies at the edge may be the evidence."""
    left, top, right, bottom = box
    canvas.rounded(box, TRACK, 12)
    shown = _opened(photo)
    if shown is None:
        words = label(lang, "no_photo")
        small = style(28, MUTED)
        lines = wrap(words, right - left - STEP, small, 3)
        for place, line in enumerate(lines):
            canvas.text_center((left + right) // 2, (top + bottom - len(lines) * 36) // 2 + place * 36, line, small)
        return
    canvas.image.paste(shown, ((left + right - shown.width) // 2, (top + bottom - shown.height) // 2))


def _opened(photo: Photo) -> Image.Image | None:
    try:
        return open_photo(photo, (_CELL, _CELL_HIGH))
    except PhotoRefused:
        return None


def _draw_foot(canvas: Canvas, page: SitePage, top: int) -> int:
    small = style(34, MUTED)
    lines = [*wrap(clean(page.counts), _ROOM, small, 2), *wrap(clean(page.made), _ROOM, small, 2)]
    return canvas.paragraph(_LEFT, top, lines, small, 48) + STEP
