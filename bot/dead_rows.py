"""The inbox command: messages that could not be dealt with, and trying one again once its cause is mended (F38)."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.logs import redacted
from handlers import texts
from models.database import Database
from models.journal import enter
from models.messages import InboxRow, InboxState
from models.naming import clean, shown
from models.people import Account

LONGEST_REASON = 300
NOBODY = "?"


class Exit(IntEnum):
    DONE = 0
    MISTAKES = 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "retry"))
    parser.add_argument("id", nargs="?", type=int, help="编号 / the number")
    parser.add_argument("--by", default="", help="谁在办理，记入日志 / who does it, for the journal")
    parser.add_argument("--language", choices=texts.LANGUAGES, default="zh", help="语言 / language")


def run(
    options: Namespace, database: Database, now: Callable[[], datetime], say: Callable[[str], None] = print
) -> Exit:
    def text(key: str, **values: object) -> str:
        return texts.say(options.language, key, **values)

    if options.action == "list":
        with database.reading() as session:
            lines = [_line(session, row) for row in session.scalars(_DEAD)]
        for line in lines:
            say(line)
        say(text("failure.listed", n=len(lines)))
        return Exit.DONE
    if options.id is None:
        say(text("failure.which"))
        return Exit.MISTAKES
    with database.writing() as session:
        retried = retry(session, options.id, now(), options.by)
    say(text("failure.retried" if retried else "failure.not_dead", number=options.id))
    return Exit.DONE if retried else Exit.MISTAKES


_DEAD = select(InboxRow).where(InboxRow.state == InboxState.DEAD).order_by(InboxRow.id)


def _line(session: Session, row: InboxRow) -> str:
    """Number, when it came, whose it is, why it is dead; nothing of what it says, and no secret an error may hold."""
    query = select(Account).filter_by(channel=row.channel, external_id=row.person)
    account = session.scalar(query)
    who = f"{account.person.name} ({row.channel}:{row.person})" if account is not None else row.person or NOBODY
    why = " ".join(redacted(clean(row.error or "")).split())
    why = why if len(why) <= LONGEST_REASON else f"{why[:LONGEST_REASON]}…"
    return f"{row.id}  {row.received_at:%Y-%m-%d %H:%M} UTC  {shown(who)}  {shown(why)}"


def retry(session: Session, number: int, now: datetime, by: str = "") -> bool:
    """Waits again, for whichever program works the inbox to take it up within seconds; False when it is not dead."""
    row = session.get(InboxRow, number)
    if row is None or row.state is not InboxState.DEAD:
        return False
    enter(session, now, None, "inbox.retried", "inbox", row.id, {"by": by, "error": redacted(row.error or "")})
    row.state, row.tries, row.due_at, row.done_at = InboxState.PARKED, 0, now, None
    return True
