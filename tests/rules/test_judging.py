"""What was measured or chosen, judged by the plan's own bounds; what the plan does not settle is left to a person."""

from decimal import Decimal

import pytest

from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN
from models.campaign_plan import ItemKind, Ratio
from models.campaigns import ChecklistItem
from models.checks import Outcome
from models.judging import judge_typed, keep_item_rule, read_answer
from tests.campaign_files.folders import DATA

PASS, FAIL, ASK, NA = Outcome.PASS, Outcome.FAIL, Outcome.ASK, Outcome.NOT_APPLICABLE
ROOMS, FARMS = DATA / "mother-baby-rooms", DATA / "livestock-farms"


def item_of(folder: object, checklist: str, number: int) -> ChecklistItem:
    plan = read_campaign(folder, None)
    found = next(item for each in plan.checklists if each.code == checklist for item in each.items if item.no == number)
    kept = keep_item_rule(found)
    return ChecklistItem(number=found.no, name=found.name, kind=ItemKind(found.kind.value), rule=kept)


@pytest.fixture(scope="module")
def room_area() -> ChecklistItem:
    return item_of(ROOMS, "rooms", 26)


@pytest.mark.parametrize(
    ("tier", "words", "outcome"),
    [
        ("upgraded", "20", PASS),
        ("upgraded", "20.0 平方米", PASS),
        ("upgraded", "１９.９", FAIL),
        ("upgraded", "19,9", FAIL),
        ("upgraded", "1,200", PASS),
        ("basic", "10", PASS),
        ("basic", "11", ASK),
        ("basic", "约10平方", PASS),
        ("standard", "14.99", ASK),
        ("standard", "15", PASS),
        (None, "20", ASK),
        ("palace", "20", ASK),
    ],
)
def test_the_area_of_a_room(room_area: ChecklistItem, tier: str | None, words: str, outcome: Outcome) -> None:
    """P03 annex 2: 20m² at least for the upgraded; "about 10" and "about 15" have no printed tolerance (R40)."""
    assert judge_typed(room_area, tier, words, FAIL) == (outcome, "", words)


def test_a_verdict_in_words_stands(room_area: ChecklistItem) -> None:
    assert judge_typed(room_area, "upgraded", "合格", PASS) == (PASS, "", None)
    assert judge_typed(room_area, "upgraded", "不适用", NA) == (NA, "", None)
    assert judge_typed(room_area, "upgraded", "太小", FAIL) == (FAIL, "太小", None)


@pytest.mark.parametrize(
    ("tier", "words", "outcome"),
    [
        ("basic", "嵌入", PASS),
        ("standard", "嵌入", FAIL),
        ("upgraded", "独立", PASS),
        ("upgraded", " 独立 ", PASS),
        ("upgraded", "露天", FAIL),
    ],
)
def test_the_form_of_a_room(tier: str, words: str, outcome: Outcome) -> None:
    assert judge_typed(item_of(ROOMS, "rooms", 25), tier, words, FAIL) == (outcome, "", words.strip())


@pytest.mark.parametrize(("words", "outcome"), [("0", FAIL), ("0.5", PASS), ("-3", FAIL), ("20kg", PASS), ("70", PASS)])
def test_the_weight_of_pigs(words: str, outcome: Outcome) -> None:
    assert judge_typed(item_of(FARMS, "farm", 2), None, words, FAIL) == (outcome, "", words)


@pytest.mark.parametrize(
    ("words", "outcome"), [("自有土地消纳", PASS), ("第三方处理协议", PASS), ("没有去向", FAIL), ("不知道", FAIL)]
)
def test_where_the_manure_goes(words: str, outcome: Outcome) -> None:
    assert judge_typed(item_of(FARMS, "farm", 10), None, words, FAIL) == (outcome, "", words)


def test_a_ratio_whose_case_is_not_known_is_for_a_person() -> None:
    """P04 article 5(2): 3:2, or 2:1 where it is busy; which of the two applies nobody has typed."""
    ratio = item_of(CAMPAIGN, "acceptance", 6)
    assert judge_typed(ratio, None, "3:2", FAIL) == (ASK, "", "3:2")
    assert judge_typed(ratio, "一般地区", "3:2", FAIL) == (PASS, "", "3:2")
    assert judge_typed(ratio, "一般地区", "4：3", FAIL) == (FAIL, "", "4：3")
    assert judge_typed(ratio, "人流量较大地区", "3比2", FAIL) == (FAIL, "", "3比2")
    assert judge_typed(ratio, "人流量较大地区", "2/1", FAIL) == (PASS, "", "2/1")


@pytest.mark.parametrize(
    ("kind", "words", "answer"),
    [
        (ItemKind.NUMBER, "12.5 平方米", Decimal("12.5")),
        (ItemKind.NUMBER, "12,5", Decimal("12.5")),
        (ItemKind.NUMBER, "1,200 头", Decimal(1200)),
        (ItemKind.NUMBER, "1,200,000.5", Decimal("1200000.5")),
        (ItemKind.NUMBER, "-3", Decimal(-3)),
        (ItemKind.NUMBER, "１２", Decimal(12)),
        (ItemKind.NUMBER, "很大", None),
        (ItemKind.NUMBER, "", None),
        (ItemKind.RATIO, "3:2", Ratio(3, 2)),
        (ItemKind.RATIO, "女6男4 6 比 4", Ratio(6, 4)),
        (ItemKind.RATIO, "3:0", None),
        (ItemKind.RATIO, "3", None),
        (ItemKind.CHOICE, " 独立 ", "独立"),
    ],
)
def test_reading_an_answer(kind: ItemKind, words: str, answer: object) -> None:
    assert read_answer(kind, words) == answer


def test_a_free_line_is_no_fault() -> None:
    text = ChecklistItem(number=1, name="备注", kind=ItemKind.TEXT, rule={})
    assert judge_typed(text, None, "门口在修路", FAIL) == (PASS, "门口在修路", None)


def test_an_item_without_a_rule_says_what_was_said() -> None:
    bare = ChecklistItem(number=1, name="面积", kind=ItemKind.NUMBER, rule={})
    assert judge_typed(bare, None, "12", FAIL) == (FAIL, "12", None)
