"""Deliveries: three outcomes of a send, and cards that show the newest wish."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot import deliveries
from bot.channels.outcomes import Failure, SendFailed
from bot.deliveries import Act, Delivery
from models.database import Database
from models.messages import Card, OutboxRow, Priority, SendState
from tests.runtime.conftest import NOW

CHAT = "1001"
TIMED_OUT = SendFailed(Failure.UNKNOWN, "no answer")
NEVER_LEFT = SendFailed(Failure.NOT_SENT, "no connection")


class Desk:
    """Rows put in, calls taken out, outcomes told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW

    def row(self, key: str, priority: Priority = Priority.REPLY, chat: str = CHAT) -> None:
        self.database.write(lambda session: session.add(OutboxRow(
            key=key, channel="telegram", chat=chat, body={"text": key}, priority=priority, state=SendState.DUE,
            due_at=self.now, created_at=self.now)))  # fmt: skip

    def card(self, body: str, below: int = 0, key: str = "check:1", chat: str = CHAT) -> None:
        def wish(session: Any) -> None:
            card = session.scalar(select(Card).where(Card.key == key))
            if card is None:
                card = Card(key=key, channel="telegram", chat=chat, body={}, follows=True, due_at=self.now, wish=0)
                session.add(card)
            card.body, card.wish, card.below = {"text": body}, card.wish + 1, max(below, card.below or 0)
            card.due_at = self.now

        self.database.write(wish)

    def claim(self) -> Delivery | None:
        return self.database.write(lambda session: deliveries.claim(session, "telegram", CHAT, self.now))

    def must_claim(self) -> Delivery:
        found = self.claim()
        assert found is not None
        return found

    def sent(self, delivery: Delivery, message_id: int | None = 500) -> Delivery | None:
        return self.database.write(lambda session: deliveries.succeeded(session, delivery, message_id, self.now))

    def failed(self, delivery: Delivery, why: SendFailed) -> None:
        self.database.write(lambda session: deliveries.failed(session, delivery, why, self.now))

    def restart(self) -> None:
        self.database.write(lambda session: deliveries.recover(session, "telegram", self.now))

    def due(self, after: datetime | None = None) -> datetime | None:
        with self.database.reading() as session:
            return deliveries.next_due_at(session, "telegram", after)

    def chats(self) -> list[str]:
        with self.database.reading() as session:
            return deliveries.due_chats(session, "telegram", self.now)

    def the_row(self, key: str = "a") -> OutboxRow:
        with self.database.reading() as session:
            return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()

    def the_card(self) -> Card:
        with self.database.reading() as session:
            return session.scalars(select(Card)).one()

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


# one-off messages


def test_what_was_sent_is_never_sent_again(desk: Desk) -> None:
    desk.row("a")
    desk.sent(desk.must_claim())
    assert (desk.the_row().state, desk.the_row().message_id) == (SendState.SENT, 500)
    assert desk.claim() is None
    assert desk.chats() == []
    assert desk.due() is None


def test_what_never_left_is_tried_again_later_and_later_and_unmarked(desk: Desk) -> None:
    desk.row("a")
    pauses = []
    for _ in range(9):
        delivery = desk.must_claim()
        assert not delivery.repeat
        desk.failed(delivery, NEVER_LEFT)
        due = desk.due()
        assert due is not None
        pauses.append((due - desk.now).total_seconds())
        desk.now = due
    assert pauses == [1, 2, 5, 10, 20, 40, 60, 60, 60]
    assert desk.sent(desk.must_claim()) is None


def test_a_named_time_is_kept_to_even_if_it_is_hours(desk: Desk) -> None:
    desk.row("a")
    desk.failed(desk.must_claim(), SendFailed(Failure.NOT_SENT, "busy", retry_after=7200))
    assert desk.due() == NOW + timedelta(hours=2)


def test_an_unknown_outcome_is_repeated_once_marked_and_then_left_to_a_person(desk: Desk) -> None:
    desk.row("a")
    desk.failed(desk.must_claim(), TIMED_OUT)
    assert desk.claim() is None
    desk.wait(seconds=10)
    repeat = desk.must_claim()
    assert repeat.repeat
    desk.failed(repeat, TIMED_OUT)
    desk.wait(days=1)
    assert desk.claim() is None
    assert (desk.the_row().state, desk.the_row().repeats) == (SendState.DEAD, 1)


def test_a_repeat_that_never_left_is_still_a_repeat(desk: Desk) -> None:
    desk.row("a")
    desk.failed(desk.must_claim(), TIMED_OUT)
    for _ in range(3):
        desk.wait(minutes=1)
        repeat = desk.must_claim()
        assert repeat.repeat
        desk.failed(repeat, NEVER_LEFT)
    desk.wait(minutes=1)
    desk.sent(desk.must_claim())
    assert (desk.the_row().state, desk.the_row().repeats) == (SendState.SENT, 1)


