"""Chats: a person with the bot, a group, or a supergroup."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.emulator.messages import Json, Message
from bot.emulator.people import Member, Person, Status


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


@dataclass(slots=True, eq=False)
class Chat:
    """The bot is not among the members: its standing is kept apart, also in a private chat."""

    id: int
    kind: ChatKind
    title: str = ""
    person: Person | None = None
    members: dict[int, Member] = field(default_factory=dict)
    bot_status: Status = Status.LEFT
    bot_removed: bool = False
    met_bot: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    keyboard: Json | None = None
    menu_button: Json | None = None
    last_message_id: int = 0
    migrated_to: int = 0

    @property
    def is_private(self) -> bool:
        return self.kind is ChatKind.PRIVATE

    def has(self, person: Person) -> bool:
        member = self.members.get(person.id)
        return member is not None and member.status.inside

    def inside(self) -> list[Member]:
        return [member for member in self.members.values() if member.status.inside]
