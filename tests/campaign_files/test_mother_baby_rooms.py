"""Annex 2 of 清新府办〔2018〕23号: mandatory, optional and not required by tier, bounds by tier, an exemption."""

from collections import Counter
from decimal import Decimal

import pytest

from bot.campaign_files import read_campaign
from models.campaign_plan import CampaignPlan, ItemPlan, Requirement
from models.rules.bounds import Verdict
from models.rules.tiers import Answer, TierFit, asked, exempted, fit, judge, meets, standard_for, tiers_reached
from tests.campaign_files.folders import DATA

TIERS = ("basic", "standard", "upgraded")
EQUIPMENT = 24


@pytest.fixture(scope="module")
def plan() -> CampaignPlan:
    return read_campaign(DATA / "mother-baby-rooms")


@pytest.fixture(scope="module")
def items(plan: CampaignPlan) -> tuple[ItemPlan, ...]:
    return plan.checklists[0].items


def has_all_mandatory(items: tuple[ItemPlan, ...], tier: str, area: int) -> dict[int, Answer]:
    """A room with exactly what the tier demands."""
    answers: dict[int, Answer] = {25: "独立", 26: Decimal(area)}
    for item in items[:EQUIPMENT]:
        standard = standard_for(item.standards, tier)
        assert standard is not None
        answers[item.no] = standard.requirement is Requirement.MANDATORY
    return answers


@pytest.mark.parametrize(
    ("tier", "mandatory", "optional", "not_required"),
    [("basic", 9, 3, 12), ("standard", 13, 5, 6), ("upgraded", 20, 3, 1)],
)
def test_counts_of_the_printed_table(
    items: tuple[ItemPlan, ...], tier: str, mandatory: int, optional: int, not_required: int
) -> None:
    standards = [standard_for(item.standards, tier) for item in items[:EQUIPMENT]]
    assert Counter(standard.requirement for standard in standards if standard) == {
        Requirement.MANDATORY: mandatory,
        Requirement.OPTIONAL: optional,
        Requirement.NOT_REQUIRED: not_required,
    }
    assert len(asked(items, tier)) == mandatory + optional + 2


def test_the_body_and_the_annex_name_one_tier_differently(plan: CampaignPlan) -> None:
    assert [site.tier for site in plan.sites] == ["upgraded", "standard", "basic"]
    assert plan.sites[1].area == "三坑镇"


def test_a_room_reaches_its_own_tier(items: tuple[ItemPlan, ...]) -> None:
    assert fit(items, "basic", has_all_mandatory(items, "basic", 10)).reached
    assert fit(items, "standard", has_all_mandatory(items, "standard", 15)).reached
    assert fit(items, "upgraded", has_all_mandatory(items, "upgraded", 20)).reached


def test_the_higher_tier_does_not_contain_the_basic_one(items: tuple[ItemPlan, ...]) -> None:
    room = has_all_mandatory(items, "upgraded", 20)
    assert tiers_reached(items, TIERS, room) == ("upgraded",)
    assert fit(items, "basic", room) == TierFit("basic", failed=(10,), unanswered=(), to_judge=(26,))


def test_optional_and_absent_is_no_fail_and_missing_is_no_pass(items: tuple[ItemPlan, ...]) -> None:
    warmer = items[4]
    optional = standard_for(warmer.standards, "standard")
    assert optional is not None
    assert judge(optional, None) is None
    assert judge(optional, False) is None
    room = has_all_mandatory(items, "standard", 15)
    del room[14]
    assert fit(items, "standard", room) == TierFit("standard", failed=(), unanswered=(14,), to_judge=())


@pytest.mark.parametrize(
    ("tier", "area", "verdict"),
    [
        ("basic", "10", Verdict.PASSES),
        ("basic", "9", Verdict.ASK),
        ("standard", "15.5", Verdict.ASK),
        ("upgraded", "20", Verdict.PASSES),
        ("upgraded", "19.9", Verdict.FAILS),
        ("upgraded", "35", Verdict.PASSES),
    ],
)
def test_area_by_tier(items: tuple[ItemPlan, ...], tier: str, area: str, verdict: Verdict) -> None:
    standard = standard_for(items[25].standards, tier)
    assert standard is not None
    assert meets(standard, Decimal(area)) is verdict


def test_embedded_is_enough_for_the_basic_tier_only(items: tuple[ItemPlan, ...]) -> None:
    verdicts = [meets(standard, "嵌入") for tier in TIERS if (standard := standard_for(items[24].standards, tier))]
    assert verdicts == [Verdict.PASSES, Verdict.FAILS, Verdict.FAILS]


def test_special_public_places_are_free_of_the_area_limit(plan: CampaignPlan) -> None:
    (exemption,) = plan.exemptions
    assert (exemption.checklist, exemption.items, exemption.kinds) == ("rooms", (26,), ("special",))
    assert exemption.source.article == "附件2 备注③"
    assert exempted(plan.exemptions, "rooms", 26, "special", "太和镇", "M03") is exemption
    assert exempted(plan.exemptions, "rooms", 25, "special", "太和镇", "M03") is None
    assert exempted(plan.exemptions, "rooms", 26, "key", "太和镇", "M01") is None
