"""A complaint becomes a visit: the inspectors there are asked to look; the office hears what the check has found."""

from sqlalchemy import select

from handlers import case_card, complaint_card, ended, texts
from handlers.cases import reachable
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import Check
from models.complaints import Complaint, ComplaintState, complaint_for, sites_to_visit, to_visit, visits_changed
from models.findings import Finding, FindingState
from models.people import Person, Role
from models.sightings import counted_of_check


def tap_visit(turn: Turn, complaint_id: int) -> None:
    """派人去看: one message to each inspector of the place; who begins a check there takes it."""
    complaint = complaint_for(turn.session, complaint_card.worked_by(turn), complaint_id)
    if complaint is None:
        return turn.toast(turn.text("button.too_old"))
    if complaint.state is not ComplaintState.OPEN:
        return turn.toast(turn.text("complaint.not_open", number=complaint.number), alert=True)
    if complaint.site is not None and ended.refuses_site(turn, complaint.site.id):
        return None
    told = [person for person in _inspectors(turn, complaint) if reachable(turn.session, person)]
    if not told:
        return turn.toast(turn.text("complaint.no_inspector"), alert=True)
    complaint.state = ComplaintState.VISITING
    names = "、".join(person.name for person in told)
    turn.record("complaint.visit_asked", "complaint", complaint.id, people=[person.id for person in told])
    turn.session.flush()
    visits_changed(turn.session)
    for person in told:
        turn.tell(person, f"complaint:{complaint.id}:visit:{person.id}", _asked(turn, person, complaint))
    turn.toast(turn.text("complaint.told", n=len(told), names=names))
    return complaint_card.refresh(turn, complaint)


def _inspectors(turn: Turn, complaint: Complaint) -> list[Person]:
    """Who inspects there; where nobody does, the leads."""
    for role in (Role.INSPECTOR, Role.LEAD):
        found = rights.posted_over(
            turn.session, turn.now, frozenset({role}), complaint.area_id, complaint.campaign_id
        )  # fmt: skip
        if found:
            return found
    return []


def _asked(turn: Turn, person: Person, complaint: Complaint) -> Reply:
    language, site = person.language, complaint.site
    lines = [
        texts.say(language, "complaint.please_visit", where=complaint_card.where(complaint)),
        complaint.text,
        complaint_card.due_line(language, complaint, turn.today),
        complaint.number or "",
    ]
    row = ((Button(f"📍 {site.name}", f"v1:begin:s:{site.id}"),),) if site is not None else ()
    return Reply("\n".join(line for line in lines if line), row)


def after_check(turn: Turn, check: Check) -> None:
    """A check was handed in or corrected: complaints that waited for it are told of in the office, where anything is
    new. What sites those are stays in mind, so that other checks cost no question."""
    if check.site_id not in sites_to_visit(turn.session):
        return
    failed = _found(turn, check)
    for complaint in to_visit(turn.session, check.site_id or 0):
        if _has_another(complaint, check, failed):
            continue
        finding = failed[0] if failed else None
        former = (complaint.check_id, complaint.finding_id)
        if complaint.check_id not in {None, check.id} or former == (check.id, finding.id if finding else None):
            continue
        complaint.check_id, complaint.finding_id = check.id, finding.id if finding is not None else None
        complaint.state = ComplaintState.CASE if finding is not None else ComplaintState.VISITING
        turn.record("complaint.looked_at", "complaint", complaint.id, check=check.id, finding=complaint.finding_id)
        turn.session.flush()
        turn.session.expire(complaint, ["check", "finding"])
        _tell_office(turn, complaint, check, len(failed))
        complaint_card.refresh(turn, complaint)


def follow(turn: Turn, duplicate: Finding, main: Finding) -> None:
    """A complaint whose case is merged goes on with the case that does."""
    for complaint in turn.session.scalars(select(Complaint).where(Complaint.finding_id == duplicate.id)):
        complaint.finding_id = main.id
        turn.record("complaint.case_merged", "complaint", complaint.id, case=duplicate.id, into=main.id)
        turn.session.flush()
        turn.session.expire(complaint, ["finding"])
        complaint_card.refresh(turn, complaint)


def _found(turn: Turn, check: Check) -> list[Finding]:
    """What failed there: cases of the check's own, and open ones that it counts for; of a duplicate the one that goes
    on."""
    found = [finding for finding in check.findings if finding.state is not FindingState.WITHDRAWN]
    seen = counted_of_check(turn.session, check.id).values()
    found += [turn.session.get_one(Finding, one.finding_id) for one in seen]
    main = [
        turn.session.get_one(Finding, one.duplicate_of) if one.duplicate_of is not None else one for one in found
    ]  # fmt: skip
    return [*{one.id: one for one in main}.values()]


def _has_another(complaint: Complaint, check: Check, failed: list[Finding]) -> bool:
    """The office has made it a case of its own: no check takes that away."""
    finding = complaint.finding
    if finding is None or finding.state is FindingState.WITHDRAWN:
        return False
    return finding.check_id != check.id and finding.id not in {one.id for one in failed}


def taken_back(turn: Turn, check: Check) -> None:
    """A check that was handed in is a draft again: the complaint waits for one, as before."""
    if check.site_id not in sites_to_visit(turn.session):
        return
    for complaint in to_visit(turn.session, check.site_id or 0):
        if complaint.check_id == check.id and not _has_another(complaint, check, _found(turn, check)):
            complaint.check_id, complaint.finding_id, complaint.state = None, None, ComplaintState.VISITING
            turn.record("complaint.check_taken_back", "complaint", complaint.id, check=check.id)
            turn.session.flush()
            turn.session.expire(complaint, ["check", "finding"])
            complaint_card.refresh(turn, complaint)


def _tell_office(turn: Turn, complaint: Complaint, check: Check, failed: int) -> None:
    name, number = case_card.name_of(turn.session, check.person_id), check.number or ""
    for person in complaint_card.office_over(turn, complaint.area_id, complaint.campaign_id):
        key = "complaint.result_failed" if failed else "complaint.result_fine"
        said = texts.say(
            person.language, key, complaint=complaint.number, where=complaint_card.where(complaint), name=name,
            number=number, n=failed,
        )  # fmt: skip
        if complaint.finding is not None:
            said += "\n" + complaint_card.case_line(turn, person.language, complaint.finding)
        see = Button(texts.say(person.language, "button.see_complaint"), f"v1:complaint:{complaint.id}")
        turn.tell(person, f"{turn.row}:complaint:{complaint.id}:{person.id}:{check.revision}", Reply(said, ((see,),)))
