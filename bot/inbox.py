"""The inbox's rows: storing raw updates before they are confirmed, reading them back, marking what became of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.channels.telegram_reading import Glance
from models.messages import OPEN_INBOX, Cursor, InboxRow, InboxState

LATE_SETTLE = timedelta(seconds=2)  # what was held up by a bad network comes in a bunch: wait for its siblings
TRIES = 3
LARGEST_NUMBER = 1 << 63
PAUSES = (timedelta(0), timedelta(seconds=1), timedelta(seconds=10))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row to be worked on: whose it is, which chat's, its order there, and from when."""

    id: int
    chat: str
    person: str
    order: int
    due_at: datetime


def store(
    session: Session,
    channel: str,
    bot: str,
    updates: Sequence[tuple[dict[str, Any], Glance]],
    now: datetime,
    move_cursor: bool,
) -> list[Waiting]:
    """Every update a row, in one transaction with the cursor; a repeat is there once. Gives the new ones."""
    if not updates:
        return []
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    rows = [_row(channel, bot, raw, seen, now) for raw, seen in updates if is_numbered(raw)]
    made: list[Waiting] = []
    if rows:
        statement = insert(InboxRow).on_conflict_do_nothing(index_elements=["channel", "bot", "update_id"])
        returned = session.execute(
            statement.returning(InboxRow.id, InboxRow.chat, InboxRow.person, InboxRow.order_key, InboxRow.due_at), rows
        )
        made = sorted((Waiting(*row) for row in returned), key=lambda waiting: waiting.id)
    last = max((row["update_id"] for row in rows), default=None)
    if move_cursor and last is not None:
        _move_cursor(session, channel, bot, last + 1)
    return made


def is_numbered(raw: dict[str, Any]) -> bool:
    """Without a number that fits, an update cannot be kept apart from others; no platform sends such."""
    number = raw.get("update_id")
    return isinstance(number, int) and 0 <= number < LARGEST_NUMBER


def _row(channel: str, bot: str, raw: dict[str, Any], seen: Glance, now: datetime) -> dict[str, Any]:
    return {
        "channel": channel,
        "bot": bot,
        "update_id": raw["update_id"],
        "raw": _text(raw),
        "chat": seen.chat,
        "person": seen.person,
        "order_key": seen.order or 0,
        "received_at": now,
        "due_at": now + LATE_SETTLE if seen.late else now,
        "state": InboxState.NEW,
        "tries": 0,
    }


def _text(raw: dict[str, Any]) -> str:
    try:
        return orjson.dumps(raw).decode()
    except (TypeError, ValueError, RecursionError):
        return json.dumps(raw)  # half a character, a number too long: kept as it came, though nobody will read it


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
    query = select(InboxRow.id, InboxRow.chat, InboxRow.person, InboxRow.order_key, InboxRow.due_at).where(
        InboxRow.channel == channel, OPEN_INBOX
    )
    return [Waiting(*row) for row in session.execute(query.order_by(InboxRow.id))]


def left_over(session: Session, channel: str, before: datetime, most: int) -> list[Waiting]:
    """Open rows due before that: where several programs share the inbox, they may be those of one that is gone."""
    query = select(InboxRow.id, InboxRow.chat, InboxRow.person, InboxRow.order_key, InboxRow.due_at).where(
        InboxRow.channel == channel, OPEN_INBOX, InboxRow.due_at < before
    )
    return [Waiting(*row) for row in session.execute(query.order_by(InboxRow.id).limit(most))]


def mark_done(row: InboxRow, now: datetime) -> None:
    row.state, row.done_at, row.error = InboxState.DONE, now, None


def mark_dead(session: Session, row_id: int, now: datetime, error: str) -> datetime | None:
    """Kept, never tried again; unless another program has made sense of it meanwhile."""
    session.execute(
        update(InboxRow)
        .where(InboxRow.id == row_id, InboxRow.state == InboxState.NEW)
        .values(state=InboxState.DEAD, done_at=now, error=error[:500], tries=InboxRow.tries + 1)
    )
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
