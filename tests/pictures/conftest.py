"""Photos made on the spot: one plain colour each, so that a test can see where they went."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

Photograph = Callable[..., bytes]


@pytest.fixture
def photograph() -> Photograph:
    def take(size: tuple[int, int], color: str, orientation: int = 1, fmt: str = "JPEG") -> bytes:
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = io.BytesIO()
        Image.new("RGB", size, color).save(stored, fmt, exif=exif)
        return stored.getvalue()

    return take
