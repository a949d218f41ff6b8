"""Judging what was measured or chosen at a site by the item's own rule, as the campaign file gives it."""

import re
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from models.campaign_plan import ItemKind, ItemPlan, Ratio, Standard
from models.campaigns import ChecklistItem
from models.checks import Outcome
from models.rules.bounds import Verdict
from models.rules.tiers import Answer, judge, standard_for

_OUTCOMES = {Verdict.PASSES: Outcome.PASS, Verdict.FAILS: Outcome.FAIL, Verdict.ASK: Outcome.ASK}


@cache
def _plans() -> TypeAdapter[ItemPlan]:
    return TypeAdapter(ItemPlan)  # takes a while, so not before it is needed


def keep_item_rule(plan: ItemPlan) -> dict[str, Any]:
    """What a checklist item keeps of its plan in `rule`."""
    kept: dict[str, Any] = _plans().dump_python(plan, mode="json")
    return kept


def item_plan(item: ChecklistItem) -> ItemPlan | None:
    return _plans().validate_python(item.rule) if item.rule else None


def read_answer(kind: ItemKind, words: str) -> Answer | None:
    """`12.5 平方米` → 12.5, `1,200 头` → 1200, `3:2` → a ratio; None when it is no figure where one is asked."""
    if kind is ItemKind.NUMBER:
        found = re.search(r"[-+]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)", words)
        if found is None:
            return None
        in_thousands = re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", found[0])
        return Decimal(found[0].replace(",", "" if in_thousands else "."))
    if kind is ItemKind.RATIO:
        pair = re.search(r"(\d+)\s*[:：/比]\s*(\d+)", words)
        return Ratio(int(pair[1]), int(pair[2])) if pair and int(pair[2]) else None
    return words.strip()


def _standard(plan: ItemPlan, tier: str | None) -> Standard | None:
    return standard_for(plan.standards, tier)


def judge_typed(item: ChecklistItem, tier: str | None, words: str, said: Outcome) -> tuple[Outcome, str, str | None]:
    """Outcome, note and value of what was typed. A verdict in words stands; a figure is judged; what the plan does not
    settle (in no band, no printed tolerance) is kept as ASK for a person, never chosen (R40)."""
    plan = item_plan(item)
    answer = read_answer(item.kind, words) if plan is not None else None
    if plan is None or answer is None or item.kind is ItemKind.TEXT:
        outcome = Outcome.PASS if item.kind is ItemKind.TEXT and said is Outcome.FAIL else said
        return outcome, words if said is Outcome.FAIL else "", None
    if said is not Outcome.FAIL:
        return said, "", None
    standard = _standard(plan, tier)
    verdict = judge(standard, answer) if standard is not None else Verdict.ASK
    return (_OUTCOMES[verdict] if verdict is not None else Outcome.NOT_APPLICABLE), "", words.strip()
