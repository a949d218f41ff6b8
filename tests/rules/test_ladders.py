"""Which step of a ladder is proposed: the heaviest that is meant, and none that was decided on already."""

import pytest

from models.campaign_plan import LadderPlan, LadderStep, Severity, Source, StepEffect, StepTrigger
from models.rules.ladders import Rung, Situation, proposed

FOUND, REFUSED, RECURRED = StepTrigger.FOUND, StepTrigger.REFUSED, StepTrigger.RECURRED
SLIGHT, ORDINARY, SERIOUS = Severity.SLIGHT, Severity.ORDINARY, Severity.SERIOUS
# 32号 六（三）4
ENFORCEMENT = LadderPlan(
    "enforcement", "处置阶梯",
    (
        LadderStep(1, "限期整改通知", (FOUND,), None, severities=(SLIGHT, ORDINARY), effects=(StepEffect.NOTICE,)),
        LadderStep(2, "依法查处", (REFUSED, StepTrigger.NOT_CONFORMING), None),
        LadderStep(3, "从严从重", (FOUND,), None, severities=(SERIOUS,)),
        LadderStep(4, "从严从重", (RECURRED,), None),
    ),
    Source("32号", "六（三）4"),
)  # fmt: skip
# 81号 二（二）4, of items 4 to 7
EAR_TAGS = LadderPlan(
    "ear-tags", "耳标",
    (LadderStep(1, "不发放耳标", (FOUND,), None, kinds=("outside",), checklist="farm", items=(4, 5, 6, 7),
                source=Source("81号", "二（二）4")),),
    Source("81号", "二"),
)  # fmt: skip


def situation(
    *triggers: StepTrigger, severity: Severity = ORDINARY, item: int = 3, kind: str = "street", checklist: str = "list"
) -> Situation:
    return Situation(checklist, item, kind, severity, frozenset({FOUND, *triggers}))


@pytest.mark.parametrize(
    ("stands", "climbed", "numbers"),
    [
        (situation(), {}, [1]),
        (situation(severity=SLIGHT), {}, [1]),
        (situation(severity=SERIOUS), {}, [3]),
        (situation(REFUSED), {}, [2]),
        (situation(StepTrigger.NOT_CONFORMING), {"enforcement": 1}, [2]),
        (situation(RECURRED), {}, [4]),
        (situation(RECURRED, REFUSED), {}, [4]),
        (situation(REFUSED), {"enforcement": 2}, []),
        (situation(REFUSED), {"enforcement": 4}, []),
        (situation(), {"enforcement": 1}, []),
    ],
)
def test_the_heaviest_step_that_is_meant(stands: Situation, climbed: dict[str, int], numbers: list[int]) -> None:
    assert [rung.no for rung in proposed([ENFORCEMENT], stands, climbed)] == numbers


@pytest.mark.parametrize(
    ("stands", "meant"),
    [
        (situation(item=4, kind="outside", checklist="farm"), True),
        (situation(item=3, kind="outside", checklist="farm"), False),
        (situation(item=4, kind="prohibited", checklist="farm"), False),
        (situation(item=4, kind="outside", checklist="other"), False),
    ],
)
def test_a_step_for_some_items_of_one_list(stands: Situation, meant: bool) -> None:
    assert bool(proposed([EAR_TAGS], stands, {})) is meant


def test_each_ladder_proposes_for_itself_and_cites_its_own_article() -> None:
    stands = situation(REFUSED, item=4, kind="outside", checklist="farm")
    assert proposed([ENFORCEMENT, EAR_TAGS], stands, {"ear-tags": 0}) == [
        Rung("enforcement", 2, "依法查处", "32号 六（三）4", REFUSED, ()),
        Rung("ear-tags", 1, "不发放耳标", "81号 二（二）4", FOUND, ()),
    ]
