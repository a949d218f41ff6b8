"""Time limits and exceptions a plan prints."""

from dataclasses import dataclass

from models.campaign_plan.checklists import Bounds
from models.campaign_plan.documents import PlanDate, Source
from models.campaign_plan.words import CountedFrom, Severity


@dataclass(frozen=True)
class BandPlan:
    """One class of a measured value (pigs of 21 to 70 kg) and its limit in days."""

    name: str
    bounds: Bounds
    days: int


@dataclass(frozen=True)
class DeadlinePlan:
    """A printed time limit: exactly one of `days`, `working_days`, `on` and `bands` is given.

    It applies to the named items, kinds, areas and severities of one checklist; an empty tuple means all. Negative
    days lie before an event. `condition` is printed wording that only a person can judge.
    """

    code: str
    name: str
    checklist: str | None
    items: tuple[int, ...]
    kinds: tuple[str, ...]
    severities: tuple[Severity, ...]
    condition: str
    counted_from: CountedFrom
    event: str
    days: int | None
    working_days: int | None
    on: PlanDate | None
    measured: str
    unit: str
    bands: tuple[BandPlan, ...]
    printed: str
    source: Source


@dataclass(frozen=True)
class ExemptionPlan:
    """What a printed exception frees from an item or a target; empty tuples do not restrict."""

    name: str
    checklist: str | None
    items: tuple[int, ...]
    targets: tuple[str, ...]
    kinds: tuple[str, ...]
    areas: tuple[str, ...]
    sites: tuple[str, ...]
    reason: str
    source: Source
