"""The three outcomes of sending something: it arrived, it was refused, or nobody knows."""

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    NOT_SENT = "not_sent"  # never left, or the platform is too busy: try again
    UNKNOWN = "unknown"  # written, no answer: perhaps delivered
    REFUSED = "refused"  # the platform will never take it as it is
    UNREACHABLE = "unreachable"  # the reader has blocked the bot, or it was thrown out of the group
    GONE = "gone"  # the message to change is not there any more
    MOVED = "moved"  # the group has a new id


@dataclass
class SendFailed(Exception):
    """Why a call failed. `retry_after` in seconds where the platform named a time; `moved_to` the group's new id."""

    failure: Failure
    reason: str
    retry_after: float | None = None
    moved_to: str | None = None

    @property
    def permanent(self) -> bool:
        return self.failure in {Failure.REFUSED, Failure.UNREACHABLE, Failure.GONE}

    def __str__(self) -> str:
        return f"{self.failure.value}: {self.reason}"


@dataclass
class AnotherSize(SendFailed):
    """A file that is not as large as was announced; `sha256`: what came."""

    sha256: str = ""


@dataclass
class ChannelStopped(Exception):
    """The channel cannot go on: the token is wrong (F47)."""

    reason: str


@dataclass
class AnotherPoller(Exception):
    """Somebody else reads the same bot's messages (F33)."""

    reason: str
