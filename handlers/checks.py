"""Starting and finding a check: by location, by link, by name; changing the site; several drafts; cancelling."""

from datetime import datetime, timedelta

from handlers import check_card, ended, pairing, relisting, unfinished
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import Check, CheckState, Location
from models.drafts import FRESH, checklist_for, draft_at, drafts_of
from models.messages import no_card_yet
from models.people import Expecting
from models.places import Site
from models.record import aside, keep
from models.rules.flags import OF_LOCATION, OF_PLACE, Flag, place_flags
from models.rules.geofence import distance_m
from models.sightings import nothing_said
from models.sites import (
    NEARBY_M,
    Near,
    known_before,
    last_checked_days,
    meant_sites,
    nearest_sites,
    point_of,
    unplaced_sites,
)
from models.unit import belong

A_WHILE = timedelta(minutes=1)
AMBIGUOUS_METRES = 30.0  # two sites within the fence, closer to each other than a phone can tell apart (B43)
DEFAULT_RADIUS_M = 150.0


# What is asked about the check in hand itself; whatever else was asked is over when another check begins: what comes
# then is about that, and must not be taken for a reason, an alarm or the photo of something else.
OF_THE_CHECK = frozenset({
    Expecting.NOTHING, Expecting.NOTE, Expecting.AFTER_PHOTO, Expecting.DEADLINE, Expecting.CORRECTION,
    Expecting.REASON, Expecting.PHOTO_AGAIN,
})  # fmt: skip


def current_draft(turn: Turn) -> Check | None:
    """The draft in hand: the one last touched, unless it has gone cold."""
    check_id = turn.conversation.check_id
    check = turn.session.get(Check, check_id) if check_id is not None else None
    if check is None or not check.is_draft or turn.now - check.touched_at > FRESH:
        return None
    return check


def take_in_hand(turn: Turn, check: Check) -> None:
    """When it was last touched tells a draft in hand from a cold one, and which came last: to the minute will do."""
    if turn.conversation.check_id != check.id and turn.conversation.expecting not in OF_THE_CHECK:
        turn.expect(Expecting.NOTHING)  # what comes now is about the check
    if turn.conversation.check_id != check.id or turn.now - check.touched_at >= A_WHILE:
        turn.conversation.check_id, check.touched_at = check.id, turn.now


def begin(turn: Turn, started_at: datetime, via: str) -> Check:
    check = Check(person_id=turn.actor.id, state=CheckState.DRAFT, started_at=started_at, touched_at=turn.now,
                  first_message=turn.incoming.message_id or None, answers=[], photos=[], findings=[])  # fmt: skip
    keep(turn.session, check)
    no_card_yet(turn.session, check_card.card_key(check))
    nothing_said(turn.session, check.id)
    turn.record("check.begun", "check", check.id, via=via)
    take_in_hand(turn, check)
    return check


def place_at(turn: Turn, check: Check, site: Site) -> None:
    """Puts the check at a site, with the list of items that is meant for it."""
    if check.site_id == site.id:
        return
    former, former_list = check.site_id, check.checklist_id
    belong(check, "site", site)
    belong(check, "campaign", site.campaign)
    if (checklist := checklist_for(site)) is not None:
        belong(check, "checklist", checklist)
    else:
        check.checklist = check.checklist_id = None
    with aside(turn.session):
        check.before = known_before(turn.session, site.id)
    measure(check)
    ask_reason(turn, check)
    turn.record("check.placed", "check", check.id, site=site.code, former=former)
    if check.checklist_id != former_list:
        relisting.reread(turn, check)


def measure(check: Check) -> None:
    """How far from the site the check's location is, when both are known; and what is to be said of it."""
    check.distance_m = None
    check.unflag(*OF_PLACE)
    location = check.location
    if location is None:
        return
    point = point_of(check.site) if check.site else None
    here = location.point
    if point is not None:
        check.distance_m = distance_m(here, point)
    radius = check.campaign.radius_m if check.campaign else DEFAULT_RADIUS_M
    said = place_flags(location.source, here, point, radius, location.accuracy_m, location.live_seconds)
    if said:
        check.flags = [*(check.flags or ()), *said]


