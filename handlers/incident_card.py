"""What is shown of a serious incident: to who is told, to who reported it; and what the plan orders, to the office."""

from collections.abc import Callable

from handlers import case_card, check_card, texts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.closing import ended_campaigns
from models.incidents import GENERAL, ChainStep, Incident, IncidentKind, IncidentStep, kinds_of, steps_of
from models.people import Person
from models.places import Area

SHOWN_CORRECTIONS = 5
LONGEST_TEXT = 500

Say = Callable[..., str]


def kinds(turn: Turn) -> list[IncidentKind]:
    """What the campaigns that go on have a chain for."""
    ended = ended_campaigns(turn.session)
    every = turn.session.query(Campaign).order_by(Campaign.id)
    return kinds_of(campaign for campaign in every if campaign.id not in ended)


def kind_of(incident: Incident) -> IncidentKind | None:
    """Its type with its chain; None: nobody has printed one. It holds also once its campaign has ended."""
    if incident.kind == GENERAL or incident.campaign is None:
        return None
    return next((one for one in kinds_of([incident.campaign]) if one.code == incident.kind), None)


def name_in(language: str, kind: IncidentKind | None) -> str:
    if kind is None:
        return texts.say(language, "incident.general")
    return kind.name_en if language == "en" and kind.name_en else kind.name


def place_name(language: str, incident: Incident) -> str:
    site, area = incident.site, incident.area
    if site is not None:
        return f"{site.name} · {site.area.name}"
    return area.name if area is not None else texts.say(language, "incident.somewhere")


def figures_line(language: str, incident: Incident, counts_deaths: bool) -> str:
    """3 人死亡、2 人受伤; that nobody knows how many have died, where it matters."""
    parts = []
    if incident.deaths is not None:
        parts.append(texts.say(language, "incident.deaths", n=incident.deaths))
    elif counts_deaths:
        parts.append(texts.say(language, "incident.deaths_unknown"))
    if incident.injured is not None:
        parts.append(texts.say(language, "incident.injured", n=incident.injured))
    return ("、" if language != "en" else ", ").join(parts)


def lines(turn: Turn, language: str, incident: Incident) -> list[str]:
    """Who, when, where, what; what was corrected since; who has seen it."""

    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    kind = kind_of(incident)
    figures = figures_line(language, incident, kind is not None and kind.counts_deaths)
    where = " · ".join(part for part in (place_name(language, incident), figures) if part)
    by, at = case_card.name_of(turn.session, incident.reported_by), _time(turn, incident)
    told = [say("incident.head", number=incident.number or "", kind=name_in(language, kind)), where, incident.text]
    told.append(say("incident.reported", name=by, time=at))
    for one in steps_of(turn.session, incident.id, "corrected")[-SHOWN_CORRECTIONS:]:
        told.append(say("incident.corrected", name=_name(turn, one), time=_at(turn, one), what=one.why))
    seen = steps_of(turn.session, incident.id, "seen")
    if seen:
        separator = ", " if language == "en" else "、"
        names = separator.join(f"{_name(turn, one)} {turn.clock(one.at)}" for one in seen)
        told.append(say("incident.seen", names=names))
    return [line for line in told if line]


def _time(turn: Turn, incident: Incident) -> str:
    return f"{turn.agency.local(incident.reported_at):%m-%d %H:%M}"


def _at(turn: Turn, step: IncidentStep) -> str:
    return f"{turn.agency.local(step.at):%m-%d %H:%M}"


def _name(turn: Turn, step: IncidentStep) -> str:
    return case_card.name_of(turn.session, step.person_id) if step.person_id is not None else ""


def told_reply(turn: Turn, person: Person, incident: Incident) -> Reply:
    """For who is told; of the office also what the plan's steps have come to."""
    language = person.language
    shown = lines(turn, language, incident)
    if is_office(turn, person, incident):
        shown += _decided_lines(turn, language, incident)
    has_seen = any(one.person_id == person.id for one in steps_of(turn.session, incident.id, "seen"))
    button = Button(texts.say(language, "button.seen"), f"v1:seen:{incident.id}")
    return Reply("\n".join(shown), () if has_seen else ((button,),), language=language)


def _decided_lines(turn: Turn, language: str, incident: Incident) -> list[str]:
    found = []
    for one in steps_of(turn.session, incident.id, "proposed"):
        decision = decision_on(turn, one)
        if decision is not None:
            key = "incident.step_taken" if decision.step == "taken" else "incident.step_declined"
            found.append(texts.say(language, key, step=one.why, name=_name(turn, decision), time=_at(turn, decision)))
    return found


def decision_on(turn: Turn, proposal: IncidentStep) -> IncidentStep | None:
    decisions = steps_of(turn.session, proposal.incident_id, "taken", "declined")
    return next((one for one in decisions if one.proposal_id == proposal.id), None)


def still_fits(incident: Incident, proposal: IncidentStep) -> bool:
    """Whether the plan still orders it, as the figures now stand."""
    kind = kind_of(incident)
    return any(_is(step, proposal) and step.fits(incident.deaths) for step in (kind.steps if kind else ()))


def _is(step: ChainStep, proposal: IncidentStep) -> bool:
    return (step.name, step.source) == (proposal.why, proposal.source)


def is_office(turn: Turn, person: Person, incident: Incident) -> bool:
    granted = rights.scopes(turn.session, person, turn.now, rights.OFFICE)
    return any(scope.reaches(incident.area_id, incident.campaign_id) for scope in granted)


def proposal_reply(turn: Turn, language: str, incident: Incident, proposal: IncidentStep) -> Reply:
    """What the plan orders, for a person of the office to take or not."""

    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    kind = kind_of(incident)
    figures = figures_line(language, incident, counts_deaths=True)
    head = " · ".join((incident.number or "", name_in(language, kind), place_name(language, incident), figures))
    shown = [head, say("incident.proposal", step=proposal.why, source=proposal.source)]
    decision = decision_on(turn, proposal)
    if decision is not None:
        key = "incident.taken_by" if decision.step == "taken" else "incident.declined_by"
        shown.append(say(key, name=_name(turn, decision), time=_at(turn, decision)))
        return Reply("\n".join(shown), language=language)
    if not still_fits(incident, proposal):
        return Reply("\n".join([*shown, say("incident.no_longer")]), language=language)
    row = (
        Button(say("button.take_step"), f"v1:interview:{proposal.id}:1"),
        Button(say("button.no_step"), f"v1:interview:{proposal.id}:0"),
    )
    return Reply("\n".join(shown), (row,), language=language)


def clipped(text: str) -> str:
    return check_card.clipped(text, LONGEST_TEXT)


def area_names(area: Area | None) -> set[str]:
    """How the area may have been written, as one word of a line."""
    if area is None:
        return set()
    return {name.casefold() for name in (area.name, area.name.removesuffix("镇"), *area.aliases)}
