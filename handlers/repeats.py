"""A message that is there already under its number: the platform, or a restored one, gave it twice (F20)."""

from sqlalchemy import ColumnElement, func, select

from handlers.turn import Turn
from models.checks import Location
from models.evidence import Photo
from models.record import known, remember

Kept = type[Photo] | type[Location]


def is_repeat(turn: Turn, kept: Kept) -> bool:
    """Numbers of a chat's messages grow: only one that is not above all earlier ones has to be looked for."""
    incoming, session = turn.incoming, turn.session
    key = ("newest", kept.__tablename__, incoming.channel, incoming.chat)
    newest = known(
        session, key, lambda: session.scalar(select(func.max(kept.message_id)).where(*_here(turn, kept))) or 0
    )
    if incoming.message_id > newest:
        remember(session, key, incoming.message_id)
        return False
    same = select(kept.id).where(*_here(turn, kept), kept.message_id == incoming.message_id)
    return session.scalar(same) is not None


def _here(turn: Turn, kept: Kept) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return kept.channel == turn.incoming.channel, kept.chat_id == turn.incoming.chat
