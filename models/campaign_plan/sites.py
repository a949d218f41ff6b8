"""The places to check, as the plan's own tables list them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from models.campaign_plan.words import Datum


@dataclass(frozen=True)
class SiteKindPlan:
    """A class of sites. With `territorial` the unit of each site's own area is responsible (属地管理)."""

    code: str
    name: str
    aliases: tuple[str, ...]
    name_en: str
    lead_unit: str | None
    responsible_unit: str | None
    territorial: bool


@dataclass(frozen=True)
class PositionPlan:
    """Degrees. `source` says who measured or invented them."""

    latitude: float
    longitude: float
    datum: Datum
    source: str


@dataclass(frozen=True)
class SitePlan:
    """One site. `site_class` and `grade` are what it is built to; `attributes` are columns we have no name for."""

    code: str
    name: str
    area: str
    kind: str
    address: str = ""
    mode: str = ""
    site_class: str = ""
    grade: str = ""
    tier: str | None = None
    area_m2: Decimal | None = None
    grant_yuan: int | None = None
    plan: str = ""
    aliases: tuple[str, ...] = ()
    position: PositionPlan | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
