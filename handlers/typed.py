"""A typed line: an answer to what was asked, an exception, a question, a site's name."""

from handlers import (
    answers,
    asking,
    case_view,
    check_card,
    check_view,
    checks,
    complaint_answers,
    complaint_cases,
    complaints,
    correcting,
    deadlines,
    decisions,
    ended,
    help,
    histories,
    incidents,
    ladders,
    list_lines,
    lists,
    locations,
    merging,
    notices,
    photos,
    requests,
    returned,
    returning,
    submitting,
    verdicts,
    verifying,
)
from handlers.grammar import Said, read_exceptions, says_all_fine, split_all_fine
from handlers.questions import is_too_wide
from handlers.turn import Turn
from models import rights
from models.checks import Check, CheckState
from models.closing import ended_campaigns
from models.naming import clean, fold
from models.people import Expecting
from models.rules.written_places import looks_like_degrees, read_coordinates
from models.search import EXACT, LIKELY

UNDO_WORDS = frozenset({"撤销", "撤回", "undo", "退回上一步"})
CORRECT_WORDS = frozenset({"更正", "correct", "改正"})
SUBMIT_WORDS = frozenset({"提交", "submit", "✅"})
ITEMISE_WORDS = frozenset({"逐项检查", "逐项"})
SITE_WORDS = frozenset({"换点位"})


def receive(turn: Turn, line: str) -> None:
    line = clean(line).strip()
    if not fold(line):
        return turn.say(turn.text("help.empty"))
    if merging.receive_number(turn, line) or case_view.by_number(turn, line):
        return None
    if check_view.by_number(turn, line) or returning.receive_line(turn, line):
        return None
    if complaint_answers.by_number(turn, line) or incidents.by_number(turn, line):
        return None
    if _of_the_office(turn, line):
        return None
    if _about_request(turn, line) or _about_verification(turn, line) or _about_list(turn, line):
        return None
    if lists.receive_line(turn, line):
        return None
    if turn.is_one_of(rights.INSPECTS):
        return receive_from_inspector(turn, line)
    return asking.answer(turn, line)


def _about_request(turn: Turn, line: str) -> bool:
    """What is asked, answered or told of a case or a returned check in one line, where it has just been asked for."""
    awaited = {
        Expecting.MORE_TIME: requests.receive_until,
        Expecting.NOT_OURS: requests.receive_not_ours,
        Expecting.REFUSED_BECAUSE: decisions.receive_refusal,
        Expecting.REFERRED_TO: decisions.receive_unit,
        Expecting.COMMENT: histories.receive_line,
        Expecting.REFUSES: ladders.receive_refusal,
        Expecting.NOT_ESCALATED: ladders.receive_why_not,
        Expecting.RECTIFIED_BY: notices.receive_rectified_by,
        Expecting.STOPPED_BY: notices.receive_stopped_by,
        Expecting.SENT_BACK_BECAUSE: returning.receive_why,
        Expecting.RETURNED_ITEM: returned.receive_words,
    }
    receive = awaited.get(turn.conversation.expecting)
    about = turn.expects(turn.conversation.expecting) if receive is not None else None
    if receive is None or about is None or _goes_on(turn, line):
        return False
    return receive(turn, about, line)


def _goes_on(turn: Turn, line: str, may_name_site: bool = False) -> bool:
    """No answer to what was asked: a question, another matter, a place, or a site to be looked at or checked."""
    if asking.asks_here(turn, line) or list_lines.begins_as_move(line) is not None:
        return True
    if may_name_site:
        return False
    return read_coordinates(line) is not None or bool(asking.sites_named(turn, line, least=EXACT))


def _about_list(turn: Turn, line: str) -> bool:
    """Why a site is moved, where that has just been asked for; 逾期未整改 is a reason, 太和 未整改 is not."""
    asked = turn.expects(Expecting.LIST_REASON)
    if asked is None or asking.asks_of_a_part(turn, line) or list_lines.begins_as_move(line) is not None:
        return False
    if asking.sites_named(turn, line, least=EXACT):
        return False
    return lists.receive_reason(turn, asked, line)


