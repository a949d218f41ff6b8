"""「已送达」: a notice was served; the page with a signature shows it, or a photo of how it was handed over."""

import re

from sqlalchemy import select

from handlers import case_card, cases, check_card, ended
from handlers.deadlines import step
from handlers.messages import Button, Rows
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.evidence import Photo, PhotoMoment, is_evidence
from models.findings import Finding, FindingState
from models.notices import Notice, Service, notices_of
from models.people import Expecting

PATIENCE = 24 * 60  # minutes in which the photo may follow
_SIGNED = re.compile(r"^(?:已?签收|已?签字|已?签名|received by|signed(?: by)?)[\s:：,，]*", re.IGNORECASE)


def offers(turn: Turn, finding: Finding) -> Rows:
    """For each notice that nobody has said to be served, to who oversees or inspects the site."""
    waiting = [one for one in notices_of(turn.session, finding.id) if one.delivered_at is None]
    if not waiting or _seen(turn, finding.id) is None:
        return []
    return [(Button(turn.text("button.served", number=one.number), f"v1:served:{one.id}"),) for one in waiting]


def _seen(turn: Turn, finding_id: int) -> Finding | None:
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.VERIFIES) if turn.person is not None else []
    return rights.finding_for(turn.session, granted, finding_id)


def _to_serve(turn: Turn, notice_id: int) -> tuple[Notice, Finding] | None:
    """What is not served yet, for who may serve it; they are told where not."""
    say = turn.toast if turn.incoming.tap else turn.say
    notice = turn.session.get(Notice, notice_id)
    finding = _seen(turn, notice.finding_id) if notice is not None else None
    if notice is None or finding is None:
        say(turn.text("button.too_old"))
    elif notice.delivered_at is not None and notice.delivered_by is not None:
        name = case_card.name_of(turn.session, notice.delivered_by)
        say(turn.text("notice.served_before", name=name, time=f"{turn.agency.local(notice.delivered_at):%m-%d %H:%M}"))
    elif ended.refuses_finding(turn, finding):
        pass
    elif not (
        finding.is_open or finding.state is FindingState.DUPLICATE
    ):  # served all the same, whatever it is part of
        say(turn.text("finding.is_closed", number=finding.number))
    else:
        return notice, finding
    return None


def tap_served(turn: Turn, notice_id: int) -> None:
    """Asks for the photo."""
    found = _to_serve(turn, notice_id)
    if found is None:
        return None
    notice, finding = found
    asked = turn.text("notice.photo_please", number=notice.number, problem=problem_name(turn, finding))
    return cases.ask_privately(turn, Expecting.SERVICE, notice.id, asked, turn.text("verify.in_private"), PATIENCE)


def receive_photo(turn: Turn, photo: Photo, notice_id: int) -> bool:
    """The photo that shows it; more of the same album join it. False: of something else, that was shown before."""
    notice = turn.session.get(Notice, notice_id)
    if notice is not None and not photo.forwarded and _joins(turn, photo, notice):
        _keep(turn, photo, notice)
        return True
    if notice is not None and notice.delivered_at is not None and notice.delivered_by == turn.actor.id:
        turn.expect(Expecting.NOTHING)
        return False
    if photo.forwarded:
        turn.say(turn.text("notice.not_forwarded"))
        return True
    found = _to_serve(turn, notice_id)
    if photo.album is None or found is None:
        turn.expect(Expecting.NOTHING)
    if found is None:
        return True
    notice, finding = found
    _keep(turn, photo, notice)
    line = check_card.clipped(photo.caption, 200)
    notice.service = Service.SIGNATURE if _SIGNED.match(line) else Service.PHOTO
    notice.receiver = _SIGNED.sub("", line)
    notice.delivered_at, notice.delivered_by, notice.delivery_photo_id = turn.now, turn.actor.id, photo.id
    step(turn, finding, "notice_served", finding.state, f"{notice.number} {line}".strip())
    key = f"notice.served_{notice.service}" if notice.receiver else f"notice.served_{notice.service}_only"
    turn.session.flush()
    turn.say(turn.text(key, number=notice.number, problem=problem_name(turn, finding), line=notice.receiver))
    return True


def _keep(turn: Turn, photo: Photo, notice: Notice) -> None:
    finding = turn.session.get_one(Finding, notice.finding_id)
    photo.finding_id, photo.item_id, photo.moment = finding.id, finding.item_id, PhotoMoment.DELIVERED
    turn.record("photo.delivered", "notice", notice.id, photo=photo.id)
    turn.session.flush()


def _joins(turn: Turn, photo: Photo, notice: Notice) -> bool:
    """It is of the album whose first photo showed the service."""
    if photo.album is None or notice.delivery_photo_id is None or notice.delivered_by != turn.actor.id:
        return False
    first = turn.session.get_one(Photo, notice.delivery_photo_id)
    return (first.channel, first.chat_id, first.album) == (photo.channel, photo.chat_id, photo.album)


def unserve(turn: Turn, photo: Photo) -> None:
    """The photo shows nothing: another of its album takes its place, or nothing has been shown to be served."""
    notice = turn.session.scalar(select(Notice).where(Notice.delivery_photo_id == photo.id))
    if notice is None:
        return
    album = (Photo.channel == photo.channel, Photo.chat_id == photo.chat_id, Photo.album == photo.album)
    others = select(Photo.id).where(*album, Photo.moment == PhotoMoment.DELIVERED, is_evidence()).order_by(Photo.id)
    notice.delivery_photo_id = turn.session.scalar(others.limit(1)) if photo.album is not None else None
    if notice.delivery_photo_id is not None:
        return
    notice.delivered_at = notice.delivered_by = notice.service = None
    notice.receiver = ""
    finding = turn.session.get_one(Finding, notice.finding_id)
    step(turn, finding, "service_photo_unusable", finding.state, notice.number)
    if turn.waits_for_nothing:  # whoever has gone on to something else finds the button on the case
        turn.expect(Expecting.SERVICE, notice.id, minutes=PATIENCE)
