"""Handing a check in: its number, its receipt, the problems it opens; taking it back while that is allowed."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_

from handlers import (
    alike,
    bunches,
    check_card,
    checks,
    complaint_visits,
    day_cards,
    ended,
    live,
    positions,
    receipts,
    sighting,
)  # fmt: skip
from handlers.deadlines import deadline_said, step
from handlers.messages import Reply
from handlers.turn import Turn
from models import rights, weighing
from models.alike import near_check
from models.campaigns import MEASURED, ChecklistItem
from models.checks import DESK, Check, CheckState, ItemResult, Outcome
from models.drafts import items_asked, latest_handed_in, next_number, prefix_of, results_of
from models.evidence import Photo, PhotoMoment, PhotoState, PhotoVerdict
from models.findings import DeadlineSource, Finding, FindingState
from models.limits import PrintedLimit, printed_limit, responsible_unit, times_closed
from models.memory import unlearn
from models.messages import card_of
from models.record import keep, put
from models.rules.flags import Flag
from models.sightings import counted_of_check, forget_said
from models.unit import belong

SETTLE = timedelta(seconds=3)  # an album has no end mark: so long after its last part it is taken for whole


def tap_submit(turn: Turn, check_id: int) -> None:
    """「其余均合格，提交」: what is not answered yet is fine; what is answered stays."""
    check = checks.own_draft(turn, check_id)
    if check is None:
        return None
    checks.take_in_hand(turn, check)
    progress = check_card.progress_of(check)
    if not progress.ready:
        turn.toast(check_card.next_step(turn, check, progress), alert=True)
        return check_card.show_draft(turn, check)
    submit(turn, check, turn.now, progress.photos.placed)
    turn.toast(turn.text("receipt.recorded", number=check.number))
    return None


def submit(turn: Turn, check: Check, at: datetime, placed: int) -> None:
    """`placed`: how many of its photos say where they were taken."""
    assert check.site is not None
    assert check.campaign is not None
    results = results_of(check)
    rest = _pass_the_rest(turn, check, results)
    live.judge(turn, check, at)
    if placed:
        weighing.weigh_places(turn.session, check)
    check.state, check.submitted_at, check.received_at = CheckState.SUBMITTED, at, turn.now
    check.submit_due_at, check.browsing, check.revision = None, None, check.revision + 1
    if check.number is None:
        check.day = turn.agency.day(at)
        prefix = prefix_of(turn.session, check.site)
        check.number = f"{prefix}-{check.day:%m%d}-{next_number(turn.session, prefix, check.day):03d}"
    if check.last_message is None:
        card = card_of(turn.session, check_card.card_key(check))
        check.last_message = max(turn.incoming.message_id, card.below if card is not None else 0)
    check.undo_until = turn.now + timedelta(minutes=check.campaign.undo_minutes) if check.wish_all_fine else None
    if turn.conversation.check_id == check.id:
        turn.conversation.check_id = None
    answers = {r.item.number: r.outcome for r in results} | {item.number: Outcome.PASS for item in rest}
    turn.record("check.submitted", "check", check.id, number=check.number, revision=check.revision, answers=answers)
    reconcile_findings(turn, check, results)
    positions.propose(turn, check)
    receipts.show_receipt(turn, check, counted=receipts.tally(results, len(rest)))
    forget_said(turn.session, check.id)
    if not turn.queue.behind:
        bunches.gather(turn)
    day_cards.refresh(turn, check)


def _pass_the_rest(turn: Turn, check: Check, results: list[ItemResult]) -> list[ChecklistItem]:
    """What nobody has said anything about is fine; which items that were."""
    answered = {r.item_id for r in results}
    fine = {
        "check_id": check.id,
        "outcome": Outcome.PASS,
        "note": "",
        "answered_at": turn.now,
        "answered_by": check.person_id,
    }
    left = [item for item in items_asked(check) if item.id not in answered and item.kind not in MEASURED]
    for item in left:
        put(turn.session, ItemResult, **fine, item_id=item.id)
    if left:  # written in bulk, not kept in mind: who wants them reads them
        turn.session.expire(check, ["answers"])
    return left


def reconcile_findings(turn: Turn, check: Check, results: list[ItemResult]) -> None:
    """Every failed item of a handed-in check has a finding: one of its own, or the one that is open on that item. One
    whose item was corrected is withdrawn, not deleted."""
    failed = {r.item_id: r for r in results if r.outcome is Outcome.FAIL}
    known = {f.item_id: f for f in receipts.findings_of(check)}
    seen = counted_of_check(turn.session, check.id) if check.revision > 1 else {}
    for item_id, finding in known.items():
        open_or_merged = finding.is_open or finding.state is FindingState.DUPLICATE
        if (
            item_id not in failed
            and open_or_merged
            and sighting.withdraw(turn, finding, turn.text("finding.withdrawn"))
        ):
            finding.closed_at = turn.now
    for item_id, former in seen.items():
        if item_id not in failed:
            sighting.take_back(turn, check, former)
    unknown = [result for item_id, result in failed.items() if item_id not in known and item_id not in seen]
    offered = alike.offers(turn, check, unknown)
    for result in unknown:
        offer = offered.get(result.item_id)
        if offer is not None and offer.meant is not None:
            sighting.see_again(turn, check, result, offer.meant, offer.said)
        else:
            open_finding(turn, check, result)
    for item_id in failed.keys() & known.keys():
        known[item_id].note = failed[item_id].note
    for item_id in failed.keys() & seen.keys():
        seen[item_id].note, seen[item_id].result_id = failed[item_id].note, failed[item_id].id
    unlearn(turn.session, *near_check(check.id))
    complaint_visits.after_check(turn, check)


def open_finding(turn: Turn, check: Check, result: ItemResult) -> Finding:
    """A failed item becomes a matter to fix. Its time limit is the plan's, or is asked for; never invented (R14)."""
    assert check.site is not None
    assert check.campaign_id is not None
    prefix = f"{prefix_of(turn.session, check.site)}-W"
    finding = Finding(
        number=f"{prefix[:-2]}-{turn.today:%m%d}-W{next_number(turn.session, prefix, turn.today):02d}",
        day=turn.today,
        campaign_id=check.campaign_id,
        check_id=check.id,
        site_id=check.site.id,
        item_id=result.item_id,
        note=result.note,
        severity=result.item.severity,
        state=FindingState.OPEN,
        opened_at=turn.now,
        opened_by=check.person_id,
        unit_id=responsible_unit(turn.session, check.site, result.item),
        recurrence=times_closed(turn.session, check.site.id, result.item_id) + 1,
    )
    limit = printed_limit(turn.session, check, result, turn.today)
    if isinstance(limit, PrintedLimit):
        finding.deadline_on, finding.deadline_source, finding.deadline_basis = (
            limit.on,
            DeadlineSource.PLAN,
            limit.basis,
        )
    elif check.kind != DESK and (said := deadline_said(result.note, turn.today)) is not None:
        finding.deadline_on, finding.deadline_source, finding.deadline_by = said, DeadlineSource.PERSON, check.person_id
        finding.deadline_basis = result.note
    belong(finding, "site", check.site)
    belong(finding, "item", result.item)
    belong(finding, "check", check)
    keep(turn.session, finding)
    step(turn, finding, "opened", FindingState.OPEN, result.note)
    for photo in check.photos:
        if photo.item_id == result.item_id and photo.finding_id is None:
            photo.finding_id = finding.id
    return finding


