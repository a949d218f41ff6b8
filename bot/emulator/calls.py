"""What the bot asked for and what it was told, kept for tests and for the page; the token is never part of it."""

from collections import deque
from dataclasses import asdict, dataclass
from itertools import islice

from bot.emulator.messages import Json

KEPT = 50_000


@dataclass(frozen=True, slots=True)
class CallRecord:
    n: int
    at: float
    method: str
    params: Json
    ok: bool
    code: int
    description: str
    chat: int | None


class CallLog:
    def __init__(self) -> None:
        self._records: deque[CallRecord] = deque(maxlen=KEPT)
        self._last = 0

    def add(self, at: float, method: str, params: Json, code: int, description: str) -> None:
        self._last += 1
        chat = params.get("chat_id")
        try:
            chat = int(chat) if chat is not None else None
        except (TypeError, ValueError):
            chat = None
        self._records.append(CallRecord(self._last, at, method, params, code == 200, code, description, chat))

    def since(self, number: int) -> list[Json]:
        """The calls after the one with this number."""
        if not self._records:
            return []
        skipped = max(0, number - self._records[0].n + 1)
        return [asdict(record) for record in islice(self._records, skipped, None)]

    def clear(self) -> None:
        self._records.clear()
