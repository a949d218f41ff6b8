"""What a turn is told beforehand, and what it leaves to be done after its commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.deliveries import Delivery
from handlers.messages import Toast


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
    """`crowded`: too much of the person's waits. `behind`: more of the chat waits, so nothing is shown there yet.
    `at_once`: what is to be shown in the row's own chat is claimed for sending, too. `release`: what was held back
    there is to be shown now.
    """

    crowded: bool = False
    behind: bool = False
    at_once: bool = False
    release: bool = False


AS_USUAL = How()
