"""How grave a case is: the checklist's own word for it, until who found it or oversees it says otherwise."""

from handlers import ended
from handlers.deadlines import step
from handlers.messages import Button, Reply, Rows
from handlers.receipts import problem_name
from handlers.turn import Turn
from models import rights
from models.campaign_plan import Severity
from models.findings import Finding
from models.people import Role
from models.rights import Scope


def offers(turn: Turn, finding: Finding) -> Rows:
    if _to_grade(turn, finding.id) is None:
        return []
    now = turn.text(f"severity.{finding.severity}")
    return [(Button(turn.text("button.severity", severity=now), f"v1:severity:{finding.id}"),)]


def _to_grade(turn: Turn, finding_id: int) -> Finding | None:
    """The open case, for who oversees its site, or found it and may still inspect there."""
    if turn.person is None:
        return None
    finding = rights.finding_for(turn.session, _granted(turn, rights.OVERSEES), finding_id)
    if finding is None:
        finding = rights.finding_for(turn.session, _granted(turn, rights.INSPECTS), finding_id)
        if finding is None or finding.opened_by != turn.actor.id:
            return None
    return finding if finding.is_open else None


def _granted(turn: Turn, roles: frozenset[Role]) -> list[Scope]:
    return rights.scopes(turn.session, turn.actor, turn.now, roles)


def tap_severity(turn: Turn, finding_id: int) -> None:
    finding = _to_grade(turn, finding_id)
    if finding is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    grades = tuple(Button(turn.text(f"severity.{grade}"), f"v1:severe:{finding.id}:{grade}") for grade in Severity)
    return turn.say(Reply(turn.text("case.how_severe", problem=problem_name(turn, finding)), (grades,)))


def tap_severe(turn: Turn, finding_id: int, grade: str) -> None:
    """On record with what it was before; the plan's ladder may have another step for it now."""
    finding = _to_grade(turn, finding_id)
    if finding is None or grade not in set(Severity):
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_finding(turn, finding):
        return None
    said = turn.text(f"severity.{grade}")
    if finding.severity != grade:
        former = turn.text(f"severity.{finding.severity}")
        finding.severity = grade
        step(turn, finding, "severity_set", finding.state, f"{former} → {said}")
    return turn.toast(turn.text("case.severity", severity=said))
