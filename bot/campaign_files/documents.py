"""The [[document]] and [[phase]] tables."""

from bot.campaign_files.dates import UNKNOWN, check_order, read_day
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import DocumentPlan, DocumentStatus, PhasePlan


def read_documents(root: Table, register: Register) -> tuple[DocumentPlan, ...]:
    return tuple(_document(row, register) for row in root.rows("document"))


def _document(row: Table, register: Register) -> DocumentPlan:
    number = row.text("number", required=True)
    row.texts("aliases")
    document = DocumentPlan(
        number=number,
        title=row.text("title", required=True),
        short=row.text("short") or number,
        issuer=row.text("issuer"),
        issued=read_day(row, "issued") or UNKNOWN,
        query_office=row.text("query_office"),
        status=row.word("status", DocumentStatus, DocumentStatus.IN_FORCE),
        amends=row.references("amends", register.documents),
    )
    row.done()
    return document


def read_phases(root: Table, register: Register) -> tuple[PhasePlan, ...]:
    """Phases may overlap, touch, and begin before the document was issued; each must only end after it starts."""
    return tuple(_phase(row, register) for row in root.rows("phase"))


def _phase(row: Table, register: Register) -> PhasePlan:
    printed = row.text("printed")
    starts = read_day(row, "starts", required=False)
    ends = read_day(row, "ends", printed) or UNKNOWN
    check_order(row, starts, ends)
    phase = PhasePlan(
        name=row.text("name", required=True),
        starts=starts,
        ends=ends,
        printed=printed or ends.printed,
        source=row.source(register.documents),
        superseded_by=row.reference("superseded_by", register.documents),
    )
    row.done()
    return phase
