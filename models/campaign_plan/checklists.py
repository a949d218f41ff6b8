"""What is looked at and what counts as good: versioned checklists whose standards may differ by tier."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from models.campaign_plan.documents import Source
from models.campaign_plan.words import CheckKind, DefinedBy, EvidenceRule, ItemKind, Requirement, Severity

TIER = "tier"


@dataclass(frozen=True)
class TierPlan:
    """A level of equipment or grade; plans name the same level in several ways, all kept as aliases."""

    code: str
    name: str
    aliases: tuple[str, ...]
    name_en: str


@dataclass(frozen=True)
class Bounds:
    """Limits of a measured figure. `about` has no printed tolerance, so a person judges it."""

    at_least: Decimal | None = None
    more_than: Decimal | None = None
    at_most: Decimal | None = None
    less_than: Decimal | None = None
    about: Decimal | None = None


@dataclass(frozen=True)
class Ratio:
    """Two counts side by side, such as women's to men's positions 3:2."""

    first: int
    second: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.first, self.second)

    def __str__(self) -> str:
        return f"{self.first}:{self.second}"


@dataclass(frozen=True)
class Standard:
    """What an item must meet in one case (a tier's code, or a value of `varies_by`); None is every other case."""

    case: str | None
    requirement: Requirement
    bounds: Bounds | None = None
    least_ratio: Ratio | None = None
    acceptable: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemPlan:
    """One line of a checklist. `name` is as printed (无烟蒂), `label` is short enough for a button.

    `responsible_unit` answers for what fails here, whatever the kind of the site: a name, or UnitRole.TERRITORIAL for
    the unit of the site's area.
    """

    no: int
    group: str
    name: str
    label: str
    aliases: tuple[str, ...]
    name_en: str
    kind: ItemKind
    unit: str
    options: tuple[str, ...]
    varies_by: str
    standards: tuple[Standard, ...]
    evidence: EvidenceRule
    severity: Severity
    guidance: str
    responsible_unit: str | None = None


@dataclass(frozen=True)
class ChecklistPlan:
    """`kinds` and `tiers` are the sites it is meant for; an empty tuple means all of them."""

    code: str
    version: int
    name: str
    name_en: str
    check_kind: CheckKind
    kinds: tuple[str, ...]
    tiers: tuple[str, ...]
    defined_by: DefinedBy
    guidance: tuple[str, ...]
    items: tuple[ItemPlan, ...]
    source: Source
