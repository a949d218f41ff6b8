"""`投诉 玄真公厕 12345 灯不亮 8月10日前答复`: the office registers what it was told."""

import re
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from handlers import check_card, complaint_card, complaint_lines, complaint_lists, complaint_places
from handlers.complaint_card import worked_by
from handlers.deadlines import LONGEST_DAYS, read_deadline
from handlers.messages import Button, Reply
from handlers.questions import FILLERS
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.closing import ended_campaigns
from models.complaints import (
    Complaint,
    ComplaintSource,
    ComplaintState,
    complaint_for,
)
from models.drafts import next_number, prefix_at
from models.people import Expecting
from models.places import Site
from models.record import keep

PATIENCE = 30  # minutes in which a line that was asked for may follow
LONGEST_TEXT = 500


def by_word(turn: Turn, rest: str) -> bool:
    """What is open, or a new one. False: of somebody who may register none, a word like any other."""
    if _goes_on_awaited(turn):
        return False
    rest = FILLERS.sub(" ", rest).strip()
    if not rest or complaint_lists.is_about_area(turn, rest):
        complaint_lists.show(turn, rest)
    elif worked_by(turn):
        register(turn, _draft(turn), complaint_lines.as_typed(turn.incoming.text))
    elif turn.incoming.text.startswith("/"):
        turn.say(turn.text("complaint.only_office"))
    else:
        return False
    return True


def _goes_on_awaited(turn: Turn) -> bool:
    """投诉属实，已整改: an answer that begins with the word, where one has just been asked for."""
    talk = turn.conversation
    awaited = talk.expecting is not Expecting.NOTHING and turn.expects(talk.expecting) is not None
    return awaited and re.match(r"\s*(?:投诉|投訴)[^\s:：,，、]", turn.incoming.text) is not None


def tap_new(turn: Turn) -> None:
    if not worked_by(turn):
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    return _ask_where(turn, _draft(turn))


def _draft(turn: Turn) -> Complaint:
    """One of theirs that has not come to anything is taken up again."""
    waiting = select(Complaint).where(
        Complaint.received_by == turn.actor.id, Complaint.number.is_(None), Complaint.day == turn.today
    )
    found = turn.session.scalar(waiting.limit(1))
    if found is None:
        found = Complaint(day=turn.today, received_at=turn.now, received_by=turn.actor.id)
        keep(turn.session, found)
    found.site = found.area = None
    found.site_id = found.area_id = found.campaign_id = found.answer_due_on = None
    found.place, found.text, found.reference, found.source = "", "", "", ComplaintSource.UNSAID
    turn.session.flush()
    return found


def register(turn: Turn, complaint: Complaint, line: str) -> None:
    """As much as the line says; what it lacks is asked for, at most where and what."""
    said = complaint_lines.read(line, turn.today)
    _take(complaint, said)
    if complaint.area_id is not None:
        complaint.text = check_card.clipped(said.rest, LONGEST_TEXT) or complaint.text
        return _go_on(turn, complaint, said.hid)
    found = complaint_places.read(turn, said.rest, _registers_in(turn))
    complaint.text = check_card.clipped(found.rest, LONGEST_TEXT)
    if found.site is not None:
        _put_at(turn, complaint, found.site)
    elif found.area is not None:
        complaint.area_id, complaint.campaign_id = found.area.id, _campaign_of(turn)
        complaint.place = found.place
    elif found.sites:
        turn.session.flush()
        return _ask_which(turn, complaint, found.sites)
    else:
        complaint.text = ""
        return _ask_where(turn, complaint, unknown=found.rest)
    return _go_on(turn, complaint, said.hid)


def _registers_in(turn: Turn) -> list[rights.Scope]:
    ended = ended_campaigns(turn.session)
    return [replace(scope, without=ended) for scope in worked_by(turn)]


def _take(complaint: Complaint, said: complaint_lines.Written) -> None:
    if said.source is not ComplaintSource.UNSAID:
        complaint.source = said.source
    complaint.reference = said.reference or complaint.reference
    complaint.answer_due_on = said.due or complaint.answer_due_on


def _put_at(turn: Turn, complaint: Complaint, site: Site) -> None:
    complaint.site_id, complaint.area_id, complaint.campaign_id = site.id, site.area_id, site.campaign_id
    turn.session.flush()


def _campaign_of(turn: Turn) -> int | None:
    """Of what is said of no site: the campaign of who registers it, or the only one there is."""
    theirs = {scope.campaign for scope in _registers_in(turn)}
    if None not in theirs:
        return min(number for number in theirs if number is not None)
    going_on = list(turn.session.scalars(select(Campaign.id).where(Campaign.closed_at.is_(None)).limit(2)))
    return going_on[0] if len(going_on) == 1 else None


