"""Live locations: their ticks are samples of the visit, kept while the check is being made and not a moment longer."""

from datetime import datetime, timedelta

from sqlalchemy import select

from handlers.messages import SentPlace
from handlers.turn import Turn
from models.checks import Check, Location, LocationSample, LocationSource
from models.rules.flags import Flag
from models.rules.geofence import is_position

STILL = timedelta(minutes=5)  # a phone that is carried about says something sooner than that


def keep_tick(turn: Turn, place: SentPlace) -> None:
    """A tick is no statement and gets no answer. Where somebody goes after the check is nobody's business (B39)."""
    location = turn.session.scalar(
        select(Location).where(
            Location.channel == turn.incoming.channel,
            Location.chat_id == turn.incoming.chat,
            Location.message_id == turn.incoming.message_id,
            Location.person_id == turn.actor.id,
        )
    )
    if location is None or location.source is not LocationSource.LIVE or location.check_id is None:
        return None
    check = turn.session.get_one(Check, location.check_id)
    if not check.is_draft or check.location_id != location.id:
        return None
    at = turn.incoming.edited_at or turn.now
    if place.live_seconds is None:
        return _ended(turn, check, location, at)
    if is_position(place.latitude, place.longitude):
        turn.session.add(
            LocationSample(location_id=location.id, latitude=place.latitude, longitude=place.longitude,
                           accuracy_m=place.accuracy_m, at=at)
        )  # fmt: skip
    return None


def _ended(turn: Turn, check: Check, location: Location, at: datetime) -> None:
    """Before its time, and before the check was handed in."""
    if location.live_ended_at is not None:
        return
    location.live_ended_at = at
    if at < location.sent_at + timedelta(seconds=location.live_seconds or 0):
        check.flag(Flag.LIVE_ENDED)
        turn.record("check.live_ended", "check", check.id, location=location.id)


def judge(turn: Turn, check: Check, at: datetime) -> None:
    """At the submission: whether a live location ever moved on."""
    location = check.location
    if location is None or location.source is not LocationSource.LIVE or at - location.sent_at < STILL:
        return
    if turn.session.scalar(select(LocationSample.id).where(LocationSample.location_id == location.id).limit(1)) is None:
        check.flag(Flag.LIVE_STILL)
