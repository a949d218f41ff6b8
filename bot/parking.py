"""An edit that overtakes its message waits for it, a day at the longest; then it is asked for again (F21).

Only an edit costs a question here, and no other update any: what waits lies in the inbox in a state of its own.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.channels.telegram_json import NotJson, loads_whole
from bot.channels.telegram_reading import SECONDS_ABOVE
from bot.inbox import Waiting
from bot.wallclock import WallClock
from bot.writer import RecordUnavailable, Writer
from handlers.messages import Incoming, Kind
from models.checks import ItemResult
from models.evidence import Photo
from models.messages import PARKED_INBOX, InboxRow, InboxState
from models.people import account_of
from models.record import columns

log = logging.getLogger(__name__)
LONGEST = timedelta(hours=24)
SKEW = timedelta(minutes=10)  # by which the platform's clock and ours may differ without anybody's noticing
LOOKED_THROUGH = 100_000  # rows of the inbox
STATEMENTS = frozenset({Kind.TEXT, Kind.PHOTO, Kind.FILE})  # a live location's ticks state nothing (F22)
Place = tuple[str, int]  # a chat, and where in its order


class ParkedEdits:
    """Where each waits, and until when. What was dead and is to be tried again waits here, too (F38)."""

    def __init__(self, channel: str, writer: Writer, clock: WallClock) -> None:
        self._channel, self._writer, self._clock = channel, writer, clock
        self._places: dict[Place, datetime] = {}

    def add(self, row: Waiting) -> None:
        self._places[row.chat, row.order] = row.received_at + LONGEST

    async def after(self, row: Waiting) -> list[Waiting]:
        """What has waited for this row, which has just been dealt with."""
        return await self.free(row) if (row.chat, row.order) in self._places else []

    async def any_due(self, shared: bool) -> bool:
        """Whether to look: something has waited long enough; or its message may have been another program's."""
        if shared and self._places:
            return True
        name, now = self._channel, self._clock.now()
        return await self._writer.look(
            lambda session: columns(session, _DUE, channel=name, now=now).first() is not None
        )

    def __bool__(self) -> bool:
        return bool(self._places)

    async def free(self, message: Waiting | None = None) -> list[Waiting]:
        """Rows that need not wait any more: `message` has just been dealt with; without one it is found out."""
        came = frozenset({(message.chat, message.order)}) if message is not None else None
        try:
            free, self._places = await self._writer.run(
                lambda session: _look(session, self._channel, self._clock.now(), came)
            )
        except RecordUnavailable as error:
            log.warning("what waits for its message cannot be read: %s", error)
            return []
        return free


def judge(session: Session, incoming: Incoming, row: Waiting, now: datetime) -> Incoming | None:
    """The edit, or a tap that has waited already, as it is to be taken; None for an edit that has now been parked."""
    if not row.early and not _must_wait(session, incoming, row):
        return incoming
    if row.early or now - row.received_at >= LONGEST:
        return replace(incoming, overtook=True)
    found = session.get_one(InboxRow, row.id)
    found.state, found.due_at = InboxState.PARKED, row.received_at + LONGEST
    return None


def _must_wait(session: Session, incoming: Incoming, row: Waiting) -> bool:
    """Whether what is edited has not been taken in yet. What strangers edit is nothing to us."""
    if not incoming.edited or incoming.in_group or incoming.kind not in STATEMENTS or not row.order:
        return False
    account = account_of(session, incoming.channel, incoming.sender.id) if incoming.sender is not None else None
    if account is None:
        return False
    return not _is_known(session, incoming, account.person_id) and not _has_come(session, incoming.channel, row)


def _is_known(session: Session, incoming: Incoming, person: int) -> bool:
    """By what it left: a photo, or an answer that still stands."""
    if incoming.kind is Kind.TEXT:
        left = select(ItemResult.id).where(
            ItemResult.message_id == incoming.message_id, ItemResult.replaced_at.is_(None),
            ItemResult.answered_by == person,
        )  # fmt: skip
    else:
        left = select(Photo.id).where(
            Photo.channel == incoming.channel, Photo.chat_id == incoming.chat, Photo.message_id == incoming.message_id
        )
    return session.scalar(left.limit(1)) is not None


def _has_come(session: Session, channel: str, row: Waiting) -> bool:
    """Whether the inbox has dealt with it: it stands where its edit stands, and came no sooner than it was sent."""
    sent_at = datetime.fromtimestamp(row.order >> SECONDS_ABOVE, UTC)
    first = max(_first_since(session, sent_at - SKEW, row.id), row.id - LOOKED_THROUGH)
    same_place = select(InboxRow.raw).where(
        InboxRow.id >= first, InboxRow.channel == channel, InboxRow.chat == row.chat,
        InboxRow.order_key == row.order, InboxRow.id != row.id,
        InboxRow.state.in_((InboxState.DONE, InboxState.DEAD)),
    )  # fmt: skip
    return any(_is_message(raw) for raw in session.scalars(same_place))


def _first_since(session: Session, moment: datetime, last: int) -> int:
    """The first row received at or after that: rows are numbered as they come, so halving finds it."""
    low, high = 1, last
    while low < high:
        middle = (low + high) // 2
        came = session.scalar(select(InboxRow.received_at).where(InboxRow.id >= middle).order_by(InboxRow.id).limit(1))
        if came is not None and came < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _is_message(raw: str) -> bool:
    try:
        return "message" in loads_whole(raw)
    except NotJson:
        return False


_DUE = (
    select(InboxRow.id)
    .where(InboxRow.channel == bindparam("channel"), PARKED_INBOX, InboxRow.due_at <= bindparam("now"))
    .limit(1)
)


def _look(
    session: Session, channel: str, now: datetime, came: frozenset[Place] | None
) -> tuple[list[Waiting], dict[Place, datetime]]:
    """What is free now, and where the others wait until when."""
    free: list[Waiting] = []
    waiting: dict[Place, datetime] = {}
    query = select(InboxRow).where(InboxRow.channel == channel, PARKED_INBOX).order_by(InboxRow.id)
    for found in list(session.scalars(query)):
        row = Waiting(found.id, found.chat, found.person, found.order_key, now, found.received_at)
        place = (found.chat, found.order_key)
        if found.due_at <= now or (_has_come(session, channel, row) if came is None else place in came):
            found.state, found.due_at = InboxState.NEW, now
            free.append(row)
        else:
            waiting[place] = min(found.due_at, waiting.get(place, found.due_at))
    return free, waiting
