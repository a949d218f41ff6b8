"""What is shown of a complaint: the card of who works on it, and its line in lists."""

from collections.abc import Callable
from datetime import date

from handlers import case_card, cases, check_card, texts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.complaints import Complaint, ComplaintSource, ComplaintState
from models.findings import Finding, FindingState
from models.messages import card_of
from models.people import Person, Role
from models.rights import Scope

DAYS_OFFERED = (3, 7, 15)
LONGEST_LINE = 60

Rows = tuple[tuple[Button, ...], ...]


def seen_by(turn: Turn) -> list[Scope]:
    """Where the person may know of complaints."""
    return rights.scopes(turn.session, turn.actor, turn.now) if turn.person is not None else []


def worked_by(turn: Turn) -> list[Scope]:
    """Where the person is the office that registers and answers them."""
    return rights.scopes(turn.session, turn.actor, turn.now, rights.OFFICE) if turn.person is not None else []


def office_over(turn: Turn, area_id: int | None, campaign_id: int | None) -> list[Person]:
    """The office there; where there is none, whoever administers."""
    for role in (Role.OFFICE, Role.ADMIN):
        found = rights.posted_over(turn.session, turn.now, frozenset({role}), area_id, campaign_id)
        if found:
            return found
    return []


def where(complaint: Complaint) -> str:
    if complaint.site is not None:
        return complaint.site.name
    return " ".join(part for part in (complaint.area.name if complaint.area else "", complaint.place) if part)


def due_line(language: str, complaint: Complaint, today: date) -> str:
    on = complaint.answer_due_on
    if on is None:
        return texts.say(language, "complaint.no_due")
    left = (on - today).days
    key = "complaint.due_in" if left > 0 else "complaint.due_today" if left == 0 else "complaint.overdue"
    return texts.say(language, key, date=f"{on:%m-%d}", n=abs(left))


def source_name(language: str, source: ComplaintSource) -> str:
    return texts.say(language, f"complaint.from_{source.value}")


def reply(turn: Turn, language: str, complaint: Complaint, hint: str = "") -> Reply:
    """For the office: with what it may do next."""

    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    lines = [say("complaint.head", number=complaint.number or "", where=where(complaint))]
    lines += [_origin(turn, say, language, complaint), complaint.text]
    if complaint.is_unanswered:
        lines.append(due_line(language, complaint, turn.today))
    lines += _progress(turn, language, complaint)
    if complaint.is_unanswered and complaint.answer_due_on is None:
        lines.append(say("complaint.which_due"))
    lines.append(hint)
    return Reply("\n".join(line for line in lines if line), _buttons(say, complaint), language=language)


def _origin(turn: Turn, say: Callable[..., str], language: str, complaint: Complaint) -> str:
    time, name = (
        f"{turn.agency.local(complaint.received_at):%m-%d %H:%M}",
        case_card.name_of(turn.session, complaint.received_by),
    )
    parts = [source_name(language, complaint.source)] if complaint.source is not ComplaintSource.UNSAID else []
    parts += [say("complaint.reference", number=complaint.reference)] if complaint.reference else []
    return " · ".join([*parts, say("complaint.registered", time=time, name=name)])


def _progress(turn: Turn, language: str, complaint: Complaint) -> list[str]:
    """What has been done about it so far."""
    lines = []
    check, finding = complaint.check, complaint.finding
    if complaint.state is ComplaintState.OPEN:
        lines.append(texts.say(language, "complaint.untouched"))
    elif complaint.state is ComplaintState.VISITING and check is None:
        lines.append(texts.say(language, "complaint.sent"))
    if check is not None:
        name = case_card.name_of(turn.session, check.person_id)
        key = "complaint.looked_at" if finding is not None else "complaint.looked_fine"
        lines.append(texts.say(language, key, name=name, number=check.number or "", date=f"{check.day:%m-%d}"))
    if finding is not None:
        lines.append(case_line(turn, language, finding))
    if complaint.state is ComplaintState.ANSWERED and complaint.answered_at and complaint.answered_by:
        time, name = (
            f"{turn.agency.local(complaint.answered_at):%m-%d %H:%M}",
            case_card.name_of(turn.session, complaint.answered_by),
        )
        lines.append(texts.say(language, "complaint.answered", time=time, name=name, answer=complaint.answer))
    return lines


def case_line(turn: Turn, language: str, finding: Finding) -> str:
    item, limit = check_card.item_in(language, finding.item), case_card.limit_line(turn, language, finding)
    return texts.say(language, "complaint.case", number=finding.number, item=item, limit=limit)


def _buttons(say: Callable[..., str], complaint: Complaint) -> Rows:
    rows: list[tuple[Button, ...]] = []
    number, finding = complaint.id, complaint.finding
    if complaint.is_unanswered and complaint.answer_due_on is None:
        rows.append(tuple(
            Button(say("button.days", n=n), f"v1:complaint_due:{number}:{n}") for n in DAYS_OFFERED
        ))  # fmt: skip
    if complaint.is_unanswered and (finding is None or finding.state is FindingState.WITHDRAWN):
        row = []
        if complaint.state is ComplaintState.OPEN:
            row.append(Button(say("button.send_visit"), f"v1:visit:{number}"))
        if complaint.site_id is not None:
            row.append(Button(say("button.open_case"), f"v1:complaint_case:{number}"))
        rows.append(tuple(row))
    last = [Button(say("button.see_case"), f"v1:case:{finding.id}")] if finding is not None else []
    if complaint.is_unanswered:
        last.append(Button(say("button.answer_complaint"), f"v1:complaint_answer:{number}"))
    return tuple(row for row in (*rows, tuple(last)) if row)


def without_buttons(shown: Reply) -> Reply:
    return Reply(shown.text, language=shown.language)


def show(turn: Turn, complaint: Complaint, hint: str = "") -> None:
    """Below what its reader just sent; with buttons only for who works on it."""
    shown = reply(turn, turn.language, complaint, hint)
    works = any(scope.reaches(complaint.area_id, complaint.campaign_id) for scope in worked_by(turn))
    turn.card(_key(complaint, turn.account.id if turn.account else 0), shown if works else without_buttons(shown), True)


def refresh(turn: Turn, complaint: Complaint) -> None:
    """On the cards of all of the office who have one."""
    for person in rights.posted_over(
        turn.session, turn.now, rights.OFFICE, complaint.area_id, complaint.campaign_id
    ):  # fmt: skip
        for account in cases.reachable(turn.session, person):
            key = _key(complaint, account.id)
            if card_of(turn.session, key) is not None:
                turn.card_in(key, account.channel, account.external_id, reply(turn, person.language, complaint), True)


def _key(complaint: Complaint, account_id: int) -> str:
    return f"complaint:{complaint.id}:{account_id}"


def line(turn: Turn, complaint: Complaint, with_text: bool = False) -> str:
    """· TH-0806-C01 · 玄真公厕 · 12345 · 答复期限 08-10（剩 4 天） · 待处理"""
    language = turn.language
    parts = [complaint.number or "", where(complaint)]
    if complaint.source is not ComplaintSource.UNSAID:
        parts.append(source_name(language, complaint.source))
    if complaint.is_unanswered:
        parts.append(due_line(language, complaint, turn.today))
    parts.append(texts.say(language, f"complaint.state_{complaint.state.value}"))
    told = "· " + " · ".join(parts)
    return f"{told}\n{check_card.clipped(complaint.text, LONGEST_LINE)}" if with_text else told
