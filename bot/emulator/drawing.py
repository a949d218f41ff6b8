"""Means to draw a picture that passes for a photo: tiles in perspective, lamplight, shadows, grain."""

import importlib.util
import math
import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 1600, 1200
FONT_PACKAGE, FONT_FILE = "justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
SYSTEM_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")


def shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


@lru_cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    spec = importlib.util.find_spec(FONT_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        if (Path(folder) / FONT_FILE).is_file():
            found = ImageFont.truetype(Path(folder) / FONT_FILE, size)
            found.set_variation_by_axes([600])
            return found
    if SYSTEM_FONT.is_file():
        return ImageFont.truetype(SYSTEM_FONT, size, index=2)
    return ImageFont.load_default(size)


def tiles(size: tuple[int, int], columns: int, rows: int, colour: Colour, rng: random.Random) -> Image.Image:
    """A flat wall or floor; no two tiles are quite alike."""
    width, height = size
    sheet = Image.new("RGB", size, shade(colour, 0.72))
    draw = ImageDraw.Draw(sheet)
    across, down = width / columns, height / rows
    gap = max(2.0, min(across, down) * 0.03)
    for column in range(columns):
        for row in range(rows):
            left, top = column * across, row * down
            tone = shade(colour, 1 + rng.uniform(-0.035, 0.035))
            draw.rectangle((left + gap, top + gap, left + across - gap, top + down - gap), fill=tone)
            # Light from above catches the upper edge.
            draw.line((left + gap, top + gap, left + across - gap, top + gap), fill=shade(tone, 1.08), width=3)
    return sheet


def _solve(rows: list[list[float]]) -> list[float]:
    """Gauss's elimination; each row ends with its right-hand side."""
    size = len(rows)
    for pivot in range(size):
        best = max(range(pivot, size), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(size):
            if other != pivot:
                factor = rows[other][pivot]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[pivot], strict=True)]
    return [row[-1] for row in rows]


def lay(picture: Image.Image, sheet: Image.Image, corners: Sequence[Point]) -> None:
    """Lays a flat sheet onto four corners of the picture, clockwise from the upper left, as a camera sees it."""
    width, height = sheet.size
    xs, ys = zip(*corners, strict=True)
    left, top, right, bottom = _within(picture, (min(xs), min(ys), max(xs), max(ys)))
    there = [(x - left, y - top) for x, y in corners]
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(there, ((0, 0), (width, 0), (width, height), (0, height)), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    size = right - left, bottom - top
    seen = sheet.transform(size, Image.Transform.PERSPECTIVE, _solve(rows), Image.Resampling.BICUBIC)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon(there, fill=255)
    picture.paste(seen, (left, top), mask)


def _within(picture: Image.Image, box: Box, margin: float = 1) -> tuple[int, int, int, int]:
    """The part of the picture a box with its margin touches: work on the whole of it for a small part is slow."""
    left, top = max(0, math.floor(box[0] - margin)), max(0, math.floor(box[1] - margin))
    right, bottom = (math.ceil(value + margin) + 1 for value in box[2:])
    return left, top, max(left + 1, min(picture.width, right)), max(top + 1, min(picture.height, bottom))


def shadow(picture: Image.Image, box: Box, strength: float = 0.45, blur: float = 18, round_: bool = True) -> None:
    left, top, right, bottom = _within(picture, box, 4 * blur)
    mask = Image.new("L", (right - left, bottom - top))
    draw = ImageDraw.Draw(mask)
    fill = round(255 * strength)
    there = box[0] - left, box[1] - top, box[2] - left, box[3] - top
    if round_:
        draw.ellipse(there, fill=fill)
    else:
        draw.rectangle(there, fill=fill)
    picture.paste((12, 12, 16), (left, top, right, bottom), mask.filter(ImageFilter.GaussianBlur(blur)))


def glow(picture: Image.Image, box: Box, colour: Colour = (255, 252, 240), strength: float = 0.6) -> None:
    """A soft light inside the box."""
    left, top, right, bottom = (round(value) for value in box)
    spot = ImageChops.invert(Image.radial_gradient("L")).resize((right - left, bottom - top))
    picture.paste(colour, (left, top, right, bottom), spot.point(lambda value: max(0.0, (value - 75) * 1.4) * strength))


def shaded_round(size: tuple[int, int], colour: Colour, dark: float = 0.6) -> Image.Image:
    """A surface that is light on top and falls off towards its lower edge."""
    fall = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, shade(colour, dark)), Image.new("RGB", size, colour), fall)


def panel(picture: Image.Image, box: Box, colour: Colour, dark: float = 0.85, radius: float = 0) -> None:
    left, top, right, bottom = (round(value) for value in box)
    size = (right - left, bottom - top)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
    picture.paste(shaded_round(size, colour, dark), (left, top), mask)


def bowl(picture: Image.Image, box: Box, colour: Colour, dark: float) -> None:
    left, top, right, bottom = (round(value) for value in box)
    size = (right - left, bottom - top)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    picture.paste(shaded_round(size, colour, dark), (left, top), mask)


def words(picture: Image.Image, centre: Point, text: str, size: int, colour: Colour) -> None:
    ImageDraw.Draw(picture).text(centre, text, fill=colour, font=font(size), anchor="mm")


def as_taken(picture: Image.Image, seed: int, light: float = 1.0) -> Image.Image:
    """What the lens and the sensor add: darker corners, a little softness, grain."""
    size = picture.size
    corners = Image.radial_gradient("L").resize(size).point(lambda value: 255 - max(0, value - 110) * 0.75)
    picture = ImageChops.multiply(picture, Image.merge("RGB", [corners] * 3))
    if light != 1.0:
        picture = picture.point(lambda value: value * light)
    picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    half = (size[0] // 2, size[1] // 2)
    noise = Image.frombytes("L", half, random.Random(seed).randbytes(half[0] * half[1])).resize(size)
    grain = noise.point(lambda value: 128 + (value - 128) * 0.07)
    return ImageChops.add(picture, Image.merge("RGB", [grain] * 3), offset=-128)
