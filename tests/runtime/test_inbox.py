"""The inbox: every update a row, once, in one transaction with the cursor."""

import json
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from bot import inbox
from bot.channels.telegram_reading import glance
from models.database import Database
from models.messages import InboxRow, InboxState
from tests.runtime.desk import NOW

CHANNEL, BOT = "telegram", "7000000001"


def _says(number: Any, words: str = "今天", date: Any = 1533515400) -> dict[str, Any]:
    sender = {"id": 1001, "is_bot": False, "first_name": "小陈"}
    chat = {"id": 1001, "type": "private"}
    message = {"message_id": 5, "date": date, "chat": chat, "from": sender, "text": words}
    return {"update_id": number, "message": message}


def _store(database: Database, *updates: dict[str, Any], move_cursor: bool = True) -> list[inbox.Waiting]:
    seen = [(raw, glance(raw, NOW.timestamp())) for raw in updates]
    return database.write(lambda session: inbox.store(session, CHANNEL, BOT, seen, NOW, move_cursor))


def _cursor(database: Database) -> int | None:
    with database.reading() as session:
        return inbox.next_update(session, CHANNEL, BOT)


def test_a_repeat_is_there_once(database: Database) -> None:
    assert len(_store(database, _says(1), _says(2), _says(2))) == 2
    assert [row.id for row in _store(database, _says(2), _says(3), _says(1))] == [3]
    with database.reading() as session:
        assert session.scalars(select(InboxRow.update_id).order_by(InboxRow.id)).all() == [1, 2, 3]
        assert len(inbox.waiting(session, CHANNEL)) == 3
    assert _cursor(database) == 4


def test_rows_and_cursor_are_written_together_or_not_at_all(database: Database) -> None:
    _store(database, _says(1))

    def broken(session: Any) -> None:
        inbox.store(session, CHANNEL, BOT, [(_says(9), glance(_says(9), 0.0))], NOW, True)
        raise OSError("the plug was pulled")

    with pytest.raises(OSError):
        database.write(broken)
    assert _cursor(database) == 2
    with database.reading() as session:
        assert session.scalars(select(InboxRow.update_id)).all() == [1]


def test_a_webhook_moves_no_cursor(database: Database) -> None:
    _store(database, _says(7), move_cursor=False)
    assert _cursor(database) is None


@pytest.mark.parametrize("number", [None, "7", 7.0, -1, 1 << 63, [7]])
def test_what_has_no_number_is_no_update(database: Database, number: Any) -> None:
    assert len(_store(database, _says(number), _says(2))) == 1
    assert _cursor(database) == 3


@pytest.mark.parametrize(
    "text", ['{"update_id": 5, "message": {"text": "\\ud800"}}', '{"update_id": 5, "x": 1' + "0" * 400 + "}"]
)
def test_half_a_character_or_a_monstrous_number_is_kept_with_its_neighbours(database: Database, text: str) -> None:
    odd = json.loads(text)
    assert len(_store(database, _says(4), odd, _says(6))) == 3
    with database.reading() as session:
        kept = session.scalar(select(InboxRow.raw).where(InboxRow.update_id == 5))
    assert json.loads(kept or "") == odd
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(json.dumps({"text": "\ud800"}))


def test_three_failures_and_a_row_is_out_of_the_way(database: Database) -> None:
    (row,) = _store(database, _says(1))
    again = [database.write(lambda session: inbox.mark_failed(session, row.id, NOW, "no")) for _ in range(3)]
    assert again == [NOW + inbox.PAUSES[1], NOW + inbox.PAUSES[2], None]
    with database.reading() as session:
        kept = session.get_one(InboxRow, row.id)
        assert (kept.state, kept.tries, kept.error) == (InboxState.DEAD, 3, "no")
        assert inbox.waiting(session, CHANNEL) == []


def test_what_was_held_up_on_its_way_waits_for_its_siblings(database: Database) -> None:
    now = int(NOW.timestamp())
    late, prompt = _store(database, _says(1, date=now - 2400), _says(2, date=now))
    assert late.due_at - NOW == inbox.LATE_SETTLE
    assert prompt.due_at == NOW
