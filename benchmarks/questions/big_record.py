"""Fills a real, migrated record with years of work, quickly: what a file grows to, without the years."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, case, create_engine, func, insert, literal, select
from sqlalchemy.orm import Session

from benchmarks.questions.agency import INSPECTORS, SITES, TODAY, found
from models.campaign_plan import Datum
from models.campaigns import ChecklistItem
from models.checks import Check, CheckState, ItemResult, Location, LocationSource, NumberSequence, Outcome
from models.database import open_database
from models.evidence import Photo, PhotoMoment, PhotoState
from models.findings import DeadlineSource, Finding, FindingState, FindingStep
from models.journal import JournalEntry
from models.messages import Card, InboxRow, InboxState, OutboxRow, Priority, SendState
from models.occurrences import Occurrence
from models.tables import Base

A_DAY = 1000  # checks; so many days of history as there are thousands of checks
RAW = '{"update_id":%d,"message":{"text":"' + "一切正常。" * 50 + '"}}'
QUICK = {"journal_mode": "OFF", "synchronous": "OFF", "locking_mode": "EXCLUSIVE", "cache_size": -300_000}


def big_record(folder: Path, checks: int, sites: int = SITES) -> Path:
    """A record of that many checks, made once and kept in the folder; opened, it is brought to this version."""
    path = folder / f"record-{checks}-{sites}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    database = open_database(f"sqlite:///{making}")
    with database.writing() as session:
        found(session, sites)
    database.close()
    if checks:
        _fill(create_engine(f"sqlite:///{making}"), checks, sites)
    making.rename(path)
    return path


def _fill(engine: Engine, checks: int, sites: int) -> None:
    """Without a journal and without indexes, which are made at the end: a crash means beginning again."""
    indexes = [index for table in Base.metadata.sorted_tables for index in table.indexes]
    with engine.connect() as connection:
        for name, value in QUICK.items():
            connection.exec_driver_sql(f"PRAGMA {name}={value}")
        connection.commit()
        for index in indexes:
            index.drop(connection)
        for batch in _checks(checks, sites):
            connection.execute(insert(Check), batch)
        for table, rows in _what_follows():
            connection.execute(insert(table).from_select([column.key for column in rows.selected_columns], rows))
        _days(connection, checks)
        for index in indexes:
            index.create(connection)
        connection.commit()
    engine.dispose()


def _checks(checks: int, sites: int) -> Iterator[list[dict[str, Any]]]:
    """A batch a day, the oldest first; every 500th was taken back, every 1,000th is still a draft."""
    days = -(-checks // A_DAY)
    for back in range(days - 1, -1, -1):
        day, before = TODAY - timedelta(days=back), (days - 1 - back) * A_DAY
        yield [_check(before + n, n, day, sites) for n in range(min(A_DAY, checks - before))]


def _check(number: int, of_day: int, day: date, sites: int) -> dict[str, Any]:
    started = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=of_day * 36)
    handed_in = number % 500 != 499
    state = CheckState.SUBMITTED if handed_in else CheckState.CANCELLED if number % 1000 == 499 else CheckState.DRAFT
    done = started + timedelta(minutes=4)
    return {
        "id": number + 1, "person_id": number % INSPECTORS + 1, "campaign_id": 1, "checklist_id": 1, "kind": "patrol",
        "site_id": (number * 7 + number // sites) % sites + 1, "state": state, "started_at": started,
        "touched_at": done, "location_id": number + 1, "distance_m": 12.5, "note": "", "wish_all_fine": False,
        "submitted_at": done if handed_in else None, "received_at": done if handed_in else None,
        "day": day if handed_in else None, "number": f"QX-{day:%m%d}-{of_day:04d}" if handed_in else None,
        "revision": int(handed_in), "undo_until": done + timedelta(minutes=10) if handed_in else None,
    }  # fmt: skip


def _what_follows() -> list[tuple[type[Base], Select[Any]]]:
    """All that hangs on the checks, in an order in which each finds what it hangs on."""
    return [
        (Location, _locations()),
        (ItemResult, _answers()),
        (Finding, _findings()),
        (FindingStep, _steps()),
        *((Photo, _photos(n)) for n in (1, 2)),
        *((JournalEntry, _journal(action)) for action in ("check.begun", "check.located", "check.submitted")),
        (InboxRow, _inbox()),
        (OutboxRow, _outbox()),
        (Card, _cards()),
    ]


def _locations() -> Select[Any]:
    return select(
        Check.id.label("id"), Check.person_id.label("person_id"), Check.id.label("check_id"),
        literal("telegram").label("channel"), _chat().label("chat_id"), (Check.id * 10).label("message_id"),
        literal(23.5).label("latitude"), literal(113.0).label("longitude"), _word(Datum.WGS84, "datum"),
        literal(10.0).label("accuracy_m"), _word(LocationSource.PIN, "source"), Check.started_at.label("sent_at"),
        Check.started_at.label("received_at"),
    )  # fmt: skip


def _chat() -> Any:
    return func.printf("%d", Check.person_id + 1000)


def _word(word: str, name: str) -> Any:
    return literal(str(word.value if hasattr(word, "value") else word)).label(name)


def _answers() -> Select[Any]:
    """One in ninety-seven is a problem."""
    failed = (Check.id * 7 + ChecklistItem.number * 13) % 97 == 0
    return (
        select(
            Check.id.label("check_id"), ChecklistItem.id.label("item_id"),
            case((failed, Outcome.FAIL.value), else_=Outcome.PASS.value).label("outcome"),
            case((failed, "破损"), else_="").label("note"), Check.touched_at.label("answered_at"),
            Check.person_id.label("answered_by"),
            case((failed, Check.id * 10 + 3), else_=None).label("message_id"),
        )
        .select_from(Check).join(ChecklistItem, ChecklistItem.checklist_id == Check.checklist_id)
        .order_by(Check.id, ChecklistItem.number)
    )  # fmt: skip


def _findings() -> Select[Any]:
    """Those of the last thirty days are mostly open, one in four hundred of the older ones still is."""
    recent = Check.day > TODAY - timedelta(days=30)
    is_open = case((recent, ItemResult.id % 3 > 0), else_=ItemResult.id % 400 == 0)
    closed_at = func.strftime("%Y-%m-%d %H:%M:%f000", Check.submitted_at, "+3 days")
    return (
        select(
            func.printf("QX-W%d", ItemResult.id).label("number"), Check.day.label("day"),
            Check.campaign_id.label("campaign_id"), Check.id.label("check_id"), Check.site_id.label("site_id"),
            ItemResult.item_id.label("item_id"), ItemResult.note.label("note"), literal("ordinary").label("severity"),
            case((is_open, FindingState.OPEN.value), else_=FindingState.VERIFIED_CLOSED.value).label("state"),
            func.date(Check.day, "+7 days").label("deadline_on"), _word(DeadlineSource.PERSON, "deadline_source"),
            literal("7 天").label("deadline_basis"), Check.submitted_at.label("opened_at"),
            Check.person_id.label("opened_by"), case((is_open, None), else_=closed_at).label("closed_at"),
            literal(1).label("recurrence"),
        )
        .select_from(Check).join(ItemResult, ItemResult.check_id == Check.id)
        .where(ItemResult.outcome == Outcome.FAIL, Check.state == CheckState.SUBMITTED)
    )  # fmt: skip


def _steps() -> Select[Any]:
    return select(
        Finding.id.label("finding_id"), Finding.opened_at.label("at"), Finding.opened_by.label("person_id"),
        literal("opened").label("step"), _word(FindingState.OPEN, "to_state"), literal("").label("why"),
    )  # fmt: skip


def _photos(n: int) -> Select[Any]:
    return select(
        literal("telegram").label("channel"), _chat().label("chat_id"), (Check.id * 10 + n).label("message_id"),
        Check.person_id.label("person_id"), Check.id.label("check_id"), _word(PhotoMoment.BEFORE, "moment"),
        func.printf("file-%d-%d", Check.id, n).label("file_id"),
        func.printf("unique-%d-%d", Check.id, n).label("file_unique_id"), literal("").label("file_name"),
        literal("image/jpeg").label("mime"), literal(False).label("as_file"), literal(False).label("forwarded"),
        literal("").label("caption"), Check.started_at.label("sent_at"), Check.started_at.label("received_at"),
        _word(PhotoState.STORED, "state"), func.printf("%064x", Check.id * 10 + n).label("sha256"),
        Check.touched_at.label("stored_at"), literal(0).label("tries"),
    )  # fmt: skip


def _journal(action: str) -> Select[Any]:
    return select(
        Check.touched_at.label("at"), Check.person_id.label("person_id"), literal(action).label("action"),
        literal("check").label("subject"), Check.id.label("subject_id"), literal("{}").label("data"),
    )  # fmt: skip


def _inbox() -> Select[Any]:
    return select(
        literal("telegram").label("channel"), literal("7").label("bot"), Check.id.label("update_id"),
        func.printf(RAW, Check.id).label("raw"), _chat().label("chat"), _chat().label("person"),
        Check.id.label("order_key"), Check.touched_at.label("received_at"), Check.touched_at.label("due_at"),
        _word(InboxState.DONE, "state"), literal(0).label("tries"), Check.touched_at.label("done_at"),
    )  # fmt: skip


def _outbox() -> Select[Any]:
    return select(
        func.printf("in:%d:1", Check.id).label("key"), literal("telegram").label("channel"), _chat().label("chat"),
        literal('{"text":"已记录"}').label("body"), _word(Priority.REPLY, "priority"), _word(SendState.SENT, "state"),
        Check.touched_at.label("due_at"), literal(1).label("tries"), literal(0).label("repeats"),
        Check.touched_at.label("created_at"), Check.touched_at.label("sent_at"),
    )  # fmt: skip


def _cards() -> Select[Any]:
    return select(
        func.printf("check:%d", Check.id).label("key"), literal("telegram").label("channel"), _chat().label("chat"),
        literal('{"text":"已记录"}').label("body"), literal(True).label("follows"), literal(0).label("below"),
        literal(3).label("wish"), literal(3).label("shown"), Check.id.label("message_id"),
        _word(SendState.SENT, "state"), Check.touched_at.label("due_at"), literal(0).label("tries"),
    )  # fmt: skip


def _days(connection: Connection, checks: int) -> None:
    """What the clock made happen on those days, and the numbers given on the last of them."""
    days = [TODAY - timedelta(days=n) for n in range(1, -(-checks // A_DAY))]
    midday = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)
    for kind, scopes in (("morning", INSPECTORS), ("digest", 21)):
        rows = [
            {"kind": kind, "scope": str(n + 1), "local_day": day, "at": midday, "outcome": "done"}
            for day in days
            for n in range(scopes)
        ]
        if rows:
            connection.execute(insert(Occurrence), rows)
    last = [{"prefix": prefix, "day": TODAY, "last": A_DAY} for prefix in ("QX", "QX-W")]
    connection.execute(insert(NumberSequence), last)


def session_on(path: Path) -> tuple[Any, Session]:
    database = open_database(f"sqlite:///{path}")
    return database, Session(database.reader, expire_on_commit=False)
