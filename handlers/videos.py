"""A video: kept beside the photos of a check where its campaign takes such, else a photo is asked for (B11)."""

from handlers import captions, checks, photos, submitting
from handlers.repeats import is_repeat
from handlers.turn import Turn
from models import rights
from models.checks import Check, CheckState
from models.evidence import Photo, PhotoMoment, PhotoState, PhotoVerdict
from models.figures import campaigns_within

MIME = "video/"


def receive_video(turn: Turn) -> None:
    """It is stored like a photo, counts as none, and nothing here ever opens it."""
    if not turn.is_one_of(rights.INSPECTS):
        return turn.say(turn.text("help.unsupported", what=turn.text("help.unsupported_video")))
    if turn.incoming.edited:
        return captions.receive_edit(turn)
    if is_repeat(turn, Photo):
        return None
    check = _check_meant(turn)
    if check is None:
        return turn.say(turn.text("photo.video_without_check"))
    if not _is_taken(turn, check):
        return turn.say(turn.text("help.unsupported", what=turn.text("help.unsupported_video")))
    return attach(turn, check)


def may_attach(turn: Turn) -> Check | None:
    """The check that a file which says it is a video may go with."""
    sent = turn.incoming.photo
    if sent is None or not sent.mime.startswith(MIME):
        return None
    check = _check_meant(turn)
    return check if check is not None and _is_taken(turn, check) else None


def _check_meant(turn: Turn) -> Check | None:
    """As for a photo, but a video begins none by itself."""
    here = {"channel": turn.incoming.channel, "chat_id": turn.incoming.chat, "album": turn.incoming.album}
    parts = turn.session.query(Photo).filter_by(**here) if turn.incoming.album is not None else ()
    return photos.check_meant(turn, parts)


def _is_taken(turn: Turn, check: Check) -> bool:
    """While its site is not known, wherever the inspector works."""
    if check.campaign is not None:
        return check.campaign.takes_videos
    return any(campaign.takes_videos for campaign in campaigns_within(turn.session, turn.inspected))


def attach(turn: Turn, check: Check) -> None:
    video = photos.keep_photo(turn)
    if video.state is PhotoState.REFUSED:
        return turn.say(turn.text("photo.video_too_large"))
    video.moment, video.verdict = PhotoMoment.ATTACHED, PhotoVerdict.ORIGINAL
    video.check_id, video.check = check.id, check
    turn.record("video.attached", "check", check.id, photo=video.id, size=video.size)
    if check.state is CheckState.SUBMITTED:
        return submitting.append_late_photo(turn, check)
    checks.take_in_hand(turn, check)
    return photos.read_caption(turn, check, video)
