"""Answering what was sent back: item by item, with a new photo or a word; what was said before stays where it is."""

from dataclasses import replace

from handlers import checks, day_cards, ended, receipts, return_card, submitting, verdicts
from handlers.grammar import Said, read_exceptions
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import Check, CheckState, Outcome
from models.drafts import results_of
from models.evidence import Photo, PhotoMoment, album_of
from models.people import Expecting
from models.returns import (
    Return,
    ReturnedItem,
    answered_by,
    asked_again,
    asked_of_person,
    sent_since,
)
from models.unit import belong

PATIENCE = 120  # minutes for the photo or the word after a tap
SHOWN = 6


def _own(turn: Turn, number: int) -> ReturnedItem | None:
    """An item that was sent back to this person, of a check that is handed in."""
    one = turn.session.get(ReturnedItem, number)
    if one is None or one.asked_at is None:
        return None
    check = rights.check_for(turn.session, turn.actor, turn.now, one.check_id)
    ours = check is not None and check.person_id == turn.actor.id and check.state is CheckState.SUBMITTED
    return one if ours else None


def _still_asked(turn: Turn, number: int) -> ReturnedItem | None:
    """The same, still to be answered; they are told how it stands where it is not."""
    one = _own(turn, number)
    say = turn.toast if turn.incoming.tap else turn.say
    if one is None:
        say(turn.text("button.too_old"))
    elif ended.refuses_check(turn, one.sent_back.check):
        pass
    elif one.answered_at is not None:
        time = return_card.time_of(turn, one)
        say(turn.text("returned.answered_before", number=one.item.number, time=time))
    elif one.dropped_at is not None:
        say(turn.text("returned.let_off_before", number=one.item.number))
    else:
        return one
    return None