def _of_the_office(turn: Turn, line: str) -> bool:
    """What a complaint or a serious incident lacks, where that has just been asked for."""
    awaited = {
        Expecting.COMPLAINT: complaints.receive_line,
        Expecting.COMPLAINT_ITEM: complaint_cases.receive_item,
        Expecting.COMPLAINT_ANSWER: complaint_answers.receive_answer,
        Expecting.INCIDENT: incidents.receive_line,
        Expecting.INCIDENT_DEATHS: incidents.receive_deaths,
    }
    receive = awaited.get(turn.conversation.expecting)
    about = turn.expects(turn.conversation.expecting) if receive is not None else None
    of_a_place = turn.conversation.expecting is Expecting.COMPLAINT
    if receive is None or about is None or _goes_on(turn, line, may_name_site=of_a_place):
        return False
    return receive(turn, about, line)


def _about_verification(turn: Turn, line: str) -> bool:
    """What is wanting, or why it is looked at from elsewhere, where that has just been asked for."""
    wanting, verified = turn.expects(Expecting.RETURNED_BECAUSE), turn.expects(Expecting.VERIFICATION)
    if (wanting is None and verified is None) or asking.understands(turn, line) or read_coordinates(line) is not None:
        return False
    if wanting is not None:
        return verifying.receive_wanting(turn, wanting, line)
    if verified is None or asking.sites_named(turn, line, granted=turn.inspected):  # a site: a check begins there
        return False
    return verifying.receive_reason(turn, verified, line)


def receive_from_inspector(turn: Turn, line: str) -> None:
    written = read_coordinates(line)
    if written is not None:
        return locations.receive_written(turn, written)
    check = photos.check_replied_to(turn)
    if check is not None and check.state is CheckState.SUBMITTED:
        return reply_to_receipt(turn, check, line)
    draft = check if check is not None and check.is_draft else checks.current_draft(turn)
    if _by_word(turn, draft, line):
        return None
    if _as_awaited(turn, draft, line):
        return None
    rest, all_fine = split_all_fine(line)
    said = verdicts.read(draft, rest) if draft is not None else None
    if draft is not None and said is not None:
        checks.take_in_hand(turn, draft)
        draft.wish_all_fine = draft.wish_all_fine or all_fine
        return answers.receive_exceptions(turn, draft, said)
    if draft is not None and draft.checklist is not None and (missing := _beyond(draft, rest)):
        hint = turn.text("check.no_such_item", numbers=missing, n=len(verdicts.items_of(draft)))
        return check_card.show_draft(turn, draft, hint)
    if draft is None and (spoken := read_exceptions(line, 99)) is not None and not asking.understands(turn, line):
        return None if returned.receive_unasked(turn, spoken) else turn.say(turn.text("check.no_draft"))
    return _question_or_site(turn, draft, line)


def _beyond(draft: Check, line: str) -> str:
    """Numbers of items a line speaks of that the list does not have."""
    said = read_exceptions(line, 99) or []
    known = verdicts.items_of(draft)
    return "、".join(str(number) for one in said for number in one.numbers if number not in known)


def _by_word(turn: Turn, draft: Check | None, line: str) -> bool:
    word = fold(line)
    if word in CORRECT_WORDS:
        correcting.correct_by_word(turn)
        return True
    if draft is None and word in UNDO_WORDS:
        submitting.undo_by_word(turn)
        return True
    if draft is None:
        return False
    if word in UNDO_WORDS:
        answers.undo(turn, draft)
    elif word in ITEMISE_WORDS:
        answers.tap_each(turn, draft.id)
    elif word in SITE_WORDS:
        checks.tap_other_site(turn, draft.id)
    elif word in SUBMIT_WORDS:
        submitting.tap_submit(turn, draft.id)
    elif says_all_fine(line):
        draft.wish_all_fine = True
        turn.record("check.wished_all_fine", "check", draft.id, text=line)
        check_card.show_draft(turn, draft)
        submitting.settle_wish(turn, draft)
    else:
        return False
    return True


