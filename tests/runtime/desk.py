"""A desk with rows put in, calls taken out and outcomes told: deliveries without a network."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot import deliveries, undelivered
from bot.channels.outcomes import Failure, SendFailed
from bot.deliveries import Delivery
from models.database import Database
from models.messages import Card, OutboxRow, Priority, SendState

NOW = datetime(2018, 8, 6, 0, 30, tzinfo=UTC)
CHAT = "1001"
TIMED_OUT = SendFailed(Failure.UNKNOWN, "no answer")
NEVER_LEFT = SendFailed(Failure.NOT_SENT, "no connection")


class Desk:
    """Rows put in, calls taken out, outcomes told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW

    def row(self, key: str, priority: Priority = Priority.REPLY, chat: str = CHAT) -> None:
        self.database.write(lambda session: session.add(OutboxRow(
            key=key, channel="telegram", chat=chat, body={"text": key}, priority=priority, state=SendState.DUE,
            due_at=self.now, created_at=self.now)))  # fmt: skip

    def card(self, body: str, below: int = 0, key: str = "check:1", chat: str = CHAT) -> None:
        def wish(session: Any) -> None:
            card = session.scalar(select(Card).where(Card.key == key))
            if card is None:
                card = Card(key=key, channel="telegram", chat=chat, body={}, follows=True, due_at=self.now, wish=0)
                session.add(card)
            card.body, card.wish, card.below = {"text": body}, card.wish + 1, max(below, card.below or 0)
            card.due_at = self.now

        self.database.write(wish)

    def claim(self) -> Delivery | None:
        return self.database.write(lambda session: deliveries.claim(session, "telegram", CHAT, self.now))

    def must_claim(self) -> Delivery:
        found = self.claim()
        assert found is not None
        return found

    def sent(self, delivery: Delivery, message_id: int | None = 500) -> Delivery | None:
        return self.database.write(lambda session: deliveries.succeeded(session, delivery, message_id, self.now))

    def failed(self, delivery: Delivery, why: SendFailed) -> None:
        self.database.write(lambda session: undelivered.failed(session, delivery, why, self.now))

    def let_go(self) -> None:
        """Whoever had blocked the bot is back."""

        def back(session: Any) -> None:
            for waiting in (*session.scalars(select(OutboxRow)), *session.scalars(select(Card))):
                if waiting.state is SendState.HELD:
                    waiting.let_go(self.now)

        self.database.write(back)

    def restart(self) -> None:
        self.database.write(lambda session: undelivered.recover(session, "telegram", self.now))

    def due(self, after: datetime | None = None) -> datetime | None:
        with self.database.reading() as session:
            return deliveries.next_due_at(session, "telegram", after)

    def chats(self) -> list[str]:
        with self.database.reading() as session:
            return deliveries.due_chats(session, "telegram", self.now)

    def the_row(self, key: str = "a") -> OutboxRow:
        with self.database.reading() as session:
            return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()

    def the_card(self) -> Card:
        with self.database.reading() as session:
            return session.scalars(select(Card)).one()

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)
