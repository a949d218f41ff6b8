"""One message a morning for each person with what is due today, if anything is; never twice, never at night."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, false, or_, select
from sqlalchemy.orm import Session

from handlers import complaint_lists, mine, outstanding, receipts, texts
from handlers.agency import Agency
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.database import apart
from models.drafts import drafts_of
from models.findings import STILL_OPEN, DeadlineSource, Finding
from models.messages import Priority
from models.occurrences import Occurrence, claim, occurred
from models.people import Account, Person, Role
from models.places import Site
from models.record import columns
from models.sites import planned_sites

KIND = "morning"
SHOWN = 5
AT_ONCE = 20  # people in one transaction: who inspects early is not kept waiting for a whole agency's mornings
_SEEN = select(Occurrence.scope).where(Occurrence.kind == KIND, Occurrence.local_day == bindparam("day"))
_REACHABLE = select(Account.person_id).where(Account.blocked_at.is_(None))
_WAITING = (
    select(Person.id)
    .where(Person.left_at.is_(None), Person.id.in_(_REACHABLE), cast(Person.id, Text).not_in(_SEEN))
    .limit(1)
)


def any_due(session: Session, agency: Agency, now: datetime) -> bool:
    """Whether somebody has not been looked at today, in the hours in which one may be."""
    local = agency.local(now)
    if local.time() < agency.morning_at or agency.is_quiet(now):
        return False
    return columns(session, _WAITING, day=local.date()).scalar() is not None


def send_due(session: Session, turn_in: Callable[[Person, Account], Turn], agency: Agency, now: datetime) -> None:
    """Everybody with work, once a local day, from the morning hour on; late if need be, but not in quiet hours."""
    local = agency.local(now)
    if local.time() < agency.morning_at or agency.is_quiet(now):
        return
    day = local.date()
    seen, looked_at = occurred(session, KIND, day, day), 0
    for person in list(session.scalars(select(Person).where(Person.left_at.is_(None)).order_by(Person.id))):
        if looked_at == AT_ONCE:
            return
        if (str(person.id), day) not in seen:
            with apart(session, f"the morning of person {person.id}"):
                looked_at += _send(session, turn_in, agency, person, now)


def _send(
    session: Session, turn_in: Callable[[Person, Account], Turn], agency: Agency, person: Person, now: datetime
) -> bool:
    """Whether the person has now been looked at: who cannot be reached is not."""
    day = agency.day(now)
    reachable = (Account.person_id == person.id, Account.blocked_at.is_(None))
    account = session.scalar(select(Account).where(*reachable).limit(1))
    if account is None:
        return False
    welcomed_just_now = person.joined_at >= datetime.combine(day, agency.morning_at, agency.zone)
    if welcomed_just_now or not rights.roles_of(person, now):
        claim(session, KIND, str(person.id), day, now, "nothing")
        return True
    turn = turn_in(person, account)
    reply = morning_reply(turn)
    if claim(session, KIND, str(person.id), day, now, "done" if reply else "nothing") and reply:
        turn.tell(person, f"morning:{person.id}:{day}", reply, Priority.REMINDER)
    return True


def morning_reply(turn: Turn) -> Reply | None:
    """Drafts left open, items sent back, problems due or without a limit, sites planned; None when there is none."""
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    _drafts(turn, lines, rows)
    _returned(turn, lines, rows)
    _findings(turn, lines, rows)
    _complaints(turn, lines, rows)
    if turn.is_one_of(frozenset({Role.INSPECTOR})):
        _planned(turn, lines, rows)
    if not lines:
        return None
    head = texts.say(turn.language, "morning.title", name=turn.actor.name, date=f"{turn.today:%m-%d}")
    return Reply("\n".join([head, *lines]), tuple(rows[:8]))


def _drafts(turn: Turn, lines: list[str], rows: list[tuple[Button, ...]]) -> None:
    for draft in drafts_of(turn.session, turn.actor.id)[:SHOWN]:
        name = draft.site.name if draft.site else turn.text("check.unnamed")
        lines.append(turn.text("mine.draft", site=name, time=f"{turn.agency.local(draft.started_at):%m-%d %H:%M}"))
        rows.append((Button(turn.text("button.go_on", site=name), f"v1:begin:{draft.id}"),))


def _returned(turn: Turn, lines: list[str], rows: list[tuple[Button, ...]]) -> None:
    those, buttons = outstanding.to_answer(turn)
    lines += those
    rows += buttons


def _findings(turn: Turn, lines: list[str], rows: list[tuple[Button, ...]]) -> None:
    found = due_findings(turn)
    if not found:
        return
    lines.append(turn.text("morning.findings", n=len(found)))
    for finding in found[:SHOWN]:
        on_the_spot = finding.deadline_source is DeadlineSource.ON_THE_SPOT
        overdue = not on_the_spot and finding.deadline_on is not None and finding.deadline_on < turn.today
        told = (
            turn.text("morning.overdue", n=(turn.today - finding.deadline_on).days)
            if overdue and finding.deadline_on
            else (receipts.finding_state(turn, finding))
        )
        lines.append(f"· {receipts.problem_name(turn, finding)} · {told}")
        if overdue and turn.is_one_of(rights.OVERSEES):
            rows.append((Button(f"{finding.number} {finding.item.label}", f"v1:case:{finding.id}"),))
        if finding.deadline_source is None and finding.opened_by == turn.actor.id:
            rows.append(
                (Button(turn.text("button.choose_deadline", problem=finding.item.label), f"v1:ask:{finding.id}"),)
            )
    if len(found) > SHOWN:
        lines.append(turn.text("ask.more", n=len(found) - SHOWN))


def due_findings(turn: Turn) -> list[Finding]:
    """Open ones due by tomorrow, overdue, or still without a limit: of one's own, and for a lead of the whole area.

    Once somebody has taken a case, they are reminded of it and nobody else is, but for the lead when it is overdue.
    """
    led: ColumnElement[bool] = false()
    if turn.is_one_of(frozenset({Role.LEAD})):
        overseen = rights.scopes(turn.session, turn.actor, turn.now, frozenset({Role.LEAD}))
        led = Finding.site_id.in_(rights.visible_sites(overseen).with_only_columns(Site.id))
    untaken = and_(Finding.taken_by.is_(None), or_(Finding.opened_by == turn.actor.id, led))
    theirs = or_(Finding.taken_by == turn.actor.id, untaken, and_(led, Finding.deadline_on < turn.today))
    query = select(Finding).where(
        theirs, STILL_OPEN, *mine.of_open_campaigns(turn),
        or_(Finding.deadline_on <= turn.today + timedelta(days=1), Finding.deadline_source.is_(None),
            Finding.deadline_source == DeadlineSource.ON_THE_SPOT),
    )  # fmt: skip
    return list(turn.session.scalars(query.order_by(Finding.deadline_on, Finding.id)))


def _complaints(turn: Turn, lines: list[str], rows: list[tuple[Button, ...]]) -> None:
    told, buttons = complaint_lists.of_morning(turn)
    lines += told
    rows += buttons


def _planned(turn: Turn, lines: list[str], rows: list[tuple[Button, ...]]) -> None:
    due = planned_sites(turn.session, turn.inspected, turn.today)
    if not due:
        return
    lines.append(turn.text("mine.due", n=len(due)))
    rows += [(Button(f"📍 {site.name}", f"v1:begin:s:{site.id}"),) for site in due[: mine.SHOWN]]
