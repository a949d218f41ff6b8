"""What makes a piece of evidence weaker: said in words beside it, never a reason to refuse a check.

A flag is kept as its word, with a figure behind a colon where there is one: `accuracy:1500` (metres),
`apart:40` (minutes).
"""

from collections.abc import Iterable
from enum import StrEnum

from models.rules.geofence import Point, is_same_after_conversion, proximity

POOR_ACCURACY_M = 200.0  # a position that may lie anywhere within a wider circle than any fence
LONG_LIVE_S = 3600  # a live location that runs on after the visit says nothing of the visit


class Flag(StrEnum):
    FAR = "far"  # outside the fence; the distance stands beside it (B42)
    DATUM = "datum"  # fits only after a conversion between map datums: 疑似坐标系偏移 (B36)
    ACCURACY = "accuracy"  # metres (B37)
    VENUE = "venue"  # a place chosen from a list, not where the phone is (B38)
    TYPED = "typed"  # degrees written by hand (B35)
    SWAPPED = "swapped"  # latitude and longitude had been exchanged; the sender confirmed what was meant (B34)
    APART = "apart"  # minutes between the position and the photo nearest to it in time (B41)
    LIVE_STILL = "live_still"  # a live location that never moved on (B39)
    LIVE_ENDED = "live_ended"  # a live location that was ended before the check was handed in (B39)
    LIVE_LONG = "live_long"  # a live location for hours (B39)


OF_PLACE = frozenset({Flag.FAR, Flag.DATUM, Flag.ACCURACY, Flag.VENUE, Flag.TYPED, Flag.LIVE_LONG})
OF_LOCATION = OF_PLACE | {Flag.SWAPPED, Flag.LIVE_STILL, Flag.LIVE_ENDED}


def name_of(flag: str) -> str:
    return flag.partition(":")[0]


def figure_of(flag: str) -> float:
    """The figure behind the colon; 0 where there is none."""
    figure = flag.partition(":")[2]
    return float(figure) if figure else 0.0


def without(flags: Iterable[str], names: Iterable[str]) -> list[str]:
    dropped = set(names)
    return [flag for flag in flags if name_of(flag) not in dropped]


def place_flags(
    source: str, here: Point, site: Point | None, radius_m: float, accuracy_m: float | None, live_seconds: int | None
) -> list[str]:
    """What is to be said of a position; metres and seconds."""
    flags: list[str] = []
    if site is not None and not proximity(here, site, radius_m, accuracy_m).on_site:
        flags.append(Flag.DATUM if is_same_after_conversion(here, site, radius_m) else Flag.FAR)
    if accuracy_m is not None and accuracy_m > max(POOR_ACCURACY_M, radius_m):
        flags.append(f"{Flag.ACCURACY}:{accuracy_m:.0f}")
    if source in {Flag.VENUE, Flag.TYPED}:
        flags.append(source)
    if live_seconds is not None and live_seconds > LONG_LIVE_S:
        flags.append(Flag.LIVE_LONG)
    return [str(flag) for flag in flags]
