"""The [[incident]] tables: the chain of a type of serious incident."""

from bot.campaign_files.duties import unique_code
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import IncidentPlan, IncidentStepPlan

MOST_DEATHS = 9999


def read_incidents(root: Table, register: Register) -> tuple[IncidentPlan, ...]:
    seen: dict[str, int] = {}
    return tuple(_incident(row, register, seen) for row in root.rows("incident"))


def _incident(row: Table, register: Register, seen: dict[str, int]) -> IncidentPlan:
    incident = IncidentPlan(
        code=unique_code(row, seen),
        name=row.text("name", required=True),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases"),
        told=row.references("told", register.units),
        steps=tuple(_step(step, number, register) for number, step in enumerate(row.rows("step"), 1)),
        source=row.source(register.documents),
    )
    row.done()
    return incident


def _step(row: Table, number: int, register: Register) -> IncidentStepPlan:
    least, most = (row.integer(key, most=MOST_DEATHS) for key in ("deaths_at_least", "deaths_at_most"))
    step = IncidentStepPlan(number, row.text("name", required=True), least, most, row.source(register.documents))
    if least is not None and most is not None and most < least:
        row.refuse("number_out_of_range", "deaths_at_most", value=str(most), least=str(least), most=str(MOST_DEATHS))
    row.done()
    return step