def ask_reason(turn: Turn, check: Check) -> None:
    """From afar it is recorded all the same; why is asked once, and the next plain line is the answer (B42)."""
    if check.has_flag(Flag.FAR) and not check.reason:
        turn.expect(Expecting.REASON, check.id)


def bind_location(turn: Turn, check: Check, location: Location, *flags: Flag) -> None:
    location.check_id = check.id
    belong(check, "location", location)
    check.unflag(*OF_LOCATION)
    for flag in flags:
        check.flag(flag)
    measure(check)
    ask_reason(turn, check)
    pairing.judge(check)
    turn.record("check.located", "check", check.id, location=location.id, metres=check.distance_m)


def meant_by(turn: Turn, location: Location) -> list[Near]:
    """Sites near enough to be meant, those not yet checked today first."""
    with aside(turn.session):
        meant = meant_sites(turn.session, turn.inspected, location.point, location.accuracy_m)
        days = last_checked_days(turn.session, [n.site.id for n in meant]) if len(meant) > 1 else {}
    return sorted(meant, key=lambda n: (days.get(n.site.id) == turn.today, n.metres))


def choose_site(turn: Turn, check: Check, location: Location) -> None:
    """The nearest site that is meant; where two could be, or none is, the card asks."""
    meant = meant_by(turn, location)
    if not meant:
        with aside(turn.session):
            near = nearest_sites(turn.session, turn.inspected, location.point)
        return ask_site(turn, check, near)
    first = meant[0]
    apart = max(AMBIGUOUS_METRES, location.accuracy_m or 0.0)
    rivals = [n for n in meant[1:] if abs(n.metres - first.metres) < apart]
    if rivals and not _checked_today(turn, rivals):
        return ask_site(turn, check, [first, *rivals], key="check.which_of_these")
    with aside(turn.session):
        existing = draft_at(turn.session, turn.actor.id, first.site.id)
    if existing is not None and existing.id != check.id:
        return _join(turn, check, existing, location)
    place_at(turn, check, first.site)
    return check_card.show_draft(turn, check)


def _checked_today(turn: Turn, nears: list[Near]) -> bool:
    days = last_checked_days(turn.session, [n.site.id for n in nears])
    return all(days.get(n.site.id) == turn.today for n in nears)


def _join(turn: Turn, fresh: Check, existing: Check, location: Location) -> None:
    """The site has a draft of this person already: it is gone on with, not begun twice."""
    if fresh.site_id is None and fresh.state is CheckState.DRAFT:
        fresh.state, fresh.cancelled_at = CheckState.CANCELLED, turn.now
        turn.record("check.cancelled", "check", fresh.id, joined=existing.id)
    take_in_hand(turn, existing)
    bind_location(turn, existing, location)
    check_card.show_draft(turn, existing)


def ask_site(turn: Turn, check: Check, near: list[Near], key: str = "") -> None:
    """Sites to choose from: those near, those without a position; and the draft keeps what it has."""
    rows = [
        (Button(f"{n.site.name} · {check_card.metres(turn, n.metres)}", f"v1:at:{check.id}:{n.site.id}"),)
        for n in near[:5]
    ]
    unplaced = unplaced_sites(turn.session, turn.inspected) if len(rows) < 5 else []
    rows += [(Button(site.name, f"v1:at:{check.id}:{site.id}"),) for site in unplaced]
    key = key or (
        "check.none_near" if rows else "check.all_ended" if ended.nothing_left(turn) else "check.no_sites_yours"
    )
    rows.append((Button(turn.text("button.cancel"), f"v1:cancel:{check.id}"),))
    turn.card(check_card.card_key(check), Reply(turn.text(key), tuple(rows)), follows=True)


def start_at(turn: Turn, site: Site, via: str) -> None:
    """Begins a check at a named site, or goes on with the draft there is."""
    check = draft_at(turn.session, turn.actor.id, site.id)
    if check is None:
        in_hand = current_draft(turn)
        check = in_hand if in_hand is not None and in_hand.site_id is None else begin(turn, turn.incoming.sent_at, via)
        place_at(turn, check, site)
    take_in_hand(turn, check)
    check_card.show_draft(turn, check)


