"""A plan into the record: shown first, then done, both by the very same steps."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.campaign_import.changes import Changes, Merge, Part, RecordMoved
from models.campaign_import.checklists import put_checklists
from models.campaign_import.consent import Question
from models.campaign_import.register import check_clashes, link_documents, put_areas, put_documents, put_units
from models.campaign_import.rules import put_deadlines, put_phases, put_targets, put_tasks
from models.campaign_import.sites import put_kinds, put_sites
from models.campaign_plan import (
    CampaignPlan,
    ExemptionPlan,
    IncidentPlan,
    LadderPlan,
    ListPlan,
    NoticeForm,
    TierPlan,
)  # fmt: skip
from models.campaigns import Campaign
from models.memory import unlearn
from models.search import register_changed
from models.sites import LARGEST_RADIUS

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)

Plans = (
    tuple[TierPlan, ...] | tuple[LadderPlan, ...] | tuple[ExemptionPlan, ...] | tuple[NoticeForm, ...]
    | tuple[ListPlan, ...] | tuple[IncidentPlan, ...]
)  # fmt: skip


def plan_changes(session: Session, plan: CampaignPlan) -> Changes:
    """What an import would change. It is tried inside the transaction and taken back, so the two cannot disagree.

    Needs a session that may write. Raises ImportRefused.
    """
    trial = session.begin_nested()
    try:
        return _record(session, plan, _NO_TIME)[1]
    finally:
        trial.rollback()


def apply(
    session: Session,
    plan: CampaignPlan,
    now: datetime,
    consent: Question | None = None,
    expected: Changes | None = None,
) -> Campaign:
    """Records the plan, within the caller's transaction. The same plan again changes nothing. Raises ImportRefused.

    `consent`: the answered question this import relies on; the journal then names who asked and who agreed.
    `expected`: what was shown; where the record has moved since, RecordMoved is raised, to be rolled back.
    """
    campaign, changes = _record(session, plan, now)
    if expected is not None and changes != expected:
        raise RecordMoved
    if changes.nothing:
        return campaign
    campaign.imported_at = now
    register_changed(session)
    counts = Counter(row.action.value for row in changes.rows)
    two = {} if consent is None or consent.decider is None else {
        "question": consent.number, "asked_by": consent.asker.name, "agreed_by": consent.decider.name
    }  # fmt: skip
    Merge(session, now).journal("campaign.imported", "campaign", campaign.id, code=plan.code, **counts, **two)
    session.flush()
    return campaign


def _record(session: Session, plan: CampaignPlan, now: datetime) -> tuple[Campaign, Changes]:
    check_clashes(session, plan)
    merge = Merge(session, now)
    row = session.scalar(select(Campaign).filter_by(code=plan.code))
    documents = put_documents(merge, plan)
    areas = put_areas(merge, plan)
    units = put_units(merge, plan, areas)
    campaign = merge.put(
        Part.CAMPAIGN, Campaign, row, plan.name, _campaign(plan) | ({} if row else {"imported_at": now})
    )
    session.flush()
    unlearn(session, *LARGEST_RADIUS)
    link_documents(merge, campaign, documents)
    put_phases(merge, campaign, plan)
    put_tasks(merge, campaign, plan, units)
    put_targets(merge, campaign, plan)
    put_checklists(merge, campaign, plan)
    put_deadlines(merge, campaign, plan)
    before = put_sites(merge, campaign, plan, areas, put_kinds(merge, campaign, plan, units))
    session.flush()
    return campaign, Changes(plan.name, row is None, tuple(merge.changes), before, plan.notices)


def _campaign(plan: CampaignPlan) -> dict[str, Any]:
    return {
        "code": plan.code,
        "name": plan.name,
        "full_name": plan.full_name,
        "name_en": plan.name_en,
        "aliases": list(plan.aliases),
        "timezone": plan.timezone,
        "starts_on": plan.starts.working_day,
        "ends_on": plan.ends.working_day if plan.ends else None,
        "radius_m": plan.office.radius_m,
        "photos_required": plan.office.photos_required,
        "undo_minutes": plan.office.undo_minutes,
        "digest_at": f"{plan.office.digest_at:%H:%M}",
        "cadence_days": plan.office.cadence.every_days if plan.office.cadence else None,
        "settings": _settings(plan),
    }


def _settings(plan: CampaignPlan) -> dict[str, Any]:
    """What only some plans have, and where the office's own choices are said to be such."""
    cadence = plan.office.cadence
    return {
        "cadence_source": str(cadence.source) if cadence and cadence.source else "office",
        "videos": plan.office.videos,
        "territorial_kinds": [kind.code for kind in plan.kinds if kind.territorial],
        "guidance": {checklist.code: list(checklist.guidance) for checklist in plan.checklists},
        "tiers": _kept(tuple[TierPlan, ...], plan.tiers),
        "ladders": _kept(tuple[LadderPlan, ...], plan.ladders),
        "exemptions": _kept(tuple[ExemptionPlan, ...], plan.exemptions),
        "notices": _kept(tuple[NoticeForm, ...], plan.forms),
    } | _some_have(plan)


def _some_have(plan: CampaignPlan) -> dict[str, Any]:
    lists = {"lists": _kept(tuple[ListPlan, ...], plan.lists)} if plan.lists else {}
    return lists | ({"incidents": _kept(tuple[IncidentPlan, ...], plan.incidents)} if plan.incidents else {})


def _kept(kind: Any, plans: Plans) -> Any:
    """As the record keeps them. What can write them is built here: it takes a while, and only an import needs it."""
    return TypeAdapter(kind).dump_python(plans, mode="json")
