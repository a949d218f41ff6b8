"""Answering items: typed exceptions, notes, one by one with buttons, taking back, edited messages."""

from handlers import check_card, correcting, submitting
from handlers.check_card import item_label, item_name, progress_of
from handlers.checks import own_draft, take_in_hand
from handlers.grammar import Said
from handlers.messages import Button, Reply
from handlers.turn import Turn
from handlers.verdicts import apply, items_of
from models.campaign_plan import ItemKind
from models.campaigns import ChecklistItem
from models.checks import Check, ItemResult, Outcome
from models.drafts import answer_item, restore_former, results_of, take_back
from models.people import Expecting


def receive_exceptions(turn: Turn, check: Check, said: list[Said]) -> None:
    changed = apply(turn, check, said, turn.incoming.message_id)
    take_in_hand(turn, check)
    bare = next((r for r in changed if r.outcome is Outcome.FAIL and not r.note), None)
    if bare is not None:
        ask_note(turn, bare.item)
    check_card.show_draft(turn, check, hint=note_hint(turn, bare.item) if bare is not None else "")
    submitting.settle_wish(turn, check)


def ask_note(turn: Turn, item: ChecklistItem) -> None:
    turn.expect(Expecting.NOTE, item.id, minutes=10)


def note_hint(turn: Turn, item: ChecklistItem) -> str:
    return turn.text("check.ask_note", number=item.number, label=item_label(turn, item))


def receive_note(turn: Turn, check: Check, item_id: int, note: str) -> bool:
    """The line that was asked for about a failed item; False when that item is no longer failed."""
    result = next((r for r in results_of(check) if r.item_id == item_id and r.outcome is Outcome.FAIL), None)
    turn.expect(Expecting.NOTHING)
    if result is None:
        return False
    answer_item(turn.session, check, result.item, Outcome.FAIL, note, by=turn.actor.id, at=turn.now,
                value=result.value, message_id=turn.incoming.message_id)  # fmt: skip
    turn.record("item.noted", "check", check.id, item=result.item.number, note=note)
    check_card.show_draft(turn, check)
    return True


def add_note(turn: Turn, check: Check, note: str) -> None:
    """A free line about the whole check."""
    check.note = f"{check.note}\n{note}".strip() if note not in check.note.split("\n") else check.note
    take_in_hand(turn, check)
    turn.record("check.noted", "check", check.id, note=note)
    check_card.show_draft(turn, check)


def receive_reason(turn: Turn, check: Check, reason: str) -> None:
    """Why it is made from afar (B42); a later line is a note again."""
    turn.expect(Expecting.NOTHING)
    check.reason, check.touched_at = reason, turn.now
    turn.record("check.reason_given", "check", check.id, reason=reason, metres=check.distance_m)
    check_card.show_draft(turn, check)


def undo(turn: Turn, check: Check) -> None:
    """Takes the last answer back; what was said stays in the history."""
    if check.wish_all_fine:
        check.wish_all_fine, check.submit_due_at = False, None
        turn.record("check.wish_dropped", "check", check.id)
        return check_card.show_draft(turn, check, hint=turn.text("check.wish_dropped"))
    results = sorted(results_of(check), key=lambda r: r.id)
    if not results:
        return check_card.show_draft(turn, check, hint=turn.text("check.nothing_to_undo"))
    last = results[-1]
    take_back(turn.session, last, turn.now)
    turn.record("item.taken_back", "check", check.id, item=last.item.number)
    restore_former(turn.session, last, by=turn.actor.id, at=turn.now)
    return check_card.show_draft(
        turn, check, hint=turn.text("check.undone", number=last.item.number, name=item_name(turn, last.item))
    )


