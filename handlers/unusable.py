"""Photos that cannot be used: their sender is told which and why, is asked for another, and that takes their place."""

from datetime import timedelta

from sqlalchemy import select

from handlers import check_card, checks, deadlines, fixing, receipts, returned, serving
from handlers.turn import Turn
from models.checks import Check, CheckState
from models.evidence import UNUSABLE, Photo, PhotoMoment, PhotoState, is_evidence
from models.findings import Finding, FindingState
from models.naming import shown_file_name
from models.people import Expecting

AGAIN_MINUTES = 30  # the next photo is taken for the one asked for


def which(turn: Turn, photo: Photo) -> str:
    """The photo in words its sender knows it by: its name, its place in its album, or its time."""
    time = turn.clock(photo.sent_at)
    if photo.as_file and (name := shown_file_name(photo.file_name)):
        return turn.text("photo.which_file", time=time, name=name)
    album = [photo.message_id]
    if photo.album is not None:
        of_album = (Photo.channel == photo.channel, Photo.chat_id == photo.chat_id, Photo.album == photo.album)
        album = sorted(turn.session.scalars(select(Photo.message_id).where(*of_album)))
    if len(album) == 1:
        return turn.text("photo.which", time=time)
    return turn.text("photo.which_of", time=time, number=album.index(photo.message_id) + 1)


def report(turn: Turn, photo: Photo, why: str) -> None:
    """Says what is wrong and what to do; the card, or the receipt, no longer counts the photo."""
    turn.session.flush()
    check = turn.session.get(Check, photo.check_id) if photo.check_id is not None else None
    turn.say(turn.text(f"photo.{why}", which=which(turn, photo)))
    turn.record("photo.unusable", "photo", photo.id, why=why, verdict=photo.verdict)
    if check is None and photo.moment is PhotoMoment.AFTER:
        return fixing.unclaim(turn, photo)
    if photo.moment is PhotoMoment.DELIVERED:
        return serving.unserve(turn, photo)
    if check is None or photo.forwarded:
        return None
    if photo.moment is PhotoMoment.AFTER:
        _reopen(turn, photo)
    elif photo.moment is PhotoMoment.BEFORE and not returned.asks_again(turn, photo):
        _await_another(turn, photo)
    return show(turn, check)


def show(turn: Turn, check: Check) -> None:
    """The check's card as it stands now, where it is; one that is asking something else is left alone."""
    turn.session.flush()
    if check.state is CheckState.SUBMITTED:
        receipts.show_receipt(turn, check, follows=False)
    elif check.is_draft and check.site is not None and check.browsing is None:
        check_card.show_draft(turn, check)


def _await_another(turn: Turn, photo: Photo) -> None:
    """Unless something else has just been asked for."""
    talk = turn.conversation
    idle = talk.expecting in {Expecting.NOTHING, Expecting.PHOTO_AGAIN}
    if idle or talk.expecting_until is None or talk.expecting_until < turn.now:
        turn.expect(Expecting.PHOTO_AGAIN, photo.id, minutes=AGAIN_MINUTES)


def _reopen(turn: Turn, photo: Photo) -> None:
    """A problem that was closed by a photo which shows nothing is open again, and waits for another photo."""
    finding = turn.session.get(Finding, photo.finding_id) if photo.finding_id is not None else None
    if finding is None or finding.state is not FindingState.VERIFIED_CLOSED:
        return
    others = select(Photo.id).where(Photo.finding_id == finding.id, Photo.moment == PhotoMoment.AFTER, is_evidence())
    if turn.session.scalar(others.limit(1)) is not None:
        return
    deadlines.step(turn, finding, "after_photo_unusable", FindingState.OPEN, turn.text("finding.after_photo_unusable"))
    finding.closed_at = None
    turn.session.flush()
    receipts.expect_answer(turn, finding.check)


def photo_awaited(turn: Turn, photo: Photo) -> Photo | None:
    """The unusable photo this one is sent in place of: answered by it, or just asked for again.

    A check that is handed in takes it only on its own: an album, or a photo while a draft is in hand, is new work.
    """
    if photo.forwarded:
        return None
    bad = _answered(turn)
    replied = bad is not None
    if bad is None:
        bad = _asked_for(turn, photo)
    if bad is None or not _is_missing(bad):
        return None
    check = turn.session.get(Check, bad.check_id)
    if check is None or check.state is CheckState.CANCELLED:
        return None
    if replied:
        return bad
    in_hand = checks.current_draft(turn)
    if check.is_draft:
        return bad if in_hand is not None and in_hand.id == check.id else None
    return bad if in_hand is None and photo.album is None else None


def _asked_for(turn: Turn, photo: Photo) -> Photo | None:
    """What was sent before it was asked for, as the rest of the same album, takes nothing's place."""
    wanted, until = turn.expects(Expecting.PHOTO_AGAIN), turn.conversation.expecting_until
    bad = turn.session.get(Photo, wanted) if wanted is not None else None
    if bad is None or until is None or (photo.album is not None and photo.album == bad.album):
        return None
    asked_at = until - timedelta(minutes=AGAIN_MINUTES)
    return bad if photo.sent_at >= asked_at.replace(microsecond=0) else None


def _answered(turn: Turn) -> Photo | None:
    message = turn.incoming.reply_to
    if message is None:
        return None
    found = turn.session.scalar(
        select(Photo).where(
            Photo.channel == turn.incoming.channel, Photo.chat_id == turn.incoming.chat, Photo.message_id == message
        )
    )
    return found if found is not None and _is_missing(found) else None


def _is_missing(photo: Photo) -> bool:
    return photo.is_unusable and photo.replaced_at is None and photo.moment is PhotoMoment.BEFORE


def replace(turn: Turn, bad: Photo, photo: Photo) -> None:
    """The new photo shows what the bad one was to show; if more are missing, the next one is awaited."""
    bad.replaced_at = turn.now
    photo.item_id, photo.finding_id = photo.item_id or bad.item_id, bad.finding_id
    turn.record("photo.replaced", "photo", bad.id, by=photo.id)
    turn.session.flush()
    more = select(Photo.id).where(
        Photo.check_id == bad.check_id, Photo.moment == PhotoMoment.BEFORE, Photo.replaced_at.is_(None),
        Photo.forwarded.is_(False), (Photo.state == PhotoState.LOST) | Photo.verdict.in_(UNUSABLE),
    )  # fmt: skip
    another = turn.session.scalar(more.order_by(Photo.id).limit(1))
    if another is not None:
        turn.expect(Expecting.PHOTO_AGAIN, another, minutes=AGAIN_MINUTES)
    elif turn.conversation.expecting is Expecting.PHOTO_AGAIN:
        turn.expect(Expecting.NOTHING)
