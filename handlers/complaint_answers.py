"""`答复 TH-0806-C01 已换灯`: the office answers a complaint, and looks one up by its number."""

import re

from handlers import check_card, complaint_card, complaint_lines
from handlers.complaint_card import worked_by
from handlers.complaints import LONGEST_TEXT, expect, tapped
from handlers.turn import Turn
from models.complaints import Complaint, ComplaintState, complaint_for, complaint_numbered, visits_changed
from models.people import Expecting

_NUMBER = r"[A-Z]{2,6}-\d{4}-C\d{2,4}"
_BY_NUMBER = re.compile(rf"(?:No\.?\s*)?({_NUMBER})", re.IGNORECASE)
_ANSWER = re.compile(rf"(?:No\.?\s*)?({_NUMBER})[\s:,，：、]*(.*)", re.IGNORECASE | re.DOTALL)


def by_number(turn: Turn, line: str) -> bool:
    """`TH-0806-C01`: how it stands. False: no number of a complaint."""
    plain = _BY_NUMBER.fullmatch(line.strip())
    if plain is None:
        return False
    found = complaint_numbered(turn.session, complaint_card.seen_by(turn), plain[1])
    if found is None:
        turn.say(turn.text("complaint.no_such_number", number=plain[1].upper()))
    else:
        complaint_card.show(turn, found)
    return True


def by_word(turn: Turn, rest: str) -> bool:
    """`答复 TH-0806-C01 已换灯`. False: a word like any other, of somebody who answers none."""
    said = _ANSWER.fullmatch(complaint_lines.as_typed(turn.incoming.text)) or _ANSWER.fullmatch(rest.strip())
    if not worked_by(turn):
        if turn.incoming.text.startswith("/"):
            turn.say(turn.text("complaint.only_office"))
        return turn.incoming.text.startswith("/")
    found = complaint_numbered(turn.session, worked_by(turn), said[1]) if said is not None else None
    if said is None:
        turn.say(turn.text("complaint.how_to_answer"))
    elif found is None:
        turn.say(turn.text("complaint.no_such_number", number=said[1].upper()))
    elif said[2].strip():
        _answer(turn, found, said[2])
    else:
        _ask_answer(turn, found)
    return True


def tap_answer(turn: Turn, complaint_id: int) -> None:
    complaint = tapped(turn, complaint_id)
    if complaint is None:
        return None
    turn.toast()
    return _ask_answer(turn, complaint)


def _ask_answer(turn: Turn, complaint: Complaint) -> None:
    if _is_answered(turn, complaint):
        return None
    expect(turn, Expecting.COMPLAINT_ANSWER, complaint)
    where = complaint_card.where(complaint)
    return turn.say(turn.text("complaint.what_answer", number=complaint.number, where=where))


def receive_answer(turn: Turn, complaint_id: int, line: str) -> bool:
    turn.expect(Expecting.NOTHING)
    found = complaint_for(turn.session, worked_by(turn), complaint_id)
    if found is None:
        turn.say(turn.text("button.too_old"))
    else:
        _answer(turn, found, line)
    return True


def _is_answered(turn: Turn, complaint: Complaint) -> bool:
    if complaint.is_unanswered:
        return False
    complaint_card.show(turn, complaint)
    return True


def _answer(turn: Turn, complaint: Complaint, line: str) -> None:
    """Closed with what was answered; a case that came of it goes on by itself."""
    if _is_answered(turn, complaint):
        return
    said, hid = complaint_lines.without_person(line.strip())
    complaint.answer = check_card.clipped(said, LONGEST_TEXT)
    complaint.state, complaint.answered_at, complaint.answered_by = ComplaintState.ANSWERED, turn.now, turn.actor.id
    turn.record("complaint.answered", "complaint", complaint.id, number=complaint.number, answer=complaint.answer)
    turn.session.flush()
    visits_changed(turn.session)
    if turn.conversation.expecting_id == complaint.id and turn.conversation.expecting is Expecting.COMPLAINT:
        turn.expect(Expecting.NOTHING)
    hints = [turn.text("complaint.hid")] if hid else []
    if complaint.finding is not None and complaint.finding.is_open:
        hints.append(turn.text("complaint.case_still_open", number=complaint.finding.number))
    complaint_card.refresh(turn, complaint)
    complaint_card.show(turn, complaint, "\n".join(hints))
