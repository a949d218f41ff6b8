"""Table of contents: which command, word, button or kind of message belongs to which conversation."""

import inspect
import re
from collections.abc import Callable

from handlers import (  # fmt: skip
    again,
    answers,
    asking,
    bunches,
    case_view,
    cases,
    checks,
    closing,
    codes,
    correcting,
    deadlines,
    decisions,
    exports,
    files,
    fixing,
    groups,
    help,
    histories,
    joining,
    ladders,
    leaving,
    lists,
    locations,
    merging,
    mine,
    notices,
    photos,
    positions,
    requests,
    serving,
    severities,
    shrinking,
    site_file,
    submitting,
    swapping,
    typed,
    verifying,
    videos,
)
from handlers.grammar import is_command
from handlers.lines import command_in, is_for_another
from handlers.messages import Kind
from handlers.turn import Turn

# /command → what it does; the rest of the line is handed over
COMMANDS: dict[str, Callable[[Turn, str], None]] = {
    "start": lambda turn, rest: help.start(turn, rest),
    "help": lambda turn, rest: help.show(turn, rest),
    "check": lambda turn, rest: help.how_to_check(turn) if not rest else typed.receive(turn, rest),
    "mine": lambda turn, _: mine.show(turn),
    "status": lambda turn, rest: asking.answer(turn, f"进度 {rest}"),
    "open": lambda turn, rest: asking.answer(turn, f"未整改 {rest}"),
    "export": lambda turn, rest: exports.ask(turn, rest),
    "csv": lambda turn, rest: exports.ask(turn, f"csv {rest}"),
    "code": lambda turn, rest: codes.send(turn, rest),
    "invite": lambda turn, rest: joining.invite(turn, rest),
    "bind": lambda turn, rest: groups.bind(turn, rest),
    "lang": lambda turn, rest: joining.set_language(turn, rest),
    "cancel": lambda turn, _: checks.cancel_by_word(turn),
    "close": lambda turn, rest: closing.ask_close(turn, rest),
    "reopen": lambda turn, rest: closing.ask_reopen(turn, rest),
    "leave": lambda turn, rest: leaving.ask_leave(turn, rest),
    "lists": lambda turn, rest: asking.answer(turn, f"清单 {rest}"),
    "list_add": lambda turn, rest: lists.by_command(turn, rest, leaves=False),
    "list_remove": lambda turn, rest: lists.by_command(turn, rest, leaves=True),
}

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
}
IN_GROUPS = frozenset({
    "q", "export", "site_file", "take", "fixed", "evidence", "verify", "history", "extend", "not_ours",
})  # fmt: skip
VERSION = "v1"


def in_private(turn: Turn) -> None:
    kind = turn.incoming.kind
    if turn.incoming.overtook:
        return _overtook(turn)
    if kind is Kind.TAP:
        return tap(turn)
    if kind is Kind.PHOTO:
        return photos.receive_photo(turn)
    if kind is Kind.FILE:
        return files.receive_file(turn)
    if kind is Kind.VIDEO:
        return videos.receive_video(turn)
    if kind is Kind.LOCATION:
        return locations.receive_location(turn)
    if kind is Kind.START:
        return help.start(turn, turn.incoming.text)
    if kind is Kind.UNSUPPORTED:
        return turn.say(turn.text("help.unsupported", what=turn.text(f"help.unsupported_{turn.incoming.text}")))
    if kind is Kind.TEXT:
        return text(turn)
    return None


def _overtook(turn: Turn) -> None:
    """What it changes or answers has never come: nothing is done, and it is asked for again (F21)."""
    tapped = turn.incoming.kind is Kind.TAP
    said = turn.text("help.tap_overtook" if tapped else "help.edit_overtook")
    turn.record(
        "tap.overtook" if tapped else "edit.overtook", "person", turn.actor.id, message=turn.incoming.message_id,
        text=turn.incoming.button or turn.incoming.text,
    )  # fmt: skip
    turn.toast(said, alert=True)
    turn.say(said)


def text(turn: Turn) -> None:
    if turn.incoming.edited:
        if is_command(turn.incoming.text):  # an edited line is never executed as a command (B73)
            return turn.say(turn.text("help.edited_command"))
        return typed.receive_edit(turn)
    if is_for_another(turn, turn.incoming.text):
        return turn.say(turn.text("help.unknown_command"))
    named = command_in(turn.incoming.text)
    if named is None:
        return typed.receive(turn, turn.incoming.text)
    return run(turn, *named)


def run(turn: Turn, name: str, rest: str) -> None:
    if name not in COMMANDS:
        return turn.say(turn.text("help.unknown_command"))
    return COMMANDS[name](turn, rest)


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


def in_group(turn: Turn) -> None:
    """In a group the bot speaks when it is spoken to: a known word first, a command, a button, an event."""
    kind = turn.incoming.kind
    if kind is Kind.BOT_ADDED:
        return groups.added(turn)
    if kind is Kind.BOT_REMOVED:
        return groups.removed(turn)
    if kind is Kind.MIGRATED:
        return groups.migrated(turn, turn.incoming.text)
    if kind is Kind.TAP:
        return tap(turn)
    if kind is Kind.PHOTO:
        return photos.receive_in_group(turn)
    if kind is not Kind.TEXT or turn.incoming.edited:
        return None
    if turn.incoming.sender is None:  # an anonymous administrator, a channel: no person, no right (B72)
        if is_command(turn.incoming.text) and not is_for_another(turn, turn.incoming.text):
            turn.say(turn.text("group.no_person"))
        return None
    return group_text(turn)


def group_text(turn: Turn) -> None:
    line = turn.incoming.text
    mentioned = re.match(rf"^@{re.escape(turn.agency.bot_name)}\s+", line) if turn.agency.bot_name else None
    line = line[mentioned.end() :] if mentioned else line
    if is_for_another(turn, line):
        return None
    named = command_in(line)
    if named is not None and named[0] in {"bind", "status", "open", "export", "csv", "lang", "help"}:
        return run(turn, *named)
    if not mentioned and histories.receive_comment(turn):
        return None
    if mentioned or asking.asks_here(turn, line):
        return asking.answer(turn, line)
    return None
