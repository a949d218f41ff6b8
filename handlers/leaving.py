"""离职: the office ends somebody's access; what they had in hand is told to the leads and handed over in one step."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import case_card, cases, check_card, joining, outstanding, texts
from handlers.closing import CONFIRMED_WITHIN
from handlers.deadlines import step
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.checks import Check
from models.drafts import drafts_of
from models.findings import STILL_OPEN, Finding
from models.naming import clean, fold
from models.people import Person, Posting, Role
from models.places import Area, Site, Unit
from models.returns import asked_of_person

SHOWN = 10
MOST_PEERS = 5


def ask_leave(turn: Turn, rest: str) -> None:
    """`离职 小陈`: what they have in hand, and a button for each of that name."""
    if not turn.is_one_of(rights.OFFICE):
        return turn.say(turn.text("leave.not_allowed"))
    name = clean(rest).strip()
    if not name:
        return turn.say(turn.text("leave.how"))
    people = select(Person).where(Person.left_at.is_(None)).order_by(Person.id)
    meant = [one for one in turn.session.scalars(people) if fold(one.name) == fold(name) and may_end(turn, one)]
    if not meant:
        return turn.say(turn.text("leave.nobody", name=check_card.clipped(name, 40)))
    for person in meant:
        lines = [turn.text("leave.asked", person=_title(turn, person)), *_in_hand(turn, turn.actor, person)]
        button = Button(turn.text("button.leave"), f"v1:leave:{person.id}:{turn.today.toordinal()}")
        turn.say(Reply("\n".join(lines), ((button,),)))
    return None


def may_end(turn: Turn, person: Person) -> bool:
    """What one may invite to one may end, where one's own office reaches; never one's own access."""
    held = rights.postings_of(person, turn.now)
    if person.id == turn.actor.id or not held:
        return False
    allowed = frozenset().union(*(rights.INVITES.get(role, frozenset()) for role in turn.roles))
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OFFICE)
    return all(p.role in allowed and any(_reaches(turn.session, scope, p) for scope in granted) for p in held)


def _reaches(session: Session, scope: rights.Scope, posting: Posting) -> bool:
    unit = session.get(Unit, posting.unit_id) if posting.unit_id is not None else None
    area = unit.area_id if unit is not None else posting.area_id
    return (scope.areas is None or area in scope.areas) and scope.campaign in (None, posting.campaign_id)


def _title(turn: Turn, person: Person) -> str:
    """老周（责任单位 · 区城市综合管理局）"""
    held = []
    for posting in rights.postings_of(person, turn.now):
        unit = turn.session.get(Unit, posting.unit_id) if posting.unit_id is not None else None
        area = turn.session.get(Area, posting.area_id) if posting.area_id is not None else None
        place = unit.name if unit is not None else area.name if area is not None else ""
        held.append(" · ".join(word for word in (joining.role_name(turn.language, posting.role), place) if word))
    return turn.text("leave.person", name=person.name, roles="、".join(held))


def taken_of(session: Session, person: Person) -> list[Finding]:
    query = select(Finding).where(Finding.taken_by == person.id, STILL_OPEN).order_by(Finding.deadline_on, Finding.id)
    return list(session.scalars(query))


def _found_by(session: Session, person: Person) -> list[Finding]:
    """What they found and nobody has taken."""
    theirs = (Finding.opened_by == person.id, Finding.taken_by.is_(None), STILL_OPEN)
    return list(session.scalars(select(Finding).where(*theirs).order_by(Finding.deadline_on, Finding.id)))


def _seen(turn: Turn, reader: Person, findings: list[Finding]) -> list[Finding]:
    """Of somebody's work in several places, what lies where the reader may look."""
    granted = rights.scopes(turn.session, reader, turn.now)
    return [one for one in findings if _covered(granted, one)]


def _covered(granted: list[rights.Scope], finding: Finding) -> bool:
    return any(scope.covers(finding.site.area_id, finding.campaign_id) for scope in granted)


def _in_hand(turn: Turn, reader: Person, person: Person) -> list[str]:
    """Cases taken, checks not handed in or sent back, problems found that nobody has taken."""
    language, granted = reader.language, rights.scopes(turn.session, reader, turn.now)
    taken = _seen(turn, reader, taken_of(turn.session, person))
    lines = _list(language, "leave.taken", [_case_line(turn, language, one) for one in taken])
    drafts = [
        one for one in drafts_of(turn.session, person.id)
        if one.site is None or _saw(granted, one.site)
    ]  # fmt: skip
    lines += _list(language, "leave.drafts", [_draft_line(turn, language, one) for one in drafts])
    returned = [one for one in asked_of_person(turn.session, person.id) if _saw(granted, one.check.site)]
    lines += _list(language, "returned.of_leaver", [outstanding.line_of(language, one) for one in returned])
    found = [_case_line(turn, language, one) for one in _seen(turn, reader, _found_by(turn.session, person))]
    return lines + _list(language, "leave.found", found)


def _saw(granted: list[rights.Scope], site: Site | None) -> bool:
    return site is not None and any(scope.covers(site.area_id, site.campaign_id) for scope in granted)


