"""What the administrators are told of the machine itself: once for as long as it lasts."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import texts
from handlers.agency import Agency
from handlers.messages import Reply
from models.journal import JournalEntry, enter
from models.messages import OutboxRow, SendState
from models.people import Account, Posting, Role


def administrators(session: Session) -> set[Account]:
    return set(
        session.scalars(
            select(Account)
            .join(Posting, Posting.person_id == Account.person_id)
            .where(Posting.role == Role.ADMIN, Posting.until.is_(None))
        )
    )


def clock_differs(session: Session, agency: Agency, now: datetime, ahead: int) -> bool:
    """`ahead`: seconds by which our clock is ahead of the platform's; 0: not any more. True when somebody is told."""
    told = {
        "n": round(abs(ahead) / 60),
        "ours": f"{agency.local(now):%m-%d %H:%M:%S}",
        "theirs": f"{agency.local(now - timedelta(seconds=ahead)):%m-%d %H:%M:%S}",
    }
    return _turned(session, now, "clock", ("clock.differs", "clock.agrees"), bool(ahead), "failure.clock", told)


def photos_cannot_be_kept(session: Session, now: datetime, why: str) -> bool:
    """`why`: what the system says; empty: they can again. True when somebody is told (F04)."""
    names = ("photo_store.full", "photo_store.has_room")
    return _turned(session, now, "photo_store", names, bool(why), "failure.disk", {"why": why})


def _turned(
    session: Session, now: datetime, what: str, names: tuple[str, str], begins: bool, key: str, told: dict[str, Any]
) -> bool:
    """An episode begins or ends; the journal remembers it, so that a program started anew in its midst is silent."""
    entries = select(JournalEntry.id, JournalEntry.action).where(
        JournalEntry.subject == what, JournalEntry.subject_id == 0
    )
    last = session.execute(entries.order_by(JournalEntry.id.desc()).limit(1)).first()
    if (last is not None and last.action == names[0]) is begins:
        return False
    enter(session, now, None, names[0] if begins else names[1], what, 0, told)
    people = administrators(session) if begins else set()
    for account in people:
        said = Reply(texts.say(account.person.language, key, **told), language=account.person.language)
        session.add(
            OutboxRow(key=f"{what}:{last.id if last is not None else 0}:{account.id}", channel=account.channel,
                      chat=account.external_id, body=said.to_data(), state=SendState.DUE, due_at=now, created_at=now)
        )  # fmt: skip
    return bool(people)
