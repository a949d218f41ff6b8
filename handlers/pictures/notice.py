"""Draws a notice as the page that is printed and served, with the code of its case."""

from dataclasses import dataclass

from handlers.pictures.canvas import INK, MUTED, RED, STEP, WHITE, Canvas, style
from handlers.pictures.fonts import Weight
from handlers.pictures.plain import Plain
from handlers.pictures.qr import code_image
from handlers.pictures.text import clean, wrap

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
_MARGIN = 140
_ROOM = WIDTH - 2 * _MARGIN
_SIZES = (36, 32, 28)  # the largest in which all of it fits the page; the smallest may run over
_CODE = 280
_FOOT = 420


@dataclass(frozen=True)
class NoticePage(Plain):
    """A notice from top to bottom, in words only: its picture and its document (handlers/letters) say the same.

    `link` is what the code holds; `mark` says of a draft that it has not been issued.
    """

    title: str
    number: str
    to: str
    body: tuple[str, ...]
    signer: str
    date: str
    link: str = ""
    code_note: str = ""
    receipt: tuple[str, ...] = ()
    mark: str = ""


def draw_notice(page: NoticePage) -> bytes:
    """A PNG as wide and at least as high as an A4 page; a text that does not fit makes it longer, never cuts it off."""
    for size in _SIZES:
        canvas = Canvas(WIDTH, _room_for(page), WHITE)
        top = _draw_letter(canvas, page, size)
        if top + _FOOT <= HEIGHT:
            break
    foot = max(top + 2 * STEP, HEIGHT - _FOOT)
    return canvas.png(max(HEIGHT, _draw_foot(canvas, page, foot) + 80))


def _room_for(page: NoticePage) -> int:
    """More than any of it can need: eight letters to a line, and every paragraph its own."""
    words = sum(map(len, (page.title, page.to, page.signer, *page.body)))
    return 2 * HEIGHT + 84 * (words // 8 + len(page.body))


def _draw_letter(canvas: Canvas, page: NoticePage, size: int) -> int:
    """The letter itself; the y below it."""
    title, small, plain = style(64, INK, Weight.BOLD), style(32, MUTED), style(size)
    if page.mark:
        canvas.pill(_MARGIN, 56, clean(page.mark), style(32, WHITE, Weight.BOLD), RED)
    top = 150
    for row in wrap(clean(page.title), _ROOM, title):
        canvas.text_center(WIDTH // 2, top, row, title)
        top += 84
    canvas.text_center(WIDTH // 2, top + 12, clean(page.number), small)
    top += 88
    canvas.pen.line((_MARGIN, top, WIDTH - _MARGIN, top), fill=RED, width=3)
    leading = size * 16 // 9
    top = canvas.paragraph(_MARGIN, top + 44, wrap(clean(page.to), _ROOM, plain), plain, leading)
    for words in page.body:
        top = _draw_indented(canvas, clean(words), top, size, leading)
    top += leading
    for words in filter(None, (page.signer, page.date)):
        for row in wrap(clean(words), _ROOM, plain):
            canvas.text_right(WIDTH - _MARGIN, top, row, plain)
            top += leading
    return top


def _draw_indented(canvas: Canvas, words: str, top: int, size: int, leading: int) -> int:
    """A paragraph whose first line begins two characters in."""
    plain, indent = style(size), 2 * size
    first = wrap(words, _ROOM - indent, plain)[:1]
    canvas.paragraph(_MARGIN + indent, top, first, plain, leading)
    rest = words[len(first[0]) :].strip() if first else ""
    return canvas.paragraph(_MARGIN, top + leading, wrap(rest, _ROOM, plain) if rest else [], plain, leading)


def _draw_foot(canvas: Canvas, page: NoticePage, top: int) -> int:
    """The code to the left, and to the right what who receives it signs."""
    small = style(28, MUTED)
    left, bottom = _MARGIN, top
    if page.link:
        code = code_image(page.link, _CODE)
        canvas.image.paste(code.convert("RGB"), (left, top))
        rows = wrap(clean(page.code_note), _CODE, small, 2)
        bottom = canvas.paragraph(left, top + code.height, rows, small, 40)
    line = top + 32
    for words in page.receipt:
        end = canvas.text(_MARGIN + _CODE + 80, line, clean(words), style(30))
        canvas.pen.line((end + 8, line + 34, WIDTH - _MARGIN, line + 34), fill=INK, width=2)
        line += 84
    return max(bottom, line)
