"""The plan's ladder: its next step is proposed with its article; a person takes it, or says why not."""

from sqlalchemy import select

from handlers import case_card, cases, check_card, ended, texts
from handlers.deadlines import step
from handlers.lists import put_on_list
from handlers.messages import Button, Reply, Rows
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.campaign_plan import KEY_LIST, Severity, StepEffect, StepTrigger
from models.campaigns import Campaign
from models.closing import ended_campaigns
from models.escalations import NOTICES, Escalation, escalations_of, ladders_of, next_rungs
from models.findings import STILL_OPEN, Finding, FindingState
from models.people import Expecting
from models.rules.ladders import Rung

PATIENCE = 120  # minutes for why not
SHOWN = 6
MOST_LOOKED_AT = 200  # open cases of campaigns with ladders, until so many with a step are found
CASE_STATES = case_card.WITH_UNIT - {FindingState.REFUSED}


def propose(turn: Turn) -> None:
    """Of what changed in this turn: a new step goes at once to who may take it, but for what is common and only found,
    which would be a message for each problem: that waits on the case and in 「我的」."""
    for finding in turn.cases.values():
        if not ladders_of(turn.session, finding.campaign_id):
            continue
        turn.session.flush()
        known = {(one.ladder, one.step) for one in escalations_of(turn.session, finding.id)}
        for rung in next_rungs(turn.session, finding, turn.today):
            if (rung.ladder, rung.no) not in known and _is_urgent(finding, rung) and not _is_notice(rung):
                _show_all(turn, _keep(turn, finding, rung), finding)


def _is_urgent(finding: Finding, rung: Rung) -> bool:
    grave = finding.severity == Severity.SERIOUS or StepEffect.REPORT in rung.effects
    return grave or rung.trigger is not StepTrigger.FOUND


def _is_notice(rung: Rung) -> bool:
    """Taken by issuing one, by a button of its own, and by nothing else."""
    return bool(NOTICES.keys() & rung.effects)


def _keep(turn: Turn, finding: Finding, rung: Rung) -> Escalation:
    one = Escalation(finding_id=finding.id, ladder=rung.ladder, step=rung.no, name=rung.name, basis=rung.basis,
                     trigger=rung.trigger, proposed_at=turn.now)  # fmt: skip
    turn.session.add(one)
    turn.session.flush()
    turn.record("escalation.proposed", "finding", finding.id, escalation=one.id, step=rung.name, basis=rung.basis)
    return one


def _show_all(turn: Turn, one: Escalation, finding: Finding) -> None:
    """The card of all who may take it, in the language of each; once it is decided on they see by whom."""
    deciding = {person.id: person for person in rights.overseers(turn.session, turn.now, finding.site)}
    if one.decided_by is not None:
        deciding[one.decided_by] = turn.actor
    for person in deciding.values():
        for account in cases.reachable(turn.session, person):
            key = f"rung:{one.id}:{account.id}"
            turn.card_in(key, account.channel, account.external_id, _reply(turn, person.language, one, finding))


def _reply(turn: Turn, language: str, one: Escalation, finding: Finding) -> Reply:
    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    item, limit = check_card.item_in(language, finding.item), case_card.limit_line(turn, language, finding)
    lines = [say("case.head", item=item, site=finding.site.name, limit=limit), finding.note,
             *case_card.progress_lines(turn, language, finding, None),
             say("ladder.proposed", step=one.name, basis=one.basis, why=say(f"trigger.{one.trigger}"))]  # fmt: skip
    rows: list[tuple[Button, ...]] = []
    if one.decided_at is not None and one.decided_by is not None:
        name, time = case_card.name_of(turn.session, one.decided_by), f"{turn.agency.local(one.decided_at):%m-%d %H:%M}"
        lines.append(say("ladder.taken" if one.taken else "ladder.not_taken", name=name, time=time, note=one.note))
    elif finding.is_open:
        lines.append(say("ladder.decide"))
        take = Button(say("button.climb"), f"v1:climb:{one.id}")
        rows.append((take, Button(say("button.decline"), f"v1:decline:{one.id}")))
    rows.append(case_card.look_buttons(say, finding))
    return Reply("\n".join(line for line in lines if line), tuple(rows), language=language)


