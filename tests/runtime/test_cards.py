"""Cards: the chat is made to show the newest wish, once, in the right place."""

from bot.channels.outcomes import Failure, SendFailed
from bot.deliveries import Act
from models.messages import SendState
from tests.runtime.desk import NEVER_LEFT, TIMED_OUT, Desk


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


def test_a_card_in_doubt_stays_so_while_its_reader_has_blocked_the_bot(desk: Desk) -> None:
    desk.card("1")
    desk.failed(desk.must_claim(), TIMED_OUT)
    desk.wait(minutes=1)
    desk.failed(desk.must_claim(), SendFailed(Failure.UNREACHABLE, "Forbidden: bot was blocked by the user"))
    assert desk.claim() is None
    desk.let_go()
    assert desk.must_claim().repeat
