"""Pacing: a burst, then the platform's pace; a 429 stops one chat only."""

import time

import pytest

from bot import pacing
from bot.pacing import Bucket, Pace, Pacer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def _sends(pacer: Pacer, chat: str, clock: list[float], until: float) -> list[float]:
    """Moments at which messages go out when there are always more."""
    moments = []
    while clock[0] < until:
        pause = pacer.pause(chat)
        if pause == 0:
            pacer.take(chat)
            moments.append(round(clock[0] - 1000, 3))
        clock[0] += pause
    return moments


def test_a_private_chat_gets_a_burst_and_then_one_a_second(clock: list[float]) -> None:
    assert _sends(Pacer(Pace()), "7", clock, 1003.5) == [0, 0, 0, 0, 1, 2, 3]


def test_a_group_gets_no_more_than_its_minute(clock: list[float]) -> None:
    assert len(_sends(Pacer(Pace(burst=1)), "-7", clock, 1059.9)) == 20


def test_a_refusal_stops_that_chat_for_as_long_as_it_says_and_no_other(clock: list[float]) -> None:
    pacer = Pacer(Pace())
    pacer.stop("7", 7200)
    assert pacer.pause("7") == pytest.approx(7200, abs=0.2)
    assert pacer.pause("8") == 0
    clock[0] += 7200.2
    assert pacer.pause("7") == 0


def test_what_was_not_needed_is_given_back(clock: list[float]) -> None:
    bucket = Bucket(1, 2)
    bucket.take()
    bucket.take()
    assert bucket.pause() == pytest.approx(1)
    bucket.give_back()
    assert bucket.pause() == 0
    for _ in range(5):
        bucket.give_back()
    bucket.take()
    bucket.take()
    assert bucket.pause() > 0


def test_a_pace_slower_than_one_a_second_is_still_a_pace(clock: list[float]) -> None:
    pacer = Pacer(Pace(overall=0.5))
    assert pacer.all.pause() == 0
    pacer.all.take()
    assert pacer.all.pause() == pytest.approx(2)


async def test_all_chats_together_keep_the_common_pace() -> None:
    bucket = Bucket(200, 10)
    begun = time.monotonic()
    for _ in range(50):
        await bucket.taken()
    assert 0.18 < time.monotonic() - begun < 0.6


def test_chats_at_rest_are_forgotten_but_not_those_in_a_hurry(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "CHATS_REMEMBERED", 50)
    pacer = Pacer(Pace())
    for _ in range(4):
        pacer.take("busy")
    for chat in range(200):
        pacer.pause(str(chat))
    assert len(pacer._chats) <= 51
    assert pacer.pause("busy") > 0
