"""Something sent as a file, by its own account no picture."""

from handlers import photos, unusable, videos
from handlers.repeats import is_repeat
from handlers.turn import Turn
from models import rights
from models.evidence import Photo, PhotoState, PhotoVerdict


def receive_file(turn: Turn) -> None:
    """What is no picture by its own account is kept unopened, for whoever asks; it is no part of a check (B12, B15)."""
    if not turn.is_one_of(rights.INSPECTS):
        return turn.say(turn.text("help.unsupported", what=turn.text("help.unsupported_document")))
    if turn.incoming.edited or is_repeat(turn, Photo):
        return None
    check = videos.may_attach(turn)
    if check is not None:
        return videos.attach(turn, check)
    photo = photos.keep_photo(turn)
    if photo.state is PhotoState.REFUSED:
        return turn.say(turn.text("photo.too_large"))
    photo.verdict = PhotoVerdict.QUARANTINED
    turn.record("file.kept", "photo", photo.id, mime=photo.mime)
    return turn.say(turn.text("photo.no_photo", which=unusable.which(turn, photo)))
