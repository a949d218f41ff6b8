"""What lets several programs share a record: one writer at a time, each chat's turn, leases that lapse."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import deliveries, inbox, undelivered
from bot.channels.telegram_reading import Glance
from bot.inbox import Waiting
from bot.leases import SECONDS, Leases
from bot.sharing import comes_later
from models.checks import NumberSequence
from models.database import Database
from models.leases import Lease
from models.messages import Card, InboxRow, InboxState, OutboxRow, Priority, SendState
from models.rows import AlreadyDone

NOW = datetime(2018, 8, 6, 1, 0, tzinfo=UTC)
BOT = "7000000001"


@pytest.fixture
def shared(database: str) -> Iterator[Database]:
    opened = Database(database)
    yield opened
    opened.close()


def _number_given(database: Database) -> None:
    """Reads, then writes what it read and one more: as handlers do everywhere."""
    with database.writing() as session:
        sequence = session.get_one(NumberSequence, ("JC", NOW.date()))
        sequence.last += 1


def test_what_was_read_is_still_so_when_it_is_written_whoever_else_writes(database: str) -> None:
    programs = [Database(database) for _ in range(4)]
    with programs[0].writing() as session:
        session.add(NumberSequence(prefix="JC", day=NOW.date(), last=0))
    threads = [threading.Thread(target=lambda p=program: [_number_given(p) for _ in range(25)]) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with programs[0].reading() as session:
        assert session.scalar(select(NumberSequence.last)) == 100
    for program in programs:
        program.close()


def _cut_off_while_writing(database: Database) -> None:
    with database.writing() as session:
        session.add(NumberSequence(prefix="JC", day=NOW.date(), last=7))
        session.flush()
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with database.reading() as other:
            other.execute(text(f"SELECT pg_terminate_backend({own})"))
        session.execute(text("SELECT 1"))


def test_a_writer_whose_connection_ends_keeps_nobody_waiting(shared: Database) -> None:
    with pytest.raises(DBAPIError, match="terminat"):
        _cut_off_while_writing(shared)
    with shared.writing() as session:
        assert session.scalars(select(NumberSequence)).all() == []


# whose turn it is in a chat


def _stored(session: Session, *rows: tuple[str, int], due: timedelta = timedelta(0)) -> list[Waiting]:
    """Rows of (chat, order), as separate programs would store them: one after the other."""
    first = session.query(InboxRow).count()
    made = []
    for number, (chat, order) in enumerate(rows, first + 1):
        seen = Glance(chat=chat, person=chat, order=order, late=due > timedelta(0))
        made += inbox.store(session, "telegram", BOT, [({"update_id": number}, seen)], NOW, move_cursor=False)
    return made


def _turn_of(session: Session, row: Waiting, now: datetime = NOW) -> int | timedelta:
    """The row to be worked now if not this, or how long its chat waits; 0 when it is this one's turn."""
    later = comes_later(session, "telegram", row, now)
    if later is None:
        return 0
    return later.first.id if later.first is not None else later.at - now


def test_a_chats_rows_come_in_the_channels_order_whoever_received_them(shared: Database) -> None:
    with shared.writing() as session:
        second, first, tap, other = _stored(session, ("5", 20), ("5", 10), ("5", 0), ("6", 30))
        assert [_turn_of(session, row) for row in (first, second, tap, other)] == [0, first.id, first.id, 0]
        inbox.finish(session, first.id, NOW)
        assert [_turn_of(session, row) for row in (second, tap)] == [0, second.id]
        inbox.finish(session, second.id, NOW)
        assert _turn_of(session, tap) == 0


def test_what_is_late_is_waited_for_and_what_failed_is_not(shared: Database) -> None:
    with shared.writing() as session:
        (early,) = _stored(session, ("5", 10))
        (late,) = _stored(session, ("5", 5), due=timedelta(seconds=1))
        assert _turn_of(session, early) == _turn_of(session, late) == timedelta(seconds=2)
        assert _turn_of(session, early, NOW + timedelta(seconds=2)) == late.id
        again = inbox.mark_failed(session, late.id, NOW + timedelta(seconds=2), "it broke")
        assert again == NOW + timedelta(seconds=3)
        assert _turn_of(session, early, NOW + timedelta(seconds=2)) == 0
        assert _turn_of(session, early, NOW + timedelta(seconds=3)) == late.id


