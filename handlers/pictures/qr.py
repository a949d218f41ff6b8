"""Draws QR codes: alone, or on a card that says what the link is for."""

import io
from dataclasses import dataclass

import segno
from PIL import Image

from handlers.pictures.canvas import CARD_WIDTH, INK, MARGIN, MUTED, STEP, TEAL, TEAL_PALE, WHITE, Canvas, style
from handlers.pictures.fonts import Weight
from handlers.pictures.plain import Plain
from handlers.pictures.text import Style, clean, wrap

_QUIET_ZONE = 4
_CODE_SIDE = 720
_TALLEST = 2400


@dataclass(frozen=True)
class QrCard(Plain):
    """`lines` stand under the title (for whom), `notes` under the code (how long, how often)."""

    link: str
    title: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def qr_code(link: str, side: int = _CODE_SIDE) -> bytes:
    """A PNG of the code alone with its quiet zone, at most `side` pixels and every module whole."""
    stored = io.BytesIO()
    code_image(link, side).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def code_image(link: str, side: int) -> Image.Image:
    """The code alone with its quiet zone, to be set into a larger picture."""
    code = segno.make(link, error="m", micro=False)
    modules = int(code.symbol_size(border=_QUIET_ZONE)[0])
    small = Image.new("1", (modules, modules), 1)
    small.putdata([0 if dark else 1 for row in code.matrix_iter(border=_QUIET_ZONE) for dark in row])
    scale = max(1, side // modules)
    return small.resize((modules * scale, modules * scale), Image.Resampling.NEAREST)


def draw_qr(card: QrCard) -> bytes:
    """A PNG 1080 wide that can be sent, printed and stuck to a door."""
    canvas = Canvas(CARD_WIDTH, _TALLEST, WHITE)
    middle, room = CARD_WIDTH // 2, CARD_WIDTH - 4 * MARGIN
    title, line = style(68, WHITE, Weight.BOLD), style(42, TEAL_PALE)
    titles = wrap(clean(card.title), room, title, 2)
    lines = [row for words in card.lines for row in wrap(clean(words), room, line, 2)]
    ground = 64 + len(titles) * 84 + len(lines) * 60 + STEP
    canvas.pen.rectangle((0, 0, CARD_WIDTH, ground), fill=TEAL)
    top = _centered(canvas, middle, 64, titles, 84, title)
    _centered(canvas, middle, top + 4, lines, 60, line)
    code = code_image(card.link, _CODE_SIDE)
    top = ground + STEP
    canvas.image.paste(code.convert("RGB"), (middle - code.width // 2, top))
    return canvas.png(_draw_notes(canvas, card, top + code.height + 8) + 2 * STEP)


def _draw_notes(canvas: Canvas, card: QrCard, top: int) -> int:
    strong, weak = style(42, INK, Weight.MEDIUM), style(38, MUTED)
    for place, words in enumerate(card.notes):
        chosen = weak if place else strong
        rows = wrap(clean(words), CARD_WIDTH - 4 * MARGIN, chosen, 3)
        top = _centered(canvas, CARD_WIDTH // 2, top, rows, 60, chosen)
    return top


def _centered(canvas: Canvas, middle: int, top: int, rows: list[str], leading: int, chosen: Style) -> int:
    for row in rows:
        canvas.text_center(middle, top, row, chosen)
        top += leading
    return top
