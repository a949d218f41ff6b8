"""Draws the map a campaign is fought on (挂图作战): every site where it lies, coloured by how it stands."""

import math
from collections import Counter
from dataclasses import dataclass

from handlers.pictures.canvas import (
    CARD_WIDTH,
    EDGE,
    INK,
    MARGIN,
    MUTED,
    RADIUS,
    STEP,
    TEAL,
    TEAL_PALE,
    WHITE,
    Canvas,
    rounded_mask,
    style,
)
from handlers.pictures.fonts import Weight
from handlers.pictures.labels import label
from handlers.pictures.marks import COLORS, SiteState, draw_mark
from handlers.pictures.naming import Occupied, free_box, place_words
from handlers.pictures.plain import Plain
from handlers.pictures.projection import Frame, frame_around, known_position, scale_bar, spread
from handlers.pictures.text import Style, clean, draw_line, ellipsize, fit, width, wrap

_TALLEST = 4096
_FIELD_WIDTH = CARD_WIDTH - 2 * MARGIN
_FIELD_HEIGHTS = (560, 1320)
_PAD = 96
_GROUND = "#f6faf9"
_GRID = "#e6efed"
_NAME = Style(33, INK, Weight.MEDIUM)
_NUMBER = Style(30, INK, Weight.BOLD)
_LONGEST_NAME = 320
_MOST_NUMBERED = 24
_FEW, _MANY = 120, 500
# How many of its own radii a mark may stray to make room.
_FARTHEST = 6
_BY_URGENCY = (SiteState.OVERDUE, SiteState.OPEN_PROBLEM, SiteState.NOT_CHECKED, SiteState.OK)
_STATE_LABELS = {
    SiteState.NOT_CHECKED: "not_checked",
    SiteState.OK: "ok",
    SiteState.OPEN_PROBLEM: "open_problem",
    SiteState.OVERDUE: "overdue_site",
}


@dataclass(frozen=True)
class MapSite:
    """`lat` and `lon` are WGS-84 degrees, None when nobody has measured them yet."""

    name: str
    state: SiteState
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class StatusMap(Plain):
    title: str
    as_of: str
    sites: tuple[MapSite, ...]
    lang: str = "zh"


@dataclass(frozen=True)
class _Mark:
    site: MapSite
    true_spot: tuple[int, int]
    spot: tuple[int, int]
    radius: int


def draw_map(chart: StatusMap) -> bytes:
    """A PNG 1080 wide: the field, its scale, the counts by state, and the names that found no room on it."""
    canvas = Canvas(CARD_WIDTH, _TALLEST)
    top = _draw_head(canvas, chart)
    shown = [site for site in chart.sites if known_position(site.lat, site.lon)]
    numbered: list[_Mark] = []
    if shown:
        top, numbered = _draw_field(canvas, chart, shown, top)
    else:
        top = _draw_nothing(canvas, chart, top)
    top = _draw_legend(canvas, chart, top + STEP)
    top = _draw_index(canvas, chart, numbered, top + STEP)
    return canvas.png(_draw_foot(canvas, chart, len(shown), top))


def _draw_head(canvas: Canvas, chart: StatusMap) -> int:
    title, small = style(60, WHITE, Weight.BOLD), style(36, TEAL_PALE)
    rows = wrap(clean(chart.title), CARD_WIDTH - 2 * MARGIN, title, 2)
    bottom = 120 + len(rows) * 76 + STEP
    canvas.pen.rectangle((0, 0, CARD_WIDTH, bottom), fill=TEAL)
    canvas.text(MARGIN, 56, label(chart.lang, "map"), small)
    canvas.text_right(CARD_WIDTH - MARGIN, 56, label(chart.lang, "as_of", time=clean(chart.as_of)), small)
    canvas.paragraph(MARGIN, 116, rows, title, 76)
    return bottom + STEP


