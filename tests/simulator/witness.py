"""Sees everything as it happens: what reached whom, what was confirmed, what was logged; and objects at once."""

import hashlib
import logging
import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from bot.emulator.params import Params
from tests.simulator import naive
from tests.simulator.network import Key, Network, Sent
from tests.simulator.town import ADMIN, INSPECTORS, NEAR, OFFICE, STRANGER, TOKEN, Prepared, Town

NUMBER = re.compile(r"✅ 已记录 No\. (\S+)")


class Injected(Exception):
    """A handler that breaks, as ordered."""


class Witness(logging.Handler):
    """`broken`: what must never be, as the invariant's number and what was seen."""

    def __init__(self, prepared: Prepared, town: Town, network: Network) -> None:
        super().__init__(logging.WARNING)
        self.prepared, self.town, self.network = prepared, town, network
        self.broken: list[str] = []
        self.receipts: Counter[tuple[int, str]] = Counter()
        self.arrived_for: Counter[Key] = Counter()
        self.confirmed = 0
        self.died_sending: Counter[Key] = Counter()
        self.places: dict[Key, list[int]] = {}
        self.dismissed: dict[int, tuple[int, int]] = {}  # person → chat, and the last journal entry before
        self._hash = hashlib.sha256()
        self._reading: sqlite3.Connection | None = None
        self.setFormatter(logging.Formatter("%(message)s"))
        network.trace, network.arrived, network.asked = self.trace, self._arrived, self._asked

    def breaks(self, invariant: str, what: str) -> None:
        if len(self.broken) < 20:
            self.broken.append(f"{invariant}: {what}")

    # the trace

    def trace(self, *what: Any) -> None:
        self._hash.update(f"{self.town.timeline.now:.6f} {what}\n".encode())

    @property
    def trace_hash(self) -> str:
        return self._hash.hexdigest()[:16]

    # logs

    def emit(self, record: logging.LogRecord) -> None:
        said = self.format(record)
        if TOKEN.split(":")[1] in said:
            self.breaks("I10", "the token was logged")
        if record.name.startswith(("telegram", "sqlalchemy.pool")):
            return  # kept quiet by the program (bot/logs.py); a dead process's connections, taken apart
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno >= logging.ERROR and error is not None and not isinstance(error, Injected):
            self.breaks("I10", f"{record.getMessage()}: {type(error).__name__}: {error}")

    def answered(self, session: Any, incoming: Any, row: str) -> None:
        naive.answered(session, incoming, row, self.breaks)

    # the record, as another process sees it

    def ask(self, query: str, *values: Any) -> list[Any]:
        if self._reading is None:
            path: Path = self.prepared.settings.folder / "xuncha.db"
            self._reading = sqlite3.connect(path, isolation_level=None)
        return self._reading.execute(query, values).fetchall()

    def close(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None
        super().close()

    def died(self) -> None:
        """What the record has not been told of the outcome yet, nobody knows any more."""
        sending = {(False, row[0]) for row in self.ask("SELECT id FROM outbox WHERE state = 'sending'")}
        sending |= {(True, row[0]) for row in self.ask("SELECT id FROM cards WHERE state = 'sending'")}
        self.died_sending.update(sending)
        for sent in self.network.sent:
            if sent.key in sending:
                sent.known = False

    def _asked(self, offset: int) -> None:
        """I1: asking with a higher offset confirms; every update below it must be in the inbox by now."""
        below = [number for number in self.town.world.updates.all if self.confirmed < number < offset]
        if below:
            known = {row[0] for row in self.ask("SELECT update_id FROM inbox WHERE update_id > ?", self.confirmed)}
            for number in below:
                if number not in known:
                    self.breaks("I1", f"update {number} was confirmed, and is not in the inbox")
            self.confirmed = below[-1]

    def _arrived(self, method: str, params: Params, answer: dict[str, Any], sent: Sent | None) -> None:
        """Everything that is said in a chat, at the moment it is."""
        if not answer.get("ok") or params.integer("chat_id") == 0:
            return
        chat, text = params.integer("chat_id"), params.text("text") or params.text("caption")
        self._entitled(chat, text)
        if sent is not None and sent.key is not None:
            self._arrived_for(sent.key, text, answer["result"])
        found = NUMBER.search(text)
        if found is None:
            return
        self.receipts[chat, found[1]] += sent is not None
        rows = self.ask("SELECT state FROM checks WHERE number = ? AND submitted_at IS NOT NULL", found[1])
        if not rows:
            self.breaks("I4", f"receipt {found[1]} was shown, and there is no such check")

    def _arrived_for(self, key: Key, text: str, message: Any) -> None:
        """I3: what comes again says that it does."""
        self.arrived_for[key] += 1
        self.places.setdefault(key, []).append((message[-1] if isinstance(message, list) else message)["message_id"])
        if not key[0] and self.arrived_for[key] > 1 and "（重发）" not in text:
            self.breaks("I3", f"message {key[1]} came again as if it were new: {text[:40]!r}")

    def _entitled(self, chat: int, text: str) -> None:
        """I9: no chat is told of a site outside what its people may see; a stranger is told of nothing."""
        if TOKEN in text:
            self.breaks("I10", "the token was sent")
        if chat in (ADMIN, OFFICE):
            return
        if chat == STRANGER:
            if text and "仅供受邀人员使用" not in text:
                self.breaks("I9", f"a stranger was told: {text[:40]}")
            return
        own = INSPECTORS.get(chat, NEAR)
        for site, area in self.prepared.area_of.items():
            if area != own and site in text:
                self.breaks("I9", f"chat {chat} was told of {site} in {area}")
