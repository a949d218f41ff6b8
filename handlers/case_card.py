"""What a case's card says: the problem, its limit, who has it in hand, what was asked and said; and its buttons."""

from collections.abc import Callable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers import check_card, texts
from handlers.filters import campaign_title_in
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models.campaign_plan import Severity
from models.campaigns import Campaign
from models.escalations import escalations_of, ladders_of
from models.findings import CaseRequest, Finding, FindingState, RequestKind
from models.limits import last_closed
from models.notices import notices_of
from models.people import Person
from models.places import Unit
from models.record import things

COMMENT = "comment"  # a step that only says something
# where its unit is the one to act
WITH_UNIT = frozenset({
    FindingState.OPEN, FindingState.NOTICE_ISSUED, FindingState.REFERRED, FindingState.REFUSED,
    FindingState.NOT_CONFORMING, FindingState.ESCALATED,
})  # fmt: skip


def case_reply(turn: Turn, language: str, finding: Finding) -> Reply:
    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    campaign = turn.session.get_one(Campaign, finding.campaign_id)
    item, limit = check_card.item_in(language, finding.item), limit_line(turn, language, finding)
    lines = [say("case.head", item=item, site=finding.site.name, limit=limit), finding.note]
    lines += grave_lines(turn, language, finding)
    asked = waiting_request(turn.session, finding.id)
    lines += progress_lines(turn, language, finding, asked)
    lines.append(say("case.number", number=finding.number, campaign=campaign_title_in(language, campaign)))
    return Reply(
        "\n".join(line for line in lines if line), _buttons(say, finding, asked is not None), language=language
    )


def former_reply(turn: Turn, language: str, finding: Finding) -> Reply:
    """Without the days, which nobody counts anew for it."""
    limit = limit_line(turn, language, finding)
    if finding.is_open and finding.deadline_on is not None:
        limit = texts.say(language, "case.limit", date=f"{finding.deadline_on:%m-%d}")
    lines = [
        texts.say(language, "case.head", item=check_card.item_in(language, finding.item), site=finding.site.name,
                  limit=limit),
        finding.note,
        texts.say(language, "case.went_to", unit=unit_name(turn.session, finding.unit_id)),
        texts.say(language, "case.number", number=finding.number,
                  campaign=campaign_title_in(language, turn.session.get_one(Campaign, finding.campaign_id))),
    ]  # fmt: skip
    return Reply("\n".join(line for line in lines if line), language=language)


def limit_line(turn: Turn, language: str, finding: Finding) -> str:
    """期限 08-13（剩 7 天） · 今天到期 · 已逾期 1 天 · 期限待定; how it ended, where it has."""
    if finding.state is FindingState.VERIFIED_CLOSED and finding.closed_at is not None:
        return texts.say(language, "finding.closed_on", date=f"{turn.agency.local(finding.closed_at):%m-%d}")
    if finding.state is FindingState.WITHDRAWN:
        return texts.say(language, "case.withdrawn")
    if finding.state is FindingState.DUPLICATE and finding.duplicate_of is not None:
        return texts.say(language, "merge.into", number=turn.session.get_one(Finding, finding.duplicate_of).number)
    if finding.deadline_on is None:
        return texts.say(language, "finding.no_deadline")
    left = (finding.deadline_on - turn.today).days
    key = "case.days_left" if left > 0 else "case.due_today" if left == 0 else "case.overdue"
    return texts.say(language, key, date=f"{finding.deadline_on:%m-%d}", n=abs(left))


def progress_lines(turn: Turn, language: str, finding: Finding, asked: CaseRequest | None) -> list[str]:
    """Who has it in hand, how often it came back, who says that it is fixed."""
    lines = []
    if finding.recurrence > 1:
        before = last_closed(turn.session, finding)
        on = f"{turn.agency.local(before):%m-%d}" if before is not None else ""
        lines.append(texts.say(language, "case.recurred", n=finding.recurrence, date=on))
    lines += _notice_lines(turn, language, finding)
    if finding.returned:
        lines.append(texts.say(language, "case.returned", n=finding.returned))
    if seen := seen_again(turn, language, finding):
        lines.append(seen)
    if moved := [one for one in referrals(turn.session, finding) if one.to_unit_id == finding.unit_id]:
        came = moved[-1]
        lines.append(texts.say(language, "case.came_from", unit=unit_name(turn.session, came.unit_id),
                               reason=came.reason))  # fmt: skip
    if finding.taken_by is not None:
        lines.append(texts.say(language, "case.taken", name=name_of(turn.session, finding.taken_by)))
    if finding.fixed_by is not None and finding.fixed_at is not None:
        name, on = name_of(turn.session, finding.fixed_by), f"{turn.agency.local(finding.fixed_at):%m-%d}"
        waits = finding.state is FindingState.FIXED_CLAIMED
        lines.append(texts.say(language, "case.fixed_waiting" if waits else "case.fixed", name=name, date=on))
    if finding.is_open and asked is not None:
        lines.append(texts.say(language, "request.waiting", asked=asked_line(turn.session, language, asked)))
    return [*lines, *_last_comment(turn.session, language, finding)]


