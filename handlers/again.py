"""The same problem or a new one: what the inspector says of a case that is open already; what is open where she is."""

from dataclasses import replace

from handlers import alike, check_card, checks, correcting, day_cards, ended, receipts, sighting, submitting
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import Check, CheckState, ItemResult, Outcome
from models.drafts import results_of
from models.findings import Finding, FindingState
from models.people import Expecting
from models.sightings import Sighting
from models.sites import open_findings

PHOTO_MINUTES = 10  # in which the next photo is taken for one of the case
SHOWN = 8


def _failed(check: Check, number: int) -> ItemResult | None:
    failed = (r for r in results_of(check) if r.outcome is Outcome.FAIL and r.item.number == number)
    return next(failed, None)


def tap_same(turn: Turn, check_id: int, number: int, finding_id: int) -> None:
    """同一问题，补充照片: counted for the open case once the check is handed in; the next photo is of it."""
    check = checks.own_draft(turn, check_id)
    if check is None:
        return None
    result = _failed(check, number)
    offer = alike.offers(turn, check, [result]).get(result.item_id) if result is not None else None
    chosen = next((f for f in (*offer.here, *offer.near) if f.id == finding_id), None) if offer is not None else None
    if result is None or chosen is None:  # closed, moved or corrected meanwhile: the card says what is now
        turn.toast(turn.text("button.too_old"))
        return check_card.show_draft(turn, check)
    checks.take_in_hand(turn, check)
    sighting.say(turn, check, result.item_id, chosen, same=True)
    turn.expect(Expecting.CASE_PHOTO, result.item_id, minutes=PHOTO_MINUTES)
    turn.toast(turn.text("again.is_same", number=chosen.number))
    hint = turn.text("again.more_photos", number=number, label=check_card.item_label(turn, result.item))
    return check_card.show_draft(turn, check, hint=hint)


def tap_new(turn: Turn, check_id: int, number: int) -> None:
    """新问题: whatever else is open there, this one gets a case of its own."""
    check = checks.own_draft(turn, check_id)
    if check is None:
        return None
    result = _failed(check, number)
    offer = alike.offers(turn, check, [result]).get(result.item_id) if result is not None else None
    if result is None or offer is None:
        turn.toast(turn.text("button.too_old"))
        return check_card.show_draft(turn, check)
    checks.take_in_hand(turn, check)
    sighting.say(turn, check, result.item_id, offer.cases[0], same=False)
    if turn.conversation.expecting is Expecting.CASE_PHOTO:
        turn.expect(Expecting.NOTHING)
    turn.toast(turn.text("again.is_new"))
    return check_card.show_draft(turn, check)


def tap_another(turn: Turn, sighting_id: int) -> None:
    """是新问题, from the receipt: the check is taken off the open case, and opens one of its own."""
    found = turn.session.get(Sighting, sighting_id)
    check = rights.check_for(turn.session, turn.actor, turn.now, found.check_id) if found is not None else None
    if found is None or check is None or check.state is not CheckState.SUBMITTED:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_check(turn, check):
        return None
    if not correcting.may_correct(turn, check) or not turn.is_one_of(rights.INSPECTS):  # it opens a case
        return turn.toast(turn.text("correct.too_late"), alert=True)
    result = next((r for r in results_of(check) if r.item_id == found.item_id and r.outcome is Outcome.FAIL), None)
    if not found.counts or result is None:
        turn.toast(turn.text("button.too_old"))
        return receipts.show_receipt(turn, check)
    former = sighting.take_back(turn, check, found)
    sighting.say(turn, check, result.item_id, former, same=False)
    opened = submitting.open_finding(turn, check, result)
    turn.session.flush()
    turn.toast(turn.text("again.opened", number=opened.number))
    receipts.expect_answer(turn, check)
    receipts.show_receipt(turn, check)
    return day_cards.refresh(turn, check)


# near what is open


def tap_there(turn: Turn, site_id: int) -> None:
    """未整改 n, on the card of a check: what they are, each to be opened."""
    _list(turn, site_id, waiting=False)


def tap_waits(turn: Turn, site_id: int) -> None:
    """待复查 n: for who is near to verify; nobody is offered their own fix."""
    _list(turn, site_id, waiting=True)


def _list(turn: Turn, site_id: int, waiting: bool) -> None:
    site = rights.site_for(turn.session, turn.scopes, site_id)
    if site is None:
        return turn.toast(turn.text("button.too_old"))
    found = open_findings(turn.session, site.id)
    if waiting:
        found = [f for f in found if f.state is FindingState.FIXED_CLAIMED and f.fixed_by != turn.actor.id]
    if not found:
        return turn.toast(turn.text("again.none_waits" if waiting else "again.none_open"), alert=True)
    turn.toast()
    turn.incoming = replace(turn.incoming, button="")
    title = turn.text("button.waits_there" if waiting else "button.open_there", n=len(found))
    lines = [f"{site.name} · {title}", *(_line(turn, each) for each in found[:SHOWN])]
    if len(found) > SHOWN:
        lines.append(turn.text("ask.more", n=len(found) - SHOWN))
    return turn.say(Reply("\n".join(lines), tuple((_open(turn, each, waiting),) for each in found[:SHOWN])))


def _line(turn: Turn, finding: Finding) -> str:
    colon = ": " if turn.language == "en" else "："
    note = f"{colon}{check_card.clipped(finding.note)}" if finding.note else ""
    waits = finding.state is FindingState.FIXED_CLAIMED
    state = turn.text("state.fixed_claimed") if waits else receipts.finding_state(turn, finding)
    return f"· {finding.number} {check_card.item_name(turn, finding.item)}{note} · {state}"


def _open(turn: Turn, finding: Finding, waiting: bool) -> Button:
    if waiting:
        problem = receipts.problem_name(turn, finding)
        return Button(turn.text("button.verify_this", problem=problem), f"v1:verify:{finding.id}")
    return Button(f"{finding.number} {check_card.item_label(turn, finding.item)}", f"v1:case:{finding.id}")
