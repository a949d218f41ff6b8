"""The whole of a campaign as its files say it, checked and ready to be recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from models.campaign_plan.checklists import ChecklistPlan, TierPlan
from models.campaign_plan.documents import DocumentPlan, PhasePlan, PlanDate, Source
from models.campaign_plan.duties import AreaPlan, LadderPlan, TargetPlan, TaskPlan, UnitPlan
from models.campaign_plan.forms import NoticeForm
from models.campaign_plan.incidents import IncidentPlan
from models.campaign_plan.limits import DeadlinePlan, ExemptionPlan
from models.campaign_plan.lists import ListPlan
from models.campaign_plan.sites import SiteKindPlan, SitePlan


@dataclass(frozen=True)
class Cadence:
    """How often each site is to be visited; `source` is None where the office chose it because no plan prints one."""

    every_days: int
    source: Source | None


@dataclass(frozen=True)
class OfficeChoices:
    """Settings no plan prints: the office chooses them, and they may be changed without changing the plan."""

    radius_m: int = 150
    photos_required: int = 2
    digest_at: time = time(18)
    undo_minutes: int = 10
    videos: bool = False  # taken as attachments of a check, beside its photos
    cadence: Cadence | None = None


@dataclass(frozen=True)
class Notice:
    """Something accepted that a person should look at, such as a date that is not in the calendar."""

    code: str
    file: str
    line: int
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CampaignPlan:
    """Parts refer to areas and units by name, to kinds, tiers, sites and checklists by code, to documents by number."""

    code: str
    name: str
    full_name: str
    name_en: str
    aliases: tuple[str, ...]
    timezone: str
    starts: PlanDate
    ends: PlanDate | None
    office: OfficeChoices
    documents: tuple[DocumentPlan, ...]
    phases: tuple[PhasePlan, ...]
    areas: tuple[AreaPlan, ...]
    units: tuple[UnitPlan, ...]
    tasks: tuple[TaskPlan, ...]
    targets: tuple[TargetPlan, ...]
    tiers: tuple[TierPlan, ...]
    kinds: tuple[SiteKindPlan, ...]
    checklists: tuple[ChecklistPlan, ...]
    deadlines: tuple[DeadlinePlan, ...]
    ladders: tuple[LadderPlan, ...]
    exemptions: tuple[ExemptionPlan, ...]
    sites: tuple[SitePlan, ...]
    forms: tuple[NoticeForm, ...] = ()
    lists: tuple[ListPlan, ...] = ()
    incidents: tuple[IncidentPlan, ...] = ()
    notices: tuple[Notice, ...] = ()

    def document(self, number: str) -> DocumentPlan:
        return next(document for document in self.documents if document.number == number)

    def area(self, name: str) -> AreaPlan:
        return next(area for area in self.areas if area.name == name)

    def kind(self, code: str) -> SiteKindPlan:
        return next(kind for kind in self.kinds if kind.code == code)

    def responsible_unit(self, site: SitePlan) -> str | None:
        """The unit that answers for a site: its kind's, or that of the area it lies in."""
        kind = self.kind(site.kind)
        return self.area(site.area).unit if kind.territorial else kind.responsible_unit
