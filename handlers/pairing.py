"""Position and photos belong together when they were sent within a quarter of an hour; else it is asked (B41)."""

from datetime import timedelta

from models.checks import Check
from models.evidence import Photo, PhotoMoment
from models.rules.flags import Flag

TOGETHER = timedelta(minutes=15)


def judge(check: Check, came: Photo | None = None) -> None:
    """Flags the check when no photo is near its position in time; one that is near is enough. `came`: just now."""
    if check.location is None or (came is not None and came.forwarded):
        return None
    located = check.location.sent_at
    if came is not None and abs(came.sent_at - located) <= TOGETHER:
        return check.unflag(Flag.APART)
    own = [photo.sent_at for photo in check.photos if photo.moment is PhotoMoment.BEFORE and photo.is_evidence]
    apart = min((abs(sent - located) for sent in own), default=timedelta(0))
    if apart <= TOGETHER:
        return check.unflag(Flag.APART)
    return check.flag(f"{Flag.APART}:{apart // timedelta(minutes=1)}")
