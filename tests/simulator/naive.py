"""Answers to questions, reckoned again the slow way: from rows one by one, and from people's own notebooks."""

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from handlers.messages import Incoming, Kind
from models.people import Role
from tests.simulator import cases
from tests.simulator.town import LEAD, NEAR, OFFICE

if TYPE_CHECKING:
    from tests.simulator.simulation import Simulation

COVERED = re.compile(r"已查 (\d+)/(\d+)")
OPEN = re.compile(r"未整改 (\d+)")
OVER = {"verified_closed", "withdrawn", "duplicate"}


def answered(session: Session, incoming: Incoming, row: str, breaks: Any) -> None:
    """A question was answered in this transaction: the figures must be those of the rows as they are in it (I13)."""
    if incoming.kind is not Kind.TEXT or incoming.text not in {"进度", "未整改"}:
        return
    session.flush()
    said = _rows(session, "SELECT body FROM outbox WHERE key = ?", f"{row}:1")
    areas = _areas_of(session, incoming)
    if not said or areas is None:
        return
    told_in = json.loads(said[0][0])["text"]
    if "问得太快" in told_in:
        return
    rows = _rows(session, "SELECT id, area_id, closed_at FROM sites")
    sites = {site for site, area, closed_at in rows if closed_at is None and (not areas or area in areas)}
    if incoming.text == "进度":
        done = {site for site, state in _rows(session, "SELECT site_id, state FROM checks") if state == "submitted"}
        done &= sites
        figures = (len(done), len(sites))
        told = COVERED.search(told_in)
        if told is None or (int(told[1]), int(told[2])) != figures:
            breaks("I13", f"{incoming.chat} asked {incoming.text}: {figures} in the rows, told {told_in[:80]!r}")
        return
    findings = _rows(session, "SELECT site_id, state FROM findings")
    left = [site for site, state in findings if site in sites and state not in OVER]
    told = OPEN.search(told_in)
    if told is None or int(told[1]) != len(left):
        breaks("I13", f"{incoming.chat} asked {incoming.text}: {len(left)} in the rows, told {told_in[:80]!r}")


def _rows(session: Session, query: str, *values: Any) -> list[Any]:
    """As they are in this transaction, past all that the program keeps in mind."""
    return list(session.connection().exec_driver_sql(query, values))


def _areas_of(session: Session, incoming: Incoming) -> set[int] | None:
    """Areas the asker sees; empty for all; None where nobody answers figures."""
    if incoming.in_group:
        bound = "SELECT area_id FROM group_chats WHERE external_id = ? AND bound_at IS NOT NULL AND left_at IS NULL"
        return {area for (area,) in _rows(session, bound, incoming.chat)} or None
    assert incoming.sender is not None
    postings = (
        "SELECT p.area_id, p.role FROM postings p JOIN accounts a ON a.person_id = p.person_id"
        " WHERE a.external_id = ? AND p.until IS NULL"
    )
    held = {area for area, role in _rows(session, postings, incoming.sender.id) if role in set(Role)}
    if not held:
        return None
    return set() if None in held else held


def compare_with_notebooks(sim: "Simulation") -> None:
    """What office and lead are told at the end is what the people know that they did (I13)."""
    visits = [visit for inspector in sim.inspectors for visit in inspector.notebook]
    if sim.witness.dismissed or any(visit.state == "shaken" for visit in visits):
        return  # nobody knows which of their last taps still counted
    visits = [visit for visit in visits if visit.state == "submitted"]
    near = [visit for visit in visits if sim.prepared.area_of[visit.site] == NEAR]
    _told(sim, OFFICE, COVERED, len({visit.site for visit in visits}))
    _told(sim, LEAD, COVERED, len({visit.site for visit in near}))
    _told(sim, LEAD, OPEN, sum(len(visit.failed) for visit in near) - cases.closed_by_looking(sim))


def _told(sim: "Simulation", chat: int, figure: re.Pattern[str], expected: int) -> None:
    texts = [message.body.text for message in sim.town.shown_in(chat)]
    told = next((found for text in texts if "截至" in text and (found := figure.search(text))), None)
    if told is None or int(told[1]) != expected:
        sim.witness.breaks("I13", f"{chat} was told {told[0] if told else texts[:1]}, people did {expected}")
