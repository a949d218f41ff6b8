"""The [[tier]] and [[checklist]] tables with their items."""

from bot.campaign_files.campaign import TERRITORIAL
from bot.campaign_files.register import Register
from bot.campaign_files.standards import read_standards
from bot.campaign_files.table import Table
from models.campaign_plan import (
    TIER,
    CheckKind,
    ChecklistPlan,
    DefinedBy,
    EvidenceRule,
    ItemKind,
    ItemPlan,
    Severity,
    TierPlan,
    UnitRole,
)

MOST_ITEMS = 999


def read_tiers(root: Table) -> tuple[TierPlan, ...]:
    tiers = []
    for row in root.rows("tier"):
        code, name = row.text("code", required=True), row.text("name", required=True)
        tiers.append(TierPlan(code, name, row.texts("aliases"), row.text("name_en")))
        row.done()
    return tuple(tiers)


def read_checklists(root: Table, register: Register) -> tuple[ChecklistPlan, ...]:
    rows = root.rows("checklist")
    checklists = tuple(_checklist(row, register) for row in rows)
    seen: dict[tuple[str, int], int] = {}
    for row, checklist in zip(rows, checklists, strict=True):
        version = (checklist.code, checklist.version)
        if version in seen:
            row.refuse("duplicate", "code", value=f"{checklist.code} v{checklist.version}", first=str(seen[version]))
        seen.setdefault(version, row.line("code"))
    return checklists


def _checklist(row: Table, register: Register) -> ChecklistPlan:
    row.texts("aliases")
    tiers = row.references("tiers", register.tiers)
    items = row.rows("item")
    if not items:
        row.refuse("checklist_empty", "item")
    checklist = ChecklistPlan(
        code=row.text("code", required=True),
        version=row.integer("version", 1, least=1) or 1,
        name=row.text("name", required=True),
        name_en=row.text("name_en"),
        check_kind=row.word("check_kind", CheckKind, CheckKind.PATROL),
        kinds=row.references("kinds", register.kinds),
        tiers=tiers,
        defined_by=row.word("defined_by", DefinedBy),
        guidance=row.texts("guidance"),
        items=tuple(_item(item, register, tiers or register.tiers.all()) for item in items),
        source=row.source(register.documents),
    )
    _check_numbers(items, checklist)
    row.done()
    return checklist


def _check_numbers(rows: list[Table], checklist: ChecklistPlan) -> None:
    seen: dict[int, int] = {}
    for row, item in zip(rows, checklist.items, strict=True):
        if item.no in seen:
            row.refuse("duplicate", "no", value=str(item.no), first=str(seen[item.no]))
        seen.setdefault(item.no, row.line("no"))


def _item(row: Table, register: Register, tiers: tuple[str, ...]) -> ItemPlan:
    kind = row.word("kind", ItemKind, ItemKind.YES_NO)
    options = row.texts("options")
    if (kind is ItemKind.CHOICE) != bool(options):
        row.refuse(
            "key_missing" if kind is ItemKind.CHOICE else "key_not_for_kind", "options", key="options", kind=kind.value
        )
    name = row.text("name", required=True)
    varies_by = row.text("varies_by") or TIER
    number = row.integer("no", least=1, most=MOST_ITEMS)
    if number is None and "no" not in row.values:
        row.refuse("key_missing", "no", key="no")
    item = ItemPlan(
        no=number or 0,
        group=row.text("group"),
        name=name,
        label=row.text("label") or name,
        aliases=row.texts("aliases"),
        name_en=row.text("name_en"),
        kind=kind,
        unit=row.text("unit"),
        options=options,
        varies_by=varies_by,
        standards=read_standards(row, kind, options, register.tiers if varies_by == TIER else None, tiers),
        evidence=row.word("evidence", EvidenceRule, EvidenceRule.NONE),
        severity=row.word("severity", Severity, Severity.ORDINARY),
        guidance=row.text("guidance"),
        responsible_unit=_responsible(row, register),
    )
    row.done()
    return item


def _responsible(row: Table, register: Register) -> str | None:
    if row.has("responsible_unit") and row.values["responsible_unit"] == TERRITORIAL:
        return UnitRole.TERRITORIAL.value
    return row.reference("responsible_unit", register.units)
