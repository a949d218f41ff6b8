"""Bugs on the way from the record to the chats."""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from bot import deliveries, undelivered
from bot.channels.outcomes import Failure
from bot.channels.telegram import TelegramChannel
from bot.pacing import Pacer
from handlers.messages import Reply
from handlers.turn import Turn
from models.messages import OutboxRow, SendState
from tests.simulator.network import DELIVERING


def _claiming(state: SendState) -> Any:
    """The next row for a chat, in another state than "on its way"."""
    real = deliveries.claim

    def claim(session: Any, *given: Any) -> Any:
        delivery = real(session, *given)
        if delivery is not None and not delivery.is_card:
            session.get_one(OutboxRow, delivery.id).state = state
        return delivery

    return patch.object(deliveries, "claim", claim)


@contextmanager
def sent_before_send() -> Iterator[None]:
    """Marked as sent, then sent."""
    with _claiming(SendState.SENT):
        yield


@contextmanager
def claim_not_kept() -> Iterator[None]:
    """That something is on its way is known only to the process that sends it."""
    real = deliveries.claim
    under_way: set[int] = set()

    def claim(session: Any, *given: Any) -> Any:
        delivery = real(session, *given)
        if delivery is not None and not delivery.is_card:
            under_way.add(delivery.id)
            session.get_one(OutboxRow, delivery.id).state = SendState.DUE
        return delivery

    with patch.object(deliveries, "claim", claim):
        yield


@contextmanager
def no_recovery() -> Iterator[None]:
    """What was on its way when the program died stays so."""
    with patch.object(undelivered, "recover", lambda *_: None):
        yield


@contextmanager
def unknown_is_not_sent() -> Iterator[None]:
    """No answer counts as not delivered: sent again at once, and not marked."""
    real = undelivered.failed

    def failed(session: Any, delivery: Any, why: Any, now: Any) -> None:
        if why.failure is Failure.UNKNOWN:
            why.failure = Failure.NOT_SENT
        real(session, delivery, why, now)

    with patch.object(undelivered, "failed", failed):
        yield


@contextmanager
def unknown_is_sent() -> Iterator[None]:
    """No answer counts as delivered."""
    real = undelivered.failed

    def failed(session: Any, delivery: Any, why: Any, now: Any) -> None:
        real(session, delivery, why, now)
        if why.failure is Failure.UNKNOWN and not delivery.is_card:
            session.get_one(OutboxRow, delivery.id).state = SendState.SENT

    with patch.object(undelivered, "failed", failed):
        yield


@contextmanager
def refusal_stops_all() -> Iterator[None]:
    """One chat is told to wait, and all wait."""
    real = Pacer.pause

    def pause(self: Any, chat: str) -> float:
        longest = max((self._stopped[name] - self._seconds() for name in self._stopped), default=0.0)
        return max(real(self, chat), longest)

    with patch.object(Pacer, "pause", pause):
        yield


@contextmanager
def reply_without_row() -> Iterator[None]:
    """An answer is sent as the message is worked on, and whether it arrives is nobody's business."""
    opened: list[TelegramChannel] = []
    under_way: list[Any] = []
    begin, post = TelegramChannel.__init__, Turn.post

    def open_channel(self: Any, *given: Any) -> None:
        begin(self, *given)
        opened[:] = [self]

    async def send(channel: Any, key: Any, chat: str, reply: Reply) -> None:
        DELIVERING.set(key)
        with contextlib.suppress(Exception):
            await channel.send(chat, replace(reply, picture=None, sheet=None))

    def post_at_once(self: Any, key: str, channel: str, chat: str, reply: Reply, *rest: Any) -> bool:
        made = post(self, key, channel, chat, reply, *rest)
        self.session.flush()
        row = self.session.scalar(select(OutboxRow).where(OutboxRow.key == key))
        if made and row is not None:
            row.state = SendState.SENT
            under_way.append(asyncio.ensure_future(send(opened[0], (False, row.id), chat, reply)))
        return made

    with patch.object(TelegramChannel, "__init__", open_channel), patch.object(Turn, "post", post_at_once):
        yield


@contextmanager
def outbox_key_not_unique() -> Iterator[None]:
    """The same message can be put down twice."""
    real, numbers = Turn.post, itertools.count()

    def post(self: Any, key: str, *rest: Any) -> bool:
        return real(self, f"{key}~{next(numbers)}", *rest)

    with patch.object(Turn, "post", post):
        yield


@contextmanager
def card_at_old_place() -> Iterator[None]:
    """A card that has moved is still looked for where it was."""
    real = deliveries.succeeded

    def succeeded(session: Any, delivery: Any, message_id: int | None, now: Any) -> Any:
        if delivery.act is deliveries.Act.MOVE:
            real(session, replace(delivery, act=deliveries.Act.EDIT), message_id, now)
            return None
        return real(session, delivery, message_id, now)

    with patch.object(deliveries, "succeeded", succeeded):
        yield
