"""What a plan orders at once for a serious incident of some type: who is told, and what follows by how grave it is."""

from dataclasses import dataclass

from models.campaign_plan.documents import Source


@dataclass(frozen=True)
class IncidentStepPlan:
    """A heavier answer and the deaths in one incident it is printed for; both bounds include the figure."""

    no: int
    name: str
    deaths_at_least: int | None
    deaths_at_most: int | None
    source: Source


@dataclass(frozen=True)
class IncidentPlan:
    """A type of serious incident. `told` are the units that hear of it besides the office and the leads."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    told: tuple[str, ...]
    steps: tuple[IncidentStepPlan, ...]
    source: Source