def _as_awaited(turn: Turn, draft: Check | None, line: str) -> bool:
    """What the card has just asked for: a time limit, a correction, a line about an item."""
    finding = turn.expects(Expecting.DEADLINE)
    if finding is not None and _about_deadline(turn, finding, draft, line):
        return True
    check_id = turn.expects(Expecting.CORRECTION)
    check = turn.session.get(Check, check_id) if check_id is not None else None
    if check is not None:
        said = verdicts.read(check, line)
        if said is not None:
            correcting.correct(turn, check, said)
            return True
    if draft is not None and turn.expects(Expecting.REASON) == draft.id and _is_plain(turn, draft, line):
        answers.receive_reason(turn, draft, line)
        return True
    item = turn.expects(Expecting.NOTE)
    if item is None or draft is None or verdicts.read(draft, line) is not None or _beyond(draft, line):
        return False
    if asking.begins_as_question(line) or asking.sites_named(turn, line, least=EXACT):
        return False
    return answers.receive_note(turn, draft, item, line)


def _is_plain(turn: Turn, draft: Check, line: str) -> bool:
    """Neither an answer to an item, nor a question, nor a site."""
    rest, all_fine = split_all_fine(line)
    known = all_fine or verdicts.read(draft, line) is not None or _beyond(draft, rest) or asking.understands(turn, line)
    return not known and not asking.sites_named(turn, line, granted=turn.inspected)


def _about_deadline(turn: Turn, finding_id: int, draft: Check | None, line: str) -> bool:
    """A time limit, or something else that is understood; what is neither is asked for again, with the buttons."""
    if deadlines.receive_deadline(turn, finding_id, line):
        return True
    known = (
        asking.understands(turn, line)
        or asking.sites_named(turn, line)
        or (draft is not None and verdicts.read(draft, line))
    )
    if known or read_exceptions(line, 99) is not None:
        return False
    return deadlines.ask_again(turn, finding_id, line)


def reply_to_receipt(turn: Turn, check: Check, line: str) -> None:
    """A reply to a receipt corrects that check (L4)."""
    said = verdicts.read(check, line)
    finding = turn.expects(Expecting.DEADLINE)
    if said is None and finding is not None and deadlines.receive_deadline(turn, finding, line):
        return None
    if said is None:
        return correcting.tap_correct(turn, check.id)
    return correcting.correct(turn, check, said)


def _question_or_site(turn: Turn, draft: Check | None, line: str) -> None:
    """`进度`, `龙颈`; a site's name begins a check there; with a draft in hand anything else is its note."""
    rest, all_fine = split_all_fine(line)
    if asking.understands(turn, line):
        return asking.answer(turn, line)
    sites = asking.sites_named(turn, rest if all_fine else line, granted=turn.inspected)
    if len(sites) == 1:
        checks.start_at(turn, sites[0], "name")
        started = checks.current_draft(turn)
        if all_fine and started is not None:
            started.wish_all_fine = True
            submitting.settle_wish(turn, started)
        return None
    if sites:
        return asking.choose_site(turn, sites)
    seen = asking.sites_named(turn, line, least=EXACT if draft else LIKELY) if ended_campaigns(turn.session) else []
    if seen and ended.refuses_site(turn, seen[0].id):
        return None
    if draft is not None:
        return answers.add_note(turn, draft, line)
    if is_too_wide(line):
        return asking.answer(turn, line)
    if looks_like_degrees(line):
        return turn.say(turn.text("location.half"))
    return help.not_understood(turn, line)


def receive_edit(turn: Turn) -> None:
    """An edited line changes what it said; one that said nothing of a check changes nothing."""
    if not turn.is_one_of(rights.INSPECTS):
        return
    former = verdicts.results_said_by(turn, turn.incoming.message_id)
    check = turn.session.get(Check, former[0].check_id) if former else None
    if check is None:
        return
    said: list[Said] = verdicts.read(check, clean(turn.incoming.text)) or []
    answers.receive_edit(turn, check, former, said)
