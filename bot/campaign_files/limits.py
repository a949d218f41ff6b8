"""The [[deadline]] and [[exemption]] tables."""

from bot.campaign_files.dates import read_day
from bot.campaign_files.duties import unique_code
from bot.campaign_files.register import Register
from bot.campaign_files.standards import LIMITS, read_bounds
from bot.campaign_files.table import Table
from models.campaign_plan import (
    BandPlan,
    Bounds,
    ChecklistPlan,
    CountedFrom,
    DeadlinePlan,
    ExemptionPlan,
    PlanDate,
    Severity,
)

MOST_DAYS = 3660


def read_deadlines(root: Table, register: Register, checklists: tuple[ChecklistPlan, ...]) -> tuple[DeadlinePlan, ...]:
    seen: dict[str, int] = {}
    return tuple(_deadline(row, register, checklists, seen) for row in root.rows("deadline"))


def _deadline(
    row: Table, register: Register, checklists: tuple[ChecklistPlan, ...], seen: dict[str, int]
) -> DeadlinePlan:
    printed = row.text("printed")
    checklist, items = read_items(row, register, checklists)
    days, working_days, on, bands = _limit(row, printed)
    deadline = DeadlinePlan(
        code=unique_code(row, seen),
        name=row.text("name", required=True),
        checklist=checklist,
        items=items,
        kinds=row.references("kinds", register.kinds),
        severities=row.words("severities", Severity),
        condition=row.text("condition"),
        counted_from=row.word("from", CountedFrom, CountedFrom.FOUND),
        event=row.text("event"),
        days=days,
        working_days=working_days,
        on=on,
        measured=row.text("measured", required=bool(bands)),
        unit=row.text("unit"),
        bands=bands,
        printed=printed,
        source=row.source(register.documents),
    )
    if deadline.counted_from is CountedFrom.EVENT and not deadline.event:
        row.refuse("key_missing", "event", key="event")
    row.done()
    return deadline


def _limit(row: Table, printed: str) -> tuple[int | None, int | None, PlanDate | None, tuple[BandPlan, ...]]:
    """Exactly one way of saying by when; two would have to be chosen between."""
    given = [key for key in ("days", "days_before", "working_days", "on", "band") if row.has(key)]
    if len(given) != 1:
        row.refuse("limit_count", given[1] if given else "", given="、".join(given) or "—")
    days = row.integer("days", most=MOST_DAYS)
    before = row.integer("days_before", most=MOST_DAYS)
    working_days = row.integer("working_days", least=1, most=MOST_DAYS)
    on = read_day(row, "on", printed, required=False)
    return days if before is None else -before, working_days, on, tuple(_band(band) for band in row.rows("band"))


def _band(row: Table) -> BandPlan:
    limits = {key: row.values[key] for key in LIMITS[:-1] if row.has(key)}
    bounds = read_bounds(row, limits)
    if bounds is None:
        row.refuse("band_open", allowed=LIMITS[:-1])
    name, days = row.text("name", required=True), row.integer("days", least=1, most=MOST_DAYS)
    if days is None and "days" not in row.values:
        row.refuse("key_missing", "days", key="days")
    row.done()
    return BandPlan(name, bounds or Bounds(), days or 0)


def read_items(
    row: Table, register: Register, checklists: tuple[ChecklistPlan, ...]
) -> tuple[str | None, tuple[int, ...]]:
    """The checklist a rule speaks of and the numbers of its items; numbers alone would fit any checklist."""
    checklist = row.reference("checklist", register.checklists)
    numbers = row.take("items")
    if numbers is None:
        return checklist, ()
    if not isinstance(numbers, list) or not all(isinstance(no, int) and not isinstance(no, bool) for no in numbers):
        row.refuse("wrong_type", "items", key="items", expected_term="type.numbers", value=str(numbers)[:60])
        return checklist, ()
    if checklist is None and "checklist" not in row.values:
        row.refuse("key_missing", "checklist", key="checklist")
    known = {item.no for plan in checklists if plan.code == checklist for item in plan.items}
    for no in numbers:
        if checklist is not None and no not in known:
            row.refuse("item_unknown", "items", value=str(no), checklist=checklist)
    return checklist, tuple(numbers)


def read_exemptions(
    root: Table, register: Register, checklists: tuple[ChecklistPlan, ...]
) -> tuple[ExemptionPlan, ...]:
    return tuple(_exemption(row, register, checklists) for row in root.rows("exemption"))


def _exemption(row: Table, register: Register, checklists: tuple[ChecklistPlan, ...]) -> ExemptionPlan:
    checklist, items = read_items(row, register, checklists)
    exemption = ExemptionPlan(
        name=row.text("name", required=True),
        checklist=checklist,
        items=items,
        targets=row.references("targets", register.targets),
        kinds=row.references("kinds", register.kinds),
        areas=row.references("areas", register.areas),
        sites=row.references("sites", register.sites),
        reason=row.text("reason", required=True),
        source=row.source(register.documents),
    )
    if not (exemption.items or exemption.targets):
        row.refuse("exemption_open", allowed=("items", "targets"))
    row.done()
    return exemption
