"""Measures, wraps, shortens and draws a line of mixed Chinese and Latin text."""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby

from PIL import ImageDraw

from handlers.pictures.fonts import Face, Weight, face_for, faces, font

ELLIPSIS = "…"
_PLACEHOLDER = "□"
_MARKS_KEPT = 2
# The em box of Noto Sans SC: ideographs reach 0.88 em above the baseline and 0.12 em below it.
ASCENT = 0.88

_NEVER_FIRST = "、，。．！？；：）〕】》」』”’…—·%％℃㎡,.!?;:)]}"
_NEVER_LAST = "（〔【《「『“‘([{"
_WIDE = "\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
_OPEN, _CLOSE = re.escape(_NEVER_LAST), re.escape(_NEVER_FIRST)
# What may not be parted: a Latin word or one ideograph, with its brackets and punctuation.
_ATOM = re.compile(rf"\s+|[{_OPEN}]*(?:[^\s{_WIDE}{_OPEN}{_CLOSE}][^\s{_WIDE}{_OPEN}]*|[^\s{_OPEN}]|$)[{_CLOSE}]*|\S")


@dataclass(frozen=True)
class Style:
    size: int
    color: str
    weight: Weight = Weight.REGULAR


def clean(text: str) -> str:
    """One drawable line: no control, direction or zero-width characters, no towers of marks, no missing glyphs."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category == "Mn" else 0
        if char.isspace():
            kept.append(" ")
        elif category in {"Cc", "Cf"} or marks > _MARKS_KEPT or _is_variation_selector(char):
            continue
        elif category in {"Cs", "Cn", "Co"} or face_for(char) is None:
            kept.append(_PLACEHOLDER)
        else:
            kept.append(char)
    # The middle dot of a Chinese font is as wide as an ideograph and brings its own space.
    return re.sub(r" *· *", "·", re.sub(r" {2,}", " ", "".join(kept))).strip()


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _runs(text: str) -> list[tuple[Face, str]]:
    main = faces()[0]
    return [(face, "".join(chars)) for face, chars in groupby(text, key=lambda char: face_for(char) or main)]


def width(text: str, style: Style) -> int:
    return round(sum(font(style.size, style.weight, face).getlength(run) for face, run in _runs(text)))


def draw_line(draw: ImageDraw.ImageDraw, left: int, top: int, text: str, style: Style, halo: str | None = None) -> int:
    """Draw one line whose em box starts at (left, top), on a halo of that colour; return the x where it ends."""
    around = 4 if halo is not None else 0
    baseline = top + round(style.size * ASCENT)
    x = float(left)
    for face, run in _runs(text):
        chosen = font(style.size, style.weight, face)
        draw.text((x, baseline), run, font=chosen, fill=style.color, anchor="ls", stroke_width=around, stroke_fill=halo)
        x += chosen.getlength(run)
    return round(x)


def ellipsize(text: str, room: int, style: Style) -> str:
    """`text`, or as much of it as fits into `room` pixels with an ellipsis at its end."""
    if width(text, style) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, style) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def fit(text: str, room: int, style: Style, smallest: int = 24) -> Style:
    """The style made small enough for `text` to fit into `room` pixels, never under `smallest`."""
    needed = width(text, style)
    if needed <= room:
        return style
    # In steps of four: every size is a font held in memory.
    return replace(style, size=max(smallest, style.size * room // needed // 4 * 4))


def wrap(text: str, room: int, style: Style, max_lines: int = 0) -> list[str]:
    """Lines no wider than `room`; with `max_lines` the last one ends in an ellipsis when words are left over."""
    lines: list[str] = []
    line = ""
    for atom in _atoms(text, room, style):
        if width((line + atom).rstrip(), style) <= room:
            line += atom
        else:
            lines.append(line.rstrip())
            line = atom.lstrip()
    lines.append(line.rstrip())
    lines = [line for line in lines if line]
    if max_lines and len(lines) > max_lines:
        lines[max_lines - 1] = ellipsize(lines[max_lines - 1] + lines[max_lines] + ELLIPSIS, room, style)
    return lines[:max_lines] if max_lines else lines


def _atoms(text: str, room: int, style: Style) -> list[str]:
    parts: list[str] = []
    for atom in _ATOM.findall(text):
        if width(atom, style) <= room:
            parts.append(atom)
        else:
            parts.extend(atom)  # one endless word: it may break anywhere rather than leave the picture
    return parts
