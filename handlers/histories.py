"""What has become of a case: every step of it with who and when, and what is said about it under its card."""

from handlers import case_card, cases, check_card, ended, fixing, texts
from handlers.deadlines import step
from handlers.messages import Reply
from handlers.turn import Turn
from models import rights
from models.findings import Finding, FindingStep
from models.people import Expecting

MOST = 40  # steps in one message
LONGEST_COMMENT = 500
PATIENCE = 24 * 60  # minutes in which the line may follow


def receive_comment(turn: Turn) -> bool:
    """A line that answers a case's card in its group, by who may act on it; the card shows the last one."""
    finding = fixing.finding_replied_to(turn) if turn.person is not None else None
    if finding is None:
        return False
    _keep(turn, finding, turn.incoming.text)
    return True


def tap_comment(turn: Turn, finding_id: int) -> None:
    """评论, for who does not know that a reply to the card is one."""
    finding = cases.case_tapped(turn, finding_id)
    if finding is None:
        return
    words = turn.text("case.what_to_say", problem=check_card.problem_in(turn.actor.language, finding))
    cases.ask_privately(turn, Expecting.COMMENT, finding.id, words, turn.text("verify.in_private"), PATIENCE)


def receive_line(turn: Turn, finding_id: int, line: str) -> bool:
    turn.expect(Expecting.NOTHING)
    finding = rights.case_for(turn.session, turn.actor, turn.now, finding_id)
    if finding is None:
        turn.say(turn.text("button.too_old"))
    elif not ended.refuses_finding(turn, finding):
        _keep(turn, finding, line)
        turn.say(turn.text("case.commented", problem=check_card.problem_in(turn.language, finding)))
    return True


def _keep(turn: Turn, finding: Finding, line: str) -> None:
    step(turn, finding, case_card.COMMENT, finding.state, check_card.clipped(line, LONGEST_COMMENT))
    turn.session.flush()
    turn.session.expire(finding, ["steps"])


def tap_history(turn: Turn, finding_id: int) -> None:
    """To who may see the case, in their private chat."""
    finding = cases.case_seen(turn, finding_id)
    if finding is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast(turn.text("verify.in_private") if turn.incoming.in_group else "")
    lines = [_step_line(turn, turn.actor.language, one) for one in finding.steps]
    if len(lines) > MOST:  # how it began, and what was last
        lines = [*lines[: MOST // 2], "…", *lines[-MOST // 2 :]]
    head = _head(turn, finding)
    return turn.tell(turn.actor, f"{turn.row}:history", Reply("\n".join([head, *lines])))


def _head(turn: Turn, finding: Finding) -> str:
    """In the language of who reads it, which need not be the group's."""
    return f"{finding.number} {check_card.problem_in(turn.actor.language, finding)}"


def _step_line(turn: Turn, language: str, one: FindingStep) -> str:
    name = case_card.name_of(turn.session, one.person_id) if one.person_id is not None else ""
    known = f"step.{one.step}"
    what = texts.say(language, known) if known in texts.catalogue(language) else one.step
    key = "case.step_because" if one.why else "case.step"
    return texts.say(language, key, time=f"{turn.agency.local(one.at):%m-%d %H:%M}", name=name, what=what, why=one.why)