def _draw_nothing(canvas: Canvas, chart: StatusMap, top: int) -> int:
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, top + 240))
    canvas.text_center(CARD_WIDTH // 2, top + 100, label(chart.lang, "no_sites"), style(40, MUTED))
    return top + 240


def _draw_field(canvas: Canvas, chart: StatusMap, sites: list[MapSite], top: int) -> tuple[int, list[_Mark]]:
    """The map itself; returns its lower edge and the marks that carry a number instead of a name."""
    spots = [(site.lat or 0.0, site.lon or 0.0) for site in sites]
    frame = frame_around(spots, _FIELD_WIDTH, _FIELD_HEIGHTS, _PAD)
    field = Canvas(frame.width, frame.height, _GROUND)
    _draw_grid(field, frame)
    marks = _marks(frame, sites)
    for mark in reversed(marks):  # the urgent ones last, on top
        _draw_tie(field, mark)
    for mark in reversed(marks):
        draw_mark(field, mark.spot, mark.radius, mark.site.state)
    numbered = _draw_names(field, marks)
    bottom = top + frame.height + 80
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    inner = field.image.crop((2, 2, frame.width - 2, frame.height))
    rounded_above = rounded_mask(inner.width, inner.height + RADIUS, RADIUS - 2).crop((0, 0, *inner.size))
    canvas.image.paste(inner, (MARGIN + 2, top + 2), rounded_above)
    _draw_scale(canvas, chart, frame, bottom - 58)
    return bottom, numbered


def _draw_tie(field: Canvas, mark: _Mark) -> None:
    """A mark that had to make room stays tied to the place where the site really lies."""
    if math.dist(mark.spot, mark.true_spot) > mark.radius:
        field.pen.line((*mark.true_spot, *mark.spot), fill=COLORS[mark.site.state], width=2)
        field.disc(*mark.true_spot, 3, COLORS[mark.site.state])


def _draw_grid(field: Canvas, frame: Frame) -> None:
    _, step = scale_bar(frame.metres_per_pixel, frame.width // 4)
    for x in range(frame.width // 2 % step, frame.width, step):
        field.pen.line((x, 0, x, frame.height), fill=_GRID, width=2)
    for y in range(frame.height // 2 % step, frame.height, step):
        field.pen.line((0, y, frame.width, y), fill=_GRID, width=2)


def _marks(frame: Frame, sites: list[MapSite]) -> list[_Mark]:
    """The most urgent first: they choose their words first and are drawn on top."""
    radius = 16 if len(sites) <= _FEW else 11 if len(sites) <= _MANY else 8
    true_spots = [frame.place(site.lat or 0.0, site.lon or 0.0) for site in sites]
    apart = spread(true_spots, 2 * radius + 4, _FARTHEST * radius)
    marks = [
        _Mark(site, (round(true[0]), round(true[1])), (round(x), round(y)), radius)
        for site, true, (x, y) in zip(sites, true_spots, apart, strict=True)
    ]
    return sorted(marks, key=lambda mark: (_BY_URGENCY.index(mark.site.state), mark.site.name))


def _draw_names(field: Canvas, marks: list[_Mark]) -> list[_Mark]:
    """Write what finds room beside its mark; returns the marks that got a number instead, in order."""
    occupied = Occupied(field.image.width, field.image.height)
    for mark in marks:
        (x, y), reach = mark.spot, mark.radius
        occupied.add((x - reach, y - reach, x + reach, y + reach))
    named = marks if len(marks) <= _FEW else _troubled(marks)
    names = [ellipsize(clean(mark.site.name), _LONGEST_NAME, _NAME) for mark in named]
    sizes = [(width(name, _NAME) + 8, _NAME.size + 6) for name in names]
    away = marks[0].radius + 4
    boxes = place_words(occupied, [mark.spot for mark in named], sizes, (away,))
    nameless = [mark for mark, box in zip(named, boxes, strict=True) if box is None]
    if len(nameless) > _MOST_NUMBERED:
        nameless = _troubled(nameless)
    numbered = _draw_numbers(field, occupied, nameless, away)
    for name, box in zip(names, boxes, strict=True):
        if box is not None:
            draw_line(field.pen, box[0] + 4, box[1] + 2, name, _NAME, halo=_GROUND)
    return numbered


def _troubled(marks: list[_Mark]) -> list[_Mark]:
    return [mark for mark in marks if mark.site.state in (SiteState.OVERDUE, SiteState.OPEN_PROBLEM)]


def _draw_numbers(field: Canvas, occupied: Occupied, marks: list[_Mark], away: int) -> list[_Mark]:
    """Number as many marks as the list below the map can take; a number may stand off, tied by a thin line."""
    size = (width("00", _NUMBER) + 8, _NUMBER.size + 4)
    distances = range(away, away + 6 * STEP, STEP)
    numbered: list[tuple[_Mark, tuple[int, int]]] = []
    for mark in marks:
        box = free_box(occupied, mark.spot, size, distances)
        if box is not None and len(numbered) < _MOST_NUMBERED:
            occupied.add(box)
            numbered.append((mark, ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)))
    for mark, middle in numbered:
        if math.dist(middle, mark.spot) > away + size[0]:
            field.pen.line((*mark.spot, *middle), fill=MUTED, width=2)
    for place, (mark, (x, y)) in enumerate(numbered, start=1):
        draw_mark(field, mark.spot, mark.radius, mark.site.state)
        left, top = x - width(str(place), _NUMBER) // 2, y - _NUMBER.size // 2
        draw_line(field.pen, left, top, str(place), _NUMBER, halo=_GROUND)
    return [mark for mark, _ in numbered]


def _draw_scale(canvas: Canvas, chart: StatusMap, frame: Frame, top: int) -> None:
    metres, length = scale_bar(frame.metres_per_pixel, 260)
    left = MARGIN + STEP
    canvas.pen.rectangle((left, top + 20, left + length, top + 25), fill=INK)
    for x in (left, left + length):
        canvas.pen.rectangle((x - 2, top + 10, x + 2, top + 25), fill=INK)
    unit, count = ("kilometres", metres // 1000) if metres >= 1000 else ("metres", metres)
    canvas.text(left + length + 16, top, label(chart.lang, unit, count=f"{count:,}"), style(34, MUTED))
    x = CARD_WIDTH - MARGIN - 2 * STEP
    canvas.pen.polygon([(x, top - 14), (x + 16, top + 34), (x, top + 24), (x - 16, top + 34)], fill=INK)
    canvas.text_right(x - 28, top, label(chart.lang, "north"), style(34, INK, Weight.BOLD))


def _draw_legend(canvas: Canvas, chart: StatusMap, top: int) -> int:
    """All sites by state, also those without a position: the counts must agree with every other report."""
    counts = Counter(site.state for site in chart.sites)
    tile = (_FIELD_WIDTH - 3 * STEP // 2 - 3) // 4
    for place, state in enumerate(_BY_URGENCY):
        left = MARGIN + place * (tile + STEP // 2 + 1)
        canvas.rounded((left, top, left + tile, top + 152), EDGE, 20)
        canvas.rounded((left + 2, top + 2, left + tile - 2, top + 150), WHITE, 18)
        figure = f"{counts[state]:,}"
        color = COLORS[state] if counts[state] and state is not SiteState.NOT_CHECKED else MUTED
        big = fit(figure, tile - 96, style(64, color, Weight.BOLD))
        draw_mark(canvas, (left + 40, top + 54), 18, state)
        canvas.text(left + 72, top + 20 + (64 - big.size) // 2, figure, big)
        words = label(chart.lang, _STATE_LABELS[state])
        canvas.text(left + 24, top + 98, words, fit(words, tile - 40, style(34, MUTED)))
    return top + 152


def _draw_index(canvas: Canvas, chart: StatusMap, numbered: list[_Mark], top: int) -> int:
    if not numbered:
        return top
    rows = -(-len(numbered) // 2)
    bottom = top + 100 + rows * 52 + STEP
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    canvas.text(MARGIN + STEP, top + 32, label(chart.lang, "index"), style(36, INK, Weight.BOLD))
    column = _FIELD_WIDTH // 2
    for place, mark in enumerate(numbered):
        left = MARGIN + STEP + place // rows * column
        y = top + 96 + place % rows * 52
        canvas.text_right(left + 44, y, str(place + 1), style(34, TEAL, Weight.BOLD))
        draw_mark(canvas, (left + 72, y + 17), 12, mark.site.state)
        canvas.text(left + 98, y, ellipsize(clean(mark.site.name), column - 98 - STEP - 8, _NAME), _NAME)
    return bottom + STEP


def _draw_foot(canvas: Canvas, chart: StatusMap, shown: int, top: int) -> int:
    small = style(34, MUTED)
    words = [label(chart.lang, "sites_on_map", count=f"{shown:,}")]
    hidden = len(chart.sites) - shown
    if hidden:
        words.append(label(chart.lang, "without_position", count=f"{hidden:,}"))
    rows = [row for line in words for row in wrap(line, _FIELD_WIDTH, small, 2)]
    return canvas.paragraph(MARGIN, top, rows, small, 50) + STEP
