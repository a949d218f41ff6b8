"""A photo's own claims of time and place, kept and compared with what the record knows of its check."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checks import Check
from models.drafts import zone_name_of
from models.evidence import Photo
from models.rules.claims import NOTHING, Claim, Remark, joined, place_remark, time_remark
from models.rules.geofence import Point
from models.sites import point_of

KEPT_YEARS = range(1900, 2200)  # what any calendar, of any database, can tell in any zone


def weigh(session: Session, photo: Photo, claim: Claim, timezone: str) -> None:
    """`timezone`: of a camera's clock that names none, unless the campaign has its own."""
    if claim == NOTHING:
        return
    check = session.get(Check, photo.check_id) if photo.check_id is not None else None
    taken_at = claim.taken_at(ZoneInfo(zone_name_of(check.campaign if check else None, timezone)))
    photo.claimed_at = taken_at if taken_at is not None and taken_at.year in KEPT_YEARS else None
    photo.claimed_latitude, photo.claimed_longitude = claim.latitude, claim.longitude
    photo.remarks = joined(*photo.remarks.split(), time_remark(taken_at, photo.sent_at), _place(photo, check))


def weigh_places(session: Session, check: Check) -> None:
    """Once more when the check is handed in: a photo may have come before the location did."""
    query = select(Photo).where(Photo.check_id == check.id, Photo.claimed_latitude.is_not(None))
    for photo in session.scalars(query):
        others = [word for word in photo.remarks.split() if word != Remark.PLACE_FAR]
        photo.remarks = joined(*others, _place(photo, check))


def _place(photo: Photo, check: Check | None) -> Remark | None:
    """Against where the check was logged from; without that, against its site."""
    if check is None or photo.claimed_latitude is None or photo.claimed_longitude is None:
        return None
    here = point_of(check.site) if check.site is not None else None
    if check.location is not None:
        here = check.location.point
    return place_remark(Point(photo.claimed_latitude, photo.claimed_longitude), here) if here is not None else None