def grave_lines(turn: Turn, language: str, finding: Finding) -> list[str]:
    """How grave it is, where it is not ordinary; and the steps of the ladder that were taken."""
    lines = []
    if finding.severity != Severity.ORDINARY:
        lines.append(texts.say(language, "case.severity", severity=texts.say(language, f"severity.{finding.severity}")))
    if finding.state is FindingState.REFUSED:
        lines.append(texts.say(language, "ladder.refused"))
    if not ladders_of(turn.session, finding.campaign_id):
        return lines
    for one in escalations_of(turn.session, finding.id):
        if one.taken and one.decided_at is not None:
            on = f"{turn.agency.local(one.decided_at):%m-%d}"
            lines.append(texts.say(language, "ladder.was_taken", step=one.name, basis=one.basis, date=on))
    return lines


def _notice_lines(turn: Turn, language: str, finding: Finding) -> list[str]:
    """已发通知 TH-0806-T01（08-06），08-07 送达"""
    if finding.opened_at == turn.now:  # what has only just been found has none
        return []
    lines = []
    for one in notices_of(turn.session, finding.id):
        issued = f"{turn.agency.local(one.issued_at):%m-%d}"
        line = texts.say(language, f"notice.card_{one.kind}", number=one.number, date=issued)
        if one.delivered_at is not None:
            served = f"{turn.agency.local(one.delivered_at):%m-%d}"
            line = texts.say(language, "notice.card_served", issued=line, date=served)
        lines.append(line)
    return lines


def seen_again(turn: Turn, language: str, finding: Finding) -> str:
    """再次发现 08-09（第 2 次查到）; what was found after it was said to be fixed speaks against the fix."""
    if finding.seen == 1 or finding.seen_at is None or finding.state is FindingState.DUPLICATE:
        return ""
    fixed_at = finding.fixed_at if finding.state is FindingState.FIXED_CLAIMED else None
    key = "case.seen_since_fix" if fixed_at is not None and fixed_at <= finding.seen_at else "case.seen_again"
    return texts.say(language, key, date=f"{turn.agency.local(finding.seen_at):%m-%d}", n=finding.seen)


def asked_line(session: Session, language: str, asked: CaseRequest, with_unit: bool = False) -> str:
    """老周 申请延期至 08-20：等灯具到货"""
    name, unit = name_of(session, asked.person_id), unit_name(session, asked.unit_id)
    if asked.kind is RequestKind.NOT_OURS:
        return texts.say(language, "request.asked_not_ours", name=name, unit=unit, reason=asked.reason)
    key = "request.asked_time_of" if with_unit and unit else "request.asked_time"
    return texts.say(language, key, name=name, unit=unit, date=f"{asked.until:%m-%d}", reason=asked.reason)


def waiting_request(session: Session, finding_id: int) -> CaseRequest | None:
    """What the unit has asked and nobody has answered: one at a time."""
    waits = CaseRequest.decided_at.is_(None)
    return session.scalar(select(CaseRequest).where(CaseRequest.finding_id == finding_id, waits).limit(1))


def referrals(session: Session, finding: Finding) -> list[CaseRequest]:
    """How it came from unit to unit, in order; whoever refers it writes that down at once."""
    return things(session, CaseRequest, _REFERRED, finding=finding.id)


_REFERRED = (
    select(CaseRequest.__table__)
    .where(CaseRequest.finding_id == bindparam("finding"), CaseRequest.to_unit_id.is_not(None))
    .order_by(CaseRequest.id)
)


def _last_comment(session: Session, language: str, finding: Finding) -> list[str]:
    said = [each for each in finding.steps if each.step == COMMENT]
    if not said or said[-1].person_id is None:
        return []
    name, line = name_of(session, said[-1].person_id), check_card.clipped(said[-1].why)
    return [texts.say(language, "case.comments", n=len(said), name=name, line=line)]


def _buttons(say: Callable[..., str], finding: Finding, waits: bool) -> tuple[tuple[Button, ...], ...]:
    rows = [*unit_buttons(say, finding, waits)]
    if finding.state is FindingState.FIXED_CLAIMED:
        rows.append((Button(say("button.verify"), f"v1:verify:{finding.id}"),))
    comment = (Button(say("button.comment"), f"v1:comment:{finding.id}"),) if finding.is_open else ()
    return (*rows, (*comment, *look_buttons(say, finding)))


def unit_buttons(say: Callable[..., str], finding: Finding, waits: bool) -> list[tuple[Button, ...]]:
    """What the unit whose it is does about it; `waits`: it has asked for something that is not answered yet."""
    rows = []
    if finding.state in WITH_UNIT:
        take = [Button(say("button.take"), f"v1:take:{finding.id}")] if finding.taken_by is None else []
        rows.append((*take, Button(say("button.fixed"), f"v1:fixed:{finding.id}")))
    if finding.state in WITH_UNIT and not waits:
        longer = [Button(say("button.extend"), f"v1:extend:{finding.id}")] if finding.deadline_on is not None else []
        rows.append((*longer, Button(say("button.not_ours"), f"v1:not_ours:{finding.id}")))
    return rows


def look_buttons(say: Callable[..., str], finding: Finding) -> tuple[Button, ...]:
    """What only shows something, in the private chat of who taps."""
    photos = Button(say("button.photos"), f"v1:evidence:{finding.id}")
    return photos, Button(say("button.history"), f"v1:history:{finding.id}")


def unit_name(session: Session, unit_id: int | None) -> str:
    return session.get_one(Unit, unit_id).name if unit_id is not None else ""


def name_of(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).name
