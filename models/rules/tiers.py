"""What a checklist item asks of a site of a given tier or case, and which tiers a site reaches (R6, R27)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from models.campaign_plan import TIER, ExemptionPlan, ItemPlan, Ratio, Requirement, Standard
from models.rules.bounds import Verdict, reaches, within

Answer: TypeAlias = bool | Decimal | Ratio | str


@dataclass(frozen=True)
class TierFit:
    """How a site stands against one tier: numbers of items that fail, that lack an answer, that a person must judge."""

    tier: str
    failed: tuple[int, ...]
    unanswered: tuple[int, ...]
    to_judge: tuple[int, ...]

    @property
    def reached(self) -> bool:
        return not (self.failed or self.unanswered or self.to_judge)


def standard_for(standards: Sequence[Standard], case: str | None) -> Standard | None:
    """The standard of a case, or the one for every other case; None: the case must first be asked for."""
    for standard in standards:
        if standard.case == case:
            return standard
    return next((standard for standard in standards if standard.case is None), None)


def meets(standard: Standard, answer: Answer) -> Verdict:
    """One answer against one standard. An answer of the wrong shape is for a person, never a silent fail."""
    if isinstance(answer, bool):
        return Verdict.PASSES if answer else Verdict.FAILS
    if isinstance(answer, Decimal):
        return within(answer, standard.bounds) if standard.bounds else Verdict.ASK
    if isinstance(answer, Ratio):
        if standard.least_ratio is None:
            return Verdict.ASK
        return Verdict.PASSES if reaches(answer, standard.least_ratio) else Verdict.FAILS
    if not standard.acceptable:
        return Verdict.ASK
    return Verdict.PASSES if answer in standard.acceptable else Verdict.FAILS


def judge(standard: Standard, answer: Answer | None) -> Verdict | None:
    """None: nothing to hold against the site, as the item is not required, or optional and absent (P03 annex 2: ○ —).

    An optional item that is there is judged like any other; not applicable never counts as a fail (R6).
    """
    if standard.requirement is Requirement.NOT_REQUIRED:
        return None
    if standard.requirement is Requirement.OPTIONAL and (answer is None or answer is False):
        return None
    return meets(standard, answer) if answer is not None else Verdict.ASK


def asked(items: Iterable[ItemPlan], tier: str | None) -> tuple[ItemPlan, ...]:
    """The items to look at on a site of this tier: mandatory and optional ones, in the checklist's order."""
    return tuple(item for item in items if not _left_out(item, tier))


def _left_out(item: ItemPlan, tier: str | None) -> bool:
    standard = standard_for(item.standards, tier) if item.varies_by == TIER else None
    return standard is not None and standard.requirement is Requirement.NOT_REQUIRED


def fit(items: Iterable[ItemPlan], tier: str, answers: Mapping[int, Answer]) -> TierFit:
    """How answers by item number stand against a tier (P03 annex 2). Items that vary by something else are left out."""
    found: dict[str, list[int]] = {"failed": [], "unanswered": [], "to_judge": []}
    for item in items:
        standard = standard_for(item.standards, tier) if item.varies_by == TIER else None
        if standard is None:
            continue
        answer = answers.get(item.no)
        verdict = judge(standard, answer)
        if verdict is Verdict.FAILS:
            found["failed"].append(item.no)
        elif verdict is Verdict.ASK:
            found["unanswered" if answer is None else "to_judge"].append(item.no)
    return TierFit(tier, *(tuple(numbers) for numbers in found.values()))


def tiers_reached(items: Sequence[ItemPlan], tiers: Sequence[str], answers: Mapping[int, Answer]) -> tuple[str, ...]:
    """The tiers a site reaches. P03's are no ladder: the basic one demands an exhaust fan, the higher ones do not."""
    return tuple(tier for tier in tiers if fit(items, tier, answers).reached)


def exempted(
    exemptions: Iterable[ExemptionPlan], checklist: str, item: int, kind: str, area: str, site: str
) -> ExemptionPlan | None:
    """The printed exception that frees a site from an item (R39; P03 annex 2, note 3: special public places, area).

    An exception names items of one checklist; what it does not name of kinds, areas and sites it does not restrict.
    """
    for exemption in exemptions:
        meant = ((exemption.kinds, kind), (exemption.areas, area), (exemption.sites, site))
        of_item = exemption.checklist == checklist and item in exemption.items
        if of_item and all(not named or value in named for named, value in meant):
            return exemption
    return None
