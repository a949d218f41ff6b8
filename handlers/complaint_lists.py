"""Complaints without an answer: the list of a place, and what a person has of them under 「我的」 and of a morning."""

from datetime import timedelta

from sqlalchemy import or_

from handlers import asking_too_much, complaint_card, joining
from handlers.filters import as_of
from handlers.messages import Button, Reply, Rows
from handlers.turn import Turn
from models import rights
from models.complaints import UNANSWERED, Complaint, ComplaintState, complaints_in, of_site, unanswered_in
from models.people import Role
from models.places import Area, Site
from models.rights import Scope

SHOWN, MOST_BUTTONS = 12, 8
AT_ONCE = 5


def is_about_area(turn: Turn, rest: str) -> bool:
    return joining.area_named(turn, rest) is not None


def show(turn: Turn, rest: str) -> None:
    """`投诉`, `投诉 太和`: what has no answer yet, where the asker may look."""
    if asking_too_much.is_dropped(turn):
        return
    area = joining.area_named(turn, rest) if rest.strip() else None
    found = unanswered_in(turn.session, _narrowed(turn, complaint_card.seen_by(turn), area))
    works = bool(complaint_card.worked_by(turn))
    place = area.name if area is not None else turn.text("site.all")
    lines = [turn.text("complaint.list" if found else "complaint.none", place=place, n=len(found), time=as_of(turn))]
    lines += [complaint_card.line(turn, one, with_text=True) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(turn.text("ask.more", n=len(found) - SHOWN))
    rows: Rows = [(_button(one),) for one in found[:MOST_BUTTONS]]
    if works:
        rows.append((Button(turn.text("button.new_complaint"), "v1:complain"),))
    turn.say(Reply("\n".join(lines), tuple(rows)))


def _narrowed(turn: Turn, granted: list[Scope], area: Area | None) -> list[Scope]:
    if area is None:
        return granted
    wanted = rights.areas_below(turn.session, area.id)
    return [Scope(wanted if s.areas is None else wanted & s.areas, s.campaign) for s in granted]


def _button(complaint: Complaint) -> Button:
    return Button(complaint.number or "", f"v1:complaint:{complaint.id}")


def of_person(turn: Turn) -> tuple[list[str], Rows]:
    """For 「我的」: what an inspector was asked to look at, what the office owes an answer."""
    owed = unanswered_in(turn.session, complaint_card.worked_by(turn))
    lines = [turn.text("complaint.owed", n=len(owed)), *_lines(turn, owed)] if owed else []
    rows: Rows = [(_button(one),) for one in owed[:AT_ONCE]]
    visits = _visits(turn)
    if visits:
        lines += [turn.text("complaint.to_visit", n=len(visits)), *_lines(turn, visits)]
    rows += [
        (Button(f"📍 {one.site.name}", f"v1:begin:s:{one.site.id}"),)
        for one in visits[:AT_ONCE] if one.site is not None and one.check_id is None
    ]  # fmt: skip
    return lines, rows


def _lines(turn: Turn, complaints: list[Complaint]) -> list[str]:
    lines = [complaint_card.line(turn, one) for one in complaints[:AT_ONCE]]
    if len(complaints) > AT_ONCE:
        lines.append(turn.text("ask.more", n=len(complaints) - AT_ONCE))
    return lines


def _visits(turn: Turn) -> list[Complaint]:
    """Sent for a visit and not answered yet, where the person inspects."""
    if not turn.inspected:
        return []
    sent = or_(Complaint.state == ComplaintState.VISITING, Complaint.check_id.is_not(None))
    query = complaints_in(turn.inspected).where(UNANSWERED, sent).order_by(Complaint.answer_due_on, Complaint.id)
    return list(turn.session.scalars(query))


def of_morning(turn: Turn) -> tuple[list[str], Rows]:
    """For the office: what is due by tomorrow, overdue, or still without a day. Whoever only administers is reminded of
    what they registered themselves."""
    owed = [one for one in unanswered_in(turn.session, complaint_card.worked_by(turn)) if _is_near(turn, one)]
    if not turn.is_one_of(frozenset({Role.OFFICE})):
        owed = [one for one in owed if one.received_by == turn.actor.id]
    if not owed:
        return [], []
    return [turn.text("complaint.owed", n=len(owed)), *_lines(turn, owed)], [(_button(one),) for one in owed[:AT_ONCE]]


def _is_near(turn: Turn, complaint: Complaint) -> bool:
    on = complaint.answer_due_on
    return on is None or on <= turn.today + timedelta(days=1)


def of_file(turn: Turn, site: Site) -> list[str]:
    """For a site's file: what is not settled, unanswered or with its case still open. In a group only the numbers."""
    left = [one for one in of_site(turn.session, site.id) if _is_unsettled(one)]
    if not left:
        return []
    with_text = not turn.incoming.in_group
    lines = [complaint_card.line(turn, one, with_text) for one in left[:AT_ONCE]]
    return [turn.text("complaint.of_site", n=len(left)), *lines]


def _is_unsettled(complaint: Complaint) -> bool:
    return complaint.is_unanswered or (complaint.finding is not None and complaint.finding.is_open)