def test_what_another_has_done_meanwhile_neither_fails_nor_dies(shared: Database) -> None:
    with shared.writing() as session:
        (row,) = _stored(session, ("5", 10))
        inbox.finish(session, row.id, NOW)
        with pytest.raises(AlreadyDone):
            comes_later(session, "telegram", row, NOW)
        assert inbox.mark_failed(session, row.id, NOW, "it broke") is None
        assert inbox.mark_dead(session, row.id, NOW, "it cannot be read") is None
    with shared.reading() as session:
        kept = session.get_one(InboxRow, row.id)
        assert (kept.state, kept.tries, kept.error) == (InboxState.DONE, 0, None)


# leases


def _expire(database: Database) -> None:
    """As if its holder had given no sign of life for long."""
    with database.beside() as session:
        session.execute(update(Lease).values(until=NOW))


def test_a_lease_is_one_programs_until_it_is_given_back_or_lapses(shared: Database) -> None:
    one, two = Leases(shared), Leases(shared)
    with shared.writing() as session:
        assert [one.take(session, "photo:1"), two.take(session, "photo:1"), one.take(session, "photo:1")] == [
            True, False, True,
        ]  # fmt: skip
        assert one.others(session, "photo:") == set()
        assert two.others(session, "photo:") == {"1"}
        one.give_back(session, "photo:1")
        assert two.take(session, "photo:1")
    _expire(shared)
    with shared.writing() as session:
        assert not one.take(session, "photo:1")  # first what the dead one left undone is seen to
        assert one.lapse(session, "photo:") == set()
        assert one.take(session, "photo:1")


def test_signs_of_life_keep_a_lease_and_show_which_are_lost(shared: Database) -> None:
    one, two = Leases(shared), Leases(shared)
    with shared.writing() as session:
        assert one.take(session, "poll:telegram")
        assert one.take(session, "chat:telegram:5")
    _expire(shared)
    with shared.writing() as session:
        one._keep_up()  # past the queue of writers, and while another writes
        assert one.lapse(session, "poll:") == {"telegram"}
    with shared.reading() as session:
        left = session.scalar(text("SELECT min(until) - timezone('utc', clock_timestamp()) FROM leases"))
    assert timedelta(seconds=SECONDS - 5) < left <= timedelta(seconds=SECONDS)
    _expire(shared)
    with shared.writing() as session:
        two.lapse(session, "poll:")
        assert two.take(session, "poll:telegram")
    one._keep_up()
    assert not one.is_in_hand("poll:telegram")
    assert not one.is_in_hand("chat:telegram:5")
    two.close()
    with shared.reading() as session:
        assert session.scalars(select(Lease)).all() == []


# sending


def _outgoing(session: Session, chat: str, state: SendState) -> OutboxRow:
    row = OutboxRow(key=f"k:{chat}", channel="telegram", chat=chat, body={"text": "x"}, priority=Priority.REPLY,
                    state=state, due_at=NOW, created_at=NOW)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_only_what_the_dead_were_sending_is_unknown(shared: Database) -> None:
    alive = Leases(shared)
    with shared.writing() as session:
        served, orphaned = _outgoing(session, "5", SendState.SENDING), _outgoing(session, "6", SendState.SENDING)
        assert alive.take(session, "chat:telegram:5")
        undelivered.recover(session, "telegram", NOW, alive.lapse(session, "chat:telegram:"))
        session.flush()
        session.expire_all()
        assert (served.state, orphaned.state) == (SendState.SENDING, SendState.UNKNOWN)


def test_two_messages_of_one_card_become_one_again(shared: Database) -> None:
    """Sent by a program that was taken for dead, and by the one that took over: the older message is tidied away."""
    with shared.writing() as session:
        card = Card(key="check:1", channel="telegram", chat="5", body={"text": "x"}, wish=1, shown=0, below=0,
                    follows=False, state=SendState.DUE, due_at=NOW)  # fmt: skip
        session.add(card)
        session.flush()
        first = deliveries.claim(session, "telegram", "5", NOW)
        assert first is not None
        undelivered.recover(session, "telegram", NOW)
        again = deliveries.claim(session, "telegram", "5", NOW + undelivered.UNKNOWN_WAIT)
        assert again is not None
        assert again.repeat
        assert deliveries.succeeded(session, again, 102, NOW) is None
        tidying = deliveries.succeeded(session, first, 101, NOW)
        assert tidying is not None
        assert (tidying.act, tidying.message_id, card.message_id) == (deliveries.Act.DELETE, 102, 101)
