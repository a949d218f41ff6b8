"""Checks begun and not handed in: kept a day and a night, then closed and told; nothing of them is lost (B75)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers import check_card
from handlers.agency import Agency
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models.checks import DESK, IN_HAND, Check, CheckState
from models.database import apart
from models.people import Account, Conversation, Person
from models.record import columns

KEPT = timedelta(hours=24)
RESUMABLE = timedelta(days=7)  # later its position and photos say nothing of the day it would be handed in
_LEFT_ALONE = select(Check.id).where(IN_HAND, Check.touched_at <= bindparam("since")).limit(1)


def any_due(session: Session, agency: Agency, now: datetime) -> bool:
    """Whether a draft has been left alone so long, in the hours in which somebody may be told."""
    if agency.is_quiet(now):
        return False
    return columns(session, _LEFT_ALONE, since=now - KEPT).scalar() is not None


def close_due(session: Session, turn_in: Callable[[Person, Account], Turn], agency: Agency, now: datetime) -> None:
    if agency.is_quiet(now):
        return
    for check in list(session.scalars(select(Check).where(IN_HAND, Check.touched_at <= now - KEPT))):
        with apart(session, f"closing check {check.id}"):
            _close(session, turn_in, check, now)


def _close(session: Session, turn_in: Callable[[Person, Account], Turn], check: Check, now: datetime) -> None:
    check.state, check.cancelled_at, check.submit_due_at = CheckState.CANCELLED, now, None
    talk = session.get(Conversation, check.person_id)
    if talk is not None and talk.check_id == check.id:
        talk.check_id = None
    account = session.scalar(select(Account).where(Account.person_id == check.person_id).order_by(Account.id).limit(1))
    if account is None:
        return
    turn = turn_in(check.person, account)
    turn.record("check.closed_unfinished", "check", check.id)
    name = check.site.name if check.site is not None else turn.text("check.unnamed")
    again = ((Button(turn.text("button.resume"), f"v1:resume:{check.id}"),),)
    turn.card(check_card.card_key(check), Reply(turn.text("check.was_closed"), again), follows=True)
    if turn.roles:
        told = turn.text("check.closed", site=name, time=f"{turn.agency.local(check.started_at):%m-%d %H:%M}")
        turn.tell(check.person, f"unfinished:{check.id}:{check.touched_at:%Y%m%d%H%M}", Reply(told, again))


def was_closed(check: Check) -> bool:
    """By nobody's wish, but for having been left alone."""
    return check.cancelled_at is not None and check.cancelled_at - check.touched_at >= KEPT


def may_be_resumed(check: Check, now: datetime) -> bool:
    return check.state is CheckState.CANCELLED and check.kind != DESK and now - check.touched_at <= RESUMABLE
