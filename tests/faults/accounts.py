"""What is there in the end: the record without its times, the photos' bytes, the texts in the chats."""

import hashlib
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.town import Town

# How often and when something was sent, and so how far a chat has counted, depends on who died when; what it says does
# not.
APART = {
    "inbox": ("state", "update_id", "error"),
    "outbox": ("key", "chat", "body", "priority", "state"),
    "cards": ("key", "chat", "body", "state"),
}
LEFT_OUT = frozenset({"tries", "error", "message_id", "stale_message_id", "below", "first_message", "last_message"})
TIME = re.compile(r"(?<!\d)\d\d:\d\d(?!\d)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*")
AGAIN = re.compile(r"（重发）|\(repeat\)")

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Account:
    rows: Rows
    shown: dict[int, Counter[str]]


def rows_of(record: Path) -> Rows:
    """Every table's rows but for times; the record is whole."""
    connection = sqlite3.connect(record)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: _rows(connection, table) for table in tables}
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = APART.get(table) or [
        name
        for _, name, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")')
        if kind != "DATETIME" and name not in LEFT_OUT
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    found = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY {names}').fetchall()
    return [tuple(TIME.sub("…", value) if isinstance(value, str) else value for value in row) for row in found]


def account_of(town: Town) -> Account:
    data = Town.settings(town.folder)
    assert_photos_are_there(data.folder / "xuncha.db", data.photos)
    chats = {chat: town.shown(chat) for chat in town.world.chats}
    shown = {
        chat: Counter(AGAIN.sub("", TIME.sub("…", text)).strip() for text in texts) for chat, texts in chats.items()
    }
    return Account(rows_of(data.folder / "xuncha.db"), shown)


def assert_photos_are_there(record: Path, store: Path) -> int:
    """Every photo that the record says is stored, is, and hashes to its name (I7)."""
    connection = sqlite3.connect(record)
    try:
        amiss, stored = photos_amiss(connection, store)
    finally:
        connection.close()
    assert amiss == []
    return stored


def photos_amiss(connection: sqlite3.Connection, store: Path) -> tuple[list[str], int]:
    """Photos that the record says are stored, and are not as they came; how many it says are."""
    stored = connection.execute("SELECT sha256, size FROM photos WHERE state = 'stored'").fetchall()
    amiss = []
    for sha256, size in stored:
        path = store / sha256[:2] / sha256[2:4] / sha256
        if not path.exists():
            amiss.append(f"{sha256} is missing")
        elif ((content := path.read_bytes()) and hashlib.sha256(content).hexdigest() != sha256) or len(content) != size:
            amiss.append(f"{sha256} is damaged: {len(content)} of {size} bytes")
    return amiss, len(stored)


def assert_same(account: Account, undisturbed: Account, kills: int) -> int:
    """Nothing lost, nothing doubled, everything said; how many messages are there once more than needed."""
    for table, rows in undisturbed.rows.items():
        assert account.rows[table] == rows, f"{table}: {_differ(account.rows[table], rows)}"
    repeats = 0
    for chat, texts in undisturbed.shown.items():
        missing = texts - account.shown[chat]
        assert not missing, f"never said in {chat}: {missing}; there is {account.shown[chat]}"
        repeats += (account.shown[chat] - texts).total()
    assert repeats <= kills, f"{repeats} messages too many after {kills} kills: {account.shown}"
    return repeats


def _differ(have: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> str:
    return f"lost {[row for row in wanted if row not in have]}, added {[row for row in have if row not in wanted]}, " \
           f"{len(have)} for {len(wanted)}"  # fmt: skip
