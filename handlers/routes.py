"""Table of contents: which command, word or kind of message belongs to which conversation."""

import re
from collections.abc import Callable

from handlers import (  # fmt: skip
    asking,
    checks,
    closing,
    codes,
    complaint_answers,
    complaints,
    exports,
    files,
    groups,
    help,
    histories,
    incidents,
    joining,
    leaving,
    lists,
    locations,
    mine,
    photos,
    typed,
    videos,
)
from handlers.grammar import is_command
from handlers.lines import command_in, is_for_another
from handlers.messages import Kind
from handlers.taps import tap
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
    "complaint": lambda turn, rest: _or_typed(turn, complaints.by_word(turn, rest)),
    "answer": lambda turn, rest: _or_typed(turn, complaint_answers.by_word(turn, rest)),
    "serious": lambda turn, rest: _or_typed(turn, incidents.by_word(turn, rest)),
}


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


def _or_typed(turn: Turn, was_meant: bool) -> None:
    """A word that means nothing to the program from this person is part of what they have to say."""
    if was_meant:
        return None
    if is_command(turn.incoming.text):
        return turn.say(turn.text("help.unknown_command"))
    return typed.receive(turn, turn.incoming.text)


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
    if (
        named is not None and named[0] == "serious" and turn.is_one_of(incidents.REPORTS)
    ):  # nobody may think it was told
        return turn.say(turn.text("incident.in_private"))
    if not mentioned and histories.receive_comment(turn):
        return None
    if mentioned or asking.asks_here(turn, line):
        return asking.answer(turn, line)
    return None
