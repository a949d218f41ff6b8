"""A position came in: it starts a check, belongs to the one in hand, or begins another."""

from dataclasses import replace

from handlers import check_card, checks, live, submitting, swapping, verifying
from handlers.messages import SentPlace
from handlers.repeats import is_repeat
from handlers.turn import Turn
from models import rights
from models.campaign_plan import Datum
from models.checks import Check, Location, LocationSource
from models.drafts import photo_count, results_of
from models.people import Expecting
from models.record import keep
from models.rules.flags import Flag
from models.rules.geofence import is_null_island, is_on_globe, proximity
from models.rules.written_places import Written
from models.sites import point_of


def receive_location(turn: Turn) -> None:
    place = turn.incoming.place
    if place is None:
        return None
    if turn.incoming.edited:
        return live.keep_tick(turn, place)  # a sample, never a new statement (F22)
    verified = turn.expects(Expecting.VERIFICATION)
    if not turn.is_one_of(rights.INSPECTS) and verified is None:
        return turn.say(turn.text("location.not_inspector"))
    if is_repeat(turn, Location):
        return None
    if swapping.is_likely(turn, place) and not turn.incoming.forwarded:
        return swapping.ask(turn, keep_location(turn))
    if not is_on_globe(place.latitude, place.longitude):
        return turn.say(turn.text("location.impossible"))
    if is_null_island(place.latitude, place.longitude):
        return turn.say(turn.text("location.null_island"))
    location = keep_location(turn)
    if turn.incoming.forwarded:
        return turn.say(turn.text("location.forwarded"))
    if verified is not None and verifying.receive_location(turn, location, verified):
        return None
    return take(turn, location)


def receive_written(turn: Turn, written: Written) -> None:
    """Degrees typed by hand: taken as a position and flagged as what they are (B35)."""
    if written.latitude is None or written.longitude is None:
        return turn.say(turn.text("location.half"))
    turn.incoming = replace(turn.incoming, place=SentPlace(written.latitude, written.longitude, source="typed"))
    return receive_location(turn)


def take(turn: Turn, location: Location, *flags: Flag) -> None:
    """The position of the draft in hand, or of a new check. `flags`: what else is to be said of it."""
    draft = checks.current_draft(turn)
    if draft is not None and _belongs_to(turn, draft, location):
        checks.bind_location(turn, draft, location, *flags)
        checks.take_in_hand(turn, draft)
        return _go_on(turn, draft, location)
    check = checks.begin(turn, turn.incoming.sent_at, "location")
    checks.bind_location(turn, check, location, *flags)
    return checks.choose_site(turn, check, location)


def keep_location(turn: Turn) -> Location:
    """Kept as it came, whatever becomes of it: it is evidence."""
    place, incoming = turn.incoming.place, turn.incoming
    assert place is not None
    location = Location(
        person_id=turn.actor.id, channel=incoming.channel, chat_id=incoming.chat, message_id=incoming.message_id,
        latitude=place.latitude, longitude=place.longitude, datum=Datum.WGS84, accuracy_m=place.accuracy_m,
        live_seconds=place.live_seconds,
        source=LocationSource.FORWARDED if incoming.forwarded else LocationSource(place.source),
        sent_at=incoming.sent_at, received_at=incoming.received_at,
    )  # fmt: skip
    keep(turn.session, location)
    return location


def _belongs_to(turn: Turn, draft: Check, location: Location) -> bool:
    """A draft without a place takes any; one with a place takes what is near it, or what it still lacks."""
    if draft.site is None or draft.location_id is None:
        return True
    here, point = location.point, point_of(draft.site)
    if point is not None and proximity(here, point, draft.site.campaign.radius_m, location.accuracy_m).on_site:
        return True
    if not checks.meant_by(turn, location):
        return True
    has_evidence = photo_count(draft).sent or results_of(draft)
    if not has_evidence:
        draft.site, draft.site_id, draft.checklist, draft.checklist_id = None, None, None, None
    return not has_evidence


def _go_on(turn: Turn, draft: Check, location: Location) -> None:
    if draft.site is None:
        checks.choose_site(turn, draft, location)
    else:
        check_card.show_draft(turn, draft)
    submitting.settle_wish(turn, draft)
