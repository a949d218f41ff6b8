"""Turns: order within a chat, fairness between people, nothing forgotten."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.inbox import Waiting
from bot.turns import LONGEST_SETTLE, Turns
from tests.runtime.desk import NOW

PEOPLE, CHATS = 5, 4
_rows = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(-1, CHATS - 1), st.integers(0, 6), st.integers(0, 3)),
    max_size=60,
)


def _waiting(number: int, person: int, chat: int, order: int, late: int = 0) -> Waiting:
    """A chat of -1 is the person's own."""
    name = f"private {person}" if chat < 0 else f"group {chat}"
    return Waiting(number, name, f"person {person}", order, NOW + timedelta(seconds=late), NOW)


@given(_rows, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_everything_comes_once_and_no_chat_is_worked_on_twice_at_a_time(rows, random) -> None:
    turns, taken, busy, now = Turns(), [], [], NOW
    waiting = [_waiting(number, *row) for number, row in enumerate(rows, 1)]
    for _ in range(10_000):
        if waiting and random.random() < 0.5:
            turns.add(waiting.pop(0))
        elif busy and random.random() < 0.5:
            turns.release(busy.pop(random.randrange(len(busy))))
        elif (row := turns.take(now)) is not None:
            assert row.chat not in busy
            assert row.due_at <= now or now - row.due_at < LONGEST_SETTLE
            busy.append(row.chat)
            taken.append(row.id)
        else:
            now += timedelta(seconds=1)
        if not waiting and not busy and turns.count == 0:
            break
    assert sorted(taken) == list(range(1, len(rows) + 1))
    assert turns.take(now + timedelta(days=1)) is None


@given(_rows)
@settings(max_examples=300, deadline=None)
def test_what_waits_together_comes_in_the_order_of_its_chat(rows) -> None:
    turns = Turns()
    placed: dict[str, list[tuple[int, int]]] = {}
    for number, (person, chat, order, _) in enumerate(rows, 1):
        row = _waiting(number, person, chat, order)
        turns.add(row)
        there = placed.setdefault(row.chat, [])
        # A tap has no place of its own: it stays behind what was there when it came.
        there.append((order or max((place for place, _ in there), default=0), number))
    taken: dict[str, list[int]] = {}
    while (row := turns.take(NOW)) is not None:
        taken.setdefault(row.chat, []).append(row.id)
        turns.release(row.chat)
    assert taken == {chat: [number for _, number in sorted(there)] for chat, there in placed.items()}


@given(st.lists(st.integers(1, 30), min_size=2, max_size=6))
@settings(max_examples=100, deadline=None)
def test_people_take_turns(amounts) -> None:
    """Whoever still has something to say is never overtaken twice by the same person."""
    turns, number = Turns(), 0
    for person, amount in enumerate(amounts):
        for _ in range(amount):
            number += 1
            turns.add(_waiting(number, person, -1, number))
    left, since = Counter(dict(enumerate(amounts))), {person: Counter() for person in range(len(amounts))}
    while (row := turns.take(NOW)) is not None:
        turns.release(row.chat)
        who = int(row.person.split()[1])
        left[who] -= 1
        since[who].clear()
        for other in range(len(amounts)):
            if other != who and left[other]:
                since[other][who] += 1
                assert since[other][who] <= 1
    assert sum(left.values()) == 0


def test_siblings_of_a_late_message_are_waited_for_but_not_for_ever() -> None:
    turns = Turns()
    turns.add(_waiting(1, 0, -1, 9, late=2))
    assert turns.take(NOW) is None
    assert turns.next_due() == NOW + timedelta(seconds=2)
    turns.add(_waiting(2, 0, -1, 5, late=3))
    assert turns.take(NOW + timedelta(seconds=2)) is None
    first = turns.take(NOW + timedelta(seconds=3))
    assert first is not None
    assert first.id == 2
    turns.release(first.chat)
    for second in range(4, 20):
        turns.add(_waiting(second, 0, -1, 10 + second, late=second))
    taken = turns.take(NOW + LONGEST_SETTLE + timedelta(seconds=2))
    assert taken is not None
    assert taken.id == 1


def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    turns = Turns()
    turns.add(_waiting(1, 0, -1, 1))
    assert turns.take(NOW - timedelta(hours=3)) is not None


def test_the_same_row_twice_is_no_accident() -> None:
    turns = Turns()
    for _ in range(2):
        turns.add(_waiting(1, 0, -1, 1))
    assert turns.count == 2
