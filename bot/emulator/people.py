"""The people who write to the bot, and what they are in a group."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def inside(self) -> bool:
        return self not in (Status.LEFT, Status.KICKED)

    @property
    def governs(self) -> bool:
        return self in (Status.CREATOR, Status.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody did without a connection, to be delivered when the connection is back."""

    done_at: int
    deliver: Callable[[], Awaitable[object]]


@dataclass(slots=True, eq=False)
class Person:
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = ""
    is_bot: bool = False
    online: bool = True
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True, eq=False)
class Member:
    person: Person
    status: Status = Status.MEMBER
