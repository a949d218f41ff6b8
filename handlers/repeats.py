"""A message that is there already under its number: the platform, or a restored one, gave it twice (F20)."""

from sqlalchemy import bindparam, func, select

from handlers.turn import Turn
from models.checks import Location
from models.evidence import Photo
from models.memory import known, remember
from models.record import columns

Kept = type[Photo] | type[Location]


def is_repeat(turn: Turn, kept: Kept) -> bool:
    """Numbers of a chat's messages grow: only one that is not above all earlier ones has to be looked for."""
    incoming, session = turn.incoming, turn.session
    here = {"channel": incoming.channel, "chat": incoming.chat}
    key = ("newest", kept.__tablename__, incoming.channel, incoming.chat)
    newest = known(session, key, lambda: columns(session, _NEWEST[kept], **here).scalar() or 0)
    if incoming.message_id > newest:
        remember(session, key, incoming.message_id)
        return False
    session.flush()
    return columns(session, _SAME[kept], **here, message=incoming.message_id).first() is not None


_HERE = {kept: (kept.channel == bindparam("channel"), kept.chat_id == bindparam("chat")) for kept in (Photo, Location)}
_NEWEST = {kept: select(func.max(kept.message_id)).where(*here) for kept, here in _HERE.items()}
_SAME = {kept: select(kept.id).where(*here, kept.message_id == bindparam("message")) for kept, here in _HERE.items()}
