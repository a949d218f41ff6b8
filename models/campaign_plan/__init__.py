"""A campaign as its files describe it: plain values, before any of it is recorded."""

from models.campaign_plan.checklists import TIER, Bounds, ChecklistPlan, ItemPlan, Ratio, Standard, TierPlan
from models.campaign_plan.documents import DocumentPlan, PhasePlan, PlanDate, Source
from models.campaign_plan.duties import AreaPlan, LadderPlan, LadderStep, RolePlan, TargetPlan, TaskPlan, UnitPlan
from models.campaign_plan.forms import BLANKS, NoticeForm
from models.campaign_plan.incidents import IncidentPlan, IncidentStepPlan
from models.campaign_plan.limits import BandPlan, DeadlinePlan, ExemptionPlan
from models.campaign_plan.lists import KEY_LIST, ListPlan
from models.campaign_plan.plan import Cadence, CampaignPlan, Notice, OfficeChoices
from models.campaign_plan.sites import PositionPlan, SiteKindPlan, SitePlan
from models.campaign_plan.words import (
    AreaKind,
    CheckKind,
    Comparison,
    CountedFrom,
    Datum,
    DefinedBy,
    DocumentStatus,
    EvidenceRule,
    ItemKind,
    Measure,
    NoticeKind,
    Requirement,
    Severity,
    StepEffect,
    StepTrigger,
    UnitRole,
)

__all__ = [
    "BLANKS",
    "KEY_LIST",
    "TIER",
    "AreaKind",
    "AreaPlan",
    "BandPlan",
    "Bounds",
    "Cadence",
    "CampaignPlan",
    "CheckKind",
    "ChecklistPlan",
    "Comparison",
    "CountedFrom",
    "Datum",
    "DeadlinePlan",
    "DefinedBy",
    "DocumentPlan",
    "DocumentStatus",
    "EvidenceRule",
    "ExemptionPlan",
    "IncidentPlan",
    "IncidentStepPlan",
    "ItemKind",
    "ItemPlan",
    "LadderPlan",
    "LadderStep",
    "ListPlan",
    "Measure",
    "Notice",
    "NoticeForm",
    "NoticeKind",
    "OfficeChoices",
    "PhasePlan",
    "PlanDate",
    "PositionPlan",
    "Ratio",
    "Requirement",
    "RolePlan",
    "Severity",
    "SiteKindPlan",
    "SitePlan",
    "Source",
    "Standard",
    "StepEffect",
    "StepTrigger",
    "TargetPlan",
    "TaskPlan",
    "TierPlan",
    "UnitPlan",
    "UnitRole",
]
