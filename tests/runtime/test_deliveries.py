"""One-off messages: three outcomes of a send."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot import deliveries, undelivered
from bot.channels.outcomes import Failure, SendFailed
from models.messages import Priority, SendState
from tests.runtime.desk import CHAT, NEVER_LEFT, NOW, TIMED_OUT, Desk


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
    desk.database.write(lambda session: undelivered.set_back(session, "telegram", desk.now))
    assert desk.chats() == [CHAT]


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


def test_what_is_in_doubt_stays_so_while_its_reader_has_blocked_the_bot(desk: Desk) -> None:
    desk.row("a")
    desk.failed(desk.must_claim(), TIMED_OUT)
    desk.wait(seconds=10)
    desk.failed(desk.must_claim(), SendFailed(Failure.UNREACHABLE, "Forbidden: bot was blocked by the user"))
    assert desk.claim() is None
    desk.let_go()
    assert desk.must_claim().repeat
    assert desk.the_row().repeats == 1


def test_what_nobody_could_read_was_never_sent_before(desk: Desk) -> None:
    desk.row("a")
    desk.failed(desk.must_claim(), SendFailed(Failure.UNREACHABLE, "Forbidden: bot was blocked by the user"))
    desk.let_go()
    assert not desk.must_claim().repeat
