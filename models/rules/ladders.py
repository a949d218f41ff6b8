"""Which step of a plan's ladder comes next: proposed with its article, taken by a person, never by the program."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.campaign_plan import LadderPlan, LadderStep, Severity, StepEffect, StepTrigger


@dataclass(frozen=True, slots=True)
class Situation:
    """How a finding stands: what it is about, how grave, and which triggers hold of it now."""

    checklist: str
    item: int
    kind: str
    severity: Severity
    triggers: frozenset[StepTrigger]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step to propose; `basis` is the document and article that print it."""

    ladder: str
    no: int
    name: str
    basis: str
    trigger: StepTrigger
    effects: tuple[StepEffect, ...]
    unit: str | None = None


def proposed(ladders: Iterable[LadderPlan], situation: Situation, climbed: Mapping[str, int]) -> list[Rung]:
    """Of each ladder its heaviest step that is meant now, unless it or a heavier one has been decided on (R23).

    `climbed`: by ladder, the highest step that somebody has taken or chosen not to take. A ladder that prints a step
    for slight and ordinary cases, another for serious or repeated ones (P08 六（三）4), thus proposes one of them.
    """
    found = []
    for ladder in ladders:
        meant = [(step, trigger) for step in ladder.steps if (trigger := _trigger(step, situation)) is not None]
        if meant and meant[-1][0].no > climbed.get(ladder.code, 0):
            step, trigger = meant[-1]
            basis = str(step.source or ladder.source)
            found.append(Rung(ladder.code, step.no, step.name, basis, trigger, step.effects, step.unit))
    return found


def _trigger(step: LadderStep, situation: Situation) -> StepTrigger | None:
    """Why the step is meant for the situation; None: it is not."""
    restricted = (
        (step.severities, situation.severity), (step.kinds, situation.kind), (step.items, situation.item),
    )  # fmt: skip
    if any(allowed and value not in allowed for allowed, value in restricted):
        return None
    if step.checklist is not None and step.checklist != situation.checklist:
        return None
    return next((trigger for trigger in step.triggers if trigger in situation.triggers), None)
