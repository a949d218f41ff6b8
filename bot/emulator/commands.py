"""The bot's lists of commands, one per scope and language, and which of them somebody sees."""

from dataclasses import dataclass, field

from bot.emulator.chats import Chat
from bot.emulator.messages import Json
from bot.emulator.people import Person


@dataclass(frozen=True, slots=True)
class Scope:
    type: str = "default"
    chat_id: int = 0
    user_id: int = 0


@dataclass(slots=True)
class CommandBook:
    lists: dict[tuple[Scope, str], list[Json]] = field(default_factory=dict)

    def seen_by(self, person: Person, chat: Chat) -> list[Json]:
        """The most particular list wins, and in it the person's own language."""
        for scope in _scopes(person, chat):
            for language in (person.language[:2], ""):
                found = self.lists.get((scope, language))
                if found:
                    return found
        return []


def _scopes(person: Person, chat: Chat) -> list[Scope]:
    if chat.is_private:
        return [Scope("chat", chat.id), Scope("all_private_chats"), Scope()]
    member = chat.members.get(person.id)
    governs = member is not None and member.status.governs
    scopes = [Scope("chat_member", chat.id, person.id)]
    if governs:
        scopes.append(Scope("chat_administrators", chat.id))
    scopes.append(Scope("chat", chat.id))
    if governs:
        scopes.append(Scope("all_chat_administrators"))
    return [*scopes, Scope("all_group_chats"), Scope()]
