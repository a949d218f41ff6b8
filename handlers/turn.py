"""A turn: one message of one person at one moment, and all a conversation may do about it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import texts
from handlers.agency import Agency
from handlers.messages import NOTHING_ELSE, Incoming, Kind, Outcome, Queue, Reply, Toast
from models import rights
from models.closing import ended_campaigns
from models.findings import Finding
from models.journal import enter
from models.messages import Card, OutboxRow, Priority, SendState, add_card, card_of
from models.people import Account, Conversation, Expecting, GroupChat, Person, Role
from models.record import aside
from models.rights import Scope

HELD_BACK = timedelta(seconds=60)  # at most, until what waits in a chat is worked
LONGEST_SETTLE = timedelta(seconds=1)  # of a card that waits for the rest of an album


@dataclass
class Turn:
    """Everything said or changed here is committed together with the message that caused it, or not at all."""

    session: Session
    agency: Agency
    now: datetime
    incoming: Incoming
    row: str  # names the inbox row, so that what is said in answer has a key of its own
    person: Person | None = None
    account: Account | None = None
    group: GroupChat | None = None
    outcome: Outcome = field(default_factory=Outcome)
    queue: Queue = NOTHING_ELSE
    cases: dict[int, Finding] = field(default_factory=dict)  # findings that a step was made of, by id
    _said: int = 0

    # who and where

    @property
    def actor(self) -> Person:
        """The person, where a route has made sure that there is one."""
        assert self.person is not None
        return self.person

    @property
    def language(self) -> str:
        reader = self.group if self.incoming.in_group else self.person
        if reader is None:
            return self.agency.language
        known: str | None = reader.__dict__.get("language")  # asked for with every sentence
        return known or reader.language

    @property
    def today(self) -> date:
        return self.agency.day(self.now)

    @property
    def nobody_asks(self) -> bool:
        """No message of anybody began this."""
        return self.incoming.kind is Kind.NOTHING

    @cached_property
    def roles(self) -> set[Role]:
        return rights.roles_of(self.person, self.now) if self.person else set()

    @cached_property
    def scopes(self) -> list[Scope]:
        """What may be shown here: in a group the group's part, whoever asks; in private the person's."""
        if self.incoming.in_group:
            return rights.scope_of_group(self.session, self.group) if self.group else []
        return rights.scopes(self.session, self.person, self.now) if self.person else []

    @cached_property
    def inspected(self) -> list[Scope]:
        """Where the person may begin a check: in nothing that has ended."""
        if self.person is None:
            return []
        ended = ended_campaigns(self.session)
        return [replace(s, without=ended) for s in rights.scopes(self.session, self.person, self.now, rights.INSPECTS)]

    @cached_property
    def card_answered(self) -> str:
        """The key of the card that the message replies to; empty where it replies to none."""
        if self.incoming.reply_to is None:
            return ""
        here = (Card.channel == self.incoming.channel, Card.chat == self.incoming.chat)
        return self.session.scalar(select(Card.key).where(*here, Card.message_id == self.incoming.reply_to)) or ""

    def is_one_of(self, roles: frozenset[Role]) -> bool:
        return bool(self.roles & roles)

    @cached_property
    def conversation(self) -> Conversation:
        number = self.actor.id
        found = self.session.identity_map.get((Conversation, (number,), None))
        if found is None:
            with aside(self.session):
                found = self.session.get(Conversation, number)
        if found is None:
            found = Conversation(person_id=self.actor.id, expecting=Expecting.NOTHING)
            self.session.add(found)
        return found

    @property
    def waits_for_nothing(self) -> bool:
        """No answer of the person's is awaited, and no check is in hand."""
        talk = self.conversation
        over = talk.expecting_until is None or talk.expecting_until < self.now
        return talk.check_id is None and (talk.expecting is Expecting.NOTHING or over)

    def expect(self, what: Expecting, about: int | None = None, minutes: int = 60) -> None:
        self.conversation.expecting = what
        self.conversation.expecting_id = about
        self.conversation.expecting_until = self.now + timedelta(minutes=minutes) if about is not None else None

    def expects(self, what: Expecting) -> int | None:
        """What the awaited answer is about, if that is what is awaited and not too long ago."""
        talk = self.conversation
        if talk.expecting is not what or talk.expecting_until is None or talk.expecting_until < self.now:
            return None
        return talk.expecting_id

    # words

    def text(self, key: str, **values: object) -> str:
        return texts.say(self.language, key, **values)

    def clock(self, moment: datetime) -> str:
        return f"{self.agency.local(moment):%H:%M}"

    # what goes out

    def say(self, reply: Reply | str, priority: Priority = Priority.REPLY) -> None:
        """Answers in the chat the message came from."""
        if isinstance(reply, str):
            reply = Reply(reply)
        self._said += 1
        key, reply = f"{self.row}:{self._said}", replace(reply, language=self.language)
        self._post(key, self.incoming.channel, self.incoming.chat, reply, priority)

    def post(self, key: str, channel: str, chat: str, reply: Reply, priority: Priority = Priority.REPLY) -> bool:
        """One message, once: a key that exists already is not sent again."""
        if self.session.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is not None:
            return False
        self._post(key, channel, chat, reply, priority)
        return True

    def _post(self, key: str, channel: str, chat: str, reply: Reply, priority: Priority) -> None:
        self.session.add(
            OutboxRow(key=key, channel=channel, chat=chat, body=reply.to_data(), priority=priority,
                      state=SendState.DUE, due_at=self.now, created_at=self.now)
        )  # fmt: skip
        self.outcome.chats[chat] += 1

    def tell(self, person: Person, key: str, reply: Reply, priority: Priority = Priority.REMINDER) -> None:
        """Writes to a person in their private chat, wherever they can be reached; to who has left, nothing."""
        if person.left_at is not None:
            return
        for account in self.session.scalars(
            select(Account).where(Account.person_id == person.id, Account.blocked_at.is_(None))
        ):
            self.post(
                f"{key}:{account.id}",
                account.channel,
                account.external_id,
                replace(reply, language=person.language),
                priority,
            )

    def card(self, key: str, reply: Reply, follows: bool = False, settle: float = 0.0) -> None:
        """Wishes that the chat's card of this key showed this; below the message just received, where it follows."""
        below = self.incoming.message_id if follows and not self.incoming.button and not self.incoming.edited else 0
        self.card_in(
            key,
            self.incoming.channel,
            self.incoming.chat,
            replace(reply, language=self.language),
            follows,
            below,
            settle,
        )

    def card_in(
        self,
        key: str,
        channel: str,
        chat: str,
        reply: Reply,
        follows: bool = False,
        below: int = 0,
        settle: float = 0.0,
    ) -> None:
        body = reply.to_data()
        card = card_of(self.session, key)
        soon = self.now + timedelta(seconds=settle)
        due_at = self.now + HELD_BACK if self.queue.behind and chat == self.incoming.chat else soon
        if card is None:
            card = Card(key=key, channel=channel, chat=chat, body=body, follows=follows, below=below, wish=1, shown=0,
                        state=SendState.DUE, due_at=due_at)  # fmt: skip
            self.outcome.cards.append(card)
            return add_card(self.session, card)
        moved = follows and below > (card.below or 0)
        alone = card.part_of is None
        if card.body == body and not moved and (alone or self.nobody_asks):
            return None
        if not alone and self.nobody_asks:  # told of in another card, which is written anew for that
            card.body, card.wish, card.shown = body, card.wish + 1, card.wish + 1
            return None
        self.outcome.cards.append(card)
        was_shown = card.shown == card.wish
        card.body, card.wish = body, card.wish + 1
        if card.follows is not follows:
            card.follows = follows
        if below > card.below:
            card.below = below
        held_back = card.due_at - soon > LONGEST_SETTLE and not self.nobody_asks
        if was_shown or held_back:  # a wish that waits is not put off by the next: a busy chat would never see it
            card.due_at = due_at
        if not alone:  # somebody wants to see it by itself
            card.part_of = None
        if card.state is SendState.DEAD:
            card.state, card.stale_message_id, card.message_id = SendState.DUE, card.message_id, None
        return None

    def toast(self, text: str = "", alert: bool = False) -> None:
        """The short answer to a tap."""
        if self.incoming.tap:
            self.outcome.toasts.append(Toast(self.incoming.tap, text, alert))

    # what stays

    def record(self, action: str, subject: str, subject_id: int, **data: Any) -> None:
        enter(self.session, self.now, self.person.id if self.person else None, action, subject, subject_id, data)
