"""A record with people and work in it, on which each case is played and undone: the real steps, raw update to call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import func, select, update

from bot import failing, inbox
from bot.channels import telegram_json
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_reading import Glance, NotReadable
from bot.channels.telegram_writing import LONGEST_CAPTION, LONGEST_TEXT, markup, shortened, shows, split, utf16_length
from bot.inbox import Waiting
from bot.worker import Worker
from handlers.messages import ChatKind, Incoming, Kind, Reply
from models.messages import Card, InboxRow, InboxState, OutboxRow
from models.record import Record
from tests.handlers.agency_record import AGENCY, NOW, PEOPLE

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
SECRETS = (TOKEN.split(":")[1], "Traceback", "sqlite", "/site-packages/")
KNOWN = {str(who.account) for who in PEOPLE if not who.has_left}
SILENT = {Kind.NOTHING, Kind.BLOCKED, Kind.UNBLOCKED, Kind.BOT_ADDED, Kind.BOT_REMOVED, Kind.MIGRATED, Kind.START}
LONGEST_TOAST = 200


@dataclass
class Office:
    """One transaction in which updates are taken, worked and answered; `now` moves on with each."""

    session: Record
    channel: TelegramChannel
    moment: datetime = NOW
    number: int = 0
    dead: int = 0
    numbers: set[str] = field(default_factory=set)
    worker: Worker = field(default_factory=lambda: Worker.__new__(Worker))

    def __post_init__(self) -> None:
        worker: Any = self.worker
        worker._channel, worker._agency, worker._clock = self.channel, AGENCY, self

    def now(self) -> datetime:
        return self.moment

    def take(self, raw: dict[str, Any]) -> None:
        """From the raw update to what is asked of the platform. Whatever goes wrong but a dead row is a failure."""
        self.number += 1
        self.moment += timedelta(seconds=20)
        raw = {"update_id": self.number} | {key: part for key, part in raw.items() if key != "update_id"}
        raw = telegram_json.loads(json.dumps(raw))  # as it comes over the wire
        seen = self.channel.glance(raw, self.moment.timestamp())
        is_repeat = self._is_repeat(raw)
        made = inbox.store(self.session, "telegram", "7", [(raw, seen)], self.moment, move_cursor=True)
        assert len(made) == 1, "an update was not stored"
        row = self.session.get_one(InboxRow, made[0].id)
        kept = telegram_json.loads_whole(row.raw)
        assert kept["update_id"] == self.number
        before = self._said()
        toasts = self._work(self._as_read_back(made[0]))
        self.session.refresh(row)
        if (
            row.state is InboxState.PARKED
        ):  # an edit of what has not come, or came damaged: answered when it is given up
            return
        assert row.state in {InboxState.DONE, InboxState.DEAD}
        if not is_repeat and self._expects_answer(row, seen):
            answered = toasts or self._said() != before or self._stands_below(row.chat, _number(raw))
            assert answered, f"no answer to {row.raw[:300]}"
        self._show(before[0])

    def _stands_below(self, chat: str, number: int) -> bool:
        """A message from before the last one: the card below that one says all there is to say already."""
        below = self.session.scalar(select(func.max(Card.below)).where(Card.chat == chat))
        return below is not None and type(number) is int and below >= number

    def _as_read_back(self, waiting: Waiting) -> Waiting:
        """Every other one as after a restart: from the record, where it lies as text."""
        if self.number % 2:
            return waiting
        return replace(waiting, raw=telegram_json.loads_whole(inbox.raw_of(self.session, waiting.id)))

    def _is_repeat(self, raw: dict[str, Any]) -> bool:
        """A message with the number of an earlier one has been answered already, whatever it says now."""
        number = _number(raw)
        is_repeat = repr(number) in self.numbers
        self.numbers.add(repr(number))
        return is_repeat and number is not None

    def _work(self, waiting: Waiting) -> bool:
        """Whether a tap got its short answer. What cannot be read is known before anything is done for it."""
        try:
            self.channel.read(waiting.raw or {}, waiting.received_at)
        except NotReadable as error:
            self.dead += 1
            note = failing.Note(self.channel.name, waiting, waiting.received_at, str(error), inbox.mark_dead, AGENCY,
                                self.worker._read)  # fmt: skip
            note.down(self.session, self.moment)
            self.session.flush()
            return False
        outcome = self.worker.turn(self.session, waiting)
        self.session.flush()
        for toast in outcome.toasts:
            self._check(toast.text)
            orjson.dumps([toast.tap, toast.text[:LONGEST_TOAST]])
        return bool(outcome.toasts)

    def _said(self) -> tuple[int, int]:
        said = self.session.scalar(select(func.max(OutboxRow.id))) or 0
        wishes = self.session.scalar(select(func.sum(Card.wish + Card.below))) or 0
        return said, wishes

    def _expects_answer(self, row: InboxRow, seen: Glance) -> bool:
        if seen.chat != seen.person or seen.person not in KNOWN:
            return False
        try:
            incoming = self.channel.read(telegram_json.loads_whole(row.raw), self.moment)
        except NotReadable:
            return True
        return incoming is not None and _is_said(incoming)

    def _show(self, after: int) -> None:
        """Everything new, as the platform would be asked to show it."""
        bodies = list(self.session.scalars(select(OutboxRow.body).where(OutboxRow.id > after)))
        bodies += self.session.scalars(select(Card.body).where(Card.wish != Card.shown))
        self.session.execute(update(Card).values(shown=Card.wish))
        for body in bodies:
            reply = Reply.from_data(orjson.loads(orjson.dumps(body)))
            self._check(reply.text)
            assert reply.text.strip(), body
            parts = split(reply.text, LONGEST_TEXT)
            assert all(0 < utf16_length(part) <= LONGEST_TEXT for part in parts)
            assert utf16_length(shortened(reply.text, LONGEST_CAPTION)) <= LONGEST_CAPTION
            orjson.dumps([shows(reply), markup(reply)])

    @staticmethod
    def _check(text: str) -> None:
        assert not any(secret in text for secret in SECRETS), text


def _number(raw: dict[str, Any]) -> Any:
    message = raw.get("message")
    return message.get("message_id") if isinstance(message, dict) else None


def _is_said(incoming: Incoming) -> bool:
    """What a person says in private and has a right to an answer to; ticks and corrections may change nothing."""
    if incoming.chat_kind is not ChatKind.PRIVATE or incoming.kind in SILENT or incoming.edited:
        return False
    return incoming.sender is not None and incoming.sender.id in KNOWN and incoming.message_id > 0


@contextmanager
def office(session: Record, channel: TelegramChannel) -> Iterator[Office]:
    """Everything that is done inside is undone at the end."""
    session.open()
    try:
        yield Office(session, channel)
    finally:
        session.undo()
