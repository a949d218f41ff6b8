"""The [[area]], [[unit]], [[task]] and [[target]] tables."""

from decimal import Decimal

from bot.campaign_files.dates import read_day
from bot.campaign_files.names import folded
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import (
    AreaKind,
    AreaPlan,
    Comparison,
    Measure,
    RolePlan,
    TargetPlan,
    TaskPlan,
    UnitPlan,
    UnitRole,
)

# Zones and districts may go without, as receipts are numbered by the site's own area.
NEEDS_PREFIX = (AreaKind.TOWN,)


def read_areas(root: Table, register: Register) -> tuple[AreaPlan, ...]:
    rows = root.rows("area")
    areas = tuple(_area(row, register) for row in rows)
    _check_prefixes(rows, areas)
    _check_parents(rows, areas)
    return areas


def _area(row: Table, register: Register) -> AreaPlan:
    kind = row.word("kind", AreaKind)
    area = AreaPlan(
        name=row.text("name", required=True),
        kind=kind,
        parent=row.reference("parent", register.areas),
        aliases=row.texts("aliases"),
        prefix=row.text("prefix", required=kind in NEEDS_PREFIX),
        unit=row.reference("unit", register.units),
    )
    row.done()
    return area


def _check_prefixes(rows: list[Table], areas: tuple[AreaPlan, ...]) -> None:
    """Two towns with one prefix would give out the same check number twice (山塘 and 石潭 are both ST)."""
    first: dict[str, int] = {}
    for row, area in zip(rows, areas, strict=True):
        prefix = folded(area.prefix)
        if prefix in first:
            row.refuse("duplicate", "prefix", value=area.prefix, first=str(first[prefix]))
        elif prefix:
            first[prefix] = row.line("prefix")


def _check_parents(rows: list[Table], areas: tuple[AreaPlan, ...]) -> None:
    parents = {area.name: area.parent for area in areas}
    for row, area in zip(rows, areas, strict=True):
        seen, parent = {area.name}, area.parent
        while parent is not None and parent not in seen:
            seen.add(parent)
            parent = parents.get(parent)
        if parent == area.name:
            row.refuse("area_in_itself", "parent", value=area.name)


def read_units(root: Table, register: Register) -> tuple[UnitPlan, ...]:
    units = []
    for row in root.rows("unit"):
        name, aliases = row.text("name", required=True), row.texts("aliases")
        units.append(UnitPlan(name, aliases, row.reference("area", register.areas)))
        row.done()
    return tuple(units)


def read_tasks(root: Table, register: Register) -> tuple[TaskPlan, ...]:
    seen: dict[str, int] = {}
    return tuple(_task(row, register, seen) for row in root.rows("task"))


def _task(row: Table, register: Register, seen: dict[str, int]) -> TaskPlan:
    task = TaskPlan(
        code=unique_code(row, seen),
        name=row.text("name", required=True),
        aliases=row.texts("aliases"),
        roles=tuple(_role(role, register) for role in row.rows("role")),
        superseded_by=row.reference("superseded_by", register.documents),
    )
    row.done()
    return task


def unique_code(row: Table, seen: dict[str, int]) -> str:
    code = row.text("code", required=True)
    if folded(code) in seen:
        row.refuse("duplicate", "code", value=code, first=str(seen[folded(code)]))
    seen.setdefault(folded(code), row.line("code"))
    return code


def _role(row: Table, register: Register) -> RolePlan:
    unit = row.reference("unit", register.units, required=True) or ""
    role = RolePlan(unit, row.word("role", UnitRole), row.source(register.documents))
    row.done()
    return role


def read_targets(root: Table, register: Register) -> tuple[TargetPlan, ...]:
    return tuple(_target(row, register) for row in root.rows("target"))


def _target(row: Table, register: Register) -> TargetPlan:
    printed = row.text("printed")
    row.texts("aliases")
    target = TargetPlan(
        code=row.text("code", required=True),
        name=row.text("name", required=True),
        comparison=row.word("comparison", Comparison),
        value=row.number("value", required=True) or Decimal(),
        unit=row.text("unit"),
        measure=row.word("measure", Measure),
        area=row.reference("area", register.areas),
        kind=row.reference("kind", register.kinds),
        each=row.word("each", AreaKind) if row.has("each") else None,
        due=read_day(row, "due", required=False),
        printed=printed,
        source=row.source(register.documents),
        superseded_by=row.reference("superseded_by", register.documents),
    )
    row.done()
    return target
