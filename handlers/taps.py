"""Which button belongs to which conversation."""

import inspect
from collections.abc import Callable

from handlers import (  # fmt: skip
    again,
    answers,
    asking,
    bunches,
    case_view,
    cases,
    check_view,
    checks,
    closing,
    complaint_answers,
    complaint_cases,
    complaint_visits,
    complaints,
    correcting,
    deadlines,
    decisions,
    exports,
    fixing,
    histories,
    incident_chain,
    incidents,
    ladders,
    leaving,
    lists,
    merging,
    mine,
    notices,
    positions,
    requests,
    return_card,
    returned,
    returning,
    serving,
    severities,
    shrinking,
    site_file,
    submitting,
    swapping,
    verifying,
)
from handlers.turn import Turn

# button verb → what it does with the numbers and words behind it
BUTTONS: dict[str, Callable[..., None]] = {
    "ok": submitting.tap_submit,
    "undo": submitting.tap_undo,
    "photos": submitting.tap_photos,
    "site": checks.tap_other_site,
    "at": checks.tap_place,
    "show": checks.tap_show,
    "cancel": checks.tap_cancel,
    "resume": checks.tap_resume,
    "begin": mine.tap_begin,
    "receipt": bunches.tap_receipt,
    "each": answers.tap_each,
    "item": answers.tap_item,
    "say": answers.tap_answer,
    "fix": correcting.tap_correct,
    "due": deadlines.tap_days,
    "by_plan": deadlines.tap_by_plan,
    "spot": deadlines.tap_on_the_spot,
    "own": deadlines.tap_own,
    "limit": deadlines.tap_limit,
    "ask": mine.tap_ask_deadline,
    "case": case_view.tap_case,
    "take": cases.tap_take,
    "evidence": cases.tap_evidence,
    "fixed": fixing.tap_fixed,
    "verify": verifying.tap_verify,
    "conforms": verifying.tap_conforms,
    "returns": verifying.tap_returns,
    "history": histories.tap_history,
    "comment": histories.tap_comment,
    "extend": requests.tap_extend,
    "not_ours": requests.tap_not_ours,
    "same": again.tap_same,
    "new": again.tap_new,
    "another": again.tap_another,
    "there": again.tap_there,
    "waits": again.tap_waits,
    "merge": merging.tap_merge,
    "into": merging.tap_into,
    "part": merging.tap_part,
    "grant": decisions.tap_grant,
    "refuse": decisions.tap_refuse,
    "refer": decisions.tap_refer,
    "refer_other": decisions.tap_refer_other,
    "answer": decisions.tap_again,
    "rung": ladders.tap_rung,
    "climb": ladders.tap_climb,
    "decline": ladders.tap_decline,
    "refuses": ladders.tap_refuses,
    "severity": severities.tap_severity,
    "severe": severities.tap_severe,
    "notice": notices.tap_notice,
    "until": notices.tap_until,
    "issue": notices.tap_issue,
    "unsent": notices.tap_unsent,
    "served": serving.tap_served,
    "check": check_view.tap_check,
    "checks": check_view.tap_checks,
    "send_back": returning.tap_send_back,
    "mark": returning.tap_mark,
    "leave_choice": returning.tap_leave_choice,
    "let_off": returning.tap_let_off,
    "redo": returned.tap_redo,
    "returned": returned.tap_returned,
    "redone": return_card.tap_photos,
    "leave": leaving.tap_leave,
    "hand_over": leaving.tap_hand_over,
    "swap": swapping.tap,
    "pos": positions.tap_position,
    "shrink": shrinking.tap,
    "q": asking.tap,
    "export": exports.tap,
    "csv": exports.tap_csv,
    "campaign": closing.tap,
    "site_file": asking.tap_site,
    "whole_file": site_file.tap_whole,
    "list": lists.tap_list,
    "list_site": lists.tap_site,
    "list_in": lists.tap_in,
    "complain": complaints.tap_new,
    "complaint": complaints.tap_show,
    "complaint_at": complaints.tap_at,
    "complaint_due": complaints.tap_due,
    "complaint_answer": complaint_answers.tap_answer,
    "complaint_case": complaint_cases.tap_case,
    "complaint_item": complaint_cases.tap_item,
    "visit": complaint_visits.tap_visit,
    "serious": incidents.tap_kind,
    "alarm": incidents.tap_alarm,
    "seen": incident_chain.tap_seen,
    "interview": incident_chain.tap_interview,
}
IN_GROUPS = frozenset({
    "q", "export", "site_file", "take", "fixed", "evidence", "verify", "history", "comment", "extend", "not_ours",
})  # fmt: skip
VERSION = "v1"


def tap(turn: Turn) -> None:
    """Buttons carry ids; rights are looked up again; what is not understood is too old (B63, B66)."""
    version, _, rest = turn.incoming.button.partition(":")
    verb, *words = rest.split(":")
    if version != VERSION or verb not in BUTTONS or (turn.incoming.in_group and verb not in IN_GROUPS):
        return _not_ours(turn)
    values: list[int | str] = [
        int(word) if word.isascii() and word.isdecimal() and len(word) < 18 else word for word in words
    ]
    if not _fits(BUTTONS[verb], turn, values):
        return _not_ours(turn)
    BUTTONS[verb](turn, *values)
    if not turn.outcome.toasts:  # it named something that is not there: no tap is left without an answer
        turn.toast(turn.text("button.too_old"))
    return None


def _not_ours(turn: Turn) -> None:
    """Nothing the program ever made, or not for long: no effect but to be counted (B63)."""
    if turn.person is not None:
        turn.record("button.refused", "person", turn.actor.id, data=turn.incoming.button)
    turn.toast(turn.text("button.too_old"))


def _fits(handler: Callable[..., None], turn: Turn, values: list[int | str]) -> bool:
    """Whether the words behind a verb are as many, and numbers where numbers belong, as its handler takes."""
    signature = inspect.signature(handler)
    try:
        given = signature.bind(turn, *values).arguments
    except TypeError:
        return False
    return all(isinstance(value, signature.parameters[name].annotation) for name, value in given.items())
