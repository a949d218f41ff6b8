"""Phases, tasks, targets and time limits of one campaign: exactly what its files say now."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from models.base import Base
from models.campaign_import.changes import Merge, Part
from models.campaign_plan import CampaignPlan, PhasePlan, PlanDate, TargetPlan, TaskPlan
from models.campaigns import Campaign, DeadlineRule, Phase, Target, Task, TaskRole
from models.limits import keep_deadline_rule
from models.places import Unit

R = TypeVar("R", bound=Base)
IMPOSSIBLE_DATE = "impossible_date"
SUPERSEDED = "superseded_by"


def put_phases(merge: Merge, campaign: Campaign, plan: CampaignPlan) -> None:
    """Both versions of a phase are kept when a later document changed it; the older one is flagged."""
    rows = merge.session.scalars(select(Phase).filter_by(campaign_id=campaign.id).order_by(Phase.place))
    existing = {row.place: row for row in rows}
    for place, phase in enumerate(plan.phases, 1):
        values = {"campaign_id": campaign.id, "place": place, **_phase(phase)}
        merge.put(Part.PHASE, Phase, existing.pop(place, None), phase.name, values)
    for row in existing.values():
        merge.remove(Part.PHASE, row, row.name, row.id, printed=row.printed, source=row.source)


def _phase(phase: PhasePlan) -> dict[str, Any]:
    return {
        "name": phase.name,
        "starts_on": phase.starts.day if phase.starts else None,
        "ends_on": phase.ends.day,
        "printed": phase.printed,
        "flag": _flag(phase.ends, phase.superseded_by),
        "suggested_on": phase.ends.suggested,
        "source": str(phase.source),
    }


def _flag(day: PlanDate, superseded_by: str | None) -> str | None:
    if superseded_by is not None:
        return f"{SUPERSEDED} {superseded_by}"
    return IMPOSSIBLE_DATE if day.flagged else None


def put_tasks(merge: Merge, campaign: Campaign, plan: CampaignPlan, units: Mapping[str, Unit]) -> None:
    existing = _by_code(merge, Task, campaign)
    for task in plan.tasks:
        if task.superseded_by is not None:
            continue
        values = {
            "campaign_id": campaign.id,
            "code": task.code,
            "name": task.name,
            "aliases": list(task.aliases),
            "source": str(task.roles[0].source) if task.roles else "",
        }
        row = merge.put(Part.TASK, Task, existing.pop(task.code, None), task.name, values)
        merge.session.flush()
        _put_roles(merge, row, task, units)
    for row in existing.values():
        for role in list(row.roles):
            merge.session.delete(role)
        merge.remove(Part.TASK, row, row.name, row.id, code=row.code, source=row.source)


def _put_roles(merge: Merge, row: Task, task: TaskPlan, units: Mapping[str, Unit]) -> None:
    rows = merge.session.scalars(select(TaskRole).filter_by(task_id=row.id))
    existing = {(role.unit_id, role.role): role for role in rows}
    for part in task.roles:
        key = units[part.unit].id, part.role
        values = {"task_id": row.id, "unit_id": key[0], "role": key[1], "source": str(part.source)}
        merge.put(Part.ROLE, TaskRole, existing.pop(key, None), f"{task.name} {part.unit}", values)
    names = {unit.id: unit.name for unit in units.values()}
    for role in existing.values():
        name = f"{task.name} {names[role.unit_id]}"
        merge.remove(Part.ROLE, role, name, role.id, role=role.role.value, source=role.source)
    merge.session.flush()
    merge.session.expire(row, ["roles"])


def put_targets(merge: Merge, campaign: Campaign, plan: CampaignPlan) -> None:
    existing = _by_code(merge, Target, campaign)
    for target in plan.targets:
        values = {
            "campaign_id": campaign.id,
            "code": target.code,
            "name": target.name,
            "comparison": target.comparison.value,
            "value": float(target.value),
            "unit": target.unit,
            "measure": target.measure.value,
            "scope": _scope(target, plan),
            "due_on": target.due.day if target.due else None,
            "printed": target.printed,
            "source": str(target.source),
        }
        merge.put(Part.TARGET, Target, existing.pop(target.code, None), target.name, values)
    _remove(merge, Part.TARGET, existing, lambda row: {"printed": row.printed, "source": row.source})


def _scope(target: TargetPlan, plan: CampaignPlan) -> dict[str, Any]:
    """Empty for the whole campaign. A target that a later document changed never counts as the campaign's own."""
    excused = [area for exemption in plan.exemptions if target.code in exemption.targets for area in exemption.areas]
    scope = {
        "area": target.area,
        "kind": target.kind,
        "each": target.each.value if target.each else None,
        "except": excused or None,
        SUPERSEDED: target.superseded_by,
    }
    return {key: value for key, value in scope.items() if value is not None}


def put_deadlines(merge: Merge, campaign: Campaign, plan: CampaignPlan) -> None:
    existing = _by_code(merge, DeadlineRule, campaign)
    for rule in plan.deadlines:
        values = {
            "campaign_id": campaign.id,
            "code": rule.code,
            "name": rule.name,
            "applies_to": {
                "checklist": rule.checklist,
                "items": list(rule.items),
                "kinds": list(rule.kinds),
                "severities": [severity.value for severity in rule.severities],
            },
            "rule": keep_deadline_rule(rule),
            "source": str(rule.source),
        }
        merge.put(Part.DEADLINE, DeadlineRule, existing.pop(rule.code, None), rule.name, values)
    _remove(merge, Part.DEADLINE, existing, lambda row: {"rule": row.rule, "source": row.source})


def _by_code(merge: Merge, kind: type[R], campaign: Campaign) -> dict[str, R]:
    rows = merge.session.scalars(select(kind).filter_by(campaign_id=campaign.id))
    return {row.code: row for row in rows}  # type: ignore[attr-defined]  # the tables it is given have one


def _remove(merge: Merge, part: Part, rows: Mapping[str, Any], kept: Callable[[Any], dict[str, Any]]) -> None:
    for code, row in rows.items():
        merge.remove(part, row, row.name, row.id, code=code, **kept(row))
