"""越环委办〔2022〕17号: lists that a site sits on, whose names the plan leaves to the office; no limit of its own."""

import pytest

from bot.campaign_files import read_campaign
from models.campaign_plan import CampaignPlan
from tests.campaign_files.folders import ROOT


@pytest.fixture(scope="module")
def plan() -> CampaignPlan:
    return read_campaign(ROOT / "campaigns" / "yuexiu-premises-2022", "demo_positions.csv")


def test_the_three_batches_are_the_offices_words(plan: CampaignPlan) -> None:
    """The plan speaks of 三个一批 four times and never says which they are."""
    batches = [each for each in plan.lists if each.group == "三个一批"]
    assert [each.name for each in batches] == ["关停取缔", "整合搬迁", "升级改造"]
    assert {each.source for each in batches} == {None}


def test_the_key_supervision_list_is_the_plans(plan: CampaignPlan) -> None:
    (key,) = [each for each in plan.lists if each.is_key]
    assert (key.code, key.group, str(key.source)) == ("key", "", "越环委办〔2022〕17号 三（七）")


def test_no_limit_is_invented(plan: CampaignPlan) -> None:
    assert (plan.deadlines, plan.targets, plan.phases, plan.notices) == ((), (), (), ())
    assert plan.office.cadence is None


def test_each_street_answers_for_its_own(plan: CampaignPlan) -> None:
    assert {plan.responsible_unit(site) for site in plan.sites} == {"示例一街道办事处", "示例二街道办事处"}
