"""复查: somebody who did not fix it looks at the place, sends a photo, and says whether it is in order."""

from sqlalchemy import select

from handlers import before_after, case_card, cases, check_card, checks, ended, flags, texts
from handlers.deadlines import step
from handlers.messages import Button, Reply
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.campaign_plan import EvidenceRule
from models.campaigns import Checklist
from models.checks import Location
from models.evidence import Photo, PhotoMoment, is_evidence
from models.findings import STILL_OPEN, Finding, FindingState, Verification
from models.people import Expecting
from models.record import keep
from models.rules.geofence import counts_as_there, distance_m
from models.sites import point_of

PATIENCE = 120  # minutes for place and photo
SHOWN = 6


def to_verify(turn: Turn) -> list[Finding]:
    """What waits for somebody like this person to look at it; nobody looks at their own fix."""
    if not turn.is_one_of(rights.VERIFIES):
        return []
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.VERIFIES)
    query = rights.findings_in(granted).where(
        Finding.state == FindingState.FIXED_CLAIMED, STILL_OPEN, Finding.fixed_by != turn.actor.id
    )
    return list(turn.session.scalars(query.order_by(Finding.fixed_at, Finding.id).limit(SHOWN)))


def _to_be_verified(turn: Turn, finding_id: int) -> Finding | None:
    """The case, if who tapped may verify it; they are told why not."""
    seen = cases.case_seen(turn, finding_id)
    if seen is None:
        turn.toast(turn.text("button.too_old"))
        return None
    if ended.refuses_finding(turn, seen):
        return None
    if seen.state is not FindingState.FIXED_CLAIMED:
        state = case_card.limit_line(turn, turn.language, seen)
        turn.toast(turn.text("case.as_it_stands", problem=problem_name(turn, seen), state=state), alert=True)
        return None
    if seen.fixed_by == turn.actor.id:
        turn.toast(turn.text("verify.not_own"), alert=True)
        return None
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.VERIFIES)
    if rights.finding_for(turn.session, granted, finding_id) is None:
        turn.toast(turn.text("verify.not_yours"), alert=True)
        return None
    return seen


