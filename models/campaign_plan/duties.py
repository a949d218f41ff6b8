"""Who does what: areas, units, tasks with roles, targets, and the step-by-step answers to neglect."""

from dataclasses import dataclass
from decimal import Decimal

from models.campaign_plan.documents import PlanDate, Source
from models.campaign_plan.words import AreaKind, Comparison, Measure, Severity, StepEffect, StepTrigger, UnitRole


@dataclass(frozen=True)
class AreaPlan:
    """A district, town, village or zone. `prefix` begins the check numbers given out there; a zone may have none."""

    name: str
    kind: AreaKind
    parent: str | None
    aliases: tuple[str, ...]
    prefix: str
    unit: str | None


@dataclass(frozen=True)
class UnitPlan:
    name: str
    aliases: tuple[str, ...]
    area: str | None


@dataclass(frozen=True)
class RolePlan:
    """One unit's part in one task, with the place it is printed at."""

    unit: str
    role: UnitRole
    source: Source


@dataclass(frozen=True)
class TaskPlan:
    code: str
    name: str
    aliases: tuple[str, ...]
    roles: tuple[RolePlan, ...]
    superseded_by: str | None


@dataclass(frozen=True)
class TargetPlan:
    """A figure to reach. `each` asks it of every area of that kind (1 toilet in each town), not of their sum."""

    code: str
    name: str
    comparison: Comparison
    value: Decimal
    unit: str
    measure: Measure
    area: str | None
    kind: str | None
    each: AreaKind | None
    due: PlanDate | None
    printed: str
    source: Source
    superseded_by: str | None

    @property
    def governs(self) -> bool:
        return self.superseded_by is None


@dataclass(frozen=True)
class LadderStep:
    """One step, for any of its triggers; empty tuples do not restrict. Without a `source` the ladder's own is cited."""

    no: int
    name: str
    triggers: tuple[StepTrigger, ...]
    unit: str | None
    severities: tuple[Severity, ...] = ()
    kinds: tuple[str, ...] = ()
    checklist: str | None = None
    items: tuple[int, ...] = ()
    effects: tuple[StepEffect, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class LadderPlan:
    """The steps a plan prints for what is found, overdue, refused or found again, from light to heavy."""

    code: str
    name: str
    steps: tuple[LadderStep, ...]
    source: Source
