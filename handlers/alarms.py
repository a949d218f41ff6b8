"""What the administrators are told of the machine itself: once for as long as it lasts."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import texts
from handlers.agency import Agency
from handlers.messages import Reply
from models.journal import JournalEntry, enter
from models.messages import OutboxRow, SendState
from models.people import Account, Posting, Role

CLOCK = "clock"
DIFFERS, AGREES = "clock.differs", "clock.agrees"


def administrators(session: Session) -> set[Account]:
    return set(
        session.scalars(
            select(Account)
            .join(Posting, Posting.person_id == Account.person_id)
            .where(Posting.role == Role.ADMIN, Posting.until.is_(None))
        )
    )


def clock_differs(session: Session, agency: Agency, now: datetime, ahead: int) -> bool:
    """`ahead`: seconds by which our clock is ahead of the platform's; 0: not any more. True when somebody is told.

    The journal remembers the episode, so that a program started anew in its midst does not tell of it again.
    """
    entries = select(JournalEntry.id, JournalEntry.action).where(
        JournalEntry.subject == CLOCK, JournalEntry.subject_id == 0
    )
    last = session.execute(entries.order_by(JournalEntry.id.desc()).limit(1)).first()
    differed = last is not None and last.action == DIFFERS
    if differed is bool(ahead):
        return False
    enter(session, now, None, DIFFERS if ahead else AGREES, CLOCK, 0, {"ahead_seconds": ahead})
    told = 0
    for account in administrators(session) if ahead else ():
        said = texts.say(
            account.person.language,
            "failure.clock",
            n=round(abs(ahead) / 60),
            ours=f"{agency.local(now):%m-%d %H:%M:%S}",
            theirs=f"{agency.local(now - timedelta(seconds=ahead)):%m-%d %H:%M:%S}",
        )
        key = f"clock:{last.id if last is not None else 0}:{account.id}"
        session.add(
            OutboxRow(key=key, channel=account.channel, chat=account.external_id,
                      body=Reply(said, language=account.person.language).to_data(), state=SendState.DUE, due_at=now,
                      created_at=now)
        )  # fmt: skip
        told += 1
    return bool(told)
