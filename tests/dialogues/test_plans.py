"""No conversation reads the history through: every statement of the dialogues, asked how it would be answered."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event

from benchmarks.questions.big_record import big_record
from bot.demo.places import places
from bot.demo.stage import Stage
from models.database import open_database
from tests.stage.in_process import InProcess

HERE = Path(__file__).parent
DIALOGUES = (
    "4-from-finding-to-closed", "5-days-end", "6-asking", "12-edited-messages", "14-mornings", "16-groups",
    "22-more-time", "23-not-ours",
    "33-the-site-file",
)  # fmt: skip
HISTORY = frozenset({
    "cards", "case_requests", "checks", "finding_steps", "findings", "inbox", "item_results", "journal", "list_entries",
    "locations", "notices", "occurrences", "outbox", "photos",
})  # fmt: skip
# Indexes that hold only what is still to be done: these may be gone through from end to end.
OPEN = frozenset({
    "ix_cards_waiting", "ix_case_requests_waiting", "ix_checks_drafts", "ix_checks_in_hand", "ix_checks_submit_due_at",
    "ix_checks_taken_back",
    "ix_findings_open", "ix_findings_open_of_person", "ix_findings_open_of_site", "ix_findings_open_of_taker",
    "ix_findings_open_of_unit", "ix_inbox_waiting", "ix_list_entries_on", "ix_outbox_waiting", "ix_photos_pending",
})  # fmt: skip
STEP = re.compile(r"^(SCAN|SEARCH) ([a-z_]+?)(?:_\d+)?(?: USING (.*))?$")
# What a whole year has in common: found by no more than this is as good as reading it all.
COMMON = frozenset({"(channel=?)", "(campaign_id=?)", "(kind=?)", "(subject=?)", "(channel=? AND bot=?)"})


@contextmanager
def gathered() -> Iterator[dict[str, Any]]:
    """All that is asked of any database meanwhile, each statement with parameters it was asked with."""
    found: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            found.setdefault(statement, parameters[0] if many else parameters)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def reads_through(step: str) -> bool:
    """Whether a step of a plan goes through a table of history, or through a part of it that grows with the years."""
    found = STEP.match(step)
    if found is None or found[2] not in HISTORY:
        return False
    how = found[3] or ""
    index = re.search(r"INDEX (\w+)", how)
    if index is not None and index[1] in OPEN:
        return False
    return found[1] == "SCAN" or any(how.endswith(common) for common in COMMON)


@pytest.mark.parametrize(
    ("step", "does"),
    [
        ("SCAN checks", True),
        ("SCAN checks_1 USING COVERING INDEX ix_checks_of_site", True),
        ("SCAN findings USING INDEX ix_findings_open", False),
        ("SEARCH outbox USING INDEX ix_outbox_chat (channel=?)", True),
        ("SEARCH outbox USING INDEX ix_outbox_waiting (channel=?)", False),
        ("SEARCH checks USING INDEX ix_checks_of_day (campaign_id=?)", True),
        ("SEARCH checks USING INDEX ix_checks_of_day (campaign_id=? AND day=?)", False),
        ("SEARCH item_results USING INTEGER PRIMARY KEY (rowid=?)", False),
        ("SEARCH photos", False),  # the largest or smallest of an index: one step
        ("SCAN sites", False),
        ("USE TEMP B-TREE FOR ORDER BY", False),
    ],
)
def test_what_counts_as_reading_through(step: str, does: bool) -> None:
    assert reads_through(step) is does


def through(url: str, asked: dict[str, Any]) -> dict[str, list[str]]:
    """Statements that would read history through, each with the steps that do."""
    found = {}
    with closing(open_database(url)) as database, database.reader.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, parameters in asked.items():
            steps = [row[-1] for row in cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters).fetchall()]
            if bad := [step for step in steps if reads_through(step)]:
                found[statement] = bad
    return found


async def test_no_dialogue_reads_history_through(tmp_path: Path) -> None:
    """In the record as migrated, and in one of a few days' work whose indexes were made in another order: where two
    would do equally well, SQLite takes the one made last."""
    InProcess(tmp_path, datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))).begin_imported()
    # once before: a record that is made anew is migrated, and migrations read everything
    with gathered() as asked:
        for name in DIALOGUES:
            folder = tmp_path / name
            folder.mkdir()
            drive = InProcess(folder, datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
            drive.begin_imported()
            await Stage(drive, dict(places()), patience=0).play(HERE / f"{name}.txt")
    assert len(asked) > 100
    assert through(drive.settings.database_url, asked) == {}
    other = through(f"sqlite:///{big_record(tmp_path / 'questions', 200)}", asked)
    assert other == {}
