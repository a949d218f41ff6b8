"""The paper that cards are drawn on: palette, grid, and shapes with smooth edges."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from handlers.pictures import text as lines
from handlers.pictures.fonts import Weight
from handlers.pictures.text import Style

# One step is 8 CSS pixels on a phone 360 wide, where a card of 1080 is shown at a third.
STEP = 24
CARD_WIDTH = 1080
MARGIN = 48
RADIUS = 28

PAPER = "#eef3f2"
WHITE = "#ffffff"
EDGE = "#dbe5e3"
TRACK = "#e3ebe9"
INK = "#10302d"
MUTED = "#52706c"
TEAL = "#0f766e"
TEAL_DEEP = "#115e59"
TEAL_PALE = "#ccebe6"
TEAL_MIST = "#e7f5f2"
AMBER = "#f5c65b"
AMBER_INK = "#5c3d00"
RED = "#c2311c"
RED_MIST = "#fdece8"

Box = tuple[int, int, int, int]
_SMOOTH = 4


@lru_cache(maxsize=64)
def _disc(radius: int) -> Image.Image:
    """A disc drawn large and shrunk, because Pillow's own shapes have stairs for edges."""
    side = 2 * radius
    big = Image.new("L", (side * _SMOOTH, side * _SMOOTH), 0)
    ImageDraw.Draw(big).ellipse((0, 0, side * _SMOOTH - 1, side * _SMOOTH - 1), fill=255)
    return big.resize((side, side), Image.Resampling.LANCZOS)


def rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    radius = max(0, min(radius, width // 2, height // 2))
    mask = Image.new("L", (width, height), 255)
    if radius == 0:
        return mask
    disc, side = _disc(radius), 2 * radius
    right, bottom = width - radius, height - radius
    mask.paste(disc.crop((0, 0, radius, radius)), (0, 0))
    mask.paste(disc.crop((radius, 0, side, radius)), (right, 0))
    mask.paste(disc.crop((0, radius, radius, side)), (0, bottom))
    mask.paste(disc.crop((radius, radius, side, side)), (right, bottom))
    return mask


class Canvas:
    """An RGB picture that grows to what was drawn: start tall, finish with the height that was used."""

    def __init__(self, width: int, height: int, color: str = PAPER) -> None:
        self.image = Image.new("RGB", (width, height), color)
        self.pen = ImageDraw.Draw(self.image)

    def rounded(self, box: Box, color: str, radius: int = RADIUS) -> None:
        left, top, right, bottom = box
        if right <= left or bottom <= top:
            return
        self.image.paste(color, box, rounded_mask(right - left, bottom - top, radius))

    def panel(self, box: Box) -> None:
        """A white card with a hairline edge."""
        left, top, right, bottom = box
        self.rounded(box, EDGE)
        self.rounded((left + 2, top + 2, right - 2, bottom - 2), WHITE, RADIUS - 2)

    def disc(self, x: int, y: int, radius: int, color: str) -> None:
        self.rounded((x - radius, y - radius, x + radius, y + radius), color, radius)

    def bar(self, box: Box, part: float, color: str = TEAL) -> None:
        """A progress bar; anything above nothing shows at least as a dot, anything short of all leaves a gap."""
        left, top, right, bottom = box
        height = bottom - top
        self.rounded(box, TRACK, height // 2)
        if part <= 0:
            return
        length = max(height, round((right - left) * min(part, 1.0)))
        if part < 1.0:
            length = min(length, right - left - height // 2)
        self.rounded((left, top, left + length, bottom), color, height // 2)

    def text(self, left: int, top: int, text: str, style: Style) -> int:
        return lines.draw_line(self.pen, left, top, text, style)

    def text_right(self, right: int, top: int, text: str, style: Style) -> int:
        """Draw so that the line ends at `right`; return the x where it starts."""
        left = right - lines.width(text, style)
        lines.draw_line(self.pen, left, top, text, style)
        return left

    def text_center(self, center: int, top: int, text: str, style: Style) -> None:
        lines.draw_line(self.pen, center - lines.width(text, style) // 2, top, text, style)

    def paragraph(self, left: int, top: int, rows: list[str], style: Style, leading: int) -> int:
        """Draw ready-wrapped rows; return the y below the last one."""
        for row in rows:
            lines.draw_line(self.pen, left, top, row, style)
            top += leading
        return top

    def pill(self, left: int, top: int, text: str, style: Style, color: str) -> int:
        """A label on a rounded ground; return the x where it ends."""
        height = style.size + STEP
        right = left + lines.width(text, style) + height
        self.rounded((left, top, right, top + height), color, height // 2)
        lines.draw_line(self.pen, left + height // 2, top + STEP // 2, text, style)
        return right

    def jpeg(self, height: int) -> bytes:
        stored = io.BytesIO()
        used = self.image.crop((0, 0, self.image.width, height))
        used.save(stored, "JPEG", quality=86, optimize=True, progressive=True)
        return stored.getvalue()

    def png(self, height: int) -> bytes:
        """The picture down to `height`; few colours, so a palette keeps it small and every edge smooth."""
        used = self.image.crop((0, 0, self.image.width, height))
        stored = io.BytesIO()
        few = used.quantize(colors=256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(stored, "PNG", optimize=True)
        return stored.getvalue()


def style(size: int, color: str = INK, weight: Weight = Weight.REGULAR) -> Style:
    return Style(size, color, weight)
