"""The [[ladder]] tables: the steps a plan prints for what is not put right."""

from bot.campaign_files.duties import unique_code
from bot.campaign_files.limits import read_items
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import ChecklistPlan, LadderPlan, LadderStep, Severity, StepEffect, StepTrigger


def read_ladders(root: Table, register: Register, checklists: tuple[ChecklistPlan, ...]) -> tuple[LadderPlan, ...]:
    seen: dict[str, int] = {}
    return tuple(_ladder(row, register, checklists, seen) for row in root.rows("ladder"))


def _ladder(row: Table, register: Register, checklists: tuple[ChecklistPlan, ...], seen: dict[str, int]) -> LadderPlan:
    code, name = unique_code(row, seen), row.text("name", required=True)
    steps = tuple(_step(step, number, register, checklists) for number, step in enumerate(row.rows("step"), 1))
    ladder = LadderPlan(code, name, steps, row.source(register.documents))
    if not steps:
        row.refuse("key_missing", "step", key="step")
    row.done()
    return ladder


def _step(row: Table, number: int, register: Register, checklists: tuple[ChecklistPlan, ...]) -> LadderStep:
    checklist, items = read_items(row, register, checklists)
    step = LadderStep(
        no=number,
        name=row.text("name", required=True),
        triggers=_triggers(row),
        unit=row.reference("unit", register.units),
        severities=row.words("severities", Severity),
        kinds=row.references("kinds", register.kinds),
        checklist=checklist,
        items=items,
        effects=row.words("effects", StepEffect),
        source=row.source(register.documents) if row.has("source") else None,
    )
    row.done()
    return step


def _triggers(row: Table) -> tuple[StepTrigger, ...]:
    """One word, or several of which any will do."""
    if isinstance(row.values.get("trigger"), list):
        return row.words("trigger", StepTrigger)
    return (row.word("trigger", StepTrigger),)