def tap_redo(turn: Turn, number: int, photo_id: int) -> None:
    """One item; `photo_id`: a photo that came before it was clear which item it is of, or 0."""
    one = _still_asked(turn, number)
    if one is None:
        return None
    turn.toast()
    photo = turn.session.get(Photo, photo_id) if photo_id else None
    if photo is not None and photo.person_id == turn.actor.id and photo.check_id is None and photo.finding_id is None:
        return _answer(turn, [one], [], photo)
    turn.expect(Expecting.RETURNED_ITEM, one.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    return return_card.show_inspector(turn, one.sent_back, hint=_ask(turn, one))


def _ask(turn: Turn, one: ReturnedItem) -> str:
    key = "returned.send_photo" if one.wants_photo(Outcome.PASS) else "returned.send_either"
    return turn.text(key, item=return_card.label_of(turn.language, one), number=one.item.number)


def tap_returned(turn: Turn, return_id: int) -> None:
    """From 「我的」 or in the morning: the card once more, below."""
    found = turn.session.get(Return, return_id)
    first = found.asked[0] if found is not None and found.asked else None
    if found is None or first is None or _own(turn, first.id) is None:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_check(turn, found.check):
        return None
    turn.toast()
    return return_card.show_inspector(turn, found, anew=True)


# words


def receive_words(turn: Turn, number: int, line: str) -> bool:
    """After a tap on an item: `合格`, `有烟蒂`, or with the number; False when it speaks of others."""
    one = _own(turn, number)
    if one is None or not one.is_open:
        turn.expect(Expecting.NOTHING)
        return False
    check = one.sent_back.check
    if ended.refuses_check(turn, check):
        turn.expect(Expecting.NOTHING)
        return True
    said = verdicts.read(check, line) or verdicts.read(check, f"{one.item.number} {line}")
    here = {each.item.number: each for each in asked_again(turn.session, check)}
    if said is None or any(n not in here for each in said for n in each.numbers):
        return False
    if verdicts.read(check, line) is None and all(
        _is_only_a_note(here[n], each) for each in said for n in each.numbers
    ):
        turn.say(
            turn.text("returned.pass_or_fail", item=return_card.label_of(turn.language, one), number=one.item.number)
        )
        return True
    _answer(turn, [here[n] for each in said for n in each.numbers], said, None)
    return True


def _is_only_a_note(one: ReturnedItem, said: Said) -> bool:
    """好的: words that would make what was fine a failure, and were perhaps not meant so."""
    current = [r for r in one.sent_back.check.answers if r.item_id == one.item_id and r.replaced_at is None]
    return said.outcome is Outcome.FAIL and bool(said.note) and all(r.outcome is not Outcome.FAIL for r in current)


def receive_unasked(turn: Turn, said: list[Said]) -> bool:
    """`3 合格` with no check in hand: of what was sent back, if that is clear; else it is asked. False: of nothing."""
    numbers = {number for one in said for number in one.numbers}
    meant = [one for one in _open_items(turn) if one.item.number in numbers]
    if not meant or numbers - {one.item.number for one in meant}:
        return False
    if len({one.check_id for one in meant}) > 1:
        _ask_which(turn, meant, None)
    else:
        _answer(turn, meant, said, None)
    return True


def take(turn: Turn, check: Check, said: list[Said]) -> list[Said]:
    """What a correction says of items that were sent back is their answer, on whatever day; the rest is given back."""
    asked = {one.item.number: one for one in asked_again(turn.session, check)}
    if check.person_id != turn.actor.id or not asked:
        return said
    parts = [(one, tuple(n for n in one.numbers if n in asked)) for one in said]
    ours = [replace(one, numbers=numbers) for one, numbers in parts if numbers]
    if ours:
        _answer(turn, [asked[n] for one in ours for n in one.numbers], ours, None)
    rest = [(one, tuple(n for n in one.numbers if n not in asked)) for one in said]
    return [replace(one, numbers=numbers) for one, numbers in rest if numbers]


def _open_items(turn: Turn) -> list[ReturnedItem]:
    return [one for found in asked_of_person(turn.session, turn.actor.id) for one in found.open_items]


def _ask_which(turn: Turn, meant: list[ReturnedItem], photo: Photo | None) -> None:
    rows = []
    for one in meant[:SHOWN]:
        site = one.sent_back.check.site
        label = f"{return_card.label_of(turn.language, one)} · {site.name if site is not None else ''}"
        rows.append((Button(label, f"v1:redo:{one.id}:{photo.id if photo is not None else 0}"),))
    turn.say(Reply(turn.text("returned.which"), tuple(rows)))


# photos


def receive_photo(turn: Turn, photo: Photo) -> bool:
    """After a tap, in reply to the card, or with the item's number and no check in hand. False: of nothing here."""
    said = read_exceptions(photo.caption, 99) if photo.caption else None
    awaited = turn.expects(Expecting.RETURNED_ITEM)
    if awaited is not None and _receive_awaited(turn, photo, awaited, said):
        return True
    if turn.conversation.expecting in {Expecting.AFTER_PHOTO, Expecting.PHOTO_AGAIN}:
        return False  # that was asked for last
    replied = turn.card_answered.startswith("returned:")
    if photo.forwarded or not (replied or (said is not None and checks.current_draft(turn) is None)):
        return False
    meant = _open_items(turn)
    if replied:
        meant = [one for one in meant if one.return_id == int(turn.card_answered.split(":")[2])]
    if said is not None:
        numbers = {number for one in said for number in one.numbers}
        meant = [one for one in meant if one.item.number in numbers]
    if not meant:
        return False
    if len({one.check_id for one in meant}) > 1 or (said is None and len(meant) > 1):
        _ask_which(turn, meant, photo)
    else:
        _answer(turn, meant, [one for one in said or () if one.words], photo)
    return True


def _receive_awaited(turn: Turn, photo: Photo, number: int, said: list[Said] | None) -> bool:
    """False too where its caption names another item."""
    one = _own(turn, number)
    if one is not None and said is not None and all(one.item.number not in each.numbers for each in said):
        return False
    if one is None or not (one.is_open or _of_same_album(turn, photo, one)):
        turn.expect(Expecting.NOTHING)
        return False
    if ended.refuses_check(turn, one.sent_back.check):
        turn.expect(Expecting.NOTHING)
        return True
    if photo.forwarded:  # kept with the check, but no answer
        _join(turn, photo, one)
        turn.say(turn.text("photo.forwarded"))
    elif one.is_open:
        _answer(turn, [one], _of_caption(one, photo), photo)
    else:
        _join(turn, photo, one)
        turn.session.flush()
        return_card.show_inspector(turn, one.sent_back)
        receipts.show_receipt(turn, one.sent_back.check, follows=False)
    return True


def _of_same_album(turn: Turn, photo: Photo, one: ReturnedItem) -> bool:
    return photo.album is not None and one.photo_id in album_of(turn.session, photo)


def _of_caption(one: ReturnedItem, photo: Photo) -> list[Said]:
    """A verdict, or words behind the item's number; any other caption is only kept with its photo."""
    check, number = one.sent_back.check, one.item.number
    said = verdicts.read(check, photo.caption) if photo.caption else None
    if said is None and photo.caption:
        plain = verdicts.read(check, f"{number} {photo.caption}") or []
        said = [each for each in plain if each.outcome is not Outcome.FAIL or not each.note]
    return [each for each in said or () if each.numbers == (number,) and each.words]


def _join(turn: Turn, photo: Photo, one: ReturnedItem) -> None:
    """A new photo of the item, with its own times; those that were there stay, but need not be sent again."""
    check = one.sent_back.check
    belong(photo, "check", check)
    photo.item_id, photo.moment = one.item_id, PhotoMoment.BEFORE
    known = next((f for f in receipts.findings_of(check) if f.item_id == one.item_id and f.is_open), None)
    photo.finding_id = known.id if known is not None else None
    turn.record("photo.sent_again", "check", check.id, photo=photo.id, item=one.item.number)
    for former in check.photos:
        if former.item_id == one.item_id and former.is_unusable and former.moment is PhotoMoment.BEFORE:
            former.replaced_at = former.replaced_at or turn.now


# what follows


def _answer(turn: Turn, items: list[ReturnedItem], said: list[Said], photo: Photo | None) -> None:
    """Beside what was there before; problems follow, and who has asked hears of it once nothing is left."""
    check = items[0].sent_back.check
    changed = verdicts.apply(turn, check, said, turn.incoming.message_id or None)
    if photo is not None:
        _join(turn, photo, items[0])
    turn.session.flush()
    outcomes = {result.item_id: result.outcome for result in results_of(check)}
    shown = [photo] if photo is not None else []
    lacking = [
        one for one in items
        if one.wants_photo(outcomes.get(one.item_id)) and not (shown or sent_since(turn.session, one))
    ]  # fmt: skip
    done = [one for one in items if one not in lacking]
    for one in done:
        one.answered_at, one.photo_id = turn.now, photo.id if photo is not None else None
    if changed or photo is not None:
        check.revision += 1
    turn.record("check.answered_again", "check", check.id, number=check.number, revision=check.revision,
                items=[one.item.number for one in done], photo=photo.id if photo is not None else None)  # fmt: skip
    submitting.reconcile_findings(turn, check, results_of(check))
    turn.session.flush()
    if photo is None or photo.album is None:
        turn.expect(Expecting.NOTHING)
        receipts.expect_answer(turn, check)
    if lacking and turn.conversation.expecting is Expecting.NOTHING:
        turn.expect(Expecting.RETURNED_ITEM, lacking[0].id, minutes=PATIENCE)
    _show(turn, check, items, lacking)


def _show(turn: Turn, check: Check, items: list[ReturnedItem], lacking: list[ReturnedItem]) -> None:
    """What asks for the next answer comes last: the card, and once nothing is left on it the receipt."""
    hint = turn.text("returned.photo_too", items=return_card.labels_of(turn.language, lacking)) if lacking else ""
    those = {one.return_id: one.sent_back for one in items}.values()
    for found in those:
        return_card.show_inspector(turn, found, hint)
        if not found.open_items:
            return_card.tell_lead(turn, found)
    nothing_left = not any(found.open_items for found in those)
    receipts.show_receipt(turn, check, follows=nothing_left or receipts.open_question(check) is not None)
    day_cards.refresh(turn, check)


def asks_again(turn: Turn, photo: Photo) -> bool:
    """The photo that answered an item shows nothing after all: the item is asked for once more."""
    found = answered_by(turn.session, photo)
    for one in found:
        if any(each.item_id == one.item_id for each in asked_again(turn.session, one.sent_back.check)):
            one.photo_id = None  # it has been sent back once more meanwhile, and is asked for already
            continue
        one.answered_at, one.photo_id = None, None
        turn.record("check.answer_unusable", "check", one.check_id, item=one.item.number, photo=photo.id)
        turn.session.flush()
        return_card.show_inspector(turn, one.sent_back)
    if found and turn.conversation.expecting is Expecting.NOTHING:
        turn.expect(Expecting.RETURNED_ITEM, found[0].id, minutes=PATIENCE)
    return bool(found)
