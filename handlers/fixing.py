"""「已整改」: the unit says that a problem is fixed, and shows it with a photo; somebody else will look (复查)."""

from sqlalchemy import select

from handlers import case_card, cases, ended
from handlers.deadlines import step
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.evidence import Photo, PhotoMoment, is_evidence
from models.findings import Finding, FindingState
from models.messages import Card
from models.people import Expecting

PATIENCE = 24 * 60  # minutes in which the photo may follow


def tap_fixed(turn: Turn, finding_id: int) -> None:
    """Asks for the photo, where it can be sent with one hand: in the private chat."""
    finding = cases.case_tapped(turn, finding_id)
    if finding is None:
        return None
    if finding.state not in case_card.WITH_UNIT:
        return turn.toast(turn.text("button.too_old"))
    asked = turn.text("case.send_fix_photo", problem=problem_name(turn, finding))
    toast = turn.text("case.fix_photo_in_private")
    return cases.ask_privately(turn, Expecting.FIX_PHOTO, finding.id, asked, toast, PATIENCE)


def receive_photo(turn: Turn, photo: Photo, finding_id: int) -> None:
    """The photo of the fix; more of the same album join it."""
    finding = rights.case_for(turn.session, turn.actor, turn.now, finding_id)
    if finding is None or ended.refuses_finding(turn, finding):
        return None if finding is not None else turn.say(turn.text("button.too_old"))
    more = finding.state is FindingState.FIXED_CLAIMED and finding.fixed_by == turn.actor.id
    if finding.state not in case_card.WITH_UNIT and not more:
        turn.expect(Expecting.NOTHING)
        return turn.say(turn.text("case.as_it_stands", problem=problem_name(turn, finding),
                                  state=case_card.limit_line(turn, turn.language, finding)))  # fmt: skip
    photo.finding_id, photo.item_id, photo.moment = finding.id, finding.item_id, PhotoMoment.AFTER
    turn.record("photo.after", "finding", finding.id, photo=photo.id)
    if photo.album is None:
        turn.expect(Expecting.NOTHING)
    if more:
        return None
    finding.fixed_by, finding.fixed_at = turn.actor.id, turn.now
    step(turn, finding, "fix_claimed", FindingState.FIXED_CLAIMED)
    return turn.say(turn.text("case.fix_claimed", problem=problem_name(turn, finding)))


def finding_replied_to(turn: Turn) -> Finding | None:
    """The case whose card in this group the message answers, if its sender may act on it."""
    if turn.incoming.reply_to is None:
        return None
    here = (Card.channel == turn.incoming.channel, Card.chat == turn.incoming.chat)
    key = turn.session.scalar(
        select(Card.key).where(*here, Card.message_id == turn.incoming.reply_to, Card.key.startswith("case:"))
    )
    return rights.case_for(turn.session, turn.actor, turn.now, int(key.split(":")[1])) if key is not None else None


def unclaim(turn: Turn, photo: Photo) -> None:
    """The photo of the fix turned out to show nothing: without another one nothing has been shown to be fixed."""
    finding = turn.session.get(Finding, photo.finding_id) if photo.finding_id is not None else None
    if finding is None or finding.state is not FindingState.FIXED_CLAIMED:
        return
    others = select(Photo.id).where(Photo.finding_id == finding.id, Photo.moment == PhotoMoment.AFTER, is_evidence())
    if turn.session.scalar(others.limit(1)) is not None:
        return
    step(turn, finding, "after_photo_unusable", FindingState.OPEN, turn.text("finding.after_photo_unusable"))
    finding.fixed_by, finding.fixed_at = None, None
    if turn.waits_for_nothing:
        turn.expect(Expecting.FIX_PHOTO, finding.id, minutes=PATIENCE)
