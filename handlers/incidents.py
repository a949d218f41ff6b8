"""`重大 事故 太和镇 3死 客车侧翻`: a serious incident, told at once to the office, the leads and its type's chain."""

import re

from handlers import asking, incident_card, incident_chain, incident_lines
from handlers.messages import Button, Reply
from handlers.questions import read_question
from handlers.turn import Turn
from models import rights
from models.drafts import next_number, prefix_at
from models.evidence import Photo, PhotoMoment
from models.incidents import GENERAL, Incident, IncidentKind
from models.people import Expecting
from models.places import Area, Site
from models.record import keep
from models.search import EXACT

REPORTS = rights.INSPECTS | rights.OFFICE
PATIENCE = 30  # minutes in which the line may follow
MOST_OF_A_NUMBER = 5  # numbers begin again every year
LONGEST_LINE = 500


def by_word(turn: Turn, rest: str) -> bool:
    """False: not of somebody who may raise one, so that the word means nothing."""
    if not turn.is_one_of(REPORTS):
        return False
    if not is_meant(turn, rest):
        offer(turn, rest)
        return False
    if rest.strip():
        _raise(turn, _new(turn), _kind_in(turn, rest), rest)
    else:
        _ask_kind(turn)
    return True


def is_meant(turn: Turn, rest: str) -> bool:
    """重大 before a kind or figures, or with nothing else in hand; in the middle of a check or of an answer it may be a
    word of a note: 重大 隐患已整改."""
    if not rest.strip() or _kind_in(turn, rest) is not None or incident_lines.figures(rest) != incident_lines.Figures():
        return True
    if turn.incoming.text.startswith("/"):
        return True
    if incident_lines.is_common_word(turn.incoming.text):
        return False
    talk = turn.conversation
    awaited = talk.expecting is not Expecting.NOTHING and turn.expects(talk.expecting) is not None
    return not awaited and talk.check_id is None


def offer(turn: Turn, rest: str) -> None:
    """What may only be a note is asked about: an alarm that nobody raised is worse than a question."""
    incident = _new(turn)
    incident.text = incident_card.clipped(rest)
    alarm = Button(turn.text("button.alarm"), f"v1:alarm:{incident.id}")
    turn.say(Reply(turn.text("incident.ask_alarm", line=incident.text), ((alarm,),)))


def tap_alarm(turn: Turn, incident_id: int) -> None:
    incident = turn.session.get(Incident, incident_id)
    ours = incident is not None and incident.number is None and incident.reported_by == turn.actor.id
    if incident is None or not ours or not incident.text or not turn.is_one_of(REPORTS):
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    return _raise(turn, incident, _kind_in(turn, incident.text), incident.text)


def _kind_in(turn: Turn, line: str) -> IncidentKind | None:
    """The type whose name says most of the line; None: one that no campaign has a chain for."""
    known = sorted(incident_card.kinds(turn), key=lambda kind: -kind.named_in(line))
    return known[0] if known and known[0].named_in(line) else None


def _ask_kind(turn: Turn) -> None:
    turn.expect(Expecting.NOTHING)
    known = incident_card.kinds(turn)
    rows = [
        (Button(incident_card.name_in(turn.language, kind), f"v1:serious:{place}"),)
        for place, kind in enumerate(known, 1)
    ]
    general = Button(turn.text("incident.other" if known else "incident.general"), "v1:serious:0")
    turn.say(Reply(turn.text("incident.which_kind"), (*rows, (general,))))


