"""A list that loses many sites needs a second person (B91, T16): what was asked, and what was answered.

Both are entries of the journal, which keeps who asked and who agreed for good.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rights
from models.campaign_import.changes import Changes
from models.campaigns import Campaign
from models.journal import JournalEntry
from models.people import Account, Person, Role

# A list that loses more than a fifth of its sites is more often a wrong file than a wish.
MOST_SHRINK = 0.2
# Over a weekend, but no longer: what is agreed to is today's list.
HOLDS = timedelta(days=3)
NAMES_KEPT = 200
ASKED, AGREED, DECLINED, USED = "import.asked", "import.agreed", "import.declined", "campaign.imported"
CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Question:
    """Whether the sites of a list may be closed. `number` names it; `decision` is None while nobody has answered."""

    number: int
    at: datetime
    campaign: str
    asker: Person
    closing: tuple[str, ...]
    count: int
    before: int
    decision: bool | None = None
    decider: Person | None = None

    @property
    def share(self) -> int:
        """In percent."""
        return round(100 * self.count / self.before)


def needs_consent(changes: Changes) -> bool:
    return changes.shrink > MOST_SHRINK


def digest_of(changes: Changes) -> str:
    """Consent is to closing exactly these sites; another list is another question."""
    return hashlib.sha256("\n".join(sorted(changes.closing)).encode()).hexdigest()


def ask(session: Session, campaign: Campaign, changes: Changes, asker: Person, now: datetime) -> Question:
    entry = JournalEntry(
        at=now,
        person_id=asker.id,
        action=ASKED,
        subject=CAMPAIGN,
        subject_id=campaign.id,
        data={
            "campaign": campaign.name,
            "digest": digest_of(changes),
            "closing": list(changes.closing[:NAMES_KEPT]),
            "count": len(changes.closing),
            "before": changes.sites_before,
        },
    )
    session.add(entry)
    session.flush()
    return _question(session, entry)


def find(session: Session, campaign: Campaign, changes: Changes, now: datetime) -> Question | None:
    """The newest question about closing these very sites that still holds and has not been made use of."""
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == CAMPAIGN, JournalEntry.subject_id == campaign.id)
        .where(JournalEntry.action.in_((ASKED, USED)), JournalEntry.at > now - HOLDS)
        .order_by(JournalEntry.id.desc())
    ).all()
    used = {entry.data.get("question") for entry in entries if entry.action == USED}
    digest = digest_of(changes)
    for entry in entries:
        if entry.action == ASKED and entry.data["digest"] == digest and entry.id not in used:
            return _question(session, entry)
    return None


def question(session: Session, number: int, now: datetime) -> Question | None:
    """None for one that was never asked or no longer holds."""
    entry = session.get(JournalEntry, number)
    if entry is None or entry.action != ASKED or entry.at <= now - HOLDS:
        return None
    return _question(session, entry)


def decide(session: Session, asked: Question, decider: Person, agreed: bool, now: datetime) -> None:
    """May be called once for each question, by somebody else than who asked."""
    assert asked.decision is None
    assert decider.id != asked.asker.id
    entry = session.get_one(JournalEntry, asked.number)
    session.add(
        JournalEntry(
            at=now,
            person_id=decider.id,
            action=AGREED if agreed else DECLINED,
            subject=CAMPAIGN,
            subject_id=entry.subject_id,
            data={"question": asked.number, "count": asked.count},
        )
    )


def _question(session: Session, entry: JournalEntry) -> Question:
    answers = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == CAMPAIGN, JournalEntry.subject_id == entry.subject_id)
        .where(JournalEntry.action.in_((AGREED, DECLINED)), JournalEntry.id > entry.id)
        .order_by(JournalEntry.id)
    )
    answer = next((found for found in answers if found.data["question"] == entry.id), None)
    assert entry.person_id is not None
    return Question(
        number=entry.id,
        at=entry.at,
        campaign=entry.data["campaign"],
        asker=session.get_one(Person, entry.person_id),
        closing=tuple(entry.data["closing"]),
        count=entry.data["count"],
        before=entry.data["before"],
        decision=None if answer is None else answer.action == AGREED,
        decider=None if answer is None or answer.person_id is None else session.get(Person, answer.person_id),
    )


def may_decide(person: Person, now: datetime) -> bool:
    """Administrators of the whole agency."""
    return any(p.role is Role.ADMIN and p.area_id is None for p in rights.postings_of(person, now))


def deciders(session: Session, asker: Person, now: datetime) -> list[Person]:
    """Who else can be asked: administrators who can be written to."""
    people = session.scalars(
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Person.id != asker.id, Account.blocked_at.is_(None))
        .order_by(Person.id)
        .distinct()
    )
    return [person for person in people if may_decide(person, now)]


def askers(session: Session, name: str, now: datetime) -> list[Person]:
    """Who of the office goes by this name, or by this account (`telegram:123`)."""
    channel, _, account = name.partition(":")
    known = (Account.channel == channel) & (Account.external_id == account)
    people = session.scalars(
        select(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where((Person.name == name) | known)
        .order_by(Person.id)
        .distinct()
    )
    return [person for person in people if rights.roles_of(person, now) & rights.OFFICE]
