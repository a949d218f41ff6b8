"""By when something must be put right: from the plan if it says so, otherwise asked of a person, never invented."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from models.campaign_plan import BandPlan, DeadlinePlan, PlanDate, Severity
from models.rules.bounds import Verdict, within

ONE_DAY = timedelta(days=1)


class Question(StrEnum):
    """Why a person must set the limit."""

    NO_RULE = "no_rule"
    SEVERAL_RULES = "several_rules"
    CONDITION = "condition"
    NOT_MEASURED = "not_measured"
    IN_NO_BAND = "in_no_band"
    IN_TWO_BANDS = "in_two_bands"
    FLAGGED_DATE = "flagged_date"
    WORKING_DAYS_UNKNOWN = "working_days_unknown"
    PASSED = "passed"


@dataclass(frozen=True)
class Due:
    """A limit the plan gives; `band` is the class of the measured value, when there are classes."""

    on: date
    rule: DeadlinePlan
    band: BandPlan | None = None


@dataclass(frozen=True)
class Ask:
    """The plan does not settle it. `bands` and `suggested` help whoever is asked, but choose nothing."""

    question: Question
    rules: tuple[DeadlinePlan, ...] = ()
    bands: tuple[BandPlan, ...] = ()
    suggested: date | None = None


Limit: TypeAlias = Due | Ask


def days_after(start: date, days: int) -> date:
    """Calendar days; the starting day is not counted (K3). Negative days lie before it."""
    return start + timedelta(days=days)


def working_days_after(start: date, days: int, is_working_day: Callable[[date], bool]) -> date:
    """The last of `days` working days after `start` (K3: only where the plan writes 工作日)."""
    if days < 1:
        raise ValueError(f"working days are counted from 1 up, not {days}")
    day = start
    while days:
        day += ONE_DAY
        days -= is_working_day(day)
    return day


def band_of(value: Decimal, bands: Iterable[BandPlan]) -> tuple[BandPlan, ...]:
    """Every band the value lies in. P13 article 2(2): 20–21 kg lies in none, exactly 70 kg in two (A8)."""
    return tuple(band for band in bands if within(value, band.bounds) is Verdict.PASSES)


def applies(rule: DeadlinePlan, checklist: str, item: int, kind: str, severity: Severity) -> bool:
    """Whether a printed limit is meant for this finding; an empty list in the rule restricts nothing."""
    if rule.checklist is not None and rule.checklist != checklist:
        return False
    meant = (not rule.items or item in rule.items, not rule.kinds or kind in rule.kinds)
    return all(meant) and (not rule.severities or severity in rule.severities)


def limit(
    rules: tuple[DeadlinePlan, ...],
    start: date,
    measured: Decimal | None = None,
    is_working_day: Callable[[date], bool] | None = None,
) -> Limit:
    """The limit by the rules that apply, counted from `start` (R14, R40).

    `start` is the local day named by the rule's `counted_from`; `measured` is in the rule's own unit.
    """
    if not rules:
        return Ask(Question.NO_RULE)
    if len(rules) > 1:
        return Ask(Question.SEVERAL_RULES, rules)
    rule = rules[0]
    if rule.condition:
        return Ask(Question.CONDITION, rules, rule.bands, _reckoned(rule, start))
    return settled(rule, start, measured, is_working_day)


def settled(
    rule: DeadlinePlan,
    start: date,
    measured: Decimal | None = None,
    is_working_day: Callable[[date], bool] | None = None,
) -> Limit:
    """The limit by one rule whose printed condition, if any, a person has found to hold."""
    if rule.bands:
        return _by_band(rule, start, measured)
    if rule.on is not None:
        return _by_date(rule, rule.on)
    if rule.days is not None:
        return Due(days_after(start, rule.days), rule)
    if rule.working_days is None or is_working_day is None:
        return Ask(Question.WORKING_DAYS_UNKNOWN, (rule,))
    return Due(working_days_after(start, rule.working_days, is_working_day), rule)


def _reckoned(rule: DeadlinePlan, start: date) -> date | None:
    if rule.on is not None:
        return rule.on.working_day
    return days_after(start, rule.days) if rule.days is not None else None


def _by_date(rule: DeadlinePlan, on: PlanDate) -> Limit:
    if on.day is None:
        return Ask(Question.FLAGGED_DATE, (rule,), suggested=on.suggested)
    return Due(on.day, rule)


def _by_band(rule: DeadlinePlan, start: date, measured: Decimal | None) -> Limit:
    if measured is None:
        return Ask(Question.NOT_MEASURED, (rule,), rule.bands)
    bands = band_of(measured, rule.bands)
    if len(bands) == 1:
        return Due(days_after(start, bands[0].days), rule, bands[0])
    question = Question.IN_TWO_BANDS if bands else Question.IN_NO_BAND
    return Ask(question, (rule,), bands or rule.bands)