def settle_wish(turn: Turn, check: Check) -> None:
    """「全部合格」 was said: with place and photos there the check hands itself in, once its album is whole."""
    if not check.wish_all_fine or not check.is_draft:
        return
    progress = check_card.progress_of(check)
    if not progress.ready or check.has_flag(Flag.APART):  # that is asked about first
        check.submit_due_at = None
        return
    newest = max(check.photos, key=lambda photo: photo.received_at, default=None)
    if newest is not None and newest.album is not None and turn.now - newest.received_at < SETTLE:
        check.submit_due_at = newest.received_at + SETTLE
        return
    submit(turn, check, turn.incoming.sent_at, progress.photos.placed)


def submit_when_due(turn: Turn, check: Check) -> None:
    """The stored deadline of an album has passed (F24); whatever has changed meanwhile is looked at again."""
    check.submit_due_at = None
    if not check.is_draft or not check.wish_all_fine or not turn.is_one_of(rights.INSPECTS):
        return
    progress = check_card.progress_of(check)
    if progress.ready and not check.has_flag(Flag.APART):
        submit(turn, check, turn.now, progress.photos.placed)


def tap_undo(turn: Turn, check_id: int) -> None:
    """Taken back within the minutes allowed: a draft again, its number kept for when it is handed in once more."""
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None or check.person_id != turn.actor.id or check.state is not CheckState.SUBMITTED:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_check(turn, check):
        return None
    if check.undo_until is None or turn.now >= check.undo_until:
        turn.toast(turn.text("receipt.undo_over"), alert=True)
        return receipts.show_receipt(turn, check)
    check.state = CheckState.DRAFT  # from here on it says nothing
    for finding in receipts.findings_of(check):
        sighting.withdraw(turn, finding, turn.text("receipt.taken_back"))
    for former in counted_of_check(turn.session, check.id).values():
        sighting.take_back(turn, check, former)
    for result in results_of(check):
        if result.outcome is Outcome.PASS and result.message_id is None:
            result.replaced_at = turn.now
    check.undo_until, check.wish_all_fine = None, False
    check.last_message = None
    turn.record("check.taken_back", "check", check.id, number=check.number)
    complaint_visits.taken_back(turn, check)
    turn.session.flush()
    checks.take_in_hand(turn, check)
    turn.toast(turn.text("receipt.taken_back"))
    check_card.show_draft(turn, check)
    return day_cards.refresh(turn, check)