def _list(language: str, key: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [texts.say(language, "ask.more", n=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    return [texts.say(language, key, n=len(lines)), *lines[:SHOWN], *more]


def _case_line(turn: Turn, language: str, finding: Finding) -> str:
    limit, item = case_card.limit_line(turn, language, finding), check_card.item_in(language, finding.item)
    return f"· {item} · {finding.site.name} · {limit}"


def _draft_line(turn: Turn, language: str, draft: Check) -> str:
    name = draft.site.name if draft.site is not None else texts.say(language, "check.unnamed")
    return texts.say(language, "leave.draft", site=name, time=f"{turn.agency.local(draft.started_at):%m-%d %H:%M}")


def tap_leave(turn: Turn, person_id: int, day: int) -> None:
    """From their next message on they are nobody; all that they recorded stays as it is."""
    person = turn.session.get(Person, person_id)
    fresh = 0 <= turn.today.toordinal() - day <= CONFIRMED_WITHIN
    if person is None or not fresh or not turn.is_one_of(rights.OFFICE) or not may_end(turn, person):
        return turn.toast(turn.text("button.too_old"))
    told = _leads_of(turn, person)
    person.left_at = turn.now
    turn.record("person.left", "person", person.id, by=turn.actor.id)
    turn.session.flush()
    turn.toast(turn.text("leave.done", name=person.name))
    return _tell(turn, person, told)


def _leads_of(turn: Turn, person: Person) -> list[Person]:
    """Who has to see to what is left: the leads over it, or over where the person was posted; and who ended it."""
    open_ones = [*taken_of(turn.session, person), *_found_by(turn.session, person)]
    sites = [finding.site for finding in open_ones]
    sites += [draft.site for draft in drafts_of(turn.session, person.id) if draft.site is not None]
    sites += [one.check.site for one in asked_of_person(turn.session, person.id) if one.check.site is not None]
    found = {each.id: each for site in sites for each in rights.overseers(turn.session, turn.now, site)}
    return [each for each in ({turn.actor.id: turn.actor} | found).values() if each.id != person.id]


def _tell(turn: Turn, person: Person, told: list[Person]) -> None:
    for reader in told:
        at = f"{turn.agency.local(turn.now):%m-%d %H:%M}"
        head = texts.say(reader.language, "leave.left", name=person.name, by=turn.actor.name, time=at)
        reply = _left_reply(turn, reader, person, head, "leave.nothing")
        for account in cases.reachable(turn.session, reader):
            turn.card_in(f"left:{person.id}:{account.id}", account.channel, account.external_id, reply)


def _left_reply(turn: Turn, reader: Person, person: Person, head: str, none: str) -> Reply:
    """What is left of their work, as far as the reader may look; `none`: what to say where nothing is."""
    language, left = reader.language, _in_hand(turn, reader, person)
    taken = _seen(turn, reader, taken_of(turn.session, person))
    if not taken:
        left.append(texts.say(language, "leave.by_lead" if left else none))
    return Reply("\n".join([head, *left]), _successors(turn, language, person, taken), language=language)


def _successors(
    turn: Turn, language: str, person: Person, taken: list[Finding]
) -> tuple[tuple[Button, ...], ...]:  # fmt: skip
    """Colleagues who may take all of it, and back to whoever takes it."""
    if not taken:
        return ()
    units = {finding.unit_id for finding in taken}
    of_units = select(Person).join(Posting, Posting.person_id == Person.id).where(Posting.unit_id.in_(units))
    peers = [
        one for one in turn.session.scalars(of_units.where(Posting.role == Role.UNIT).distinct().order_by(Person.id))
        if one.id != person.id and all(rights.is_units(one, turn.now, finding) for finding in taken)
    ]  # fmt: skip
    rows = [
        (Button(texts.say(language, "button.hand_over", name=one.name), f"v1:hand_over:{person.id}:{one.id}"),)
        for one in peers[:MOST_PEERS]
    ]
    free = Button(texts.say(language, "button.set_free"), f"v1:hand_over:{person.id}:0")
    return (*rows[:-1], (*rows[-1], free)) if rows else ((free,),)


def tap_hand_over(turn: Turn, person_id: int, to_id: int) -> None:
    """All that somebody who has left had taken, in one step; what is not within one's own oversight stays."""
    person = turn.session.get(Person, person_id)
    to = turn.session.get(Person, to_id) if to_id else None
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES)
    ours = person is not None and person.left_at is not None and bool(granted)
    if person is None or not ours or (to_id and to is None):
        return turn.toast(turn.text("button.too_old"))
    mine = [one for one in taken_of(turn.session, person) if _covered(granted, one)]
    open_ones = [one for one in mine if turn.session.get_one(Campaign, one.campaign_id).closed_at is None]
    moved = [one for one in open_ones if to is None or rights.is_units(to, turn.now, one)]
    if not moved:
        return turn.toast(turn.text("leave.all_handed_over" if not mine else "button.too_old"), alert=True)
    for finding in moved:
        finding.taken_by, finding.taken_at = (to.id, turn.now) if to is not None else (None, None)
        step(turn, finding, "handed_over", finding.state, f"{person.name} → {to.name if to is not None else '—'}")
    turn.session.flush()
    turn.toast(turn.text("leave.handed_over", n=len(moved)))
    if to is not None:
        lines = [texts.say(to.language, "leave.yours", name=person.name)]
        lines += [_case_line(turn, to.language, finding) for finding in moved]
        turn.tell(to, f"{turn.row}:handed_over", Reply("\n".join(lines)))
    return _show_again(turn, person)


def _show_again(turn: Turn, person: Person) -> None:
    """On the card of who has handed over; the others find out when they tap."""
    at = f"{turn.agency.local(person.left_at or turn.now):%m-%d %H:%M}"
    head = turn.text("leave.gone", name=person.name, time=at)
    reply = _left_reply(turn, turn.actor, person, head, "leave.all_handed_over")
    for account in cases.reachable(turn.session, turn.actor):
        if (account.channel, account.external_id) == (turn.incoming.channel, turn.incoming.chat):
            turn.card_in(f"left:{person.id}:{account.id}", account.channel, account.external_id, reply)
