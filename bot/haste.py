"""Who sends so much more than everybody else that their turns come more slowly while others are there (F40)."""

from collections import Counter
from collections.abc import Iterable

MANY = 10  # rows that wait, of one person
MORE = 4  # times as many as of others
COMPANY_SECONDS = 1.0  # for so long somebody who has written is there
PAUSE = 0.05  # seconds: twenty messages a second are more than anybody types


class Haste:
    """Counts what waits of each person."""

    def __init__(self) -> None:
        self.waiting: Counter[str] = Counter()
        self._latest = self._other = ("", float("-inf"))

    def came(self, people: Iterable[str], now: float) -> None:
        """`now`: seconds of any clock that only goes on."""
        for person in people:
            self.waiting[person] += 1
            if person != self._latest[0]:
                self._other = self._latest
            self._latest = (person, now)

    def went(self, person: str) -> None:
        self.waiting[person] -= 1
        if self.waiting[person] <= 0:
            del self.waiting[person]

    def pause(self, person: str, now: float) -> float:
        """Seconds until the next turn of this person. After an outage, when much waits of everybody, none."""
        mine, others = self.waiting[person], len(self.waiting) - 1
        beside = (self.waiting.total() - mine) / others if others > 0 else 0.0
        somebody_at = self._latest[1] if self._latest[0] != person else self._other[1]
        in_company = others > 0 or now - somebody_at < COMPANY_SECONDS
        return PAUSE if mine > MANY and mine > MORE * beside and in_company else 0.0