def undo_by_word(turn: Turn) -> None:
    """「撤回」 as a word, with no draft in hand: of the check just handed in."""
    latest = latest_handed_in(turn.session, turn.actor, Check.undo_until.is_not(None))
    if latest is None or latest.undo_until is None or turn.now >= latest.undo_until:
        return turn.say(turn.text("receipt.undo_over"))
    return tap_undo(turn, latest.id)


def append_late_photo(turn: Turn, check: Check) -> None:
    """A part of an album that came after the check was handed in belongs to it all the same (F24)."""
    turn.record("photo.late", "check", check.id, message=turn.incoming.message_id)
    receipts.show_receipt(turn, check)


def _may_be_shown() -> ColumnElement[bool]:
    """What was found to be no photo is sent on to nobody (T06)."""
    return or_(Photo.verdict.is_(None), Photo.verdict != PhotoVerdict.QUARANTINED)


def tap_photos(turn: Turn, check_id: int) -> None:
    """The check's photos, sent back as the platform has them."""
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None:
        return turn.toast(turn.text("button.too_old"))
    query = (
        turn.session.query(Photo)
        .filter(Photo.check_id == check.id, Photo.state != PhotoState.REFUSED, _may_be_shown())
        .filter(Photo.moment != PhotoMoment.ATTACHED)
        .order_by(Photo.id)
    )
    photos = [{"file_id": photo.file_id, "as_file": photo.as_file} for photo in query][:30]
    if not photos:
        return turn.toast(turn.text("receipt.no_photos"))
    turn.toast()
    return turn.say(
        Reply(turn.text("receipt.photos_of", number=check.number or "", n=len(photos)), photos=tuple(photos))
    )
