"""A check that finds an open case again counts for that case, until it is taken back; a case that others have found too
outlives the correction of the check that opened it."""

from handlers import check_card, texts
from handlers.deadlines import step
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import DESK, Check, CheckState, ItemResult, Outcome
from models.drafts import results_of
from models.evidence import PhotoMoment
from models.findings import Finding, FindingState
from models.people import Person
from models.sightings import Sighting, count_one_more, keep_said, of_check, recount


def say(turn: Turn, check: Check, item_id: int, finding: Finding, same: bool) -> Sighting:
    """The word of who checks; a former one stays, marked."""
    former = of_check(turn.session, check.id).get(item_id)
    if former is not None:
        former.taken_back_at = turn.now
    said = Sighting(finding_id=finding.id, check_id=check.id, item_id=item_id, person_id=check.person_id, is_same=same,
                    at=turn.now)  # fmt: skip
    keep_said(turn.session, said)
    turn.record(
        "finding.said_same" if same else "finding.said_new", "check", check.id, finding=finding.id, item=item_id
    )
    return said


def see_again(turn: Turn, check: Check, result: ItemResult, finding: Finding, said: Sighting | None) -> None:
    """Evidence of the case from now on: the answer, and the photos that were bound to the item."""
    if said is None or not said.is_same or said.finding_id != finding.id:
        said = say(turn, check, result.item_id, finding, same=True)
    said.result_id, said.note, said.at, said.counted_at = result.id, result.note, turn.now, turn.now
    for photo in check.photos:
        if photo.item_id == result.item_id and photo.finding_id is None:
            photo.finding_id = finding.id
    step(turn, finding, "seen_again", finding.state, f"{check.number} {result.note}".strip())
    count_one_more(finding, turn.now)
    if finding.state is FindingState.FIXED_CLAIMED:
        _tell_overseers(turn, check, result, finding)


def _tell_overseers(turn: Turn, check: Check, result: ItemResult, finding: Finding) -> None:
    """Said to be fixed, and found failing: who decides on the site's cases should know before it is verified."""
    fixer = turn.session.get(Person, finding.fixed_by) if finding.fixed_by is not None else None
    for person in rights.overseers(turn.session, turn.now, finding.site):
        if person.id == turn.actor.id:
            continue
        item = check_card.item_in(person.language, finding.item)
        said = texts.say(
            person.language, "again.after_fix", problem=f"{item} · {finding.site.name}", number=finding.number,
            fixer=fixer.name if fixer is not None else "", name=check.person.name, note=result.note or item,
            fixed=f"{turn.agency.local(finding.fixed_at):%m-%d}" if finding.fixed_at else "",
            date=f"{turn.today:%m-%d}",
        )  # fmt: skip
        look = Button(f"{finding.number} {finding.item.label}", f"v1:case:{finding.id}")
        turn.tell(person, f"{turn.row}:again:{finding.id}", Reply(said, ((look,),)))


def take_back(turn: Turn, check: Check, sighting: Sighting) -> Finding:
    """The check does not say so any more."""
    finding = turn.session.get_one(Finding, sighting.finding_id)
    sighting.taken_back_at = turn.now
    for photo in check.photos:
        if photo.finding_id == finding.id and photo.moment is PhotoMoment.BEFORE:
            photo.finding_id = None
    main = finding
    if finding.state is FindingState.DUPLICATE and finding.duplicate_of is not None:
        main = turn.session.get_one(Finding, finding.duplicate_of)
    step(turn, main, "sighting_taken_back", main.state, check.number or "")
    recount(turn.session, finding)
    settle(turn, main)
    return finding


def settle(turn: Turn, finding: Finding) -> None:
    """Counted anew. What not one check says any more is withdrawn."""
    recount(turn.session, finding)
    turn.cases[finding.id] = finding
    if finding.is_open and finding.seen == 1 and not _stands(finding):
        step(turn, finding, "withdrawn", FindingState.WITHDRAWN, turn.text("finding.withdrawn"))
        finding.closed_at = turn.now


def _stands(finding: Finding) -> bool:
    """Whether the check that opened it still says so."""
    if finding.check.kind == DESK:  # the office's own word, from a complaint
        return True
    if finding.check.state is not CheckState.SUBMITTED:
        return False
    failed = {result.item_id for result in results_of(finding.check) if result.outcome is Outcome.FAIL}
    return finding.item_id in failed


def withdraw(turn: Turn, finding: Finding, why: str) -> bool:
    """The check that opened it says otherwise now. False where further checks have found it too: then it stays, and its
    history says that the first one was corrected."""
    if (finding.is_open or finding.state is FindingState.DUPLICATE) and finding.seen > 1:
        if not any(one.step == "first_check_corrected" for one in finding.steps):
            step(turn, finding, "first_check_corrected", finding.state, why)
        return False
    main_id, finding.duplicate_of = finding.duplicate_of, None
    step(turn, finding, "withdrawn", FindingState.WITHDRAWN, why)
    if main_id is not None:
        settle(turn, turn.session.get_one(Finding, main_id))
    return True
