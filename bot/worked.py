"""What a turn is told beforehand, and what it leaves to be done after its commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.deliveries import Delivery
from handlers.messages import NOTHING_ELSE, Queue, Toast


@dataclass(frozen=True, slots=True)
class Worked:
    """What a turn leaves to be done after its commit: answers to taps, so many messages to chats, when to look again.

    `first`: what is to be shown in the row's own chat, claimed already.
    """

    toasts: Sequence[Toast] = ()
    chats: Mapping[str, int] = field(default_factory=dict)
    later: datetime | None = None
    first: Delivery | None = None
    parked: bool = False  # it is an edit of something that has not come yet


@dataclass(frozen=True, slots=True)
class How:
    """`at_once`: what is to be shown in the row's own chat is claimed for sending, too."""

    queue: Queue = NOTHING_ELSE
    at_once: bool = False


AS_USUAL = How()
