"""Answers to questions, reckoned again the slow way: from rows one by one, and from people's own notebooks."""

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.messages import Incoming, Kind
from models.checks import Check
from models.findings import Finding
from models.messages import OutboxRow
from models.people import Account, GroupChat, Posting, Role
from models.places import Site
from tests.simulator.town import LEAD, NEAR, OFFICE

if TYPE_CHECKING:
    from tests.simulator.simulation import Simulation

COVERED = re.compile(r"已查 (\d+)/(\d+)")
OPEN = re.compile(r"未整改 (\d+)")
TODAY = re.compile(r"检查 (\d+) 次，(\d+) 个点位；新开问题 (\d+)")


def answered(session: Session, incoming: Incoming, row: str, breaks: Any) -> None:
    """A question was answered in this transaction: the figures must be those of the rows as they are in it (I13)."""
    if incoming.kind is not Kind.TEXT or incoming.text not in {"进度", "未整改"}:
        return
    session.flush()
    said = session.scalar(select(OutboxRow.body).where(OutboxRow.key == f"{row}:1"))
    areas = _areas_of(session, incoming)
    if said is None or areas is None or "问得太快" in said["text"]:
        return
    sites = {s.id for s in session.scalars(select(Site)) if s.closed_at is None and (not areas or s.area_id in areas)}
    if incoming.text == "进度":
        done = {c.site_id for c in session.scalars(select(Check)) if c.state == "submitted"} & sites
        figures = (len(done), len(sites))
        told = COVERED.search(said["text"])
        if told is None or (int(told[1]), int(told[2])) != figures:
            breaks("I13", f"{incoming.chat} asked {incoming.text}: {figures} in the rows, told {said['text'][:80]!r}")
        return
    left = [f for f in session.scalars(select(Finding)) if f.site_id in sites and f.is_open]
    told = OPEN.search(said["text"])
    if told is None or int(told[1]) != len(left):
        breaks("I13", f"{incoming.chat} asked {incoming.text}: {len(left)} in the rows, told {said['text'][:80]!r}")


def _areas_of(session: Session, incoming: Incoming) -> set[int] | None:
    """Areas the asker sees; empty for all; None where nobody answers figures."""
    if incoming.in_group:
        group = session.scalar(select(GroupChat).where(GroupChat.external_id == incoming.chat))
        bound = group is not None and group.bound_at is not None and group.left_at is None
        return {group.area_id} if bound else None
    assert incoming.sender is not None
    account = session.scalar(select(Account).where(Account.external_id == incoming.sender.id))
    postings = session.scalars(select(Posting).where(Posting.person_id == account.person_id)) if account else ()
    held = {posting.area_id for posting in postings if posting.until is None and posting.role in set(Role)}
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
    _told(sim, LEAD, OPEN, sum(len(visit.failed) for visit in near))


def _told(sim: "Simulation", chat: int, figure: re.Pattern[str], expected: int) -> None:
    texts = [message.body.text for message in sim.town.shown_in(chat)]
    if texts and "问得太快" in texts[0]:
        return  # asked too much in a minute
    told = next((found for text in texts if "截至" in text and (found := figure.search(text))), None)
    if told is None or int(told[1]) != expected:
        sim.witness.breaks("I13", f"{chat} was told {told[0] if told else texts[:1]}, people did {expected}")
