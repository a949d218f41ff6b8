"""A complaint becomes a case at once (直接立案): the office names the item, nobody has to look first."""

from handlers import check_card, complaint_card, complaints, ended, receipts, submitting
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models.campaigns import ChecklistItem
from models.checks import DESK, Check, CheckState, Outcome
from models.complaints import Complaint, ComplaintState, complaint_for, visits_changed
from models.drafts import answer_item, checklist_for, items_asked
from models.findings import Finding, FindingState
from models.naming import chinese_number
from models.people import Expecting
from models.places import Site
from models.record import keep
from models.sites import open_findings

A_ROW = 5
MOST_BUTTONS = 40


def tap_case(turn: Turn, complaint_id: int) -> None:
    """Which item: by its number, typed or tapped."""
    complaint = _to_open(turn, complaints.tapped(turn, complaint_id))
    if complaint is None:
        return None
    items = _items(complaint.site)
    if not items:
        return turn.toast(turn.text("complaint.no_checklist"), alert=True)
    turn.expect(Expecting.COMPLAINT_ITEM, complaint.id, minutes=complaints.PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    lines = [turn.text("complaint.which_item", number=complaint.number, where=complaint_card.where(complaint))]
    lines += [f"{item.number} {check_card.item_name(turn, item)}" for item in items]
    buttons = [Button(f"{i.number}", f"v1:complaint_item:{complaint.id}:{i.number}") for i in items[:MOST_BUTTONS]]
    rows = tuple(tuple(buttons[n : n + A_ROW]) for n in range(0, len(buttons), A_ROW))
    return turn.say(Reply("\n".join(lines), rows))


def _to_open(turn: Turn, complaint: Complaint | None) -> Complaint | None:
    """Of a site, and no case has come of it yet; they are told where not."""
    say = turn.toast if turn.incoming.tap else turn.say
    if complaint is None:
        return None
    if complaint.site is None:
        say(turn.text("complaint.needs_site"))
        return None
    if ended.refuses_site(turn, complaint.site.id):
        return None
    if complaint.finding is not None and complaint.finding.state is not FindingState.WITHDRAWN:
        say(turn.text("complaint.has_case", number=complaint.finding.number))
        return None
    return complaint


def _items(site: Site | None) -> tuple[ChecklistItem, ...]:
    checklist = checklist_for(site) if site is not None else None
    return checklist.asked_of(site.tier).items if checklist is not None and site is not None else ()


def tap_item(turn: Turn, complaint_id: int, number: int) -> None:
    complaint = _to_open(turn, complaints.tapped(turn, complaint_id))
    item = next((one for one in _items(complaint.site) if one.number == number), None) if complaint else None
    if complaint is None or item is None:
        return None
    turn.toast(turn.text("complaint.opened"))
    return _open(turn, complaint, item)


def receive_item(turn: Turn, complaint_id: int, line: str) -> bool:
    """False when the line is no number: then it is taken for what it otherwise says."""
    number = chinese_number(line.strip().rstrip(".。、"))
    if number is None:
        return False
    found = complaint_for(turn.session, complaint_card.worked_by(turn), complaint_id)
    if found is None or not found.is_unanswered:
        turn.expect(Expecting.NOTHING)
        turn.say(turn.text("button.too_old"))
        return True
    complaint = _to_open(turn, found)
    item = next((one for one in _items(complaint.site) if one.number == number), None) if complaint else None
    if complaint is None:
        turn.expect(Expecting.NOTHING)
    elif item is None:
        turn.say(turn.text("check.no_such_item", numbers=f"{number}", n=len(_items(complaint.site))))
    else:
        _open(turn, complaint, item)
    return True


def _open(turn: Turn, complaint: Complaint, item: ChecklistItem) -> None:
    """One that is open there for the same item is the complaint's case; another one would be worked on twice."""
    assert complaint.site is not None
    turn.expect(Expecting.NOTHING)
    open_ones = [one for one in open_findings(turn.session, complaint.site.id) if one.item_id == item.id]
    finding = open_ones[0] if open_ones else _new_case(turn, complaint, complaint.site, item)
    complaint.finding_id, complaint.state = finding.id, ComplaintState.CASE
    turn.record("complaint.case", "complaint", complaint.id, finding=finding.id, new=not open_ones)
    turn.session.flush()
    turn.session.expire(complaint, ["finding"])
    visits_changed(turn.session)
    complaint_card.refresh(turn, complaint)
    if open_ones:
        turn.say(turn.text("complaint.joined", number=finding.number, complaint=complaint.number))
    else:
        receipts.show_receipt(turn, finding.check)


def _new_case(turn: Turn, complaint: Complaint, site: Site, item: ChecklistItem) -> Finding:
    """The case hangs on a check that never was one: no visit, no figure and no ledger counts it."""
    desk = Check(
        person_id=turn.actor.id, campaign_id=site.campaign_id, site_id=site.id, checklist_id=item.checklist_id,
        kind=DESK, state=CheckState.CANCELLED, started_at=turn.now, touched_at=turn.now, cancelled_at=turn.now,
        day=turn.today, note=complaint.number or "", answers=[], photos=[], findings=[],
    )  # fmt: skip
    keep(turn.session, desk)
    turn.session.flush()
    result = answer_item(
        turn.session, desk, item, Outcome.FAIL, complaint.text, by=turn.actor.id, at=turn.now,
        message_id=None,
    )  # fmt: skip
    assert result is not None
    assert items_asked(desk)
    finding = submitting.open_finding(turn, desk, result)
    turn.session.flush()
    return finding
