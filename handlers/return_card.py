"""What is shown of items that were sent back: a card to who has to answer them, a card and one message to who asked."""

from handlers import cases, check_card, check_view, submitting, texts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.campaigns import ON_FAIL
from models.checks import Check, ItemResult, Outcome
from models.drafts import results_of
from models.messages import card_of
from models.people import Account, Person
from models.returns import Return, ReturnedItem, sent_since

ROW = 2  # buttons beside each other


def label_of(language: str, one: ReturnedItem) -> str:
    item = one.item
    return f"{item.number} {item.name_en if language == 'en' and item.name_en else item.label}"


def labels_of(language: str, items: list[ReturnedItem]) -> str:
    return texts.say(language, "returned.comma").join(label_of(language, one) for one in items)


def what(found: Return) -> dict[str, object]:
    """The check in the words of every sentence about it."""
    check = found.check
    return {"number": check.number, "site": check.site.name if check.site is not None else ""}


def _current(check: Check, one: ReturnedItem) -> ItemResult | None:
    return next((result for result in results_of(check) if result.item_id == one.item_id), None)


def item_line(turn: Turn, language: str, one: ReturnedItem) -> str:
    """3 无烟蒂：照片看不清 · ✗ 3 无烟蒂：有烟蒂 · 新照片 1 张 · 09:15 已重报"""
    head = f"{one.item.number} {check_card.item_in(language, one.item)}"
    check, said = one.sent_back.check, []
    if one.dropped_at is not None:
        said.append(texts.say(language, "returned.let_off"))
    elif one.answered_at is not None:
        result = _current(check, one)
        if result is not None:
            head = f"{check_card.SIGNS[result.outcome]} {head}"
            said.append(check_card.clipped(" ".join(part for part in (result.value or "", result.note) if part)))
            if one.outcome not in {None, result.outcome}:
                said.append(texts.say(language, "returned.was", sign=check_card.SIGNS[Outcome(one.outcome)]))
        photos = len(sent_since(turn.session, one))
        said.append(texts.say(language, "returned.new_photos", n=photos) if photos else "")
        said.append(texts.say(language, "returned.answered_at", time=time_of(turn, one)))
    else:
        said.append(one.reason)
        said.append(_photo_rule(language, one))
    separator = ": " if language == "en" else "："
    return head + separator + " · ".join(part for part in said if part)


def _photo_rule(language: str, one: ReturnedItem) -> str:
    """That a word alone will not do, where the item's evidence rule says so."""
    if not one.wants_photo(Outcome.FAIL):
        return ""
    return texts.say(language, "returned.photo_if_failed" if one.item.evidence in ON_FAIL else "returned.photo_needed")


def time_of(turn: Turn, one: ReturnedItem) -> str:
    """Of an answer: with its day, once that is over."""
    assert one.answered_at is not None
    local = turn.agency.local(one.answered_at)
    return f"{local:%H:%M}" if local.date() == turn.today else f"{local:%m-%d %H:%M}"


# to who has to answer


def show_inspector(turn: Turn, found: Return, hint: str = "", anew: bool = False) -> None:
    """Below what they just sent, or where they ask for it `anew`; in place once nothing is left to answer."""
    person, follows = found.check.person, anew or (bool(found.open_items) and not turn.incoming.button)
    for account in cases.reachable(turn.session, person):
        here = (account.channel, account.external_id) == (turn.incoming.channel, turn.incoming.chat)
        below = turn.incoming.message_id if here and follows else 0
        reply = inspector_reply(turn, person.language, found, hint)
        turn.card_in(card_key(found, account), account.channel, account.external_id, reply, follows=True, below=below)


def card_key(found: Return, account: Account) -> str:
    return f"returned:{found.check_id}:{found.id}:{account.id}"


def inspector_reply(turn: Turn, language: str, found: Return, hint: str = "") -> Reply:
    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    waiting = found.open_items
    lines = [say("returned.head", name=found.person.name, n=len(found.asked), **what(found))]
    lines += [item_line(turn, language, one) for one in found.asked]
    if waiting:
        lines.append(hint or say("returned.how", number=waiting[0].item.number))
    elif any(one.answered_at is not None for one in found.asked):
        lines.append(say("returned.all_answered", name=found.person.name))
    else:
        lines.append(say("returned.nothing_left"))
    buttons = [Button(label_of(language, one), f"v1:redo:{one.id}:0") for one in waiting]
    return Reply("\n".join(lines), in_rows(buttons), language=language)


def in_rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW))


# to who has sent it back


def show_lead(turn: Turn, found: Return) -> None:
    """In the place of the check's own view, for who has just done something about it."""
    key = check_view.view_key(found.check, turn.incoming.channel, turn.incoming.chat)
    turn.card(key, lead_reply(turn, turn.language, found), follows=True)


def lead_reply(turn: Turn, language: str, found: Return) -> Reply:
    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    again = Button(say("button.send_back_again"), f"v1:send_back:{found.check_id}")
    photos = Button(say("button.photos"), f"v1:photos:{found.check_id}")
    values = what(found) | {"name": found.check.person.name}
    items = [item_line(turn, language, one) for one in found.asked]
    if found.open_items:
        let_off = Button(say("button.let_off"), f"v1:let_off:{found.id}")
        return Reply("\n".join([say("sending_back.sent", **values), *items]), ((photos, let_off),), language=language)
    if all(one.answered_at is None for one in found.asked):
        return Reply(say("sending_back.let_off", **values), ((photos, again),), language=language)
    photos = Button(say("button.photos"), f"v1:redone:{found.id}")
    return Reply("\n".join([say("sending_back.answered", **values), *items]), ((photos, again),), language=language)


def tell_lead(turn: Turn, found: Return) -> None:
    """All is answered: one message, with nothing left to do; what they have open of it says so as well."""
    for person in _askers(turn, found):
        reply = lead_reply(turn, person.language, found)
        answered = max(one.answered_at or turn.now for one in found.asked)
        turn.tell(person, f"return:{found.id}:{answered:%Y%m%d%H%M%S}", reply)
        for account in cases.reachable(turn.session, person):
            key = check_view.view_key(found.check, account.channel, account.external_id)
            if card_of(turn.session, key) is not None:
                turn.card_in(key, account.channel, account.external_id, reply, follows=True)


def _askers(turn: Turn, found: Return) -> list[Person]:
    """Who has sent it back; where they do not look after it any more, who does."""
    if rights.check_to_oversee(turn.session, found.person, turn.now, found.check_id) is not None:
        return [found.person]
    if found.check.site is None:
        return []
    deciding = rights.overseers(turn.session, turn.now, found.check.site)
    return [person for person in deciding if person.id != found.check.person_id]


def tap_photos(turn: Turn, return_id: int) -> None:
    """The new photos of what was sent back."""
    found = turn.session.get(Return, return_id)
    if found is None or rights.check_for(turn.session, turn.actor, turn.now, found.check_id) is None:
        return turn.toast(turn.text("button.too_old"))
    new = [photo for one in found.asked for photo in sent_since(turn.session, one)]
    if not new:
        return submitting.tap_photos(turn, found.check_id)
    turn.toast()
    photos = tuple({"file_id": photo.file_id, "as_file": photo.as_file} for photo in new[: cases.MOST_PHOTOS])
    number = found.check.number or ""
    return turn.say(Reply(turn.text("returned.photos_of", number=number, n=len(photos)), photos=photos))
