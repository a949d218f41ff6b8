"""Finds the typefaces that pictures are drawn with and says which of them has a given character."""

import importlib.util
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_WHEEL = "justmytype_intl_cjk"
_IN_WHEEL = (
    "fonts/ofl/notosanssc/NotoSansSC[wght].ttf",
    "fonts/ofl/notosanstc/NotoSansTC[wght].ttf",
    "fonts/ofl/notosansjp/NotoSansJP[wght].ttf",
    "fonts/ofl/notosanskr/NotoSansKR[wght].ttf",
)
_NOTO_TTC_SIMPLIFIED = 2
# A noncharacter: no font may give it a glyph, so its shape is the font's own "missing" box.
_NEVER_ASSIGNED = "\U0010fffe"
_PROBE_SIZE = 24


class Weight(IntEnum):
    REGULAR = 400
    MEDIUM = 500
    BOLD = 700


@dataclass(frozen=True)
class Face:
    """One typeface on disk; `bold` is its heavier file when the weight is not an axis of the font itself."""

    regular: Path
    bold: Path | None = None
    index: int = 0

    def file_for(self, weight: Weight) -> Path:
        return self.bold if self.bold is not None and weight >= Weight.BOLD else self.regular


_SYSTEM = (
    Face(
        Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
        Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
        _NOTO_TTC_SIMPLIFIED,
    ),
    Face(Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")),
    Face(Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")),
    Face(Path("/System/Library/Fonts/PingFang.ttc")),
    Face(Path("C:/Windows/Fonts/msyh.ttc"), Path("C:/Windows/Fonts/msyhbd.ttc")),
    Face(
        Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
        Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),
    ),
)

_preferred: Path | None = None


def prefer(path: Path | None) -> None:
    """Draw with the font file named in the settings from now on; None returns to the built-in order."""
    global _preferred
    if path is not None and not path.is_file():
        raise FileNotFoundError(f"font file not found: {path}")
    _preferred = path
    for cached in (faces, _load, has_glyph, face_for):
        cached.cache_clear()


@lru_cache(maxsize=1)
def faces() -> tuple[Face, ...]:
    """Every typeface at hand, best first; the later ones only lend characters the first one lacks."""
    found = [Face(_preferred)] if _preferred is not None else []
    # find_spec reads no code of the package, so its own dependencies stay unloaded.
    spec = importlib.util.find_spec(_WHEEL)
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        found += [Face(Path(folder) / name) for name in _IN_WHEEL]
    found += _SYSTEM
    present = tuple(face for face in found if face.regular.is_file())
    if not present:
        raise FileNotFoundError(
            f"no font with Chinese characters: install {_WHEEL} or name a font file in the settings"
        )
    return present


@lru_cache(maxsize=64)
def _load(face: Face, size: int, weight: Weight) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(face.file_for(weight), size, index=face.index)
    try:
        font.set_variation_by_axes([int(weight)])
    except OSError:
        pass  # a static font: its file already has the weight
    return font


def font(size: int, weight: Weight = Weight.REGULAR, face: Face | None = None) -> ImageFont.FreeTypeFont:
    return _load(face or faces()[0], size, weight)


@lru_cache(maxsize=16_384)
def has_glyph(face: Face, char: str) -> bool:
    probe = _load(face, _PROBE_SIZE, Weight.REGULAR)
    return bytes(probe.getmask(char)) != bytes(probe.getmask(_NEVER_ASSIGNED))


@lru_cache(maxsize=16_384)
def face_for(char: str) -> Face | None:
    """The first typeface that can draw this character, or None when nothing here can."""
    return next((face for face in faces() if has_glyph(face, char)), None)


def missing_glyphs(text: str) -> str:
    """The characters of `text` that no typeface at hand can draw, each once, in order."""
    return "".join(char for char in dict.fromkeys(text) if not char.isspace() and face_for(char) is None)