def test_a_receipt_may_come_twice_but_may_not_be_missing(desk: Desk) -> None:
    desk.row("a", Priority.RECEIPT)
    for _ in range(3):
        desk.failed(desk.must_claim(), TIMED_OUT)
        desk.wait(seconds=10)
    desk.sent(desk.must_claim())
    assert desk.the_row().state is SendState.SENT


@pytest.mark.parametrize(("failure", "state"), [
    (Failure.REFUSED, SendState.DEAD), (Failure.GONE, SendState.DEAD), (Failure.UNREACHABLE, SendState.HELD),
])  # fmt: skip
def test_what_is_refused_for_good_is_kept_and_left_alone(desk: Desk, failure: Failure, state: SendState) -> None:
    desk.row("a")
    desk.failed(desk.must_claim(), SendFailed(failure, "no"))
    desk.wait(days=30)
    assert desk.claim() is None
    assert (desk.the_row().state, desk.the_row().error) == (state, f"{failure}: no")


def test_what_was_under_way_at_a_crash_counts_as_unknown(desk: Desk) -> None:
    desk.row("a")
    desk.must_claim()
    assert desk.claim() is None
    desk.restart()
    desk.wait(seconds=10)
    assert desk.must_claim().repeat


def test_receipts_go_first_and_nothing_overtakes_what_failed_before_it(desk: Desk) -> None:
    for key, priority in (("digest", Priority.DIGEST), ("one", Priority.REPLY), ("two", Priority.REPLY),
                          ("receipt", Priority.RECEIPT)):  # fmt: skip
        desk.row(key, priority)
    assert desk.must_claim().body == {"text": "receipt"}
    first = desk.must_claim()
    desk.failed(first, NEVER_LEFT)
    assert desk.claim() is None
    desk.wait(seconds=1)
    assert [desk.must_claim().body["text"] for _ in range(3)] == ["one", "two", "digest"]


def test_chats_with_receipts_come_before_those_with_digests(desk: Desk) -> None:
    desk.row("d", Priority.DIGEST, chat="-1")
    desk.row("r", Priority.RECEIPT, chat="7")
    desk.card("c", chat="9")
    assert desk.chats() == ["9", "7", "-1"]


def test_a_clock_set_back_makes_nothing_wait(desk: Desk) -> None:
    desk.row("a")
    desk.card("c")
    desk.now = NOW - timedelta(hours=5)
    assert desk.chats() == []
    desk.database.write(lambda session: deliveries.set_back(session, "telegram", desk.now))
    assert desk.chats() == [CHAT]


# cards


def _shown(desk: Desk, body: str = "1", message_id: int = 500) -> None:
    desk.card(body)
    desk.sent(desk.must_claim(), message_id)


def test_a_card_is_sent_once_and_then_edited_to_the_newest_wish(desk: Desk) -> None:
    _shown(desk)
    for n in range(2, 12):
        desk.card(str(n))
    edit = desk.must_claim()
    assert (edit.act, edit.message_id, edit.body) == (Act.EDIT, 500, {"text": "11"})
    desk.sent(edit, None)
    assert desk.claim() is None
    assert (desk.the_card().shown, desk.the_card().wish, desk.the_card().message_id) == (11, 11, 500)


def test_a_wish_made_during_the_call_is_shown_next(desk: Desk) -> None:
    desk.card("1")
    sending = desk.must_claim()
    desk.card("2")
    assert desk.claim() is None
    desk.sent(sending)
    assert desk.must_claim().body == {"text": "2"}


def test_a_card_that_follows_is_sent_below_and_its_old_place_tidied_away(desk: Desk) -> None:
    _shown(desk)
    desk.card("2", below=501)
    move = desk.must_claim()
    assert move.act is Act.MOVE
    tidying = desk.sent(move, 502)
    assert tidying is not None
    assert (tidying.act, tidying.message_id) == (Act.DELETE, 500)
    # Should the program die just now, the record still says what is to be deleted.
    assert desk.must_claim() == tidying
    desk.sent(tidying, None)
    assert desk.claim() is None
    assert (desk.the_card().message_id, desk.the_card().stale_message_id) == (502, None)


