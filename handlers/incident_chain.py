"""Who hears of a serious incident at once, who says that they have seen it, and the steps that the plan orders."""

from sqlalchemy import select

from handlers import incident_card, texts
from handlers.cases import reachable
from handlers.messages import Reply
from handlers.turn import Turn
from models import rights
from models.incidents import Incident, IncidentKind, IncidentStep, steps_of
from models.messages import Priority, card_of
from models.people import Person, Role
from models.places import Unit


def add_step(turn: Turn, incident: Incident, name: str, **given: object) -> IncidentStep:
    """Every change of an incident is a row with who, when and why."""
    step = IncidentStep(incident_id=incident.id, at=turn.now, step=name, **{"person_id": turn.actor.id} | given)
    turn.session.add(step)
    turn.session.flush()
    turn.session.expire(incident, ["steps"])
    turn.record(f"incident.{name}", "incident", incident.id, why=step.why, about=step.person_id)
    return step


def audience(turn: Turn, incident: Incident) -> list[Person]:
    """The office and the leads of the place, and the people of the units in the chain of its type."""
    found = rights.posted_over(turn.session, turn.now, rights.OVERSEES, incident.area_id, incident.campaign_id)
    kind = incident_card.kind_of(incident)
    if kind is not None and kind.told:
        units = frozenset(unit.id for unit in _units(turn, kind))
        found += rights.of_units(turn.session, turn.now, units, incident.campaign_id)
    return list({person.id: person for person in found}.values())


def _units(turn: Turn, kind: IncidentKind) -> list[Unit]:
    return list(turn.session.scalars(select(Unit).where(Unit.name.in_(kind.told)).order_by(Unit.id)))


def unreached(turn: Turn, incident: Incident) -> list[str]:
    """Units of the chain in which nobody could be told."""
    kind = incident_card.kind_of(incident)
    if kind is None:
        return []
    return [
        unit.name for unit in _units(turn, kind)
        if not any(
            reachable(turn.session, person)
            for person in rights.of_units(turn.session, turn.now, frozenset({unit.id}), incident.campaign_id)
        )
    ]  # fmt: skip


def tell(turn: Turn, incident: Incident) -> list[Person]:
    """Whoever has not been told yet hears of it now, whatever the hour; who reported it knows. Who was told in all."""
    before = {one.person_id for one in steps_of(turn.session, incident.id, "told")}
    for person in audience(turn, incident):
        if person.id not in before and person.id != incident.reported_by and reachable(turn.session, person):
            add_step(turn, incident, "told", person_id=person.id)
            _show(turn, person, incident)
    return told(turn, incident)


def told(turn: Turn, incident: Incident) -> list[Person]:
    """Those of them who would be told today; who has left or moved on sees nothing new."""
    numbers = {one.person_id for one in steps_of(turn.session, incident.id, "told")}
    return [person for person in audience(turn, incident) if person.id in numbers]


def _show(turn: Turn, person: Person, incident: Incident) -> None:
    reply = incident_card.told_reply(turn, person, incident)
    for account in reachable(turn.session, person):
        turn.card_in(_key(incident, account.id), account.channel, account.external_id, reply, follows=True)


def _key(incident: Incident, account_id: int) -> str:
    return f"incident:{incident.id}:{account_id}"


def refresh(turn: Turn, incident: Incident) -> None:
    """Everybody's card: of who was told, and of who reported it while they are still here."""
    for person in told(turn, incident):
        _show(turn, person, incident)
    reporter = turn.session.get_one(Person, incident.reported_by)
    if rights.roles_of(reporter, turn.now) & (rights.INSPECTS | rights.OFFICE):
        show_receipt(turn, incident, reporter)


def show_receipt(turn: Turn, incident: Incident, reporter: Person, hint: str = "") -> None:
    """What the reporter has: the number, how many were told, who has seen it."""
    language = reporter.language
    lines = [*incident_card.lines(turn, language, incident), *_reach_lines(turn, language, incident), hint]
    reply = Reply("\n".join(line for line in lines if line), language=language)
    for account in reachable(turn.session, reporter):
        here = (account.channel, account.external_id) == (turn.incoming.channel, turn.incoming.chat)
        below = turn.incoming.message_id if here and hint else 0
        turn.card_in(_key(incident, account.id), account.channel, account.external_id, reply, True, below)


def _reach_lines(turn: Turn, language: str, incident: Incident) -> list[str]:
    number = len(told(turn, incident))
    lines = [texts.say(language, "incident.told", n=number) if number else texts.say(language, "incident.nobody")]
    if names := unreached(turn, incident):
        separator = ", " if language == "en" else "、"
        lines.append(texts.say(language, "incident.unreached", units=separator.join(names)))
    return lines


