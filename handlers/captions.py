"""A caption that was edited: what it said of the check is read again."""

from sqlalchemy import select

from handlers import answers, verdicts
from handlers.turn import Turn
from models.checks import Check
from models.evidence import Photo


def receive_edit(turn: Turn) -> None:
    """An edited caption is read again; the picture itself is evidence and stays what it was."""
    photo = turn.session.scalar(
        select(Photo).where(
            Photo.channel == turn.incoming.channel,
            Photo.chat_id == turn.incoming.chat,
            Photo.message_id == turn.incoming.message_id,
        )
    )
    check = turn.session.get(Check, photo.check_id) if photo is not None and photo.check_id is not None else None
    if photo is None or check is None or photo.caption == turn.incoming.text:
        return
    turn.record(
        "photo.caption_edited", "check", check.id, photo=photo.id, before=photo.caption, after=turn.incoming.text
    )
    photo.caption = turn.incoming.text
    former = verdicts.results_said_by(turn, photo.message_id)
    said = verdicts.read(check, turn.incoming.text) or []
    if former or said:
        answers.receive_edit(turn, check, former, said)
    if said and check.is_draft:
        photo.item_id = verdicts.items_of(check)[said[0].numbers[0]].id
