"""What is answered to a unit that asks for more time, or that another unit take a case; on one card for each lead."""

from collections.abc import Callable

from sqlalchemy import select

from handlers import case_card, cases, check_card, ended, joining, texts
from handlers.deadlines import step
from handlers.messages import Button, Reply
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.findings import STILL_OPEN, CaseRequest, DeadlineSource, Finding, FindingState, RequestKind
from models.people import Expecting, Person, bound_groups
from models.places import Unit

PATIENCE = 120  # minutes for why not, or which unit
SHOWN = 6
MOST_UNITS = 3


def to_decide(turn: Turn) -> list[tuple[CaseRequest, Finding]]:
    """What waits for an answer of this person."""
    if not turn.is_one_of(rights.OVERSEES):
        return []
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES)
    waiting = select(CaseRequest.finding_id).where(CaseRequest.decided_at.is_(None))
    found = turn.session.scalars(
        rights.findings_in(granted)
        .where(STILL_OPEN, Finding.state.in_(case_card.WITH_UNIT), Finding.id.in_(waiting))
        .order_by(Finding.id)
        .limit(SHOWN)
    )
    asked = [(case_card.waiting_request(turn.session, finding.id), finding) for finding in found]
    return [(one, finding) for one, finding in asked if one is not None and one.person_id != turn.actor.id]


def show(turn: Turn, asked: CaseRequest, to: list[Person] | None = None) -> list[Person]:
    """The card of all who decide, in the language of each; who they are."""
    finding = turn.session.get_one(Finding, asked.finding_id)
    deciding = to if to is not None else rights.overseers(turn.session, turn.now, finding.site)
    deciding = [person for person in deciding if person.id != asked.person_id]
    for person in deciding:
        reply = _reply(turn, person.language, asked, finding)
        for account in cases.reachable(turn.session, person):
            here = (account.channel, account.external_id) == (turn.incoming.channel, turn.incoming.chat)
            below = turn.incoming.message_id if here and not turn.incoming.button else 0
            key = f"request:{asked.id}:{account.id}"
            turn.card_in(key, account.channel, account.external_id, reply, follows=True, below=below)
    return deciding


def _reply(turn: Turn, language: str, asked: CaseRequest, finding: Finding) -> Reply:
    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    item, limit = check_card.item_in(language, finding.item), case_card.limit_line(turn, language, finding)
    lines = [say("case.head", item=item, site=finding.site.name, limit=limit), finding.note]
    lines.append(case_card.asked_line(turn.session, language, asked, with_unit=True))
    if asked.decided_at is not None and asked.decided_by is not None:
        name = case_card.name_of(turn.session, asked.decided_by)
        time = f"{turn.agency.local(asked.decided_at):%m-%d %H:%M}"
        unit = case_card.unit_name(turn.session, asked.to_unit_id)
        key = "request.moved" if unit else "request.granted" if asked.granted else "request.refused"
        lines.append(say(key, name=name, time=time, unit=unit, note=asked.note))
    buttons = (*_answers(turn, say, asked, finding), case_card.look_buttons(say, finding))
    return Reply("\n".join(line for line in lines if line), buttons, language=language)


def _answers(turn: Turn, say: Callable[..., str], asked: CaseRequest, finding: Finding) -> list[tuple[Button, ...]]:
    if asked.decided_at is not None or not finding.is_open:
        return []
    if asked.kind is RequestKind.MORE_TIME:
        grant = Button(say("button.grant"), f"v1:grant:{asked.id}")
        return [(grant, Button(say("button.refuse"), f"v1:refuse:{asked.id}"))]
    units = [
        (Button(say("button.refer", unit=unit.name), f"v1:refer:{asked.id}:{unit.id}"),)
        for unit in _likely(turn, finding)
    ]
    other = Button(say("button.refer_other"), f"v1:refer_other:{asked.id}")
    return [*units, (other, Button(say("button.keep"), f"v1:refuse:{asked.id}"))]


def _likely(turn: Turn, finding: Finding) -> list[Unit]:
    """The unit of the site's own area, then those that have a group of their own."""
    of_area = turn.session.scalars(select(Unit.id).where(Unit.area_id == finding.site.area_id).order_by(Unit.id))
    bound = [g.unit_id for g in bound_groups(turn.session) if g.campaign_id in (None, finding.campaign_id)]
    numbers = [number for number in dict.fromkeys([*of_area, *bound]) if number not in (None, finding.unit_id)]
    return [turn.session.get_one(Unit, number) for number in numbers[:MOST_UNITS]]


def _to_answer(turn: Turn, request_id: int, kinds: frozenset[RequestKind]) -> tuple[CaseRequest, Finding] | None:
    """What still waits, for who may answer it: never who asked. They are told how it stands where not."""
    say = turn.toast if turn.incoming.tap else turn.say
    asked = turn.session.get(CaseRequest, request_id)
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES) if turn.person else []
    finding = rights.finding_for(turn.session, granted, asked.finding_id) if asked is not None else None
    if asked is None or finding is None or asked.kind not in kinds:
        say(turn.text("button.too_old"))
    elif asked.person_id == turn.actor.id:
        say(turn.text("request.not_own"))
    elif asked.decided_at is not None and asked.decided_by is not None:
        say(turn.text("request.decided", name=case_card.name_of(turn.session, asked.decided_by)))
    elif ended.refuses_finding(turn, finding):
        pass
    elif finding.state not in case_card.WITH_UNIT:
        state = case_card.limit_line(turn, turn.language, finding)
        say(turn.text("case.as_it_stands", problem=problem_name(turn, finding), state=state))
    else:
        return asked, finding
    return None