def test_an_old_place_that_cannot_be_deleted_may_stay(desk: Desk) -> None:
    _shown(desk)
    desk.card("2", below=501)
    tidying = desk.sent(desk.must_claim(), 502)
    assert tidying is not None
    desk.failed(tidying, NEVER_LEFT)
    desk.wait(seconds=1)
    desk.failed(desk.must_claim(), SendFailed(Failure.GONE, "message can't be deleted"))
    assert desk.claim() is None
    assert desk.the_card().state is SendState.SENT


def test_a_move_that_is_refused_leaves_the_card_where_it_is_and_up_to_date(desk: Desk) -> None:
    _shown(desk)
    desk.card("2", below=501)
    desk.failed(desk.must_claim(), SendFailed(Failure.REFUSED, "topic closed"))
    edit = desk.must_claim()
    assert (edit.act, edit.message_id, edit.body) == (Act.EDIT, 500, {"text": "2"})
    desk.sent(edit, None)
    desk.card("3", below=503)
    assert desk.must_claim().act is Act.MOVE


def test_a_card_somebody_deleted_is_shown_again(desk: Desk) -> None:
    _shown(desk)
    desk.card("2")
    desk.failed(desk.must_claim(), SendFailed(Failure.GONE, "message to edit not found"))
    again = desk.must_claim()
    assert (again.act, again.repeat) == (Act.SEND, False)
    desk.sent(again, 777)
    assert desk.the_card().message_id == 777


def test_a_card_that_cannot_be_shown_at_all_is_not_tried_in_circles(desk: Desk) -> None:
    _shown(desk)
    desk.card("2", below=501)
    calls = 0
    while (delivery := desk.claim()) is not None:
        desk.failed(delivery, SendFailed(Failure.GONE, "message to edit not found"))
        calls += 1
        assert calls < 5
    assert desk.the_card().state is SendState.DEAD


def test_a_refusal_of_an_old_wish_does_not_bury_the_new_one(desk: Desk) -> None:
    _shown(desk)
    desk.card("2")
    edit = desk.must_claim()
    desk.card("3")
    desk.failed(edit, SendFailed(Failure.REFUSED, "can't parse entities"))
    assert desk.must_claim().body == {"text": "3"}


def test_a_card_nobody_can_be_shown_is_held(desk: Desk) -> None:
    desk.card("1")
    desk.failed(desk.must_claim(), SendFailed(Failure.UNREACHABLE, "blocked"))
    desk.card("2")
    assert desk.claim() is None
    assert desk.the_card().state is SendState.HELD


def test_a_card_of_unknown_fate_is_sent_again_ever_more_rarely_until_it_is_there(desk: Desk) -> None:
    desk.card("1")
    pauses, delivery = [], desk.must_claim()
    assert not delivery.repeat
    for _ in range(5):
        desk.failed(delivery, TIMED_OUT)
        due = desk.due()
        assert due is not None
        pauses.append((due - desk.now).total_seconds())
        desk.now = due
        delivery = desk.must_claim()
        assert delivery.repeat
    assert pauses == [10, 20, 40, 80, 160]
    desk.sent(delivery)
    assert (desk.the_card().state, desk.the_card().tries) == (SendState.SENT, 0)


def test_a_card_being_sent_at_a_crash_is_shown_again_marked_but_an_edit_just_again(desk: Desk) -> None:
    desk.card("1")
    desk.must_claim()
    desk.restart()
    assert desk.claim() is None
    desk.wait(seconds=10)
    repeat = desk.must_claim()
    assert (repeat.act, repeat.repeat) == (Act.SEND, True)
    desk.sent(repeat)
    desk.card("2")
    desk.must_claim()
    desk.restart()
    assert (desk.must_claim().act, desk.must_claim().repeat) == (Act.EDIT, False)


def test_a_later_due_time_is_found_behind_what_is_due_already(desk: Desk) -> None:
    desk.row("a")
    desk.wait(seconds=3)
    desk.row("b", chat="7")
    assert desk.due() == NOW
    assert desk.due(NOW) == NOW + timedelta(seconds=3)


def test_only_what_waits_is_looked_through(desk: Desk) -> None:
    """A record of years must not be read at every message: each query keeps to the index of what is open."""
    plans: list[str] = []

    @event.listens_for(desk.database.reader, "before_cursor_execute")
    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            rows = connection.connection.cursor().execute("EXPLAIN QUERY PLAN " + statement, parameters).fetchall()
            plans.extend(row[-1] for row in rows if "SCAN" in row[-1] or "SEARCH" in row[-1])

    desk.chats(), desk.due(), desk.due(NOW)
    with desk.database.reading() as session:
        deliveries.claim(session, "telegram", CHAT, NOW)
    assert len(plans) == 8
    assert {plan.split(" USING INDEX ")[1].split()[0] for plan in plans} == {"ix_cards_waiting", "ix_outbox_waiting"}
