"""Puts small photos over the cells of a ledger, each stored once however often it is shown."""

import io
from dataclasses import dataclass, field
from typing import Any

from handlers.pictures.photos import Photo, PhotoRefused, thumbnail
from handlers.sheets.ledger import Cell, Column, Kind, Sheet

PHOTO_ROW_POINTS = 80.0
_SHOWN_SIDE = 96
_STEP = 100
# Stored at twice the size they are shown, so that they stay sharp on paper.
_STORED_SIDE = 2 * _SHOWN_SIDE
_MARGIN = 5
_PIXELS_PER_DIGIT = 7
# Filtering away a row hides its photo too; pictures inside cells would need a spreadsheet of 2023 or later.
_MOVE_AND_SIZE_WITH_CELLS = 1


@dataclass
class Thumbnails:
    """Every photo of one file made small once; None stands for a photo that cannot be shown."""

    small: dict[Photo, bytes | None] = field(default_factory=dict)

    def of(self, photo: Photo) -> bytes | None:
        if photo not in self.small:
            try:
                self.small[photo] = thumbnail(photo, (_STORED_SIDE, _STORED_SIDE))
            except PhotoRefused:
                self.small[photo] = None
        return self.small[photo]

    def shown(self, column: Column, value: Cell) -> list[bytes | None]:
        """As many of the photos as stand side by side in the column."""
        photos = value if isinstance(value, tuple) else ()
        room = max(1, (column.width * _PIXELS_PER_DIGIT) // _STEP)
        return [self.of(photo) for photo in photos[:room]]

    def count(self, sheet: Sheet) -> int:
        columns = [column for column in sheet.columns if column.kind is Kind.PHOTO]
        return sum(
            1 for row in sheet.rows for column in columns for small in self.shown(column, row.get(column.key)) if small
        )


def place_photos(page: Any, at: tuple[int, int], photos: list[bytes | None], alt_texts: list[str]) -> int:
    """Lay the photos over the cell from the left; returns how many there were to lay."""
    placed = 0
    for small, alt_text in zip(photos, alt_texts, strict=True):
        if small is None:
            continue
        options = {
            "image_data": io.BytesIO(small),
            "x_offset": _MARGIN + placed * _STEP,
            "y_offset": _MARGIN,
            "x_scale": 1 / 2,
            "y_scale": 1 / 2,
            "object_position": _MOVE_AND_SIZE_WITH_CELLS,
            "description": alt_text,
        }
        page.insert_image(*at, "photo.jpg", options)
        placed += 1
    return placed
