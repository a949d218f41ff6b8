"""Whether a figure, a ratio or a share lies within what a plan prints."""

import operator
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from models.campaign_plan import Bounds, Comparison, Ratio


class Verdict(StrEnum):
    """ASK: the plan does not settle it, so a person must (an "about" without a tolerance, a band that is missing)."""

    PASSES = "passes"
    FAILS = "fails"
    ASK = "ask"


COMPARE: dict[Comparison, Callable[[Decimal, Decimal], bool]] = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.MORE_THAN: operator.gt,
    Comparison.AT_MOST: operator.le,
    Comparison.LESS_THAN: operator.lt,
    Comparison.EQUAL: operator.eq,
}


def compares(value: Decimal, comparison: Comparison, figure: Decimal) -> bool:
    """`value comparison figure`: 以上 and 以下 include the figure, 超过 and 不足 do not (K1; R9: ≥ 90 %, > 70 %)."""
    return COMPARE[comparison](value, figure)


def within(value: Decimal, bounds: Bounds) -> Verdict:
    """A measured figure against its limits, in the item's own unit (P03 annex 2: 20m2以上; K1).

    Exactly the "about" figure passes; any other is for a person to judge, as P03 prints no tolerance for 10m2左右.
    """
    limits = (
        (bounds.at_least, operator.ge),
        (bounds.more_than, operator.gt),
        (bounds.at_most, operator.le),
        (bounds.less_than, operator.lt),
    )
    if any(limit is not None and not holds(value, limit) for limit, holds in limits):
        return Verdict.FAILS
    if bounds.about is not None and value != bounds.about:
        return Verdict.ASK
    return Verdict.PASSES


def reaches(counted: Ratio, least: Ratio) -> bool:
    """Whether first:second is at least the printed ratio (P04 article 5(2): women to men 3:2, or 2:1 where busy)."""
    return counted.first * least.second >= least.first * counted.second
