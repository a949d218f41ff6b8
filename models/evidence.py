"""Photos as evidence: what was sent, what it belongs to, whether its bytes are safe."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, words
from models.checks import Check
from models.memory import known
from models.record import columns

PENDING = text("(state = 'pending')")
TOO_LARGE = "larger than 20 MB"


class PhotoMoment(StrEnum):
    """Before or after rectification (整治前后照片); or no photo at all, but a video beside them."""

    BEFORE = "before"
    AFTER = "after"
    VERIFIED = "verified"  # taken by who verifies the fix
    DELIVERED = "delivered"  # shows that a notice was served (送达)
    ATTACHED = "attached"  # kept as it came, never opened; counts as no photo (B11)


class PhotoState(StrEnum):
    PENDING = "pending"  # the platform has it, we do not yet
    STORED = "stored"
    LOST = "lost"  # the platform will not give it any more
    REFUSED = "refused"  # too large, or no picture: never fetched, or kept unopened


class PhotoVerdict(StrEnum):
    """What its bytes turned out to be when they were looked at."""

    SOUND = "sound"  # a picture, and all of it
    ORIGINAL = "original"  # of a format that is kept as it came and never opened here: HEIC, AVIF
    INCOMPLETE = "incomplete"  # empty, cut off, damaged (B05, B07)
    QUARANTINED = "quarantined"  # no picture, or one too large to open: kept, never opened, never shown (B03, B13)


UNUSABLE = frozenset({PhotoVerdict.INCOMPLETE, PhotoVerdict.QUARANTINED})


class Photo(Base):
    """One picture of one message. `sha256` names its bytes in the photo store, exactly as received.

    `verdict` is None until the bytes have been looked at. `remarks`: words of models/rules/claims.py, spaces between.
    What the camera claims of time and place is kept beside what the channel says of them: a claim, no proof.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("channel", "chat_id", "message_id"),
        Index("ix_photos_pending", "channel", "next_try_at", sqlite_where=PENDING, postgresql_where=PENDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    chat_id: Mapped[str]
    message_id: Mapped[int] = mapped_column(BigInteger)
    album: Mapped[str | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("checklist_items.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"), index=True)
    moment: Mapped[PhotoMoment] = mapped_column(words(PhotoMoment), default=PhotoMoment.BEFORE)
    file_id: Mapped[str]
    file_unique_id: Mapped[str] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(default="")
    mime: Mapped[str] = mapped_column(default="image/jpeg")
    as_file: Mapped[bool] = mapped_column(default=False)  # untouched by the platform, with its EXIF
    forwarded: Mapped[bool] = mapped_column(default=False)  # kept, but not the sender's own evidence (B28)
    caption: Mapped[str] = mapped_column(default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    size: Mapped[int | None]
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[PhotoState] = mapped_column(words(PhotoState), default=PhotoState.PENDING)
    sha256: Mapped[str | None] = mapped_column(index=True)
    stored_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    error: Mapped[str | None]
    verdict: Mapped[PhotoVerdict | None] = mapped_column(words(PhotoVerdict))
    remarks: Mapped[str] = mapped_column(default="", server_default="")
    claimed_at: Mapped[datetime | None]
    claimed_latitude: Mapped[float | None]
    claimed_longitude: Mapped[float | None]
    replaced_at: Mapped[datetime | None]  # it could not be used, and another was sent in its place

    @property
    def is_unusable(self) -> bool:
        """It will never show anything: asked for again, unless that has happened."""
        return self.state is PhotoState.LOST or self.verdict in UNUSABLE

    check: Mapped[Check | None] = relationship(back_populates="photos")

    @property
    def is_evidence(self) -> bool:
        """One's own, and usable as far as anybody knows: what is still on its way is believed to be a photo."""
        here = self.state in {PhotoState.PENDING, PhotoState.STORED}
        is_photo = self.moment is not PhotoMoment.ATTACHED
        return here and is_photo and not self.forwarded and self.verdict not in UNUSABLE


def is_evidence() -> ColumnElement[bool]:
    """The same as a condition."""
    return and_(
        Photo.forwarded.is_(False),
        Photo.moment != PhotoMoment.ATTACHED,
        Photo.state.in_((PhotoState.PENDING, PhotoState.STORED)),
        or_(Photo.verdict.is_(None), Photo.verdict.not_in(UNUSABLE)),
    )


def album_of(session: Session, photo: Photo) -> list[int]:
    """The numbers of all that came in the same album so far."""
    album = {"channel": photo.channel, "chat": photo.chat_id, "album": photo.album}
    return known(session, ("album", *album.values()), lambda: list(columns(session, _ALBUM, **album).scalars()))


_ALBUM = select(Photo.id).where(
    Photo.channel == bindparam("channel"), Photo.chat_id == bindparam("chat"), Photo.album == bindparam("album")
)
