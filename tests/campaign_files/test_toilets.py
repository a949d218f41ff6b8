"""The shipped campaign says what the two documents print."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from bot.campaign_files import notice_text, read_campaign
from models.campaign_plan import (
    AreaKind,
    CampaignPlan,
    Comparison,
    DefinedBy,
    ItemKind,
    Requirement,
    UnitRole,
)
from models.rules.bounds import Verdict
from models.rules.tiers import judge, standard_for
from tests.campaign_files.folders import TOILETS

APRIL, JULY = "清新府办〔2018〕24号", "清新府办〔2018〕40号"


@pytest.fixture(scope="module")
def plan() -> CampaignPlan:
    return read_campaign(TOILETS)


def test_documents_and_phases_keep_both_versions(plan: CampaignPlan) -> None:
    assert [(document.number, document.issued.day) for document in plan.documents] == [
        (APRIL, date(2018, 4, 26)),
        (JULY, date(2018, 7, 19)),
    ]
    assert plan.document(JULY).amends == (APRIL,)
    assert [(phase.name, phase.ends.day, phase.superseded_by) for phase in plan.phases] == [
        ("前期阶段", date(2018, 4, 30), JULY),
        ("实施阶段", date(2018, 11, 30), JULY),
        ("验收阶段", date(2018, 12, 31), JULY),
        ("前期阶段", date(2018, 7, 31), None),
        ("实施阶段", date(2018, 10, 31), None),
        ("验收阶段", None, None),
    ]


def test_the_impossible_date_is_kept_as_printed_and_flagged(plan: CampaignPlan) -> None:
    ends = plan.phases[-1].ends
    assert (ends.flagged, ends.printed, ends.suggested) == (True, "2018年11月31日前", date(2018, 11, 30))
    assert [notice.code for notice in plan.notices] == ["date_flagged"]
    line = plan.notices[0].line
    assert 'ends = "2018-11-31"' in (TOILETS / "campaign.toml").read_text(encoding="utf-8").splitlines()[line - 1]
    assert notice_text(plan.notices[0]) == (
        f"campaign.toml 第 {line} 行：日历上没有「2018年11月31日前」这一天，已照原文保留。"
        "建议按 2018-11-30 办理，请管理员确认。"
    )


def test_thirty_two_sites(plan: CampaignPlan) -> None:
    assert Counter(site.kind for site in plan.sites) == {"city": 14, "town": 12, "tourism": 6}
    assert Counter(site.area for site in plan.sites if site.kind == "town") == {
        "山塘镇": 1, "太平镇": 2, "三坑镇": 2, "龙颈镇": 4, "禾云镇": 1, "浸潭镇": 1, "石潭镇": 1,
    }  # fmt: skip
    assert {site.area for site in plan.sites if site.kind == "city"} == {"太和镇"}
    assert not any(site.position for site in plan.sites)


def test_city_modes_classes_and_plans(plan: CampaignPlan) -> None:
    city = [site for site in plan.sites if site.kind == "city"]
    assert Counter(site.mode for site in city) == {"改扩建": 1, "改建": 5, "改造": 7, "扩建": 1}
    assert [site.site_class for site in city] == ["一类"] * 3 + ["二类"] * 4 + [""] * 7
    assert [site.code for site in city if "第三卫生间" in site.plan] == ["C01", "C02", "C03", "C09"]
    assert [site.code for site in city if "母婴室" in site.plan] == ["C01", "C02", "C03"]


def test_grants(plan: CampaignPlan) -> None:
    towns = [site for site in plan.sites if site.kind == "town"]
    tourism = [site for site in plan.sites if site.kind == "tourism"]
    by_town: Counter[str] = Counter()
    for site in towns:
        by_town[site.area] += site.grant_yuan or 0
    assert by_town == {
        "山塘镇": 250_000, "太平镇": 500_000, "三坑镇": 600_000, "龙颈镇": 1_000_000,
        "禾云镇": 250_000, "浸潭镇": 250_000, "石潭镇": 250_000,
    }  # fmt: skip
    assert [(site.name, site.grade, site.grant_yuan) for site in towns if site.area == "三坑镇"] == [
        ("镇标公园公厕", "3A", 350_000),
        ("运动公园公厕", "2A", 250_000),
    ]
    assert all(
        site.attributes["奖补说明"].startswith("推算") for site in towns if site.area in {"三坑镇", "太平镇", "龙颈镇"}
    )
    assert Counter(site.grade for site in towns) == {"2A": 11, "3A": 1}
    assert {(site.area_m2, site.grant_yuan) for site in tourism} == {(Decimal(60), 300_000)}
    assert Counter(site.mode for site in tourism) == {"新建": 2, "改扩建": 4}
    assert [site.area for site in tourism] == ["清新区", "清新区", "禾云镇", "清新区", "清新区", "浸潭镇"]


def test_daily_checklist_as_printed(plan: CampaignPlan) -> None:
    daily = plan.checklists[0]
    assert (daily.defined_by, daily.source.document, daily.source.article) == (DefinedBy.PRINTED, APRIL, "五（三）")
    assert [(item.no, item.group, item.name, item.label) for item in daily.items] == [
        (1, "六无", "无溢流", "溢流"),
        (2, "六无", "无积便", "积便"),
        (3, "六无", "无烟蒂", "烟蒂"),
        (4, "六无", "无杂物", "杂物"),
        (5, "六无", "无蚊虫", "蚊虫"),
        (6, "六无", "无臭味", "臭味"),
        (7, "四净", "地面净", "地面"),
        (8, "四净", "墙壁净", "墙壁"),
        (9, "四净", "厕位净", "厕位"),
        (10, "四净", "周边净", "周边"),
        (11, "两通", "水通", "水"),
        (12, "两通", "电通", "电"),
        (13, "一明", "灯明", "灯"),
    ]
    assert {item.kind for item in daily.items} == {ItemKind.YES_NO}
    assert len(daily.guidance) == 3


def test_acceptance_checklist_is_derived_and_carries_the_ratio(plan: CampaignPlan) -> None:
    acceptance = plan.checklists[1]
    assert (acceptance.defined_by, len(acceptance.items)) == (DefinedBy.DERIVED, 18)
    ratio = acceptance.items[5]
    assert [(standard.case, str(standard.least_ratio)) for standard in ratio.standards] == [
        ("一般地区", "3:2"),
        ("人流量较大地区", "2:1"),
    ]
    assert standard_for(ratio.standards, None) is None
    grade = acceptance.items[0]
    assert judge(grade.standards[0], "二类") is Verdict.PASSES
    assert judge(grade.standards[0], "二类以下") is Verdict.FAILS
    optional = [item.no for item in acceptance.items if item.standards[0].requirement is Requirement.OPTIONAL]
    assert optional == [2, 4, 5, 7, 15]


def test_targets_of_both_documents(plan: CampaignPlan) -> None:
    governing = {target.code: (target.comparison, target.value) for target in plan.targets if target.governs}
    assert governing["total"] == (Comparison.AT_LEAST, 20)
    assert [governing[code][1] for code in ("city", "towns", "tourism", "listed")] == [14, 12, 6, 32]
    assert governing["third-space"] == (Comparison.AT_LEAST, 2)
    assert [governing[f"money{part}"][1] for part in ("", "-city", "-towns", "-tourism")] == [1385, 895, 310, 180]
    superseded = {target.code: target.value for target in plan.targets if target.superseded_by == JULY}
    assert superseded == {
        "listed-april": 27,
        "city-april": 14,
        "towns-april": 7,
        "each-town-april": 1,
        "tourism-april": 6,
    }
    (exemption,) = plan.exemptions
    assert (exemption.areas, exemption.targets) == (("太和镇",), ("each-town",))


def test_who_leads_what(plan: CampaignPlan) -> None:
    leads = {task.code: [role.unit for role in task.roles if role.role is UnitRole.LEAD] for task in plan.tasks}
    assert leads["acceptance"] == ["区住房城乡建设局"]
    assert leads["town-toilets"] == ["区委农办"]
    assert leads["tourism-toilets"] == ["区旅游局"]
    carried_out = [role.unit for task in plan.tasks for role in task.roles if role.role is UnitRole.CARRY_OUT]
    assert "太和镇人民政府" not in carried_out


def test_responsible_units_and_prefixes(plan: CampaignPlan) -> None:
    responsible = {site.code: plan.responsible_unit(site) for site in plan.sites}
    assert (responsible["C05"], responsible["Z04"], responsible["L03"]) == (
        "区城市综合管理局",
        "三坑镇人民政府",
        "各旅游企业",
    )
    prefixes = {area.name: area.prefix for area in plan.areas if area.kind is AreaKind.TOWN}
    assert prefixes == {
        "太和镇": "TH", "山塘镇": "ST", "太平镇": "TP", "三坑镇": "SK",
        "龙颈镇": "LJ", "禾云镇": "HY", "浸潭镇": "JT", "石潭镇": "SHT",
    }  # fmt: skip


def test_nothing_is_invented_that_the_documents_do_not_print(plan: CampaignPlan) -> None:
    assert (plan.deadlines, plan.ladders) == ((), ())
    assert plan.office.cadence is not None
    assert plan.office.cadence.source is None


def test_demonstration_positions_say_that_they_are_invented() -> None:
    plan = read_campaign(TOILETS, positions="demo_positions.csv")
    assert {site.position.source for site in plan.sites if site.position} == {"invented for the demonstration"}
    assert all(site.position for site in plan.sites)