def notify(turn: Turn, person: Person, incident: Incident, what: str) -> None:
    """Of a correction: nobody need notice that a card was edited."""
    said = texts.say(person.language, "incident.was_corrected", number=incident.number, name=turn.actor.name, what=what)
    turn.tell(person, f"{turn.row}:corrected:{person.id}", Reply(said), Priority.RECEIPT)


def may_see(turn: Turn, incident: Incident) -> bool:
    """Who was told, who reported it, and who oversees or audits the place."""
    if turn.person is None or incident.number is None:
        return False
    if incident.reported_by == turn.actor.id or any(one.id == turn.actor.id for one in audience(turn, incident)):
        return True
    granted = rights.scopes(turn.session, turn.actor, turn.now, frozenset({Role.AUDITOR}))
    return any(scope.reaches(incident.area_id, incident.campaign_id) for scope in granted)


def show(turn: Turn, incident: Incident) -> None:
    """Below what its reader just sent."""
    told_of_it = any(person.id == turn.actor.id for person in audience(turn, incident))
    if incident.reported_by == turn.actor.id:
        return show_receipt(turn, incident, turn.actor, turn.text("incident.how_to_correct", number=incident.number))
    reply = incident_card.told_reply(turn, turn.actor, incident)
    shown = reply if told_of_it else Reply(reply.text)
    return turn.card(_key(incident, turn.account.id if turn.account else 0), shown, follows=True)


def tap_seen(turn: Turn, incident_id: int) -> None:
    """收到: once each, with the time; everybody's card shows it."""
    incident = turn.session.get(Incident, incident_id)
    if incident is None or incident.number is None or turn.person is None:
        return turn.toast(turn.text("button.too_old"))
    if not any(person.id == turn.actor.id for person in audience(turn, incident)):
        return turn.toast(turn.text("button.too_old"))
    before = [one for one in steps_of(turn.session, incident.id, "seen") if one.person_id == turn.actor.id]
    if before:
        return turn.toast(turn.text("incident.seen_before", time=turn.clock(before[0].at)))
    add_step(turn, incident, "seen")
    turn.toast(turn.text("incident.you_saw_it"))
    return refresh(turn, incident)


# what the plan orders


def propose(turn: Turn, incident: Incident) -> list[IncidentStep]:
    """What fits the figures as they are now and has not been proposed yet; what no longer fits says so on its card.
    Nothing is ever taken by the program."""
    kind = incident_card.kind_of(incident)
    known = steps_of(turn.session, incident.id, "proposed")
    names = {(one.why, one.source) for one in known}
    new = [
        add_step(turn, incident, "proposed", person_id=None, why=step.name, source=step.source)
        for step in (kind.steps if kind is not None else ())
        if step.fits(incident.deaths) and (step.name, step.source) not in names
    ]
    for proposal in (*known, *new):
        _show_proposal(turn, incident, proposal)
    return new


def _office(turn: Turn, incident: Incident) -> list[Person]:
    return rights.posted_over(turn.session, turn.now, rights.OFFICE, incident.area_id, incident.campaign_id)


def _show_proposal(turn: Turn, incident: Incident, proposal: IncidentStep) -> None:
    """To all of the office; one that was decided is not sent to who came later."""
    decided = incident_card.decision_on(turn, proposal) is not None
    for person in _office(turn, incident):
        reply = incident_card.proposal_reply(turn, person.language, incident, proposal)
        for account in reachable(turn.session, person):
            key = f"interview:{proposal.id}:{account.id}"
            if not decided or card_of(turn.session, key) is not None:
                turn.card_in(key, account.channel, account.external_id, reply, follows=True)


def tap_interview(turn: Turn, proposal_id: int, yes: int) -> None:
    """采取这一步, 不采取: one of the office, once; whoever comes second is told who and when."""
    proposal = turn.session.get(IncidentStep, proposal_id)
    incident = turn.session.get(Incident, proposal.incident_id) if proposal is not None else None
    theirs = incident is not None and turn.person is not None and incident_card.is_office(turn, turn.actor, incident)
    if proposal is None or incident is None or not theirs or proposal.step != "proposed" or yes not in {0, 1}:
        return turn.toast(turn.text("button.too_old"))
    decision = incident_card.decision_on(turn, proposal)
    if decision is not None:
        name = turn.session.get_one(Person, decision.person_id).name
        key = "incident.taken_by" if decision.step == "taken" else "incident.declined_by"
        time = f"{turn.agency.local(decision.at):%m-%d %H:%M}"
        return turn.toast(turn.text(key, name=name, time=time), alert=True)
    if not incident_card.still_fits(incident, proposal):
        return turn.toast(turn.text("incident.no_longer"), alert=True)
    add_step(turn, incident, "taken" if yes else "declined", why=proposal.why, source=proposal.source,
             proposal_id=proposal.id)  # fmt: skip
    turn.toast(turn.text("incident.you_took" if yes else "incident.you_declined"))
    _show_proposal(turn, incident, proposal)
    return refresh(turn, incident)
