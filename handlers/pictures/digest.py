"""Draws the card a group gets at the day's end: what was checked, how far the campaign is, what is still open."""

from dataclasses import dataclass

from handlers.pictures.canvas import (
    AMBER,
    AMBER_INK,
    CARD_WIDTH,
    INK,
    MARGIN,
    MUTED,
    RED,
    RED_MIST,
    STEP,
    TEAL,
    TEAL_MIST,
    TEAL_PALE,
    WHITE,
    Canvas,
    style,
)
from handlers.pictures.fonts import Weight
from handlers.pictures.labels import label
from handlers.pictures.plain import Plain
from handlers.pictures.text import clean, ellipsize, fit, width, wrap

_TALLEST = 4096
_MOST_DUE = 5
_MOST_KINDS = 8
_PAD = 2 * STEP
_LEFT, _RIGHT = MARGIN + _PAD, CARD_WIDTH - MARGIN - _PAD
_ROOM = _RIGHT - _LEFT
_GAP = STEP


@dataclass(frozen=True)
class Progress:
    name: str
    done: int
    total: int

    @property
    def part(self) -> float:
        return self.done / self.total if self.total > 0 else 0.0


@dataclass(frozen=True)
class DigestCard(Plain):
    """All counts as of `as_of`; `date` and `as_of` are ready-made words in the agency's zone."""

    area: str
    campaign: str
    date: str
    as_of: str
    checks: int
    sites: int
    done: int
    total: int
    opened: int
    closed: int
    open: int
    overdue: int
    kinds: tuple[Progress, ...] = ()
    target: int | None = None
    due_tomorrow: tuple[str, ...] = ()
    due_unlisted: int = 0
    late_items: int = 0
    resent: bool = False
    lang: str = "zh"


def draw_digest(card: DigestCard) -> bytes:
    """A PNG 1080 wide whose smallest words are 11 CSS pixels on a phone 360 wide."""
    canvas = Canvas(CARD_WIDTH, _TALLEST)
    top = _draw_head(canvas, card)
    top = _draw_today(canvas, card, top)
    top = _draw_coverage(canvas, card, top + _GAP)
    top = _draw_problems(canvas, card, top + _GAP)
    top = _draw_due(canvas, card, top + _GAP)
    top = _draw_foot(canvas, card, top + _GAP)
    return canvas.png(top)


