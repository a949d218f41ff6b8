"""A serious incident (重大情况): who was told at once, who has seen it, what it led to; and the chain by type (R34)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base
from models.campaigns import Campaign
from models.naming import fold
from models.places import Area, Site

GENERAL = ""  # the code of what no campaign has a chain for


@dataclass(frozen=True, slots=True)
class ChainStep:
    """What a plan orders, and the deaths in one incident it is ordered for; None: no bound."""

    name: str
    source: str
    deaths_at_least: int | None = None
    deaths_at_most: int | None = None

    @property
    def counts_deaths(self) -> bool:
        return self.deaths_at_least is not None or self.deaths_at_most is not None

    def fits(self, deaths: int | None) -> bool:
        """Both bounds include the figure. What counts deaths fits nothing while nobody knows how many there are."""
        if not self.counts_deaths:
            return True
        if deaths is None or deaths < (self.deaths_at_least or 0):
            return False
        return self.deaths_at_most is None or deaths <= self.deaths_at_most


@dataclass(frozen=True, slots=True)
class IncidentKind:
    """A type of incident as a campaign's file gives it; `told` names units."""

    campaign_id: int | None
    code: str
    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    steps: tuple[ChainStep, ...] = ()

    @property
    def counts_deaths(self) -> bool:
        return any(step.counts_deaths for step in self.steps)

    def named_in(self, line: str) -> int:
        """How much of the line speaks of it: the longest of its names there."""
        said = fold(line)
        return max((len(n) for n in map(fold, (self.name, self.name_en, *self.aliases)) if n and n in said), default=0)


def kinds_of(campaigns: Iterable[Campaign]) -> list[IncidentKind]:
    """What the campaigns have a chain for."""
    return [_kind(campaign.id, row) for campaign in campaigns for row in campaign.settings.get("incidents", ())]


def _kind(campaign_id: int, row: Mapping[str, Any]) -> IncidentKind:
    return IncidentKind(
        campaign_id, row["code"], row["name"], row["name_en"], tuple(row["aliases"]), tuple(row["told"]),
        tuple(_step(step) for step in row["steps"]),
    )  # fmt: skip


def _step(row: Mapping[str, Any]) -> ChainStep:
    source = f"{row['source']['document']} {row['source']['article']}".strip()
    return ChainStep(row["name"], source, row["deaths_at_least"], row["deaths_at_most"])


class Incident(Base):
    """`kind` is the code of its type in its campaign's file; without `number` its line is still awaited."""

    __tablename__ = "incidents"
    __table_args__ = (UniqueConstraint("day", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None]
    day: Mapped[date]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    kind: Mapped[str] = mapped_column(default=GENERAL)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    deaths: Mapped[int | None]
    injured: Mapped[int | None]
    text: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime]
    reported_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    area: Mapped[Area | None] = relationship()
    site: Mapped[Site | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    steps: Mapped[list["IncidentStep"]] = relationship(order_by="IncidentStep.id")


class IncidentStep(Base):
    """One step of an incident: who, when, why. Nothing is deleted; a correction is a further step.

    `step`: reported, told, seen, corrected, proposed, taken, declined. Of a proposal `why` is what was proposed and
    `source` where it is printed; a decision names the proposal it answers.
    """

    __tablename__ = "incident_steps"
    __table_args__ = (Index("ix_incident_steps_incident_id", "incident_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    step: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("incident_steps.id"))


def steps_of(session: Session, incident_id: int, *names: str) -> list[IncidentStep]:
    """Its steps of these names, in order."""
    query = select(IncidentStep).where(IncidentStep.incident_id == incident_id).order_by(IncidentStep.id)
    return [one for one in session.scalars(query) if one.step in names]
