"""Position and photos belong together when they were sent within a quarter of an hour; else it is asked (B41)."""

from datetime import timedelta

from sqlalchemy import select

from handlers.turn import Turn
from models.checks import Check
from models.evidence import Photo, PhotoMoment, is_evidence
from models.rules.flags import Flag

TOGETHER = timedelta(minutes=15)


def judge(turn: Turn, check: Check, came: Photo | None = None) -> None:
    """Flags the check when no photo is near its position in time; one that is near is enough. `came`: just now."""
    if check.location is None or (came is not None and came.forwarded):
        return None
    located = check.location.sent_at
    if came is not None and abs(came.sent_at - located) <= TOGETHER:
        return check.unflag(Flag.APART)
    own = select(Photo.sent_at).where(Photo.check_id == check.id, Photo.moment == PhotoMoment.BEFORE, is_evidence())
    apart = min((abs(sent - located) for sent in turn.session.scalars(own)), default=timedelta(0))
    if apart <= TOGETHER:
        return check.unflag(Flag.APART)
    return check.flag(f"{Flag.APART}:{apart // timedelta(minutes=1)}")
