"""Who is slowed down beside others, and who never is (F40)."""

from bot.haste import MANY, PAUSE, Haste


def _haste(**waiting: int) -> Haste:
    haste = Haste()
    for person, number in waiting.items():
        haste.came([person] * number, 100.0)
    return haste


def test_who_sends_much_beside_others_is_slowed_down() -> None:
    haste = _haste(eager=50, other=1)
    assert haste.pause("eager", 100.0) == PAUSE
    assert haste.pause("other", 100.0) == 0


def test_whoever_is_alone_is_not() -> None:
    assert _haste(eager=500).pause("eager", 100.0) == 0


def test_somebody_who_was_there_a_moment_ago_counts() -> None:
    haste = _haste(other=1, eager=50)
    haste.went("other")
    assert haste.pause("eager", 100.5) == PAUSE
    assert haste.pause("eager", 101.5) == 0


def test_after_an_outage_nobody_is_slowed_down() -> None:
    haste = _haste(**{f"p{number}": 50 for number in range(20)})
    assert {haste.pause(person, 100.0) for person in haste.waiting} == {0}


def test_a_few_messages_are_no_haste() -> None:
    assert _haste(eager=MANY, other=1).pause("eager", 100.0) == 0
