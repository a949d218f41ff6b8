"""What is in the tables before and after, read straight from them; and what has been said."""

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checks import Check, ItemResult, Location
from models.complaints import Complaint
from models.evidence import Photo
from models.findings import Finding, FindingStep, Verification
from models.incidents import Incident, IncidentStep
from models.journal import JournalEntry
from models.listing import ListEntry
from models.messages import Card, OutboxRow
from models.notices import Notice
from models.people import Account, GroupChat, Invite, Person, Posting
from models.places import Area, PositionProposal, Site
from models.returns import Return, ReturnedItem
from models.sightings import Sighting
from tests.handlers.attempts import Known

WATCHED: tuple[Any, ...] = (
    *(Check, ItemResult, Location, Photo, Finding, FindingStep, Verification, Notice, Site, Area, PositionProposal),
    *(Person, Account, Posting, Invite, GroupChat, JournalEntry, Sighting, ListEntry),
    *(Complaint, Incident, IncidentStep, Return, ReturnedItem),
)  # fmt: skip
Rows = dict[tuple[str, int], dict[str, Any]]
WRITES = re.compile(r"\s*(?:INSERT\b.*?\bINTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


def rows_of(session: Session, tables: set[str] | None = None) -> Rows:
    """Straight from the tables, all or some: what the program has in mind does not count."""
    found: Rows = {}
    for name in (kind.__tablename__ for kind in WATCHED):
        if tables is not None and name not in tables:
            continue
        result = session.connection().exec_driver_sql(f"SELECT * FROM {name}")
        columns = list(result.keys())
        place = columns.index("id")
        for row in result:
            found[name, row[place]] = dict(zip(columns, row, strict=True))
    return found


class Written:
    """The tables that this connection has written to since they were last asked for: no others are read anew."""

    def __init__(self, session: Session) -> None:
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
        self._tables: set[str] = set()
        connection.set_trace_callback(self._see)

    def _see(self, statement: str) -> None:
        if (found := WRITES.match(statement)) is not None:
            self._tables.add(found[1])

    def taken(self) -> set[str]:
        taken, self._tables = self._tables, set()
        return taken


def after_cell(session: Session, before: Rows, written: set[str]) -> Rows:
    untouched = {key: row for key, row in before.items() if key[0] not in written}
    return untouched | rows_of(session, written)


def spoken(session: Session, before: tuple[int, int], toasts: list[str]) -> list[dict[str, Any]]:
    """What has been put out since, in any chat."""
    said = [
        {"chat": chat, "body": body}
        for table, last in zip((OutboxRow, Card), before, strict=True)
        for chat, body in session.execute(select(table.chat, table.body).where(table.id > last))
    ]
    return [*said, *({"chat": "toast", "body": {"text": text}} for text in toasts)]


def site_of(known: Known, key: tuple[str, int], row: dict[str, Any], rows: Rows) -> int | None:
    if key[0] == "sites":
        return key[1]
    if row.get("site_id") is not None:
        return int(row["site_id"])
    check = row.get("check_id")
    if check is None and row.get("finding_id") is not None:
        check = rows["findings", row["finding_id"]]["check_id"]
    return rows["checks", check]["site_id"] if check is not None else None
