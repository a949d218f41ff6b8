"""Latitude and longitude exchanged: a position that makes sense only the other way round is asked about (B34)."""

from handlers import locations
from handlers.messages import Button, Reply, SentPlace
from handlers.turn import Turn
from models import rights
from models.checks import Location
from models.rules.flags import Flag
from models.rules.geofence import Point, is_on_globe, is_position
from models.sites import nearest_sites

WITHIN_M = 20_000.0  # of one of the person's sites: that is their area


def is_likely(turn: Turn, place: SentPlace) -> bool:
    """As it stands near none of the person's sites; exchanged near one of them."""
    if not is_position(place.longitude, place.latitude):
        return False  # what most positions are: their longitude is no latitude, and nothing need be looked up
    if is_on_globe(place.latitude, place.longitude) and _is_near(turn, place.latitude, place.longitude):
        return False
    return _is_near(turn, place.longitude, place.latitude)


def _is_near(turn: Turn, latitude: float, longitude: float) -> bool:
    return bool(nearest_sites(turn.session, turn.inspected, Point(latitude, longitude), WITHIN_M, limit=1))


def ask(turn: Turn, location: Location) -> None:
    given = f"{location.latitude:.5f}, {location.longitude:.5f}"
    meant = f"{location.longitude:.5f}, {location.latitude:.5f}"
    buttons = (
        Button(turn.text("button.swap", meant=meant), f"v1:swap:{location.id}:1"),
        Button(turn.text("button.not_swap"), f"v1:swap:{location.id}:0"),
    )
    turn.say(Reply(turn.text("location.swapped", given=given, meant=meant), (buttons,)))


def tap(turn: Turn, location_id: int, yes: int) -> None:
    """Exchanged on the sender's word, once; what was sent stays in the journal."""
    location = turn.session.get(Location, location_id)
    if location is None or location.person_id != turn.actor.id or location.check_id is not None:
        return turn.toast(turn.text("button.too_old"))
    if not yes or not turn.is_one_of(rights.INSPECTS) or not is_position(location.longitude, location.latitude):
        turn.toast()
        return turn.say(turn.text("location.not_meant"))
    turn.record("location.swapped", "location", location.id, sent=[location.latitude, location.longitude])
    location.latitude, location.longitude = location.longitude, location.latitude
    turn.session.flush()
    turn.toast()
    return locations.take(turn, location, Flag.SWAPPED)
