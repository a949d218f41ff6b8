"""What a unit asks for a case: more time (申请延期), or that another unit take it (不属于我们), with a reason."""

import re
from datetime import date, timedelta

from handlers import case_card, cases, check_card, decisions, ended
from handlers.deadlines import LONGEST_DAYS, read_deadline, step
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.findings import CaseRequest, Finding, RequestKind
from models.naming import chinese_number
from models.people import Expecting
from models.record import keep

PATIENCE = 24 * 60  # minutes in which the line may follow
LONGEST_REASON = 200
_LEAD_IN = re.compile(r"^(?:申请)?(?:延期|延长|延|宽限|再给|再)?\s*(?:到|至)?\s*")
_DAYS = re.compile(r"([0-9一二两三四五六七八九十]{1,3})\s*(?:天|日(?!前)|days?)", re.IGNORECASE)
_PARTS = re.compile(r"[\s,，。;；:：、]+")


def tap_extend(turn: Turn, finding_id: int) -> None:
    finding = _asked_for(turn, finding_id)
    if finding is None or finding.deadline_on is None:
        return None if finding is None else turn.toast(turn.text("button.too_old"))
    words = turn.text("request.until_when", problem=problem_name(turn, finding), date=f"{finding.deadline_on:%m-%d}")
    return cases.ask_privately(
        turn, Expecting.MORE_TIME, finding.id, words, turn.text("verify.in_private"), PATIENCE
    )  # fmt: skip


def tap_not_ours(turn: Turn, finding_id: int) -> None:
    finding = _asked_for(turn, finding_id)
    if finding is None:
        return None
    words = turn.text("request.why_not_ours", problem=problem_name(turn, finding))
    return cases.ask_privately(turn, Expecting.NOT_OURS, finding.id, words, turn.text("verify.in_private"), PATIENCE)


def _asked_for(turn: Turn, finding_id: int) -> Finding | None:
    """The case, if it is with the unit of who tapped, and nothing has been asked for it that still waits."""
    finding = cases.case_tapped(turn, finding_id)
    if finding is None:
        return None
    if finding.state not in case_card.WITH_UNIT:
        turn.toast(turn.text("button.too_old"))
        return None
    if not rights.is_units(turn.actor, turn.now, finding):
        turn.toast(turn.text("request.only_unit"), alert=True)
        return None
    if case_card.waiting_request(turn.session, finding.id) is not None:
        turn.toast(turn.text("request.waits_already"), alert=True)
        return None
    return finding


def _still_asked_for(turn: Turn, finding_id: int) -> Finding | None:
    """The same when the line arrives: somebody may have been quicker."""
    finding = rights.case_for(turn.session, turn.actor, turn.now, finding_id)
    if finding is None or not rights.is_units(turn.actor, turn.now, finding):
        turn.say(turn.text("button.too_old"))
    elif ended.refuses_finding(turn, finding):
        pass
    elif finding.state not in case_card.WITH_UNIT or not finding.is_open:
        state = case_card.limit_line(turn, turn.language, finding)
        turn.say(turn.text("case.as_it_stands", problem=problem_name(turn, finding), state=state))
    elif case_card.waiting_request(turn.session, finding.id) is not None:
        turn.say(turn.text("request.waits_already"))
    else:
        return finding
    turn.expect(Expecting.NOTHING)
    return None


def read_longer(line: str, former: date, today: date) -> tuple[date | None, str]:
    """`8月20日，等配件到货`, `延期5天 线路要重拉`: a day and why. Days alone are counted from the day that was set."""
    rest = _LEAD_IN.sub("", line, count=1)
    if days := _DAYS.match(rest):
        number = chinese_number(days[1])
        if number is not None and 0 < number <= LONGEST_DAYS:
            return former + timedelta(days=number), rest[days.end() :].strip(" ,，。;；:：、")
    parts = _PARTS.split(rest, maxsplit=1)
    on = read_deadline(parts[0], today)
    return on, parts[1].strip() if on is not None and len(parts) > 1 else ""


def receive_until(turn: Turn, finding_id: int, line: str) -> bool:
    finding = _still_asked_for(turn, finding_id)
    if finding is None or finding.deadline_on is None:
        return True
    on, reason = read_longer(line, finding.deadline_on, turn.today)
    if on is None:
        turn.say(turn.text("request.which_day"))
    elif on <= finding.deadline_on or on < turn.today:
        turn.say(turn.text("request.not_later", date=f"{on:%m-%d}", former=f"{finding.deadline_on:%m-%d}"))
    elif not reason:
        turn.say(turn.text("request.why_longer", date=f"{on:%m-%d}"))
    else:
        _ask(turn, finding, RequestKind.MORE_TIME, reason, on)
    return True


def receive_not_ours(turn: Turn, finding_id: int, line: str) -> bool:
    finding = _still_asked_for(turn, finding_id)
    if finding is not None:
        _ask(turn, finding, RequestKind.NOT_OURS, line)
    return True


def _ask(turn: Turn, finding: Finding, kind: RequestKind, reason: str, until: date | None = None) -> None:
    """On record, told to who decides, and answered with who that is: until then nothing changes."""
    why = check_card.clipped(reason, LONGEST_REASON)
    asked = CaseRequest(
        finding_id=finding.id, kind=kind, unit_id=finding.unit_id, person_id=turn.actor.id, asked_at=turn.now,
        until=until, reason=why,
    )  # fmt: skip
    keep(turn.session, asked)
    turn.session.flush()
    name = "extension_asked" if kind is RequestKind.MORE_TIME else "not_ours"
    step(turn, finding, name, finding.state, f"{until:%Y-%m-%d} {why}" if until else why)
    turn.expect(Expecting.NOTHING)
    deciding = decisions.show(turn, asked)
    names = "、".join(person.name for person in deciding) or turn.text("request.nobody")
    key = "request.sent_time" if until else "request.sent_not_ours"
    day = f"{finding.deadline_on:%m-%d}" if finding.deadline_on else turn.text("finding.no_deadline")
    turn.say(
        turn.text(key, names=names, problem=problem_name(turn, finding), reason=why, former=day,
                  date=f"{until:%m-%d}" if until else "", unit=case_card.unit_name(turn.session, finding.unit_id))
    )  # fmt: skip
