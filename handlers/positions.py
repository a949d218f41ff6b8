"""A site without a position: the first accepted check proposes one, the office confirms it."""

from sqlalchemy import select

from handlers import texts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import Check, Location
from models.people import Person, Role
from models.places import PositionProposal, Site
from models.search import register_changed


def propose(turn: Turn, check: Check) -> None:
    site = check.site
    if site is None or site.latitude is not None or check.location is None:
        return
    waiting = select(PositionProposal.id).where(
        PositionProposal.site_id == site.id, PositionProposal.decided_at.is_(None)
    )
    if turn.session.scalar(waiting) is not None:
        return
    proposal = PositionProposal(site_id=site.id, check_id=check.id, location_id=check.location.id, proposed_at=turn.now)
    turn.session.add(proposal)
    turn.session.flush()
    turn.record("position.proposed", "site", site.id, proposal=proposal.id)
    for person in _deciders(turn, site):
        said = {"site": site.name, "person": turn.actor.name, "number": check.number or ""}
        place = f"{check.location.latitude:.5f}, {check.location.longitude:.5f}"
        text = texts.say(person.language, "position.ask", place=place, **said)
        buttons = (
            Button(texts.say(person.language, "button.confirm_position"), f"v1:pos:{proposal.id}:1"),
            Button(texts.say(person.language, "button.refuse_position"), f"v1:pos:{proposal.id}:0"),
        )
        turn.tell(person, f"position:{proposal.id}", Reply(text, (buttons,)))


def _deciders(turn: Turn, site: Site) -> list[Person]:
    """The office, and where there is none yet the administrators."""
    people = [p for p in turn.session.scalars(select(Person).where(Person.left_at.is_(None))) if p.postings]
    for role in (Role.OFFICE, Role.ADMIN):
        able = [
            p
            for p in people
            if rights.site_for(turn.session, rights.scopes(turn.session, p, turn.now, frozenset({role})), site.id)
            is not None
        ]
        if able:
            return able
    return []


def tap_position(turn: Turn, proposal_id: int, accepted: int) -> None:
    proposal = turn.session.get(PositionProposal, proposal_id)
    office = rights.scopes(turn.session, turn.actor, turn.now, rights.OFFICE)
    site = rights.site_for(turn.session, office, proposal.site_id) if proposal is not None else None
    if proposal is None or site is None:
        return turn.toast(turn.text("button.too_old"))
    if proposal.decided_at is not None:
        return turn.toast(turn.text("position.decided"), alert=True)
    proposal.decided_at, proposal.decided_by, proposal.accepted = turn.now, turn.actor.id, bool(accepted)
    location = turn.session.get(Location, proposal.location_id)
    if accepted and location is not None:
        site.latitude, site.longitude, site.datum = location.latitude, location.longitude, location.datum
        site.position_source = f"check {proposal.check_id}"
        register_changed(turn.session)
    turn.record("position.confirmed" if accepted else "position.refused", "site", site.id, proposal=proposal.id)
    turn.toast(turn.text("position.confirmed" if accepted else "position.refused", site=site.name))
    return turn.say(turn.text("position.confirmed" if accepted else "position.refused", site=site.name))
