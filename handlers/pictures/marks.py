"""The marks of a map: told apart by shape as well as by colour, for eyes that see no red and green."""

from enum import StrEnum
from functools import lru_cache

from PIL import Image, ImageDraw

from handlers.pictures.canvas import TEAL, WHITE, Canvas

_SMOOTH = 4


class SiteState(StrEnum):
    NOT_CHECKED = "not_checked"
    OK = "ok"
    OPEN_PROBLEM = "open_problem"
    OVERDUE = "overdue"


COLORS = {
    SiteState.NOT_CHECKED: "#7b918e",
    SiteState.OK: TEAL,
    SiteState.OPEN_PROBLEM: "#d98a00",
    SiteState.OVERDUE: "#c2311c",
}


@lru_cache(maxsize=32)
def _sprite(radius: int, state: SiteState) -> Image.Image:
    """Ring: not checked; disc: passed; triangle: open problem; diamond: overdue. Drawn large, then shrunk."""
    side, r = 2 * (radius + 2) * _SMOOTH, radius * _SMOOTH
    big = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(big)
    middle, edge, color = side // 2, 2 * _SMOOTH, COLORS[state]
    if state is SiteState.OPEN_PROBLEM:
        pen.polygon(
            [(middle, middle - r), (middle + r, middle + r * 3 // 4), (middle - r, middle + r * 3 // 4)], fill=color
        )
    elif state is SiteState.OVERDUE:
        pen.polygon(
            [(middle, middle - r), (middle + r, middle), (middle, middle + r), (middle - r, middle)], fill=color
        )
    else:
        reach = r * 7 // 8
        box = (middle - reach, middle - reach, middle + reach, middle + reach)
        hollow = state is SiteState.NOT_CHECKED
        pen.ellipse(box, fill=WHITE if hollow else color, outline=color, width=2 * edge if hollow else edge)
    return big.resize((side // _SMOOTH, side // _SMOOTH), Image.Resampling.LANCZOS)


def draw_mark(canvas: Canvas, spot: tuple[int, int], radius: int, state: SiteState) -> None:
    sprite = _sprite(radius, state)
    at = (spot[0] - sprite.width // 2, spot[1] - sprite.height // 2)
    canvas.image.paste(sprite.convert("RGB"), at, sprite.getchannel("A"))
