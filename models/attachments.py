"""Videos that were sent beside the photos of a check, as a ledger lists them (B11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from models.evidence import PhotoMoment, PhotoState


@dataclass(frozen=True, slots=True)
class Attachment:
    """A video beside the photos. `sha256` names it in the photo store; none: it has not come there yet. Size: bytes."""

    name: str
    size: int | None
    sha256: str | None


def attached(photos: Iterable[Row[Any]], as_of: datetime) -> tuple[Attachment, ...]:
    here = (PhotoState.PENDING, PhotoState.STORED)
    return tuple(
        Attachment(p.file_name, p.size, p.sha256 if p.stored_at is not None and p.stored_at <= as_of else None)
        for p in photos
        if p.moment is PhotoMoment.ATTACHED and p.state in here
    )
