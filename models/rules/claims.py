"""What a camera wrote into a photo, weighed against what the channel says: a claim that may put a photo in doubt.

A photo without any is neutral: most phones and all channels take the notes out (B16-B20, B92).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.rules.geofence import Point, distance_m

EARLIEST_YEAR = 2000  # before phones with cameras: a clock that was never set
TOLERATED = timedelta(hours=2)  # a queue at a bad network, a clock a little wrong
TOLERATED_M = 1000.0  # a fix from the road before


class Remark(StrEnum):
    """Kept with the photo, and said in its receipt; it counts all the same."""

    ROWS_MISSING = "rows_missing"  # it opens, but part of the picture is not there (B06)
    EXIF_UNREADABLE = "exif_unreadable"
    TIME_UNREADABLE = "time_unreadable"
    TIME_IMPOSSIBLE = "time_impossible"
    TIME_DIFFERS = "time_differs"
    PLACE_IMPOSSIBLE = "place_impossible"
    PLACE_FAR = "place_far"


@dataclass(frozen=True, slots=True)
class Claim:
    """`taken`: the camera's wall clock, aware only if it named an offset. Degrees on WGS-84, of a place on earth."""

    taken: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None

    def taken_at(self, zone: ZoneInfo) -> datetime | None:
        """A clock without a zone is taken for the office's."""
        if self.taken is None or self.taken.tzinfo is not None:
            return self.taken
        return self.taken.replace(tzinfo=zone)


NOTHING = Claim()


def time_remark(taken_at: datetime | None, sent_at: datetime) -> Remark | None:
    """How the camera's time stands to the moment the photo was sent."""
    if taken_at is None:
        return None
    if taken_at.year < EARLIEST_YEAR or taken_at - sent_at > timedelta(days=1):
        return Remark.TIME_IMPOSSIBLE
    return Remark.TIME_DIFFERS if abs(taken_at - sent_at) > TOLERATED else None


def place_remark(claimed: Point, here: Point) -> Remark | None:
    """`here`: where the check was logged from, or its site."""
    return Remark.PLACE_FAR if distance_m(claimed, here) > TOLERATED_M else None


def joined(*remarks: Remark | str | None) -> str:
    """As the record keeps them: each once."""
    return " ".join(dict.fromkeys(str(remark) for remark in remarks if remark))
