"""Turns that no message began: the clock ticked, a photo's bytes arrived, the platform said something about a chat."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers import (
    before_after,
    bunches,
    cases,
    day_cards,
    digests,
    groups,
    joining,
    ladders,
    mornings,
    receipts,
    submitting,
    unfinished,
    unusable,
)
from handlers.agency import Agency
from handlers.messages import ChatKind, Incoming, Kind, Reply
from handlers.pictures.looking import Look
from handlers.turn import Turn
from models import weighing
from models.checks import Check, CheckState
from models.database import apart
from models.evidence import PENDING, TOO_LARGE, UNUSABLE, Photo, PhotoState
from models.people import Account, GroupChat, Person
from models.record import columns

A_MINUTE = timedelta(minutes=1)


def quiet_turn(
    session: Session,
    agency: Agency,
    now: datetime,
    channel: str,
    chat: str,
    row: str,
    person: Person | None = None,
    group: GroupChat | None = None,
) -> Turn:
    kind = ChatKind.GROUP if group is not None else ChatKind.PRIVATE
    incoming = Incoming(channel=channel, chat=chat, chat_kind=kind, kind=Kind.NOTHING, sent_at=now, received_at=now)
    return Turn(session=session, agency=agency, now=now, incoming=incoming, row=row, person=person, group=group)


def tick(session: Session, agency: Agency, now: datetime) -> None:
    """All that is due by now. It may be asked as often as one likes: what has happened does not happen again."""
    for check in list(session.scalars(select(Check).where(Check.submit_due_at <= now))):
        with apart(session, f"handing in check {check.id}"):
            _submit(session, agency, now, check)

    def for_person(person: Person, account: Account) -> Turn:
        return quiet_turn(
            session, agency, now, account.channel, account.external_id, f"morning:{person.id}:{now:%Y%m%d}", person
        )

    def for_group(group: GroupChat) -> Turn:
        return quiet_turn(session, agency, now, group.channel, group.external_id, f"digest:{group.id}", group=group)

    day_cards.write_due(session, for_group)
    unfinished.close_due(session, for_person, agency, now)
    mornings.send_due(session, for_person, agency, now)
    digests.send_due(session, for_group, agency, now)
    cases.count_days(session, for_group, agency, now)


def _account_of(session: Session, person_id: int) -> Account | None:
    return session.scalar(select(Account).where(Account.person_id == person_id).order_by(Account.id).limit(1))


def _submit(session: Session, agency: Agency, now: datetime, check: Check) -> None:
    account = _account_of(session, check.person_id)
    if account is None:
        check.submit_due_at = None
        return
    turn = quiet_turn(session, agency, now, account.channel, account.external_id, f"settled:{check.id}", check.person)
    submitting.submit_when_due(turn, check)
    ladders.propose(turn)
    cases.show_changed(turn)


def photo_stored(
    session: Session, agency: Agency, now: datetime, photo_id: int, sha256: str, size: int, look: Look | None = None
) -> bool:
    """The bytes are safe: the photo says so, and a receipt that was waiting for it is corrected.

    `look`: what they turned out to be. A photo that cannot be used is asked for again at once (B05, B13).
    True when there is something to be sent or shown.
    """
    photo = session.get(Photo, photo_id)
    if photo is None or photo.state is PhotoState.STORED:
        return False
    photo.state, photo.sha256, photo.size, photo.stored_at = PhotoState.STORED, sha256, size, now
    photo.next_try_at, photo.error = None, None
    if look is not None and photo.verdict is None:
        photo.verdict, photo.remarks = look.verdict, look.remarks
        weighing.weigh(session, photo, look.claim, agency.timezone)
        if photo.verdict in UNUSABLE:
            _report(_turn_about(session, agency, now, photo), photo, look.why)
            return True
    late = photo.finding_id is not None or photo.tries > 0  # a case may have been closed before it came
    shown = late and before_after.photo_stored(_turn_about(session, agency, now, photo), photo)
    return _refresh_receipt(session, agency, now, photo) or shown


def photo_failed(
    session: Session, agency: Agency, now: datetime, photo_id: int, error: str, retry_at: datetime | None,
    ours: bool = False,
) -> None:  # fmt: skip
    """Tried again at `retry_at`; without one the photo is lost, and its inspector is asked at once (F29).

    `ours`: it came, and our own disk did not take it; its inspector is told once that it is not saved yet (F04).
    """
    photo = session.get(Photo, photo_id)
    if photo is None or photo.state is not PhotoState.PENDING:
        return
    photo.tries, photo.error, photo.next_try_at = photo.tries + 1, error[:300], retry_at
    if retry_at is None:
        photo.state = PhotoState.LOST
        _report(_turn_about(session, agency, now, photo), photo, "lost")
    elif ours:
        turn = _turn_about(session, agency, now, photo)
        about = f"check:{photo.check_id}" if photo.check_id is not None else f"photo:{photo.id}"
        said = Reply(turn.text("photo.not_saved_yet"), language=turn.language)
        turn.post(f"unsaved:{about}", photo.channel, photo.chat_id, said)


def photo_too_large(session: Session, agency: Agency, now: datetime, photo_id: int) -> None:
    """Larger than its message said (B02): refused as if it had said so."""
    photo = session.get(Photo, photo_id)
    if photo is None or photo.state is not PhotoState.PENDING:
        return
    photo.state, photo.next_try_at, photo.error = PhotoState.REFUSED, None, TOO_LARGE
    _report(_turn_about(session, agency, now, photo), photo, "too_large")


def _report(turn: Turn, photo: Photo, why: str) -> None:
    unusable.report(turn, photo, why)
    cases.show_changed(turn)


def _turn_about(session: Session, agency: Agency, now: datetime, photo: Photo) -> Turn:
    person = session.get_one(Person, photo.person_id)
    return quiet_turn(session, agency, now, photo.channel, photo.chat_id, f"photo:{photo.id}", person)


def _refresh_receipt(session: Session, agency: Agency, now: datetime, photo: Photo) -> bool:
    check = session.get(Check, photo.check_id) if photo.check_id is not None else None
    if check is None or check.state is not CheckState.SUBMITTED:
        return False
    turn = _turn_about(session, agency, now, photo)
    receipts.show_receipt(turn, check, follows=False)
    bunches.refresh(turn, check)
    return True


def set_back(session: Session, now: datetime, ahead: timedelta) -> None:
    """The clock was set back: photos and checks that wait for a moment further `ahead` are due now instead (F12)."""
    for photo in session.scalars(select(Photo).where(PENDING, Photo.next_try_at > now + ahead)):
        photo.next_try_at = now
    # No check settles for so long, whenever the clock was set back; another program's clock may be a little behind.
    settled = now + min(ahead, submitting.SETTLE + A_MINUTE)
    for check in session.scalars(select(Check).where(Check.submit_due_at > settled)):
        check.submit_due_at = now


_SETTLED = select(Check.id).where(Check.submit_due_at <= bindparam("now")).limit(1)


def anything_due(session: Session, agency: Agency, now: datetime) -> bool:
    """Cheaply, at every tick: whether it is worth opening a transaction that writes."""
    if columns(session, _SETTLED, now=now).scalar() is not None:
        return True
    if day_cards.any_due(session) or unfinished.any_due(session, agency, now):
        return True
    if cases.any_due(session, agency, now):
        return True
    return mornings.any_due(session, agency, now) or digests.any_due(session, agency, now)


def group_moved(session: Session, now: datetime, channel: str, old_id: str, new_id: str) -> None:
    """Learnt from an error while sending, perhaps before the update that says so (F27)."""
    turn = quiet_turn(session, Agency(), now, channel, old_id, f"moved:{old_id}")
    groups.move(turn, channel, old_id, new_id)


def unreachable(session: Session, now: datetime, channel: str, chat: str) -> None:
    """A person has blocked the bot, or it was thrown out of a group, and no update has said so yet (F25, F26)."""
    account = session.scalar(select(Account).where(Account.channel == channel, Account.external_id == chat))
    turn = quiet_turn(
        session, Agency(), now, channel, chat, f"unreachable:{chat}:{now:%Y%m%d}", account.person if account else None
    )
    if account is not None:
        turn.account = account
        if account.blocked_at is None:
            joining.blocked(turn)
        return
    turn.group = session.scalar(select(GroupChat).where(GroupChat.channel == channel, GroupChat.external_id == chat))
    if turn.group is not None and turn.group.left_at is None:
        groups.removed(turn)
