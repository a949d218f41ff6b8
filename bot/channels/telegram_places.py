"""Where a Telegram message says somebody or something is."""

from datetime import timedelta
from math import isfinite, nan
from typing import Any

from telegram import Message

from handlers.messages import SentPlace

NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})
LARGEST_WHOLE = (1 << 63) - 1


def place_of(message: Message) -> SentPlace | None:
    if message.venue is not None:
        there = message.venue.location
        return SentPlace(_degrees(there.latitude), _degrees(there.longitude), source="venue")
    spot = message.location
    if spot is None:
        return None
    period = spot.live_period
    live = size_of(int(period.total_seconds()) if isinstance(period, timedelta) else period)
    return SentPlace(_degrees(spot.latitude), _degrees(spot.longitude), _accuracy(spot.horizontal_accuracy),
                     "live" if live else "pin", live)  # fmt: skip


def size_of(number: Any) -> int | None:
    """What counts something; None for what does not."""
    return number if type(number) is int and 0 <= number <= LARGEST_WHOLE else None


def _degrees(value: Any) -> float:
    """NaN for what JSON has no number for, which is answered; anything else that is no number cannot be read."""
    if value in NOT_FINITE:
        return nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("degrees that are no number")
    return float(value)


def _accuracy(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isfinite(value) and value >= 0 else None