def own_draft(turn: Turn, check_id: int) -> Check | None:
    """The person's draft a button names; says what has become of it when it is none any more."""
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None:
        turn.toast(turn.text("button.too_old"))
        return None
    if check.person_id == turn.actor.id and ended.refuses_check(turn, check):
        return None
    if check.state is CheckState.SUBMITTED:
        turn.toast(turn.text("check.already_submitted", number=check.number), alert=True)
        return None
    if check.state is CheckState.CANCELLED or check.person_id != turn.actor.id:
        turn.toast(turn.text("check.was_closed" if unfinished.was_closed(check) else "check.was_cancelled"), alert=True)
        return None
    return check


def tap_place(turn: Turn, check_id: int, site_id: int) -> None:
    check = own_draft(turn, check_id)
    site = rights.site_for(turn.session, turn.inspected, site_id)
    if check is None:
        return None
    if site is None:
        return None if ended.refuses_site(turn, site_id) else turn.toast(turn.text("button.too_old"))
    place_at(turn, check, site)
    take_in_hand(turn, check)
    turn.toast(site.name)
    return check_card.show_draft(turn, check)


def tap_other_site(turn: Turn, check_id: int) -> None:
    check = own_draft(turn, check_id)
    if check is None:
        return
    take_in_hand(turn, check)
    turn.toast()
    if check.location is None:
        rows = tuple((Button(site.name, f"v1:at:{check.id}:{site.id}"),) for site in _recent_sites(turn))
        back = (Button(turn.text("button.back"), f"v1:show:{check.id}"),)
        turn.card(check_card.card_key(check), Reply(turn.text("check.which_site"), (*rows, back)), follows=True)
        return
    here = check.location.point
    near = [
        n
        for n in nearest_sites(turn.session, turn.inspected, here, NEARBY_M * 4, limit=6)
        if n.site.id != check.site_id
    ]
    ask_site(turn, check, near, key="check.which_site")


def _recent_sites(turn: Turn) -> list[Site]:
    sites = list(turn.session.scalars(rights.visible_sites(turn.inspected).order_by(Site.id).limit(60)))
    days = last_checked_days(turn.session, [site.id for site in sites])
    return sorted(sites, key=lambda site: (site.id in days, days.get(site.id)))[:8]


def tap_show(turn: Turn, check_id: int) -> None:
    check = own_draft(turn, check_id)
    if check is None:
        return
    take_in_hand(turn, check)
    check.browsing = None
    turn.toast()
    check_card.show_draft(turn, check)


def tap_cancel(turn: Turn, check_id: int) -> None:
    check = own_draft(turn, check_id)
    if check is not None:
        turn.toast()
        cancel(turn, check)


def cancel(turn: Turn, check: Check) -> None:
    """Nothing is deleted: a cancelled draft keeps its photos and can be taken up again."""
    check.state, check.cancelled_at, check.submit_due_at = CheckState.CANCELLED, turn.now, None
    if turn.conversation.check_id == check.id:
        turn.conversation.check_id = None
    turn.record("check.cancelled", "check", check.id)
    again = (Button(turn.text("button.resume"), f"v1:resume:{check.id}"),)
    name = check.site.name if check.site else turn.text("check.unnamed")
    turn.card(check_card.card_key(check), Reply(turn.text("check.cancelled", site=name), (again,)), follows=True)


def tap_resume(turn: Turn, check_id: int) -> None:
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None or check.person_id != turn.actor.id or not unfinished.may_be_resumed(check, turn.now):
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_check(turn, check):
        return None
    check.state, check.cancelled_at = CheckState.DRAFT, None
    turn.record("check.resumed", "check", check.id)
    take_in_hand(turn, check)
    turn.toast()
    return check_card.show_draft(turn, check)


def cancel_by_word(turn: Turn) -> None:
    check = current_draft(turn)
    if check is None and turn.conversation.expecting not in OF_THE_CHECK:
        turn.expect(Expecting.NOTHING)
        return turn.say(turn.text("check.not_awaited"))
    if check is None:
        waiting = drafts_of(turn.session, turn.actor.id)
        return turn.say(turn.text("check.nothing_to_cancel", n=len(waiting)))
    return cancel(turn, check)
