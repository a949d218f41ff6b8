"""The steps of a plan's ladder that were proposed for a finding and decided on by a person (R23)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.campaign_plan import LadderPlan, NoticeKind, Severity, StepEffect, StepTrigger
from models.campaigns import Campaign, Checklist
from models.findings import OPEN_STATES, Finding, FindingState
from models.memory import known
from models.notices import notices_of
from models.record import thing_of
from models.rules.ladders import Rung, Situation, proposed


class Escalation(Base):
    """One step, proposed and perhaps decided on: taken, or not taken and why not.

    `name` and `basis` are what the plan printed on that day. Without `decided_at` it waits.
    """

    __tablename__ = "escalations"
    __table_args__ = (UniqueConstraint("finding_id", "ladder", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    ladder: Mapped[str]
    step: Mapped[int]
    name: Mapped[str]
    basis: Mapped[str]
    trigger: Mapped[str]
    proposed_at: Mapped[datetime]
    taken: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")


@cache
def _plans() -> TypeAdapter[tuple[LadderPlan, ...]]:
    return TypeAdapter(tuple[LadderPlan, ...])  # takes a while, so not before it is needed


def ladders_of(session: Session, campaign_id: int) -> tuple[LadderPlan, ...]:
    """As the campaign's files print them; a campaign without ladders has none."""
    kept = thing_of(session, Campaign, campaign_id).settings.get("ladders")
    if not kept:
        return ()
    return known(session, ("ladders", campaign_id), lambda: _plans().validate_python([_present(one) for one in kept]))


def _present(ladder: dict[str, Any]) -> dict[str, Any]:
    """One imported when a step had one trigger."""
    steps = [
        {**{key: value for key, value in step.items() if key != "trigger"}, "triggers": [step["trigger"]]}
        if "trigger" in step else step
        for step in ladder["steps"]
    ]  # fmt: skip
    return {**ladder, "steps": steps}


def escalations_of(session: Session, finding_id: int) -> Sequence[Escalation]:
    """What was proposed for a finding, in order."""
    return session.scalars(select(Escalation).where(Escalation.finding_id == finding_id).order_by(Escalation.id)).all()


NOTICES = {StepEffect.NOTICE: NoticeKind.RECTIFY, StepEffect.STOP_NOTICE: NoticeKind.STOP}


def _noticed(session: Session, finding: Finding, ladders: Sequence[LadderPlan]) -> Iterator[tuple[str, int]]:
    """Steps that are notices are taken by issuing one."""
    steps = [(ladder.code, step, NOTICES.keys() & step.effects) for ladder in ladders for step in ladder.steps]
    if not any(effects for _, _, effects in steps):
        return
    issued = {one.kind for one in notices_of(session, finding.id)}
    yield from ((code, step.no) for code, step, effects in steps if any(NOTICES[one] in issued for one in effects))


def article_of(session: Session, campaign_id: int, kind: NoticeKind) -> str:
    """Where a ladder of the plan prints that such a notice is issued; nothing where none does."""
    for ladder in ladders_of(session, campaign_id):
        for step in ladder.steps:
            if any(NOTICES.get(effect) is kind for effect in step.effects):
                return str(step.source or ladder.source)
    return ""


def triggers_of(finding: Finding, today: date) -> frozenset[StepTrigger]:
    """What holds of a finding: each is a fact of the record, none is judged here."""
    facts = {
        StepTrigger.FOUND: True,
        StepTrigger.RECURRED: finding.recurrence > 1,
        StepTrigger.NOT_CONFORMING: finding.returned > 0,
        StepTrigger.REFUSED: any(step.to_state is FindingState.REFUSED for step in finding.steps),
        StepTrigger.OVERDUE: finding.deadline_on is not None and finding.deadline_on < today,
    }
    return frozenset(trigger for trigger, holds in facts.items() if holds)


def next_rungs(session: Session, finding: Finding, today: date) -> list[Rung]:
    """The steps to propose now: none for what is closed, or is said to be fixed and waits to be looked at."""
    ladders = ladders_of(session, finding.campaign_id)
    if not ladders or finding.state not in OPEN_STATES - {FindingState.FIXED_CLAIMED}:
        return []
    climbed: dict[str, int] = {}
    for one in escalations_of(session, finding.id):
        if one.decided_at is not None:
            climbed[one.ladder] = max(one.step, climbed.get(one.ladder, 0))
    for code, number in _noticed(session, finding, ladders):
        climbed[code] = max(number, climbed.get(code, 0))
    kind = finding.site.kind.code if finding.site.kind else ""
    checklist = thing_of(session, Checklist, finding.item.checklist_id).code
    severity, item = Severity(finding.severity), finding.item.number
    situation = Situation(checklist, item, kind, severity, triggers_of(finding, today))
    return proposed(ladders, situation, climbed)
