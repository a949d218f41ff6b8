"""Correcting a check that was handed in: the new answer is added, the old one stays and shows."""

from datetime import timedelta

from handlers import day_cards, ended, letting_off, receipts, returned, submitting, verdicts
from handlers.grammar import Said
from handlers.turn import Turn
from models import rights
from models.checks import Check, CheckState
from models.drafts import latest_handed_in, results_of
from models.people import Expecting, Role

OWN_WINDOW = timedelta(hours=24)  # afterwards a lead or the office corrects


def may_correct(turn: Turn, check: Check) -> bool:
    if check.person_id == turn.actor.id:
        return check.submitted_at is not None and turn.now - check.submitted_at <= OWN_WINDOW
    return turn.is_one_of(rights.OFFICE | {Role.LEAD})


def tap_correct(turn: Turn, check_id: int) -> None:
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None or check.state is not CheckState.SUBMITTED:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_check(turn, check):
        return None
    if not may_correct(turn, check):
        return turn.toast(turn.text("correct.too_late"), alert=True)
    turn.expect(Expecting.CORRECTION, check.id, minutes=30)
    turn.toast()
    return receipts.show_receipt(turn, check, hint=turn.text("correct.how"))


def correct_by_word(turn: Turn) -> None:
    """「更正」 as a word: of the person's latest check."""
    latest = latest_handed_in(turn.session, turn.actor)
    if latest is None:
        return turn.say(turn.text("correct.nothing"))
    if ended.refuses_check(turn, latest):
        return None
    if not may_correct(turn, latest):
        return turn.say(turn.text("correct.too_late"))
    turn.expect(Expecting.CORRECTION, latest.id, minutes=30)
    return receipts.show_receipt(turn, latest, hint=turn.text("correct.how"))


def correct(turn: Turn, check: Check, said: list[Said]) -> None:
    """Writes the correction beside what it corrects, with who and when; problems follow."""
    if ended.refuses_check(turn, check):
        return None
    said = returned.take(turn, check, said)
    if not said:
        return None
    if not may_correct(turn, check):
        return turn.say(turn.text("correct.too_late"))
    if any(number not in verdicts.items_of(check) for one in said for number in one.numbers):
        return turn.say(turn.text("correct.how"))
    changed = verdicts.apply(turn, check, said, turn.incoming.message_id or None)
    if not changed:
        return receipts.show_receipt(turn, check, hint=turn.text("correct.same"))
    check.revision += 1
    turn.record("check.corrected", "check", check.id, number=check.number, revision=check.revision,
                answers={r.item.number: [r.outcome, r.note] for r in changed})  # fmt: skip
    submitting.reconcile_findings(turn, check, results_of(check))
    if check.person_id != turn.actor.id:
        letting_off.let_off_corrected(turn, check, {result.item_id for result in changed})
    turn.expect(Expecting.NOTHING)
    receipts.expect_answer(turn, check)
    receipts.show_receipt(turn, check)
    return day_cards.refresh(turn, check)
