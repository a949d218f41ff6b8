"""Checklists: what is asked never changes under a check already made; a changed list is a new version (B12)."""

from typing import Any

from sqlalchemy import select

from models.campaign_import.changes import Action, Merge, Part
from models.campaign_plan import CampaignPlan, ChecklistPlan, ItemPlan
from models.campaigns import Campaign, Checklist, ChecklistItem
from models.judging import keep_item_rule

# Words that help to type or understand an item, but do not change what it asks.
WORDING = ("name_en", "aliases", "guidance", "responsible_unit")  # what changes no question


def put_checklists(merge: Merge, campaign: Campaign, plan: CampaignPlan) -> None:
    rows = merge.session.scalars(select(Checklist).filter_by(campaign_id=campaign.id))
    versions: dict[str, list[Checklist]] = {}
    for row in rows:
        versions.setdefault(row.code, []).append(row)
    newest = {
        checklist.code: checklist for checklist in sorted(plan.checklists, key=lambda checklist: checklist.version)
    }
    for checklist in newest.values():
        _put(merge, campaign, checklist, versions.pop(checklist.code, []))
    for row in (row for rows in versions.values() for row in rows if row.replaced_at is None):
        row.replaced_at = merge.now
        merge.note(Part.CHECKLIST, Action.REMOVED, row.name)


def _put(merge: Merge, campaign: Campaign, plan: ChecklistPlan, versions: list[Checklist]) -> None:
    current = next((row for row in versions if row.replaced_at is None), None)
    wanted = [_item(item) for item in sorted(plan.items, key=lambda item: item.no)]  # as the record gives them back
    if current is not None and _asks(current) == [_asked(item) for item in wanted]:
        _reword(merge, current, plan, wanted)
        return
    version = max(plan.version, 1 + max((row.version for row in versions), default=0))
    if current is not None:
        current.replaced_at = merge.now
        merge.note(Part.CHECKLIST, Action.NEW_VERSION, f"{plan.name} v{version}", _differences(current, wanted))
    else:
        merge.note(Part.CHECKLIST, Action.ADDED, f"{plan.name} v{version}")
    row = Checklist(campaign_id=campaign.id, code=plan.code, version=version, **_heading(plan))
    row.items = [ChecklistItem(**item) for item in wanted]
    merge.session.add(row)


def _heading(plan: ChecklistPlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "name_en": plan.name_en,
        "check_kind": plan.check_kind.value,
        "applies_to": {"kinds": list(plan.kinds), "tiers": list(plan.tiers)},
        "defined_by": plan.defined_by.value,
        "source": str(plan.source),
    }


def _item(item: ItemPlan) -> dict[str, Any]:
    return {
        "number": item.no,
        "group": item.group,
        "name": item.name,
        "label": item.label,
        "name_en": item.name_en,
        "aliases": list(item.aliases),
        "kind": item.kind,
        "evidence": item.evidence.value,
        "severity": item.severity.value,
        "guidance": item.guidance,
        "rule": keep_item_rule(item),
    }


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    """An item without its wording, to tell a new question from an old one better explained."""
    rule = {key: value for key, value in values["rule"].items() if key not in WORDING}
    return {key: value for key, value in values.items() if key not in WORDING} | {"rule": rule}


def _kept(item: ChecklistItem) -> dict[str, Any]:
    names = (
        "number",
        "group",
        "name",
        "label",
        "name_en",
        "aliases",
        "kind",
        "evidence",
        "severity",
        "guidance",
        "rule",
    )
    return {name: getattr(item, name) for name in names}


def _asks(row: Checklist) -> list[dict[str, Any]]:
    return [_asked(_kept(item)) for item in row.items]


def _differences(row: Checklist, wanted: list[dict[str, Any]]) -> tuple[str, ...]:
    """The names of items that are new, gone or asked otherwise."""
    old = {item.number: _asked(_kept(item)) for item in row.items}
    new = {item["number"]: _asked(item) for item in wanted}
    numbers = sorted(number for number in old.keys() | new.keys() if old.get(number) != new.get(number))
    return tuple(f"{number} {(new.get(number) or old[number])['name']}" for number in numbers)


def _reword(merge: Merge, row: Checklist, plan: ChecklistPlan, wanted: list[dict[str, Any]]) -> None:
    merge.put(Part.CHECKLIST, Checklist, row, plan.name, _heading(plan))
    for item, values in zip(row.items, wanted, strict=True):
        merge.put(Part.CHECKLIST, ChecklistItem, item, f"{plan.name} {item.number} {item.name}", values)
