"""「我的」: what a person has open: drafts, problems without a limit or with one, sites that are due."""

from sqlalchemy import ColumnElement, func, or_, select

from handlers import (
    asking_too_much,
    check_card,
    checks,
    complaint_lists,
    decisions,
    ended,
    ladders,
    outstanding,
    receipts,
    verifying,
)  # fmt: skip
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import HANDED_IN, Check
from models.closing import ended_campaigns
from models.drafts import drafts_of
from models.findings import STILL_OPEN, DeadlineSource, Finding
from models.sites import planned_sites

SHOWN = 6


def show(turn: Turn) -> None:
    if asking_too_much.is_dropped(turn):
        return
    lines, rows = open_work(turn)
    today = (Check.person_id == turn.actor.id, Check.day == turn.today, HANDED_IN)
    done = turn.session.scalar(select(func.count(Check.id)).where(*today)) or 0
    nothing = "mine.nothing" if turn.is_one_of(rights.INSPECTS) else "mine.nothing_office"
    turn.say(Reply("\n".join([turn.text("mine.title", n=done), *(lines or [turn.text(nothing)])]), tuple(rows)))


def open_work(turn: Turn) -> tuple[list[str], list[tuple[Button, ...]]]:
    """Lines to read and buttons to start each with."""
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    for draft in drafts_of(turn.session, turn.actor.id)[:SHOWN]:
        name = draft.site.name if draft.site else turn.text("check.unnamed")
        lines.append(turn.text("mine.draft", site=name, time=f"{turn.agency.local(draft.started_at):%m-%d %H:%M}"))
        rows.append((Button(turn.text("button.go_on", site=name), f"v1:begin:{draft.id}"),))
    for those, buttons in (outstanding.to_answer(turn), outstanding.awaited(turn)):
        lines += those
        rows += buttons
    findings = my_findings(turn)
    if findings:
        lines.append(turn.text("mine.findings", n=len(findings)))
    for finding in findings[:SHOWN]:
        lines.append(f"· {receipts.problem_name(turn, finding)} · {receipts.finding_state(turn, finding)}")
        if finding.deadline_source is None:
            rows.append(
                (Button(turn.text("button.choose_deadline", problem=finding.item.label), f"v1:ask:{finding.id}"),)
            )
    waiting = verifying.to_verify(turn)
    if waiting:
        lines.append(turn.text("mine.to_verify", n=len(waiting)))
    for finding in waiting:
        problem = receipts.problem_name(turn, finding)
        lines.append(f"· {problem}")
        rows.append((Button(turn.text("button.verify_this", problem=problem), f"v1:verify:{finding.id}"),))
    _to_take(turn, lines, rows)
    asked = decisions.to_decide(turn)
    if asked:
        lines.append(turn.text("mine.to_decide", n=len(asked)))
    for one, finding in asked:
        problem = receipts.problem_name(turn, finding)
        lines.append(f"· {problem}")
        rows.append((Button(turn.text("button.answer_this", problem=problem), f"v1:answer:{one.id}"),))
    told, buttons = complaint_lists.of_person(turn)
    lines, rows = [*lines, *told], [*rows, *buttons]
    due = planned_sites(turn.session, turn.inspected, turn.today) if turn.is_one_of(rights.INSPECTS) else []
    if due:
        lines.append(turn.text("mine.due", n=len(due)))
        rows += [(Button(f"📍 {site.name}", f"v1:begin:s:{site.id}"),) for site in due[:SHOWN]]
    return lines, rows


def _to_take(turn: Turn, lines: list[str], rows: list[tuple[Button, ...]]) -> None:
    """Cases for which the plan has a next step: each opens where that can be taken."""
    found = ladders.to_take(turn)
    if found:
        lines.append(turn.text("mine.to_take", n=len(found)))
    for finding in found:
        problem = receipts.problem_name(turn, finding)
        lines.append(f"· {problem}")
        rows.append((Button(f"{finding.number} {finding.item.label}", f"v1:case:{finding.id}"),))


def question_button(turn: Turn, finding: Finding) -> list[tuple[Button, ...]]:
    """To what a problem still waits for from who found it: its time limit, or the photo of the fix."""
    keys = {None: "button.choose_deadline", DeadlineSource.ON_THE_SPOT: "button.after_photo"}
    key = keys.get(finding.deadline_source)
    if key is None:
        return []
    return [(Button(turn.text(key, problem=receipts.problem_name(turn, finding)), f"v1:ask:{finding.id}"),)]


def my_findings(turn: Turn) -> list[Finding]:
    """What the person has found, and what they have taken in hand."""
    theirs = or_(Finding.opened_by == turn.actor.id, Finding.taken_by == turn.actor.id)
    query = select(Finding).where(theirs, STILL_OPEN, *of_open_campaigns(turn))
    return list(turn.session.scalars(query.order_by(Finding.deadline_on, Finding.id)))


def of_open_campaigns(turn: Turn) -> list[ColumnElement[bool]]:
    """What has ended takes no time limit and no photo any more, so nobody is reminded of it."""
    ended_ones = ended_campaigns(turn.session)
    return [Finding.campaign_id.not_in(sorted(ended_ones))] if ended_ones else []


def tap_begin(turn: Turn, what: int | str, site_id: int = 0) -> None:
    """Starts at a site, or goes on with a draft."""
    if what == "s":
        site = rights.site_for(turn.session, turn.inspected, site_id)
        if site is None:
            return None if ended.refuses_site(turn, site_id) else turn.toast(turn.text("button.too_old"))
        turn.toast()
        return _as_new(turn, lambda: checks.start_at(turn, site, "list"))
    if not isinstance(what, int):
        return turn.toast(turn.text("button.too_old"))
    check = checks.own_draft(turn, what)
    if check is None:
        return None
    checks.take_in_hand(turn, check)
    turn.toast()
    return _as_new(turn, lambda: check_card.show_draft(turn, check))


def _as_new(turn: Turn, show_card: object) -> None:
    """A card asked for from another message is shown below that message, where the thumb is."""
    from dataclasses import replace

    turn.incoming = replace(turn.incoming, button="")
    assert callable(show_card)
    show_card()


def tap_ask_deadline(turn: Turn, finding_id: int) -> None:
    finding = rights.finding_for(turn.session, turn.scopes, finding_id)
    if finding is not None and ended.refuses_finding(turn, finding):
        return None
    if finding is None or not finding.is_open:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    receipts.expect_answer(turn, finding.check)
    return _as_new(turn, lambda: receipts.show_receipt(turn, finding.check))