def tap_kind(turn: Turn, place: int) -> None:
    """Which kind; then one line says the rest. An older button may stand for another kind by now: the line names it."""
    known = incident_card.kinds(turn)
    if not turn.is_one_of(REPORTS) or place > len(known):
        return turn.toast(turn.text("button.too_old"))
    incident = _new(turn)
    kind = known[place - 1] if place else None
    _be_of(incident, kind)
    turn.session.flush()
    turn.expect(Expecting.INCIDENT, incident.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    key = "incident.line_with_deaths" if kind is not None and kind.counts_deaths else "incident.line"
    return turn.say(turn.text(key, kind=incident_card.name_in(turn.language, kind)))


def _new(turn: Turn) -> Incident:
    incident = Incident(day=turn.today, reported_at=turn.now, reported_by=turn.actor.id)
    keep(turn.session, incident)
    turn.session.flush()
    return incident


def _be_of(incident: Incident, kind: IncidentKind | None) -> None:
    incident.kind, incident.campaign_id = (kind.code, kind.campaign_id) if kind is not None else (GENERAL, None)


def receive_line(turn: Turn, incident_id: int, line: str) -> bool:
    """The line that was asked for."""
    incident = turn.session.get(Incident, incident_id)
    turn.expect(Expecting.NOTHING)
    ours = incident is not None and incident.number is None and incident.reported_by == turn.actor.id
    if incident is None or not ours or not turn.is_one_of(REPORTS):
        turn.say(turn.text("button.too_old"))
        return True
    kind = incident_card.kind_of(incident)
    _raise(turn, incident, kind or _kind_in(turn, line), line)
    return True


def _raise(turn: Turn, incident: Incident, kind: IncidentKind | None, line: str, photo: Photo | None = None) -> None:
    """On record and told in the same turn; whatever is lacking is asked for afterwards."""
    _be_of(incident, kind)
    said = incident_lines.figures(line)
    incident.deaths, incident.injured = said.deaths, said.injured
    site, area = _place_in(turn, line)
    _put_at(incident, site, area or _own_area(turn))
    names = incident_card.area_names(area) | ({site.name.casefold()} if site else set()) | _names(kind)
    incident.text = incident_card.clipped(incident_lines.without_figures(line, names)) or incident_card.clipped(line)
    prefix = prefix_at(turn.session, incident.area_id) if incident.area_id is not None else "XC"
    incident.number = f"{prefix}-{turn.today:%m%d}-Z{next_number(turn.session, f'{prefix}-Z', turn.today):02d}"
    incident.day, incident.reported_at = turn.today, turn.now
    turn.session.flush()
    turn.session.expire(incident, ["site", "area", "campaign"])
    incident_chain.add_step(turn, incident, "reported", why=incident.text)
    told = incident_chain.tell(turn, incident)
    if photo is not None:
        _send_photo(turn, incident, photo)
    turn.record("incident.raised", "incident", incident.id, number=incident.number, told=[one.id for one in told])
    incident_chain.propose(turn, incident)
    incident_chain.show_receipt(turn, incident, turn.actor, _what_now(turn, incident, kind))


def _names(kind: IncidentKind | None) -> set[str]:
    return {name.casefold() for name in (kind.name, kind.name_en, *kind.aliases)} if kind is not None else set()


def _what_now(turn: Turn, incident: Incident, kind: IncidentKind | None) -> str:
    """How many have died, where the chain depends on it and nobody has said; else how to put it right."""
    turn.conversation.check_id = None
    if kind is not None and kind.counts_deaths and incident.deaths is None:
        turn.expect(Expecting.INCIDENT_DEATHS, incident.id, minutes=PATIENCE)
        return turn.text("incident.how_many_dead")
    turn.expect(Expecting.NOTHING)
    key = "incident.how_to_correct" if incident.area_id is not None else "incident.say_where"
    return turn.text(key, number=incident.number)


def _place_in(turn: Turn, line: str) -> tuple[Site | None, Area | None]:
    """A site by its whole name, where the reporter may see it; else any area there is."""
    for word in re.split(r"[\s,，。;；:：、]+", line)[:8]:
        found = asking.sites_named(turn, word, least=EXACT, granted=rights.scopes(turn.session, turn.actor, turn.now))
        if len(found) == 1:
            return found[0], None
    number = read_question(turn.session, line).area
    return None, turn.session.get(Area, number) if number is not None else None


def _own_area(turn: Turn) -> Area | None:
    """Where nothing was named: the one area in which the reporter is posted."""
    posted = {p.area_id for p in rights.postings_of(turn.actor, turn.now) if p.role in REPORTS}
    return turn.session.get(Area, posted.pop()) if len(posted) == 1 and None not in posted else None


def _put_at(incident: Incident, site: Site | None, area: Area | None) -> None:
    incident.site_id = site.id if site is not None else None
    incident.area_id = site.area_id if site is not None else area.id if area is not None else None


# what is learnt later


def by_number(turn: Turn, line: str) -> bool:
    """`TH-0806-Z01`: how it stands; `更正 TH-0806-Z01 5死`. False: neither."""
    said = incident_lines.corrected(line)
    number = said[0] if said is not None else incident_lines.numbered(line)
    if number is None:
        return False
    incident = _numbered(turn, number)
    if incident is None:
        turn.say(turn.text("incident.no_such_number", number=number))
    elif said is None:
        incident_chain.show(turn, incident)
    elif not _may_correct(turn, incident):
        turn.say(turn.text("incident.not_yours_to_correct"))
    elif not said[1]:
        turn.say(turn.text("incident.how_to_correct", number=number))
    else:
        _correct(turn, incident, said[1])
    return True


def _numbered(turn: Turn, number: str) -> Incident | None:
    """The newest of that number that the person may see."""
    query = turn.session.query(Incident).filter(Incident.number == number).order_by(Incident.day.desc())
    return next((one for one in query.limit(MOST_OF_A_NUMBER) if incident_chain.may_see(turn, one)), None)


def _may_correct(turn: Turn, incident: Incident) -> bool:
    """Who reported it, and who oversees the place."""
    if not turn.is_one_of(REPORTS):
        return False
    overseen = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES)
    covered = any(scope.reaches(incident.area_id, incident.campaign_id) for scope in overseen)
    return covered or incident.reported_by == turn.actor.id