# on the case


def offers(turn: Turn, finding: Finding) -> Rows:
    """The next steps, for who oversees the site; and what only they may say of who is to put it right."""
    if cases.overseen(turn, finding.id) is None:
        return []
    rows: Rows = [
        (Button(turn.text("button.rung", step=check_card.clipped(rung.name, 30)),
                f"v1:rung:{finding.id}:{_place(turn, finding, rung)}:{rung.no}"),)
        for rung in next_rungs(turn.session, finding, turn.today)
        if not _is_notice(rung)
    ]  # fmt: skip
    if finding.state in CASE_STATES:
        rows.append((Button(turn.text("button.refuses"), f"v1:refuses:{finding.id}"),))
    return rows


def _place(turn: Turn, finding: Finding, rung: Rung) -> int:
    codes = [ladder.code for ladder in ladders_of(turn.session, finding.campaign_id)]
    return codes.index(rung.ladder) + 1


def _overseen(turn: Turn, finding_id: int) -> Finding | None:
    """The open case, if who acts oversees it; they are told how it stands where it is closed."""
    say = turn.toast if turn.incoming.tap else turn.say
    finding = cases.overseen(turn, finding_id)
    if finding is None:
        say(turn.text("button.too_old"))
        return None
    if ended.refuses_finding(turn, finding):
        return None
    if not finding.is_open:
        say(turn.text("finding.is_closed", number=finding.number))
        return None
    return finding


def tap_rung(turn: Turn, finding_id: int, ladder: int, number: int) -> None:
    """Shows the step with its article, and asks."""
    finding = _overseen(turn, finding_id)
    if finding is None:
        return None
    rungs = next_rungs(turn.session, finding, turn.today)
    here = [rung for rung in rungs if not _is_notice(rung)]
    meant = [rung for rung in here if (_place(turn, finding, rung), rung.no) == (ladder, number)]
    if not meant:
        return turn.toast(turn.text("button.too_old"))
    known = {(one.ladder, one.step): one for one in escalations_of(turn.session, finding.id)}
    one = known.get((meant[0].ladder, meant[0].no)) or _keep(turn, finding, meant[0])
    turn.toast()
    return turn.say(_reply(turn, turn.language, one, finding))


def _to_decide(turn: Turn, escalation_id: int) -> tuple[Escalation, Finding, Rung] | None:
    """A step that still waits and that the plan still means, for who may take it."""
    say = turn.toast if turn.incoming.tap else turn.say
    one = turn.session.get(Escalation, escalation_id)
    if one is None:
        say(turn.text("button.too_old"))
        return None
    finding = _overseen(turn, one.finding_id)
    if finding is None:
        return None
    if one.decided_by is not None:
        say(turn.text("ladder.decided", name=case_card.name_of(turn.session, one.decided_by)))
        return None
    rungs = next_rungs(turn.session, finding, turn.today)
    rung = next((rung for rung in rungs if (rung.ladder, rung.no) == (one.ladder, one.step)), None)
    if rung is None or _is_notice(rung):
        state = case_card.limit_line(turn, turn.language, finding)
        say(turn.text("case.as_it_stands", problem=problem_name(turn, finding), state=state))
        return None
    return one, finding, rung


def tap_climb(turn: Turn, escalation_id: int) -> None:
    """采取这一步: recorded with who and when, and what belongs to it is done."""
    found = _to_decide(turn, escalation_id)
    if found is None:
        return
    one, finding, rung = found
    one.taken, one.decided_at, one.decided_by = True, turn.now, turn.actor.id
    to = FindingState.ESCALATED if finding.state in case_card.WITH_UNIT else finding.state
    step(turn, finding, "escalated", to, f"{one.name}（{one.basis}）")
    turn.session.flush()
    turn.toast(turn.text("ladder.you_took"))
    _show_all(turn, one, finding)
    why = f"{finding.number} {one.name}（{one.basis}）"
    if StepEffect.KEY_LIST in rung.effects and put_on_list(turn, finding.site, KEY_LIST, why):
        turn.say(turn.text("ladder.listed", site=finding.site.name))
    if StepEffect.REPORT in rung.effects:
        _report(turn, one, finding)