def _ask_where(turn: Turn, complaint: Complaint, unknown: str = "") -> None:
    turn.session.flush()
    expect(turn, Expecting.COMPLAINT, complaint)
    if unknown:
        return turn.say(turn.text("complaint.unknown_place", name=check_card.clipped(unknown, 40)))
    return turn.say(turn.text("complaint.where"))


def _ask_which(turn: Turn, complaint: Complaint, sites: list[Site]) -> None:
    expect(turn, Expecting.COMPLAINT, complaint)
    rows = tuple(
        (Button(f"{site.name} · {site.area.name}", f"v1:complaint_at:{complaint.id}:{site.id}"),) for site in sites
    )
    return turn.say(Reply(turn.text("ask.which_site", n=len(sites)), rows))


def expect(turn: Turn, what: Expecting, complaint: Complaint) -> None:
    turn.expect(what, complaint.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」


def tap_at(turn: Turn, complaint_id: int, site_id: int) -> None:
    """Which of several sites was meant."""
    complaint = _own_draft(turn, complaint_id)
    site = rights.site_for(turn.session, _registers_in(turn), site_id)
    if complaint is None or site is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    turn.incoming = replace(turn.incoming, button="")
    _put_at(turn, complaint, site)
    return _go_on(turn, complaint)


def _own_draft(turn: Turn, complaint_id: int) -> Complaint | None:
    found = turn.session.get(Complaint, complaint_id)
    if found is None or found.number is not None or found.received_by != turn.actor.id or not worked_by(turn):
        return None
    return found


def receive_line(turn: Turn, complaint_id: int, line: str) -> bool:
    """Where, what, or by when, as it was asked for; False when it is none of these."""
    complaint = _own_draft(turn, complaint_id)
    if complaint is not None:
        register(turn, complaint, line)
        return True
    known = complaint_for(turn.session, worked_by(turn), complaint_id)
    if known is None:
        turn.expect(Expecting.NOTHING)
        turn.say(turn.text("button.too_old"))
        return True
    on = read_deadline(line, turn.today) if known.is_unanswered else None
    if on is None:
        return False
    turn.expect(Expecting.NOTHING)
    _set_due(turn, known, on)
    return True


def _go_on(turn: Turn, complaint: Complaint, hid: bool = False) -> None:
    turn.session.flush()
    if not complaint.text:
        expect(turn, Expecting.COMPLAINT, complaint)
        return turn.say(turn.text("complaint.what", where=complaint_card.where(_fresh(turn, complaint))))
    assert complaint.area_id is not None
    prefix = prefix_at(turn.session, complaint.area_id)
    complaint.number = f"{prefix}-{turn.today:%m%d}-C{next_number(turn.session, f'{prefix}-C', turn.today):02d}"
    complaint.state, complaint.day = ComplaintState.OPEN, turn.today
    complaint.received_at = turn.now
    turn.record("complaint.registered", "complaint", complaint.id, number=complaint.number, source=complaint.source)
    turn.session.flush()
    if complaint.answer_due_on is None:
        expect(turn, Expecting.COMPLAINT, complaint)
    elif turn.conversation.expecting is Expecting.COMPLAINT:
        turn.expect(Expecting.NOTHING)
    return complaint_card.show(turn, _fresh(turn, complaint), turn.text("complaint.hid") if hid else "")


def _fresh(turn: Turn, complaint: Complaint) -> Complaint:
    turn.session.expire(complaint, ["site", "area"])
    return complaint


# what the office does about it


def tapped(turn: Turn, complaint_id: int) -> Complaint | None:
    """The complaint, if who tapped is the office there and it is not answered; they are told where not."""
    found = complaint_for(turn.session, worked_by(turn), complaint_id)
    if found is None:
        turn.toast(turn.text("button.too_old"))
    elif not found.is_unanswered:
        turn.toast(turn.text("complaint.is_answered", number=found.number), alert=True)
        return None
    return found


def tap_show(turn: Turn, complaint_id: int) -> None:
    found = complaint_for(turn.session, complaint_card.seen_by(turn), complaint_id)
    if found is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    turn.incoming = replace(turn.incoming, button="")  # below the list it was chosen from
    return complaint_card.show(turn, found)


def tap_due(turn: Turn, complaint_id: int, days: int) -> None:
    """The starting day is not counted (plans K3)."""
    complaint = tapped(turn, complaint_id)
    if complaint is None:
        return None
    if not 0 < days <= LONGEST_DAYS:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    return _set_due(turn, complaint, turn.today + timedelta(days=days))


def _set_due(turn: Turn, complaint: Complaint, on: date) -> None:
    former, complaint.answer_due_on = complaint.answer_due_on, on
    if turn.conversation.expecting is Expecting.COMPLAINT:
        turn.expect(Expecting.NOTHING)
    turn.record("complaint.due_set", "complaint", complaint.id, on=f"{on}", former=f"{former}" if former else "")
    complaint_card.refresh(turn, complaint)
    complaint_card.show(turn, complaint)
