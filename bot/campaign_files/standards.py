"""What an item must meet, written once for all sites or as a small table by tier or another case.

at_least = 20                                   one figure for all
at_least = { "标准版" = 15, "升级版" = 20 }      one figure for each tier
requirement = ["●", "○", "—"]                   one word for each tier, in the order of the checklist's tiers
"""

import re
from decimal import Decimal
from typing import Any

from bot.campaign_files.errors import nearest
from bot.campaign_files.names import Names
from bot.campaign_files.table import Table
from models.campaign_plan import Bounds, ItemKind, Ratio, Requirement, Standard

LIMITS = ("at_least", "more_than", "at_most", "less_than", "about")
RATIO = re.compile(r"\s*(\d{1,6})\s*[:：∶/]\s*(\d{1,6})\s*")
KEYS_OF_KIND = {
    ItemKind.YES_NO: (),
    ItemKind.TEXT: (),
    ItemKind.NUMBER: LIMITS,
    ItemKind.RATIO: ("at_least",),
    ItemKind.CHOICE: ("acceptable",),
}

Cases = dict[str | None, Any]


def read_standards(
    row: Table, kind: ItemKind, options: tuple[str, ...], tiers: Names | None, expected: tuple[str, ...]
) -> tuple[Standard, ...]:
    """`tiers` is None when the item varies by something else than the tier; `expected` are the tiers it is asked of."""
    written = {key: _cases(row, key, tiers, expected) for key in ("requirement", "acceptable", *LIMITS) if row.has(key)}
    for key in written:
        if key != "requirement" and key not in KEYS_OF_KIND[kind]:
            row.refuse("key_not_for_kind", key, key=key, kind=kind.value)
            return ()
    if kind is ItemKind.RATIO and "at_least" not in written:
        row.refuse("key_missing", "at_least", key="at_least")
    cases = dict.fromkeys(case for values in written.values() for case in values) or {None: None}
    if len(cases) > 1:
        cases.pop(None, None)
    if tiers is not None:
        _check_complete(row, written, expected)
    return tuple(_standard(row, kind, options, case, written) for case in cases)


def _cases(row: Table, key: str, tiers: Names | None, expected: tuple[str, ...]) -> Cases:
    value = row.values[key]
    if key == "requirement" and isinstance(value, list) and tiers is not None:
        if len(value) != len(expected):
            row.refuse("case_count", key, count=str(len(value)), tiers=str(len(expected)))
        return dict(zip(expected, value, strict=False))
    if not isinstance(value, dict):
        return {None: value}
    if tiers is None:
        return dict(value)
    return {tier: value[word] for word in value if (tier := row.as_reference(key, word, tiers)) is not None}


def _check_complete(row: Table, written: dict[str, Cases], expected: tuple[str, ...]) -> None:
    """A requirement given for some tiers only leaves open what the others must have."""
    requirement = written.get("requirement", {None: None})
    missing = [tier for tier in expected if tier not in requirement]
    if None not in requirement and missing:
        row.refuse("case_missing", "requirement", value=missing[0])


def _standard(
    row: Table, kind: ItemKind, options: tuple[str, ...], case: str | None, written: dict[str, Cases]
) -> Standard:
    given = {key: value for key, cases in written.items() if (value := cases.get(case, cases.get(None))) is not None}
    requirement = Requirement.MANDATORY
    if "requirement" in given:
        requirement = row.as_word("requirement", given["requirement"], Requirement) or requirement
    if kind is ItemKind.RATIO:
        return Standard(case, requirement, least_ratio=_ratio(row, "at_least", given.get("at_least")))
    if kind is ItemKind.CHOICE:
        return Standard(case, requirement, acceptable=_acceptable(row, options, given.get("acceptable", list(options))))
    return Standard(case, requirement, bounds=read_bounds(row, given) if kind is ItemKind.NUMBER else None)


def read_bounds(row: Table, given: dict[str, Any]) -> Bounds | None:
    """None when no limit is written. A lower limit above the upper one can never be met and is refused."""
    limits: dict[str, Decimal] = {}
    for key in LIMITS:
        value = row.as_number(key, given[key]) if key in given else None
        if value is not None:
            limits[key] = value
    lower = max((limits[key] for key in ("at_least", "more_than") if key in limits), default=None)
    upper = min((limits[key] for key in ("at_most", "less_than") if key in limits), default=None)
    if lower is not None and upper is not None and lower > upper:
        row.refuse(
            "bounds_reversed", "at_least" if "at_least" in limits else "more_than", least=str(lower), most=str(upper)
        )
    return Bounds(**limits) if limits else None


def _ratio(row: Table, key: str, value: object) -> Ratio | None:
    found = RATIO.fullmatch(value) if isinstance(value, str) else None
    if found is None or not int(found[1]) or not int(found[2]):
        if value is not None:
            row.refuse("ratio_wrong", key, value=str(value))
        return None
    return Ratio(int(found[1]), int(found[2]))


def _acceptable(row: Table, options: tuple[str, ...], value: object) -> tuple[str, ...]:
    wanted = value if isinstance(value, list) else [value]
    for word in wanted:
        if word not in options:
            row.refuse("option_unknown", "acceptable", nearest(str(word), options), options, value=str(word))
    return tuple(str(word) for word in wanted)