def _report(turn: Turn, one: Escalation, finding: Finding) -> None:
    """上报: the office hears of it at once; who took the step is told who was."""
    told = [person for person in rights.office_over(turn.session, turn.now, finding.site) if person != turn.actor]
    for person in told:
        said = texts.say(person.language, "ladder.reported", name=turn.actor.name, step=one.name, basis=one.basis,
                         why=texts.say(person.language, f"trigger.{one.trigger}"),
                         problem=check_card.problem_in(person.language, finding), number=finding.number)  # fmt: skip
        view = Button(texts.say(person.language, "button.look_at_case"), f"v1:case:{finding.id}")
        turn.tell(person, f"{turn.row}:reported:{one.id}", Reply(said, ((view,),)))
    names = "、".join(person.name for person in told)
    turn.say(turn.text("ladder.was_reported", names=names) if told else turn.text("ladder.nobody_to_report"))


def tap_decline(turn: Turn, escalation_id: int) -> None:
    found = _to_decide(turn, escalation_id)
    if found is None:
        return
    turn.expect(Expecting.NOT_ESCALATED, escalation_id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    turn.say(turn.text("ladder.why_not", problem=problem_name(turn, found[1]), step=found[0].name))


def receive_why_not(turn: Turn, escalation_id: int, line: str) -> bool:
    turn.expect(Expecting.NOTHING)
    found = _to_decide(turn, escalation_id)
    if found is None:
        return True
    one, finding, _ = found
    one.taken, one.decided_at, one.decided_by = False, turn.now, turn.actor.id
    one.note = check_card.clipped(line, 200)
    step(turn, finding, "not_escalated", finding.state, f"{one.name}（{one.basis}）：{one.note}")
    turn.session.flush()
    _show_all(turn, one, finding)
    turn.say(turn.text("ladder.kept", problem=problem_name(turn, finding)))
    return True


# refusing to put it right


def tap_refuses(turn: Turn, finding_id: int) -> None:
    """拒不整改: what happened is asked first; it is evidence."""
    finding = _overseen(turn, finding_id)
    if finding is None:
        return
    turn.expect(Expecting.REFUSES, finding.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    turn.say(turn.text("ladder.how_refused", problem=problem_name(turn, finding)))


def receive_refusal(turn: Turn, finding_id: int, line: str) -> bool:
    turn.expect(Expecting.NOTHING)
    finding = _overseen(turn, finding_id)
    if finding is None:
        return True
    if finding.state not in CASE_STATES:
        state = case_card.limit_line(turn, turn.language, finding)
        turn.say(turn.text("case.as_it_stands", problem=problem_name(turn, finding), state=state))
        return True
    step(turn, finding, "refused", FindingState.REFUSED, check_card.clipped(line, 200))
    turn.session.flush()
    turn.session.expire(finding, ["steps"])
    turn.say(turn.text("ladder.refusal_kept", problem=problem_name(turn, finding)))
    return True


# what waits


def to_take(turn: Turn) -> list[Finding]:
    """Open cases of whom this person oversees for which the plan has a next step."""
    if not turn.is_one_of(rights.OVERSEES):
        return []
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES)
    ended_ones = ended_campaigns(turn.session)
    those = [
        campaign.id for campaign in turn.session.scalars(select(Campaign))
        if campaign.settings.get("ladders") and campaign.id not in ended_ones
    ]  # fmt: skip
    if not those:
        return []
    open_ones = (STILL_OPEN, Finding.state != FindingState.FIXED_CLAIMED, Finding.campaign_id.in_(those))
    query = rights.findings_in(granted).where(*open_ones)
    found: list[Finding] = []
    for finding in turn.session.scalars(query.order_by(Finding.deadline_on, Finding.id).limit(MOST_LOOKED_AT)):
        if next_rungs(turn.session, finding, turn.today):
            found.append(finding)
        if len(found) == SHOWN:
            break
    return found
