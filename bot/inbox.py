"""The inbox's rows: storing raw updates before they are confirmed, reading them back, marking what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.channels.telegram_json import dumps
from bot.channels.telegram_reading import Glance
from handlers.messages import ChatKind, Incoming, Kind, Sender
from models.messages import OPEN_INBOX, Cursor, InboxRow, InboxState
from models.record import Record, once, shared

LATE_SETTLE = timedelta(seconds=2)  # what was held up by a bad network comes in a bunch: wait for its siblings
TRIES = 3
LARGEST_NUMBER = 1 << 63
PAUSES = (timedelta(0), timedelta(seconds=1), timedelta(seconds=10))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row to be worked on: whose it is, which chat's, its order there, and from when. `raw`: if still in memory."""

    id: int
    chat: str
    person: str
    order: int
    due_at: datetime
    received_at: datetime
    raw: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    early: bool = False  # a tap that came before something sent before it, which has not come since (F21)


def store(
    session: Session,
    channel: str,
    bot: str,
    updates: Sequence[tuple[dict[str, Any], Glance]],
    now: datetime,
    move_cursor: bool,
) -> list[Waiting]:
    """Every update a row, in one transaction with the cursor; a repeat is there once. Gives the new ones."""
    given = {raw["update_id"]: (raw, seen) for raw, seen in updates if is_numbered(raw)}
    if not given:
        return []
    rows = [_row(channel, bot, raw, seen, now) for raw, seen in given.values()]
    made = _added(session, rows)
    if move_cursor:
        _move_cursor(session, channel, bot, max(given) + 1)
    return [
        Waiting(number, row["chat"], row["person"], row["order_key"], row["due_at"], now, given[row["update_id"]][0])
        for row in rows
        if (number := made.get(row["update_id"])) is not None
    ]


def _added(session: Session, rows: list[dict[str, Any]]) -> dict[int, int]:
    """The ids of those that were not there, by the channel's number."""
    if not isinstance(session, Record) or not session.alone:
        insert = postgresql_insert if shared(session) else sqlite_insert
        statement = insert(INBOX).on_conflict_do_nothing(index_elements=UNIQUE).returning(INBOX.c.id, INBOX.c.update_id)
        return {row.update_id: row.id for row in session.connection().execute(statement, rows)}
    for row in rows:
        row["id"] = session.next_id(InboxRow)
    if session.carry_out(_ADD, rows) == len(rows):
        return {row["update_id"]: row["id"] for row in rows}
    there = session.connection().scalars(select(INBOX.c.id).where(INBOX.c.id.in_([row["id"] for row in rows])))
    ids = set(there)
    return {row["update_id"]: row["id"] for row in rows if row["id"] in ids}


def is_numbered(raw: dict[str, Any]) -> bool:
    """Without a number that fits, an update cannot be kept apart from others; no platform sends such."""
    number = raw.get("update_id")
    return type(number) is int and 0 <= number < LARGEST_NUMBER


def _row(channel: str, bot: str, raw: dict[str, Any], seen: Glance, now: datetime) -> dict[str, Any]:
    return {
        "channel": channel,
        "bot": bot,
        "update_id": raw["update_id"],
        "raw": dumps(raw),
        "chat": seen.chat,
        "person": seen.person,
        "order_key": seen.order or 0,
        "received_at": now,
        "due_at": now + LATE_SETTLE if seen.late else now,
        "state": InboxState.NEW,
        "tries": 0,
    }


def _move_cursor(session: Session, channel: str, bot: str, to: int) -> None:
    cursor = session.get(Cursor, (channel, bot))
    if cursor is None:
        session.add(Cursor(channel=channel, bot=bot, next_update=to))
    else:
        cursor.next_update = to


def next_update(session: Session, channel: str, bot: str) -> int | None:
    cursor = session.get(Cursor, (channel, bot))
    return cursor.next_update if cursor is not None else None


def waiting(session: Session, channel: str) -> list[Waiting]:
    """All that is not done yet: what a restarted program goes on with."""
    query = WAITING.where(InboxRow.channel == channel, OPEN_INBOX)
    return [Waiting(*row) for row in session.execute(query.order_by(InboxRow.id))]


def left_over(session: Session, channel: str, before: datetime, most: int) -> list[Waiting]:
    """Open rows due before that: where several programs share the inbox, they may be those of one that is gone."""
    query = WAITING.where(InboxRow.channel == channel, OPEN_INBOX, InboxRow.due_at < before)
    return [Waiting(*row) for row in session.execute(query.order_by(InboxRow.id).limit(most))]


def raw_of(session: Session, row_id: int) -> str:
    raw: str = session.connection().execute(_RAW, {"row": row_id}).scalar_one()
    return raw


def finish(session: Session, row_id: int, now: datetime) -> None:
    """Done, in one transaction with all that it has caused. What is done already cannot be done again: that fails."""
    once(session, _FINISH, row=row_id, at=now)


INBOX: Table = InboxRow.__table__  # type: ignore[assignment]  # SQLAlchemy promises any FromClause
UNIQUE = ("channel", "bot", "update_id")
GIVEN = ("id", *UNIQUE, "raw", "chat", "person", "order_key", "received_at", "due_at", "state", "tries")
_ADD = (
    sqlite_insert(INBOX)
    .values({name: bindparam(name, type_=INBOX.c[name].type) for name in GIVEN})
    .on_conflict_do_nothing(index_elements=UNIQUE)
)
WAITING = select(InboxRow.id, InboxRow.chat, InboxRow.person, InboxRow.order_key, InboxRow.due_at, InboxRow.received_at)
_RAW = select(INBOX.c.raw).where(INBOX.c.id == bindparam("row"))
_FINISH = (
    update(INBOX)
    .where(INBOX.c.id == bindparam("row"), INBOX.c.state == InboxState.NEW)
    .values(state=InboxState.DONE, done_at=bindparam("at"), error=None)
)


def mark_dead(session: Session, row_id: int, now: datetime, error: str) -> datetime | None:
    """Kept, never tried again; unless another program has made sense of it meanwhile."""
    row = session.get_one(InboxRow, row_id)
    if row.state is InboxState.NEW:
        row.state, row.done_at, row.error, row.tries = InboxState.DEAD, now, error[:500], row.tries + 1
    return None


def mark_failed(session: Session, row_id: int, now: datetime, error: str) -> datetime | None:
    """When to try again; None after the third time: the row is dead, kept, and no longer in anybody's way (F38)."""
    row = session.get_one(InboxRow, row_id)
    if row.state is not InboxState.NEW:
        return None
    row.tries, row.error = row.tries + 1, error[:500]
    if row.tries >= TRIES:
        row.state, row.done_at = InboxState.DEAD, now
        return None
    row.due_at = now + PAUSES[row.tries]
    return row.due_at


def without_words(channel: str, row: Waiting, came_at: datetime) -> Incoming | None:
    """Of a row that cannot be read: whose it is, where it was seen to come from somebody's private chat."""
    if row.chat != row.person or not row.person.isdecimal():
        return None
    return Incoming(
        channel=channel, chat=row.chat, chat_kind=ChatKind.PRIVATE, kind=Kind.NOTHING, sent_at=came_at,
        received_at=came_at, sender=Sender(row.person, ""),
    )  # fmt: skip
