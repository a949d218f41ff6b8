"""退回: a lead or the office sends back items of a handed-in check, each with a reason; all else stays as it is."""

import re
from dataclasses import replace

from sqlalchemy import select

from handlers import check_card, check_view, ended, letting_off, return_card, verdicts
from handlers.grammar import read_exceptions
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.campaigns import ChecklistItem
from models.checks import Check, CheckState
from models.drafts import results_of
from models.messages import Card, card_of
from models.people import Expecting
from models.record import keep
from models.returns import Return, ReturnedItem, asked_again
from models.unit import belong

PATIENCE = 60  # minutes for the reason
LONGEST_REASON = 200
_LINE = re.compile(
    rf"(?:退回|return|send\s+back)(?P<gap>[\s,，:：]*)(?:No\.?\s*)?(?P<number>{check_view.NUMBER})?[\s,，:：]*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = re.compile(r"\d{1,3}\s*[张盏幅份块扇]")  # 2张照片都不清楚: a reason, not item 2
_NUMBERS_APART = re.compile(r"\d{1,3}(?:\s+\d{1,3})+(?=\s|$)")


def tap_send_back(turn: Turn, check_id: int) -> None:
    """The items as buttons; what is wrong with them is typed."""
    check = _to_send_back(turn, rights.check_for(turn.session, turn.actor, turn.now, check_id))
    if check is None:
        return None
    turn.toast()
    card = card_of(turn.session, check_view.view_key(check, turn.incoming.channel, turn.incoming.chat))
    if card is None or card.message_id != turn.incoming.message_id:
        turn.incoming = replace(turn.incoming, button="")  # below the message it was tapped on
    return _choose(turn, check)


def _choose(turn: Turn, check: Check) -> None:
    found = _begun(turn, check)
    turn.expect(Expecting.SENT_BACK_BECAUSE, found.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    _show_choice(turn, found)


def _to_send_back(turn: Turn, check: Check | None) -> Check | None:
    """Whether this person may send it back, and somebody is there to answer; they are told why not."""
    say = turn.toast if turn.incoming.tap else turn.say
    if check is None or check.state is not CheckState.SUBMITTED:
        say(turn.text("button.too_old"))
    elif not turn.is_one_of(rights.OVERSEES):
        say(turn.text("sending_back.not_allowed"))
    elif check.person_id == turn.actor.id:
        say(turn.text("sending_back.not_own"))
    elif rights.check_to_oversee(turn.session, turn.actor, turn.now, check.id) is None:
        say(turn.text("button.too_old"))
    elif ended.refuses_check(turn, check):
        pass
    elif not rights.roles_of(check.person, turn.now) & rights.INSPECTS:
        say(turn.text("sending_back.has_left", name=check.person.name))
    else:
        return check
    return None


def _begun(turn: Turn, check: Check) -> Return:
    """One's own choice that is not sent back yet, or a new one."""
    own = (Return.check_id == check.id, Return.person_id == turn.actor.id, Return.sent_at.is_(None))
    found = turn.session.scalar(select(Return).where(*own).order_by(Return.id.desc()).limit(1))
    if found is None:
        found = Return(check_id=check.id, person_id=turn.actor.id, begun_at=turn.now, items=[])
        belong(found, "check", check)
        belong(found, "person", turn.actor)
        keep(turn.session, found)
    return found


def _choosing(turn: Turn, return_id: int) -> Return | None:
    """One's own that is not sent back yet, of a check that may still be."""
    found = turn.session.get(Return, return_id)
    say = turn.toast if turn.incoming.tap else turn.say
    if found is None or found.person_id != turn.actor.id:
        say(turn.text("button.too_old"))
        return None
    check = rights.check_for(turn.session, turn.actor, turn.now, found.check_id)
    if _to_send_back(turn, check) is None:
        return None
    if found.sent_at is not None:
        say(turn.text("sending_back.sent_before"))
        return None
    return found


def tap_mark(turn: Turn, return_id: int, number: int) -> None:
    """Chosen, or not after all."""
    found = _choosing(turn, return_id)
    if found is None:
        return None
    item = verdicts.items_of(found.check).get(number)
    if item is None:
        return turn.toast(turn.text("button.too_old"))
    if item.id in {one.item_id for one in asked_again(turn.session, found.check)}:
        return turn.toast(turn.text("sending_back.waits_already", numbers=number), alert=True)
    marked = next((one for one in found.marked if one.item_id == item.id), None)
    if marked is not None:
        marked.dropped_at = turn.now
    else:
        _item_of(turn, found, item)
    turn.session.flush()
    turn.toast()
    turn.expect(Expecting.SENT_BACK_BECAUSE, found.id, minutes=PATIENCE)
    return _show_choice(turn, found)


def _item_of(turn: Turn, found: Return, item: ChecklistItem) -> ReturnedItem:
    """Chosen before and dropped, or chosen now."""
    one = next((each for each in found.items if each.item_id == item.id and each.asked_at is None), None)
    if one is None:
        one = ReturnedItem(check_id=found.check_id)
        belong(one, "item", item)
        belong(one, "sent_back", found)
        keep(turn.session, one)
    one.dropped_at = None
    return one


def tap_leave_choice(turn: Turn, return_id: int) -> None:
    """Back to the check, with nothing sent back."""
    found = turn.session.get(Return, return_id)
    check = check_view.seen(turn, found.check_id) if found is not None else None
    if found is None or check is None or found.person_id != turn.actor.id:
        return turn.toast(turn.text("button.too_old"))
    for one in found.marked:
        one.dropped_at = turn.now
    if turn.expects(Expecting.SENT_BACK_BECAUSE) == found.id:
        turn.expect(Expecting.NOTHING)
    turn.session.flush()
    turn.toast()
    return check_view.show(turn, check)


def _show_choice(turn: Turn, found: Return, hint: str = "") -> None:
    check, marked = found.check, {one.item_id for one in found.marked}
    waiting = {one.item_id for one in asked_again(turn.session, check)}
    numbers = turn.text("returned.comma").join(f"{one.item.number}" for one in found.marked)
    how = turn.text("sending_back.chosen", numbers=numbers, name=check.person.name) if marked else ""
    lines = [
        turn.text("sending_back.choose", name=check.person.name, **return_card.what(found)),
        hint or how or turn.text("sending_back.how"),
    ]
    buttons = []
    for item in verdicts.items_of(check).values():
        if item.id not in waiting:
            sign = "☑ " if item.id in marked else ""
            label = f"{sign}{item.number} {check_card.item_label(turn, item)}"
            buttons.append(Button(label, f"v1:mark:{found.id}:{item.number}"))
    back = (Button(turn.text("button.back"), f"v1:leave_choice:{found.id}"),)
    key = check_view.view_key(check, turn.incoming.channel, turn.incoming.chat)
    turn.card(key, Reply("\n".join(lines), (*return_card.in_rows(buttons), back)), follows=True)


# what is typed


def receive_line(turn: Turn, line: str) -> bool:
    """`退回 3,13 看不清` of the check last opened or replied to; `退回 TH-0806-001 3 看不清；13 没拍灯` of that one.

    False: it says nothing of a check.
    """
    plain = _LINE.fullmatch(line)
    if plain is None or not (plain["gap"] or plain["number"] or not plain["rest"] or plain["rest"][0].isdigit()):
        return False
    named, rest = plain["number"], plain["rest"].strip()
    if named is None and (not turn.is_one_of(rights.OVERSEES) or (rest and read_exceptions(_joined(rest), 99) is None)):
        return False
    check = check_view.numbered(turn, named) if named else _last_opened(turn)
    if check is None:
        key = "shown.no_such_number" if named else "sending_back.which_check"
        turn.say(turn.text(key, number=named.upper()) if named else turn.text(key))
        return True
    if _to_send_back(turn, check) is None:
        return True
    if not rest:
        _choose(turn, check)
    else:
        _read(turn, _begun(turn, check), rest)
    return True


def _joined(rest: str) -> str:
    """`3 13 看不清` → `3,13 看不清`"""
    found = _NUMBERS_APART.match(rest)
    return ",".join(found[0].split()) + rest[found.end() :] if found is not None else rest


def _last_opened(turn: Turn) -> Check | None:
    """The check whose card the line replies to, or the one that was opened here last."""
    key = turn.card_answered
    if not key.startswith("shown:"):
        here = (Card.channel == turn.incoming.channel, Card.chat == turn.incoming.chat, Card.key.startswith("shown:"))
        latest = select(Card.key).where(*here).order_by(Card.below.desc(), Card.id.desc()).limit(1)
        key = turn.session.scalar(latest) or ""
    return check_view.seen(turn, int(key.split(":")[1])) if key else None


def receive_why(turn: Turn, return_id: int, line: str) -> bool:
    """The reason for all that is chosen; or items and reasons in one line."""
    found = _choosing(turn, return_id)
    if found is None:
        turn.expect(Expecting.NOTHING)
    else:
        _read(turn, found, line)
    return True


def _read(turn: Turn, found: Return, line: str) -> None:
    """Each item's own reason; one that has none gets that of the others."""
    items = verdicts.items_of(found.check)
    said = read_exceptions(_joined(line), 99) if _COUNTED.match(line) is None else None
    named = {number: one.words for one in said or () for number in one.numbers}
    marked = [one.item.number for one in found.marked]
    if missing := [number for number in named if number not in items]:
        numbers = turn.text("returned.comma").join(str(number) for number in missing)
        return turn.say(turn.text("sending_back.no_such_item", numbers=numbers))
    shared = next((words for words in named.values() if words), "") if named else line.strip()
    if not named and not marked:
        return _show_choice(turn, found, hint=turn.text("sending_back.choose_first"))
    if not shared:
        for number in named:
            _item_of(turn, found, items[number])
        turn.session.flush()
        turn.expect(Expecting.SENT_BACK_BECAUSE, found.id, minutes=PATIENCE)
        return _show_choice(turn, found)
    return _send(turn, found, {items[number]: named.get(number) or shared for number in sorted({*marked, *named})})


def _send(turn: Turn, found: Return, reasons: dict[ChecklistItem, str]) -> None:
    """On record, and asked again of who made the check; what is asked for already is left alone."""
    check = found.check
    waiting = {one.item_id for one in asked_again(turn.session, check)}
    twice = [item.number for item in reasons if item.id in waiting]
    if len(twice) == len(reasons):
        numbers = turn.text("returned.comma").join(str(number) for number in twice)
        return turn.say(turn.text("sending_back.waits_already", numbers=numbers))
    outcomes = {result.item_id: result.outcome for result in results_of(check)}
    for item, reason in reasons.items():
        if item.id not in waiting:
            one = _item_of(turn, found, item)
            one.reason, one.asked_at = check_card.clipped(reason, LONGEST_REASON), turn.now
            one.outcome = outcomes.get(item.id)
    found.sent_at = turn.now
    turn.record("check.sent_back", "check", check.id, number=check.number, sent_back=found.id,
                items={one.item.number: one.reason for one in found.asked})  # fmt: skip
    turn.session.flush()
    turn.expect(Expecting.NOTHING)
    return_card.show_inspector(turn, found)
    return return_card.show_lead(turn, found)


def tap_let_off(turn: Turn, return_id: int) -> None:
    """撤回退回: what has no answer yet is not asked for any more."""
    found = turn.session.get(Return, return_id)
    ours = found is not None and rights.check_to_oversee(turn.session, turn.actor, turn.now, found.check_id) is not None
    if found is None or not ours or found.sent_at is None:
        return turn.toast(turn.text("button.too_old"))
    if not found.open_items:
        answered = any(one.answered_at is not None for one in found.asked)
        key = "sending_back.answered_before" if answered else "sending_back.let_off_before"
        return turn.toast(turn.text(key, name=found.check.person.name), alert=True)
    letting_off.let_off(turn, found.open_items)
    turn.toast(turn.text("sending_back.you_let_off"))
    return return_card.show_lead(turn, found)
