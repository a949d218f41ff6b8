"""Which row comes next: in order within a chat, turn by turn between people, not before its time."""

from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from bot.inbox import Waiting

LONGEST_SETTLE = timedelta(seconds=10)
_PLACE = itemgetter(0, 1)


@dataclass
class _Chat:
    """One chat's rows with their places. `busy` while one of them is worked on."""

    rows: deque[tuple[int, int, Waiting]] = field(default_factory=deque)
    ready_at: datetime | None = None
    busy: bool = False

    def is_ready(self, now: datetime) -> bool:
        """Siblings are waited for, but not for ever, nor for a clock that was set back (F12)."""
        if self.busy or not self.rows:
            return False
        settled = self.ready_at is None or self.ready_at <= now
        return settled or abs(now - self.rows[0][2].due_at) >= LONGEST_SETTLE


class Turns:
    """Messages of a chat are put in the platform's order where they wait together; taps stay where they came (F21).

    People take turns: one who sends a hundred messages delays nobody else by more than one (F40).
    """

    def __init__(self) -> None:
        self._chats: dict[str, _Chat] = {}
        self._people: dict[str, deque[str]] = {}  # person → chats in which they wait
        self._round: deque[str] = deque()
        self.count = 0

    def add(self, row: Waiting) -> None:
        chat = self._chats.setdefault(row.chat, _Chat())
        last = chat.rows[-1][0] if chat.rows else 0
        number = row.id if row.order or not chat.rows else max(row.id, chat.rows[-1][1])
        insort(chat.rows, (row.order or last, number, row), key=_PLACE)
        self.count += 1
        if chat.ready_at is None or row.due_at > chat.ready_at:
            chat.ready_at = row.due_at
        if row.person not in self._people:
            self._people[row.person] = deque()
            self._round.append(row.person)
        if row.chat not in self._people[row.person]:
            self._people[row.person].append(row.chat)

    def take(self, now: datetime) -> Waiting | None:
        """The next row that may be worked on; its chat is busy until `release`."""
        for _ in range(len(self._round)):
            person = self._round[0]
            self._round.rotate(-1)
            row = self._of(person, now)
            if row is not None:
                return row
        return None

    def _of(self, person: str, now: datetime) -> Waiting | None:
        """The first row of the person's, in the first of their chats where it is at the head of the queue."""
        chats = self._people[person]
        for _ in range(len(chats)):
            name = chats.popleft()
            chat = self._chats.get(name)
            if chat is None or not self._waits_in(chat, person):
                continue
            chats.append(name)
            if chat.rows[0][2].person == person and chat.is_ready(now):
                chat.busy = True
                self.count -= 1
                return chat.rows.popleft()[2]
        if not chats:
            del self._people[person]
            self._round.remove(person)
        return None

    @staticmethod
    def _waits_in(chat: _Chat, person: str) -> bool:
        return any(row.person == person for _, _, row in chat.rows)

    def waits(self, name: str) -> bool:
        """Whether more of this chat is here already, that may be worked as soon as it is released."""
        chat = self._chats.get(name)
        return chat is not None and bool(chat.rows)

    def release(self, name: str) -> None:
        chat = self._chats.get(name)
        if chat is None:
            return
        chat.busy = False
        if not chat.rows:
            del self._chats[name]

    def next_due(self) -> datetime | None:
        """When the earliest chat that is being waited for is ready."""
        return min(
            (c.ready_at for c in self._chats.values() if c.rows and not c.busy and c.ready_at is not None), default=None
        )