BOTH = frozenset(RequestKind)
TIME, OTHERS = frozenset({RequestKind.MORE_TIME}), frozenset({RequestKind.NOT_OURS})


def tap_grant(turn: Turn, request_id: int) -> None:
    """同意延期: the new day, with who allowed it and why as its basis."""
    found = _to_answer(turn, request_id, TIME)
    if found is None or found[0].until is None:
        return
    asked, finding = found
    former, on = finding.deadline_on, found[0].until
    finding.deadline_on, finding.deadline_source, finding.deadline_by = on, DeadlineSource.PERSON, turn.actor.id
    finding.deadline_basis = turn.text("request.basis", reason=asked.reason)
    _decide(turn, asked, granted=True)
    step(turn, finding, "extended", finding.state, f"{former:%Y-%m-%d} → {on:%Y-%m-%d}")
    turn.toast(turn.text("request.you_granted", date=f"{on:%m-%d}"))
    _answer(turn, asked, finding, "request.was_granted")


def tap_refuse(turn: Turn, request_id: int) -> None:
    """不同意，仍由原单位办: why is asked first; who asked has to know."""
    found = _to_answer(turn, request_id, BOTH)
    if found is None:
        return
    asked, finding = found
    more_time = asked.kind is RequestKind.MORE_TIME
    turn.expect(Expecting.REFUSED_BECAUSE, asked.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    unit = case_card.unit_name(turn.session, finding.unit_id)
    key = "request.why_refused" if more_time else "request.why_kept"
    turn.say(turn.text(key, problem=problem_name(turn, finding), unit=unit))


def receive_refusal(turn: Turn, request_id: int, line: str) -> bool:
    turn.expect(Expecting.NOTHING)
    found = _to_answer(turn, request_id, BOTH)
    if found is None:
        return True
    asked, finding = found
    more_time = asked.kind is RequestKind.MORE_TIME
    asked.note = check_card.clipped(line, 200)
    _decide(turn, asked, granted=False)
    step(turn, finding, "extension_refused" if more_time else "kept", finding.state, asked.note)
    _answer(turn, asked, finding, "request.was_refused" if more_time else "request.was_kept")
    return True


def tap_refer(turn: Turn, request_id: int, unit_id: int) -> None:
    found, unit = _to_answer(turn, request_id, OTHERS), turn.session.get(Unit, unit_id)
    if found is None:
        return None
    if unit is None or unit.id == found[1].unit_id:
        return turn.toast(turn.text("button.too_old"))
    turn.toast(turn.text("request.you_moved", unit=unit.name))
    return _refer(turn, *found, unit)


def tap_refer_other(turn: Turn, request_id: int) -> None:
    found = _to_answer(turn, request_id, OTHERS)
    if found is None:
        return
    turn.expect(Expecting.REFERRED_TO, request_id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    turn.say(turn.text("request.which_unit", problem=problem_name(turn, found[1])))


def receive_unit(turn: Turn, request_id: int, line: str) -> bool:
    found = _to_answer(turn, request_id, OTHERS)
    if found is None:
        turn.expect(Expecting.NOTHING)
        return True
    unit = joining.unit_named(turn, line)
    if unit is None or unit.id == found[1].unit_id:
        turn.say(turn.text("request.no_such_unit", name=check_card.clipped(line, 40)))
        return True
    turn.expect(Expecting.NOTHING)
    _refer(turn, *found, unit)
    return True


def _refer(turn: Turn, asked: CaseRequest, finding: Finding, unit: Unit) -> None:
    """Another unit's from now on, for somebody there to take; the days go on."""
    former = case_card.unit_name(turn.session, finding.unit_id)
    asked.to_unit_id = unit.id
    finding.unit, finding.unit_id = unit, unit.id
    finding.taken_by, finding.taken_at = None, None
    _decide(turn, asked, granted=True)
    step(turn, finding, "referred", FindingState.REFERRED, f"{former} → {unit.name}：{asked.reason}")
    _answer(turn, asked, finding, "request.was_moved")
    if not cases.groups_of(turn.session, finding):
        turn.say(turn.text("request.no_group", unit=unit.name))


def _decide(turn: Turn, asked: CaseRequest, granted: bool) -> None:
    asked.granted, asked.decided_at, asked.decided_by = granted, turn.now, turn.actor.id
    turn.session.flush()


def _answer(turn: Turn, asked: CaseRequest, finding: Finding, key: str) -> None:
    """Who asked hears of it; all who could have answered see that it is done."""
    deciding = (*rights.overseers(turn.session, turn.now, finding.site), turn.actor)
    show(turn, asked, [*{each.id: each for each in deciding}.values()])
    person = turn.session.get_one(Person, asked.person_id)
    problem = check_card.problem_in(person.language, finding)
    day = f"{finding.deadline_on:%m-%d}" if finding.deadline_on else texts.say(person.language, "finding.no_deadline")
    said = texts.say(
        person.language, key, name=turn.actor.name, problem=problem, note=asked.note, former=day,
        date=f"{asked.until:%m-%d}" if asked.until else "", unit=case_card.unit_name(turn.session, finding.unit_id),
    )  # fmt: skip
    turn.tell(person, f"{turn.row}:{key}", Reply(said))


def tap_again(turn: Turn, request_id: int) -> None:
    """From 「我的」: the question once more, below."""
    found = _to_answer(turn, request_id, BOTH)
    if found is None:
        return
    turn.toast()
    reply = _reply(turn, turn.actor.language, *found)
    for account in cases.reachable(turn.session, turn.actor):
        if account.channel == turn.incoming.channel and account.external_id == turn.incoming.chat:
            turn.card_in(f"request:{request_id}:{account.id}", account.channel, account.external_id, reply,
                         follows=True, below=turn.incoming.message_id)  # fmt: skip