def receive_edit(turn: Turn, check: Check, former: list[ItemResult], said: list[Said]) -> None:
    """An edited message is an edited answer: items it no longer names are taken back (L5)."""
    named = {number for one in said for number in one.numbers}
    if check.is_draft:
        for result in former:
            if result.item.number not in named:
                take_back(turn.session, result, turn.now)
                turn.record("item.taken_back", "check", check.id, item=result.item.number, edited=True)
        apply(turn, check, said, turn.incoming.message_id)
        return check_card.show_draft(turn, check)
    dropped = tuple(r.item.number for r in former if r.item.number not in named)
    takeback = [Said(dropped, Outcome.PASS, "", "")] if dropped else []
    return correcting.correct(turn, check, [*takeback, *said])


# one by one


def tap_each(turn: Turn, check_id: int) -> None:
    check = own_draft(turn, check_id)
    if check is None:
        return
    take_in_hand(turn, check)
    answered = {r.item.number for r in results_of(check)}
    numbers = list(items_of(check))
    check.browsing = next((n for n in numbers if n not in answered), numbers[0] if numbers else None)
    turn.toast()
    show_item(turn, check)


def tap_item(turn: Turn, check_id: int, number: int) -> None:
    check = own_draft(turn, check_id)
    if check is None:
        return None
    if number not in items_of(check):
        return turn.toast(turn.text("button.too_old"))
    check.browsing = number
    turn.toast()
    return show_item(turn, check)


def tap_answer(turn: Turn, check_id: int, number: int, word: str) -> None:
    """合格 / 不合格 / 不适用 under one item, then on to the next without an answer."""
    check = own_draft(turn, check_id)
    if check is None:
        return None
    if number not in items_of(check) or word not in set(Outcome):
        return turn.toast(turn.text("button.too_old"))
    take_in_hand(turn, check)
    outcome = Outcome(word)
    apply(turn, check, [Said((number,), outcome, "", "")])
    turn.toast(f"{check_card.SIGNS[outcome]} {number}")
    numbers, answered = list(items_of(check)), {r.item.number for r in results_of(check)}
    if outcome is Outcome.FAIL:
        ask_note(turn, items_of(check)[number])
        check.browsing = number
        return show_item(turn, check, hint=note_hint(turn, items_of(check)[number]))
    check.browsing = next((n for n in numbers if n > number and n not in answered), None)
    if check.browsing is None:
        return check_card.show_draft(turn, check)
    return show_item(turn, check)


def show_item(turn: Turn, check: Check, hint: str = "") -> None:
    items = items_of(check)
    if check.browsing is None or check.browsing not in items:
        return check_card.show_draft(turn, check, hint)
    item, progress = items[check.browsing], progress_of(check)
    current = next((r for r in progress.results if r.item_id == item.id), None)
    state = f" {check_card.SIGNS[current.outcome]}" if current else ""
    lines = [f"{check.site.name if check.site else ''} · {item.number}/{len(items)}"]
    lines.append(
        f"{item.group} · {item_name(turn, item)}{state}"
        if item.group and turn.language != "en"
        else f"{item_name(turn, item)}{state}"
    )
    if current is not None and (current.note or current.value):
        lines.append(check_card.clipped(" ".join(part for part in (current.value or "", current.note) if part)))
    if item.guidance:
        lines.append(item.guidance)
    if hint or item.kind is not ItemKind.YES_NO:
        lines.append(hint or turn.text("check.type_value", number=item.number))
    return turn.card(
        check_card.card_key(check), Reply("\n".join(lines), _item_buttons(turn, check, item, list(items))), follows=True
    )


def _item_buttons(turn: Turn, check: Check, item: ChecklistItem, numbers: list[int]) -> tuple[tuple[Button, ...], ...]:
    place = numbers.index(item.number)
    say = tuple(
        Button(turn.text(f"button.{outcome.value}"), f"v1:say:{check.id}:{item.number}:{outcome.value}")
        for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE)
    )
    walk = []
    if place > 0:
        walk.append(Button(turn.text("button.previous"), f"v1:item:{check.id}:{numbers[place - 1]}"))
    if place < len(numbers) - 1:
        walk.append(Button(turn.text("button.next"), f"v1:item:{check.id}:{numbers[place + 1]}"))
    return (say, (*walk, Button(turn.text("button.back_to_card"), f"v1:show:{check.id}")))
