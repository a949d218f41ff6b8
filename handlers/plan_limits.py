"""What a plan prints of a time limit but leaves to a person: why it is asked, and what there is to choose from."""

from handlers.messages import Button
from handlers.turn import Turn
from models.findings import Finding
from models.limits import LimitAsked, LimitChoice, limit_asked
from models.rules.deadlines import Question

MEASURES = frozenset({Question.NOT_MEASURED, Question.IN_NO_BAND, Question.IN_TWO_BANDS})


def why_asked(turn: Turn, finding: Finding) -> list[str]:
    """Empty where the plan prints nothing: then it is simply asked."""
    asked = limit_asked(turn.session, finding)
    if asked is None:
        return []
    if asked.question in MEASURES:
        return [turn.text(f"limit.{asked.question}", basis=asked.basis, figure=asked.figure, value=_value(asked))]
    return [turn.text(f"limit.{asked.question}", basis=asked.basis)]


def _value(asked: LimitAsked) -> str:
    return f"{asked.measured.normalize():f}" if asked.measured is not None else ""


def plan_buttons(turn: Turn, finding: Finding) -> list[tuple[Button, ...]]:
    asked = limit_asked(turn.session, finding)
    return [
        (
            Button(
                turn.text("button.by_plan", name=one.name, date=f"{one.on:%m-%d}"),
                f"v1:by_plan:{finding.id}:{n}:{one.on.toordinal()}",
            ),
        )
        for n, one in enumerate(asked.choices if asked is not None else (), 1)
    ]


def chosen(turn: Turn, finding: Finding, number: int, day: int) -> LimitChoice | None:
    """What a button says, by its place and its day; None once the plan says something else."""
    asked = limit_asked(turn.session, finding)
    choices = asked.choices if asked is not None else ()
    choice = choices[number - 1] if 0 < number <= len(choices) else None
    return choice if choice is not None and choice.on.toordinal() == day else None
