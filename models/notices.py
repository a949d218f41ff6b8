"""Notices that were issued for a case, as they were issued; whether they were served; and the code of the case."""

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.campaign_plan import NoticeForm, NoticeKind, Source
from models.campaigns import Campaign
from models.findings import Finding
from models.record import things

TOKEN_BYTES = 16


class Service(StrEnum):
    """What shows that a notice was served (送达)."""

    SIGNATURE = "signature"  # the page with the receiver's signature (签收)
    PHOTO = "photo"  # handed over, or put up where it was refused


class Notice(Base):
    """A numbered order with a due date (限期整改通知, 停产停业整顿通知书). A later one does not replace it.

    `page` is what was issued, word for word: no change of the form or of the case changes it. `basis`: what it cites;
    `due_basis`: whence its date. `receiver`: what who served it wrote of who took it.
    """

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("number", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind))
    number: Mapped[str]
    day: Mapped[date]  # local day it was issued: numbers begin again every day
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # whose the case was
    issued_at: Mapped[datetime]
    issued_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date]
    due_basis: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    page: Mapped[dict[str, Any]] = mapped_column(default=dict)
    delivered_at: Mapped[datetime | None]
    delivered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    service: Mapped[Service | None] = mapped_column(words(Service))
    delivery_photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"), index=True)
    receiver: Mapped[str] = mapped_column(default="")


class CaseCode(Base):
    """What the QR code of a case holds (一案一码): made for its first notice, the same on every later one."""

    __tablename__ = "case_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), unique=True)
    token: Mapped[str] = mapped_column(unique=True)


def notices_of(session: Session, finding_id: int) -> list[Notice]:
    """In the order they were issued; who issues one writes it down at once."""
    return things(session, Notice, _OF_CASE, finding=finding_id)


_OF_CASE = select(Notice.__table__).where(Notice.finding_id == bindparam("finding")).order_by(Notice.id)


def code_of(session: Session, finding_id: int) -> CaseCode:
    """Nobody can guess it from the case, nor from another's."""
    found = session.scalar(select(CaseCode).where(CaseCode.finding_id == finding_id))
    if found is None:
        found = CaseCode(finding_id=finding_id, token=secrets.token_urlsafe(TOKEN_BYTES))
        session.add(found)
        session.flush()
    return found


def coded_finding(session: Session, token: str) -> int | None:
    return session.scalar(select(CaseCode.finding_id).where(CaseCode.token == token))


def numbered_cases(session: Session, number: str, most: int) -> list[int]:
    """The cases of the notices of that number, the newest first: numbers begin again every year."""
    query = select(Notice.finding_id).where(Notice.number == number).order_by(Notice.day.desc())
    return list(session.scalars(query.limit(most)))


def form_of(campaign: Campaign, kind: NoticeKind) -> NoticeForm | None:
    """The plan's own wording, where it has one."""
    for kept in campaign.settings.get("notices", ()):
        if kept["kind"] == kind.value:
            body, source = tuple(kept["body"]), Source(**kept["source"])
            return NoticeForm(**kept | {"kind": kind, "body": body, "source": source})
    return None


def newest_of(session: Session, finding: Finding, kind: NoticeKind) -> Notice | None:
    return next((one for one in reversed(notices_of(session, finding.id)) if one.kind is kind), None)
