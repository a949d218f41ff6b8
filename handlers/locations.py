"""A position came in: it starts a check, belongs to the one in hand, or begins another."""

from handlers import check_card, checks, submitting
from handlers.turn import Turn
from models import rights
from models.campaign_plan import Datum
from models.checks import Check, Location, LocationSource
from models.drafts import photo_count, results_of
from models.rules.geofence import Point, is_position, proximity
from models.sites import point_of


def receive_location(turn: Turn) -> None:
    place = turn.incoming.place
    if place is None or turn.incoming.edited:
        return None  # the ticks of a live location are samples, never a new statement (F22)
    if not turn.is_one_of(rights.INSPECTS):
        return turn.say(turn.text("location.not_inspector"))
    if not is_position(place.latitude, place.longitude):
        return turn.say(turn.text("location.impossible"))
    location = keep_location(turn)
    if turn.incoming.forwarded:
        return turn.say(turn.text("location.forwarded"))
    draft = checks.current_draft(turn)
    if draft is not None and _belongs_to(turn, draft, location):
        checks.bind_location(turn, draft, location)
        checks.take_in_hand(turn, draft)
        return _go_on(turn, draft, location)
    check = checks.begin(turn, turn.incoming.sent_at, "location")
    checks.bind_location(turn, check, location)
    return checks.choose_site(turn, check, location)


def keep_location(turn: Turn) -> Location:
    """Kept as it came, whatever becomes of it: it is evidence."""
    place, incoming = turn.incoming.place, turn.incoming
    assert place is not None
    location = Location(
        person_id=turn.actor.id, channel=incoming.channel, chat_id=incoming.chat, message_id=incoming.message_id,
        latitude=place.latitude, longitude=place.longitude, datum=Datum.WGS84, accuracy_m=place.accuracy_m,
        source=LocationSource.FORWARDED if incoming.forwarded else LocationSource(place.source),
        sent_at=incoming.sent_at, received_at=incoming.received_at,
    )  # fmt: skip
    turn.session.add(location)
    turn.session.flush()
    return location


def _belongs_to(turn: Turn, draft: Check, location: Location) -> bool:
    """A draft without a place takes any; one with a place takes what is near it, or what it still lacks."""
    if draft.site is None or draft.location_id is None:
        return True
    here, point = Point(location.latitude, location.longitude, location.datum), point_of(draft.site)
    if point is not None and proximity(here, point, draft.site.campaign.radius_m, location.accuracy_m).on_site:
        return True
    meant, _ = checks.candidates(turn, location)
    if not meant:
        return True
    has_evidence = photo_count(turn.session, draft.id).sent or results_of(turn.session, draft.id)
    if not has_evidence:
        draft.site, draft.site_id, draft.checklist, draft.checklist_id = None, None, None, None
    return not has_evidence


def _go_on(turn: Turn, draft: Check, location: Location) -> None:
    if draft.site is None:
        checks.choose_site(turn, draft, location)
    else:
        check_card.show_draft(turn, draft)
    submitting.settle_wish(turn, draft)
