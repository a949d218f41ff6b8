"""Areas, units and the sites that are checked (R4, R5)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, index_where, words
from models.campaign_plan import AreaKind, Datum

if TYPE_CHECKING:
    from models.campaigns import Campaign


class Area(Base):
    __tablename__ = "areas"
    few = True

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AreaKind] = mapped_column(words(AreaKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    aliases: Mapped[list[str]] = mapped_column(default=list)
    prefix: Mapped[str | None]  # of receipt numbers: TH for 太和镇


class Unit(Base):
    __tablename__ = "units"
    few = True

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    aliases: Mapped[list[str]] = mapped_column(default=list)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))


class Site(Base):
    """A place a campaign checks. Its code is the campaign's own; `token` is what its QR code opens."""

    __tablename__ = "sites"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code"),
        Index("ix_sites_place", "latitude", "longitude", "datum", "closed_at", "area_id", "campaign_id"),
        index_where("datum <> 'WGS-84'", "ix_sites_shifted", "latitude", "longitude"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("site_kinds.id"))
    address: Mapped[str] = mapped_column(default="")
    tier: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    datum: Mapped[Datum | None] = mapped_column(words(Datum))
    position_source: Mapped[str | None]
    token: Mapped[str] = mapped_column(unique=True)
    closed_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship()
    kind: Mapped["SiteKind | None"] = relationship()
    campaign: Mapped["Campaign"] = relationship()


SHIFTED: ColumnElement[bool] = Site.datum != literal_column("'WGS-84'")


class SiteKind(Base):
    """A declared type of site within a campaign: 中心城区, 镇级, 旅游."""

    __tablename__ = "site_kinds"
    few = True
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    place: Mapped[int] = mapped_column(default=0)
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    responsible_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


class PositionProposal(Base):
    """The first accepted check of a site without a position proposes one; the office confirms it."""

    __tablename__ = "position_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    accepted: Mapped[bool | None]


class SpokenName(Base):
    """How a folded name of a site sounds: its pinyin and initials. Worked out once, when the name is imported."""

    __tablename__ = "spoken_names"

    name: Mapped[str] = mapped_column(primary_key=True)
    sound: Mapped[str]
    letters: Mapped[str]


class RegisterVersion(Base):
    """Counts changes of the register, so that what is kept in memory of it knows when it is out of date."""

    __tablename__ = "register_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