def tap_verify(turn: Turn, finding_id: int) -> None:
    """Begins, in the private chat of who tapped."""
    finding = _to_be_verified(turn, finding_id)
    if finding is None:
        return None
    found = turn.session.scalar(
        select(Verification).where(
            Verification.finding_id == finding.id, Verification.person_id == turn.actor.id,
            Verification.decided_at.is_(None),
        )
    )  # fmt: skip
    if found is None:
        found = Verification(finding_id=finding.id, person_id=turn.actor.id, begun_at=turn.now)
        keep(turn.session, found)
        turn.record("verification.begun", "finding", finding.id, verification=found.id)
    turn.expect(Expecting.VERIFICATION, found.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast(turn.text("verify.in_private") if turn.incoming.in_group else "")
    return show(turn, found)


def _under_way(turn: Turn, number: int) -> tuple[Verification, Finding] | None:
    """One's own that is not decided yet, and what it is about, still to be verified."""
    found = turn.session.get(Verification, number)
    if found is None or found.person_id != turn.actor.id or found.decided_at is not None:
        turn.expect(Expecting.NOTHING)
        return None
    finding = _to_be_verified(turn, found.finding_id)
    return (found, finding) if finding is not None else None


def receive_photo(turn: Turn, photo: Photo, number: int) -> None:
    under_way = _under_way(turn, number)
    if under_way is None:
        return turn.say(turn.text("button.too_old"))
    found, finding = under_way
    photo.finding_id, photo.item_id, photo.moment = finding.id, finding.item_id, PhotoMoment.VERIFIED
    turn.record("photo.verified", "finding", finding.id, photo=photo.id)
    turn.session.flush()
    return show(turn, found)


def receive_location(turn: Turn, location: Location, number: int) -> bool:
    """False where nothing is being verified any more, or where the person has gone on to another site: then it begins a
    check, as ever, and the verification waits."""
    under_way = _under_way(turn, number)
    if under_way is None:
        return False
    found, finding = under_way
    point, here = point_of(finding.site), location.point
    metres = distance_m(here, point) if point is not None else None
    away = metres is not None and not counts_as_there(metres, finding.site.campaign.radius_m, location.accuracy_m)
    if away and checks.meant_by(turn, location):
        turn.expect(Expecting.NOTHING)
        return False
    found.location_id, found.distance_m = location.id, metres
    turn.record("verification.located", "finding", finding.id, location=location.id, metres=found.distance_m)
    show(turn, found)
    return True


def receive_reason(turn: Turn, number: int, line: str) -> bool:
    """Why it is looked at from elsewhere."""
    under_way = _under_way(turn, number)
    if under_way is None or _is_there(turn, under_way[0], under_way[1]):
        return False
    under_way[0].reason = check_card.clipped(line, 200)
    show(turn, under_way[0])
    return True


def _is_there(turn: Turn, found: Verification, finding: Finding) -> bool:
    """Near the site, as far as its place is known; a site without one takes any place."""
    location = turn.session.get(Location, found.location_id) if found.location_id is not None else None
    if location is None:
        return False
    radius = finding.site.campaign.radius_m
    return found.distance_m is None or counts_as_there(found.distance_m, radius, location.accuracy_m)


def _photos(turn: Turn, found: Verification, finding: Finding) -> int:
    own = (Photo.finding_id == finding.id, Photo.moment == PhotoMoment.VERIFIED, Photo.person_id == found.person_id)
    since = (Photo.received_at >= found.begun_at, is_evidence())
    return len(turn.session.scalars(select(Photo.id).where(*own, *since)).all())


def _is_ready(turn: Turn, found: Verification, finding: Finding) -> bool:
    return _photos(turn, found, finding) > 0 and (_is_there(turn, found, finding) or bool(found.reason))


def show(turn: Turn, found: Verification) -> None:
    """The card of the verification, below the last message of who verifies."""
    finding = turn.session.get_one(Finding, found.finding_id)
    language = turn.actor.language
    reply = Reply("\n".join(_lines(turn, found, finding)), _buttons(turn, found, finding), language=language)
    key = f"verify:{found.id}"
    if not turn.incoming.in_group:
        return turn.card(key, reply, follows=True)
    for account in cases.reachable(turn.session, turn.actor):
        turn.card_in(key, account.channel, account.external_id, reply, follows=True)
    return None


def _lines(turn: Turn, found: Verification, finding: Finding) -> list[str]:
    """What is looked at, what is there of it, and what is still wanted."""
    language = turn.actor.language
    photos, place = _photos(turn, found, finding), texts.say(language, "verify.no_place")
    if found.location_id is not None and found.distance_m is not None:
        place = texts.say(language, "check.distance", distance=flags.metres(language, found.distance_m))
    elif found.location_id is not None:
        place = texts.say(language, "verify.placed")
    asked = case_card.waiting_request(turn.session, finding.id)
    lines = [_title(turn, finding), finding.note, *case_card.progress_lines(turn, language, finding, asked)]
    lines.append(texts.say(language, "verify.evidence", n=photos, place=place))
    if found.reason:
        lines.append(texts.say(language, "verify.reason", reason=found.reason))
    if not photos:
        lines.append(_pair_demanded(turn, language, finding))
    if not _is_ready(turn, found, finding):
        lines.append(texts.say(language, _wanted(turn, found, finding, photos > 0)))
    return [line for line in lines if line]


def _title(turn: Turn, finding: Finding) -> str:
    language = turn.actor.language
    return texts.say(language, "verify.title", problem=check_card.problem_in(language, finding))


def _pair_demanded(turn: Turn, language: str, finding: Finding) -> str:
    """Where the plan wants photos before and after (P01 四（四）), its article: without the second nothing closes."""
    if finding.item.evidence != EvidenceRule.BEFORE_AFTER:
        return ""
    basis = turn.session.get_one(Checklist, finding.item.checklist_id).source
    return texts.say(language, "verify.pair_demanded", basis=basis)


def _wanted(turn: Turn, found: Verification, finding: Finding, has_photo: bool) -> str:
    """What to ask for next."""
    if _is_there(turn, found, finding) or found.reason:
        return "verify.send_photo"
    if found.location_id is not None:
        return "verify.too_far"
    return "verify.send_place" if has_photo else "verify.send_both"


def _buttons(turn: Turn, found: Verification, finding: Finding) -> tuple[tuple[Button, ...], ...]:
    language = turn.actor.language
    photos = Button(texts.say(language, "button.photos"), f"v1:evidence:{finding.id}")
    if not _is_ready(turn, found, finding):
        return ((photos,),)
    conforms = Button(texts.say(language, "button.conforms"), f"v1:conforms:{found.id}")
    return (conforms, Button(texts.say(language, "button.returns"), f"v1:returns:{found.id}")), (photos,)


def _decided(turn: Turn, number: int) -> tuple[Verification, Finding] | None:
    under_way = _under_way(turn, number)
    if under_way is not None and not _is_ready(turn, *under_way):
        demanded = "" if _photos(turn, *under_way) else _pair_demanded(turn, turn.language, under_way[1])
        turn.toast(demanded or turn.text("verify.send_both"), alert=True)
        return None
    return under_way


def tap_conforms(turn: Turn, number: int) -> None:
    """合格，销号: closed by who looked, with all the photos kept together."""
    decided = _decided(turn, number)
    if decided is None:
        return
    found, finding = decided
    found.conforms, found.decided_at = True, turn.now
    step(turn, finding, "verified", FindingState.VERIFIED_CLOSED, found.reason)
    finding.closed_at = turn.now
    turn.expect(Expecting.NOTHING)
    turn.toast(turn.text("verify.closed"))
    _settled(turn, found, finding)
    turn.session.flush()
    before_after.show(turn, finding)


def tap_returns(turn: Turn, number: int) -> None:
    """不合格，退回: what is wanting is asked for first; the unit has to know what to do."""
    decided = _decided(turn, number)
    if decided is None:
        return
    turn.expect(Expecting.RETURNED_BECAUSE, number, minutes=PATIENCE)
    turn.toast()
    turn.say(turn.text("verify.what_is_wanting", problem=problem_name(turn, decided[1])))


def receive_wanting(turn: Turn, number: int, line: str) -> bool:
    decided = _decided(turn, number)
    if decided is None:
        return False
    found, finding = decided
    found.conforms, found.decided_at, found.note = False, turn.now, check_card.clipped(line, 200)
    finding.returned += 1
    finding.fixed_by, finding.fixed_at = None, None
    step(turn, finding, "returned", FindingState.NOT_CONFORMING, found.note)
    turn.expect(Expecting.NOTHING)
    _settled(turn, found, finding)
    return True


def _settled(turn: Turn, found: Verification, finding: Finding) -> None:
    """The card says how it ended; who has the case in hand is told when it comes back."""
    told = turn.text("verify.was_closed" if found.conforms else "verify.was_returned", n=finding.returned)
    lines = [_title(turn, finding), told, found.note]
    photos = Button(turn.text("button.photos"), f"v1:evidence:{finding.id}")
    reply = Reply("\n".join(line for line in lines if line), ((photos,),))
    turn.card(f"verify:{found.id}", reply, follows=True)
    if finding.taken_by is not None and not found.conforms:
        cases.tell_taker(turn, finding, "case.came_back", reason=found.note)