def _draw_head(canvas: Canvas, card: DigestCard) -> int:
    """The teal ground with the names; returns the y where the first panel starts, overlapping the ground."""
    small = style(36, TEAL_PALE, Weight.MEDIUM)
    area_style, campaign_style = style(68, WHITE, Weight.BOLD), style(42, TEAL_PALE)
    area = wrap(clean(card.area), CARD_WIDTH - 2 * _LEFT, area_style, 2)
    campaign = wrap(clean(card.campaign), CARD_WIDTH - 2 * _LEFT, campaign_style, 2)
    first, second = 168, 168 + len(area) * 84
    bottom = second + STEP // 2 + len(campaign) * 56 + STEP
    canvas.pen.rectangle((0, 0, CARD_WIDTH, bottom + 3 * STEP), fill=TEAL)
    after = canvas.text(_LEFT, 80, label(card.lang, "digest"), small)
    if card.resent:
        mark = style(34, AMBER_INK, Weight.BOLD)
        after = canvas.pill(after + STEP, 80 - 11, label(card.lang, "resent"), mark, AMBER)
    date = ellipsize(clean(card.date), _RIGHT - after - STEP, small)
    canvas.text_right(_RIGHT, 80, date, small)
    canvas.paragraph(_LEFT, first, area, area_style, 84)
    canvas.paragraph(_LEFT, second + STEP // 2, campaign, campaign_style, 56)
    return bottom


def _draw_today(canvas: Canvas, card: DigestCard, top: int) -> int:
    bottom = top + 264
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    half = _ROOM // 2
    figures = ((card.checks, "checks_today", _LEFT), (card.sites, "sites_today", _LEFT + half + _PAD))
    for count, key, left in figures:
        room = half - _PAD
        big = fit(f"{count:,}", room, style(120, TEAL if count else MUTED, Weight.BOLD))
        canvas.text(left, top + 40 + (120 - big.size) // 2, f"{count:,}", big)
        canvas.text(left, top + 188, label(card.lang, key), style(38, MUTED))
    middle = _LEFT + half
    canvas.pen.rectangle((middle, top + _PAD, middle + 1, bottom - _PAD), fill=TEAL_PALE)
    return bottom


def _draw_coverage(canvas: Canvas, card: DigestCard, top: int) -> int:
    kinds = card.kinds[:_MOST_KINDS]
    unlisted = len(card.kinds) - len(kinds)
    target_height = 60 if card.target is not None else 0
    kinds_height = len(kinds) * 104 + (16 if kinds else 0) + (60 if unlisted else 0)
    bottom = top + 320 + target_height + kinds_height
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    covered = Progress("", card.done, card.total)
    canvas.text(_LEFT, top + _PAD, label(card.lang, "coverage"), style(40, INK, Weight.BOLD))
    big = style(104, INK, Weight.BOLD)
    after = canvas.text(_LEFT, top + 112, f"{card.done:,}", big)
    unit = label(card.lang, "of_sites", total=f"{card.total:,}")
    percent = _percent(covered)
    room = _RIGHT - after - 20 - STEP - width(percent, style(64, TEAL, Weight.BOLD))
    canvas.text(after + 20, top + 156, unit, fit(unit, room, style(44, MUTED)))
    canvas.text_right(_RIGHT, top + 140, percent, style(64, TEAL, Weight.BOLD))
    canvas.bar((_LEFT, top + 244, _RIGHT, top + 276), covered.part)
    y = top + 276
    if card.target is not None:
        y = _draw_target(canvas, card, y)
    y += 16 if kinds else 0
    for kind in kinds:
        y = _draw_kind(canvas, kind, y + STEP)
    if unlisted:
        canvas.text(_LEFT, y + STEP, label(card.lang, "more_kinds", count=unlisted), style(36, MUTED))
    return bottom


def _percent(progress: Progress) -> str:
    if progress.total <= 0:
        return "—"
    return f"{progress.done * 100 // progress.total}%"


def _draw_target(canvas: Canvas, card: DigestCard, bar_bottom: int) -> int:
    """The words, and a notch in the bar where the target lies."""
    assert card.target is not None
    gap = card.target - card.done
    if 0 < card.target <= card.total:
        x = _LEFT + round(_ROOM * card.target / card.total)
        x = min(max(x, _LEFT + 6), _RIGHT - 6)
        canvas.rounded((x - 5, bar_bottom - 44, x + 5, bar_bottom + 12), WHITE, 5)
        canvas.rounded((x - 3, bar_bottom - 42, x + 3, bar_bottom + 10), INK, 3)
    if gap > 0:
        words = label(card.lang, "target_gap", target=f"{card.target:,}", gap=f"{gap:,}")
    else:
        words = label(card.lang, "target_met", target=f"{card.target:,}")
    canvas.text(_LEFT, bar_bottom + STEP, words, style(38, INK if gap > 0 else TEAL, Weight.MEDIUM))
    return bar_bottom + 60


def _draw_kind(canvas: Canvas, kind: Progress, top: int) -> int:
    figures = f"{kind.done:,} / {kind.total:,}"
    complete = 0 < kind.total <= kind.done
    left = canvas.text_right(_RIGHT, top, figures, style(40, TEAL if complete else INK, Weight.MEDIUM))
    name_style = style(40, INK)
    canvas.text(_LEFT, top, ellipsize(clean(kind.name), left - _LEFT - STEP, name_style), name_style)
    canvas.bar((_LEFT, top + 56, _RIGHT, top + 72), kind.part)
    return top + 80


def _draw_problems(canvas: Canvas, card: DigestCard, top: int) -> int:
    bottom = top + 304
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    canvas.text(_LEFT, top + _PAD, label(card.lang, "problems"), style(40, INK, Weight.BOLD))
    tile = (_ROOM - 3 * STEP // 2 - 3) // 4
    counts = (("opened", card.opened), ("closed", card.closed), ("open", card.open), ("overdue", card.overdue))
    for place, (key, count) in enumerate(counts):
        left = _LEFT + place * (tile + STEP // 2 + 1)
        alarm = key == "overdue" and count > 0
        canvas.rounded((left, top + 112, left + tile, bottom - STEP - 8), RED_MIST if alarm else TEAL_MIST, 20)
        color = RED if alarm else (INK if count else MUTED)
        figure = f"{count:,}"
        big = fit(figure, tile - STEP, style(76, color, Weight.BOLD))
        canvas.text_center(left + tile // 2, top + 126 + (76 - big.size) // 2, figure, big)
        words = label(card.lang, key)
        canvas.text_center(left + tile // 2, top + 218, words, style(36, RED if alarm else MUTED))
    return bottom


def _draw_due(canvas: Canvas, card: DigestCard, top: int) -> int:
    listed = card.due_tomorrow[:_MOST_DUE]
    unlisted = len(card.due_tomorrow) - len(listed) + card.due_unlisted
    count = len(listed) + unlisted
    rows = max(1, len(listed) + (1 if unlisted else 0))
    bottom = top + 112 + rows * 64 + STEP
    canvas.panel((MARGIN, top, CARD_WIDTH - MARGIN, bottom))
    after = canvas.text(_LEFT, top + _PAD, label(card.lang, "due_tomorrow"), style(40, INK, Weight.BOLD))
    if count:
        canvas.text(after + 16, top + _PAD, f"{count:,}", style(40, TEAL, Weight.BOLD))
    plain, muted = style(40, INK), style(38, MUTED)
    y = top + 120
    for line in listed:
        canvas.disc(_LEFT + 10, y + 20, 8, TEAL)
        canvas.text(_LEFT + 40, y, ellipsize(clean(line), _ROOM - 40, plain), plain)
        y += 64
    if unlisted:
        canvas.text(_LEFT + 40, y, label(card.lang, "more", count=f"{unlisted:,}"), muted)
    if not count:
        canvas.text(_LEFT, y, label(card.lang, "nothing_due"), muted)
    return bottom


def _draw_foot(canvas: Canvas, card: DigestCard, top: int) -> int:
    small = style(34, MUTED)
    words = label(card.lang, "as_of", time=clean(card.as_of))
    if card.late_items:
        words += "·" + label(card.lang, "late_items", count=card.late_items)
    return canvas.paragraph(_LEFT, top, wrap(words, _ROOM, small, 2), small, 48) + STEP