def _correct(turn: Turn, incident: Incident, line: str) -> None:
    """Beside what it corrects; the chain is gone through once more, and those who were told hear of it."""
    said, (site, area) = incident_lines.figures(line), _place_in(turn, line)
    if said.deaths is not None:
        incident.deaths = said.deaths
    if said.injured is not None:
        incident.injured = said.injured
    if site is not None or area is not None:
        _put_at(incident, site, area)
    turn.session.flush()
    turn.session.expire(incident, ["site", "area"])
    what = incident_card.clipped(line)
    incident_chain.add_step(turn, incident, "corrected", why=what)
    before = {person.id for person in incident_chain.told(turn, incident)}
    incident_chain.tell(turn, incident)
    incident_chain.refresh(turn, incident)
    for person in incident_chain.told(turn, incident):
        if person.id in before and person.id != turn.actor.id:
            incident_chain.notify(turn, person, incident, what)
    incident_chain.propose(turn, incident)
    if turn.conversation.expecting is Expecting.INCIDENT_DEATHS:
        turn.expect(Expecting.NOTHING)
    turn.say(turn.text("incident.you_corrected", number=incident.number, what=what))


def receive_deaths(turn: Turn, incident_id: int, line: str) -> bool:
    """`3`, `3人`, `没有`; that nobody knows yet is an answer too. False when it is none of these."""
    number = incident_lines.bare_figure(line)
    unknown = re.search(r"不明|不详|不清楚|不知|unknown|not known", line, re.IGNORECASE) is not None
    if number is None and not unknown:
        return False
    incident = turn.session.get(Incident, incident_id)
    turn.expect(Expecting.NOTHING)
    if incident is None or not incident_chain.may_see(turn, incident) or not _may_correct(turn, incident):
        turn.say(turn.text("button.too_old"))
    elif number is None:
        turn.say(turn.text("incident.how_to_correct", number=incident.number))
    else:
        _correct(turn, incident, turn.text("incident.deaths", n=number))
    return True


def receive_photo(turn: Turn, photo: Photo, rest: str) -> None:
    """A photo whose caption raises the alarm goes along with it; it is no evidence of any check."""
    photo.moment = PhotoMoment.ATTACHED
    turn.session.flush()
    incident = _new(turn)
    _raise(turn, incident, _kind_in(turn, rest), rest or turn.text("incident.see_photo"), photo)
    turn.record("incident.photo", "incident", incident.id, photo=photo.id)


def _send_photo(turn: Turn, incident: Incident, photo: Photo) -> None:
    shown = ({"file_id": photo.file_id, "as_file": photo.as_file},)
    for person in incident_chain.told(turn, incident):
        turn.tell(person, f"{turn.row}:photo:{person.id}", Reply(incident.number or "", photos=shown))
