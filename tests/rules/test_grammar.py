"""What inspectors type of items, and what only looks like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.grammar import Said, read_exceptions, says_all_fine, split_all_fine
from models.checks import Outcome
from models.naming import chinese_number

ITEMS = 13
FAIL, PASS, NA = Outcome.FAIL, Outcome.PASS, Outcome.NOT_APPLICABLE

Told = list[tuple[tuple[int, ...], Outcome, str]]


def told(text: str, items: int = ITEMS) -> Told | None:
    said = read_exceptions(text, items)
    return None if said is None else [(one.numbers, one.outcome, one.note) for one in said]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("３ 有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("3有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("3：有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("3. 有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("3) 有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("#3 有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("⑬ 灯坏", [((13,), FAIL, "灯坏")]),
        ("3,7 不合格", [((3, 7), FAIL, "")]),
        ("3、7、13 不合格", [((3, 7, 13), FAIL, "")]),
        ("3 7 13 不合格", [((3, 7, 13), FAIL, "")]),
        ("3和7有烟蒂", [((3, 7), FAIL, "有烟蒂")]),
        ("3,3 坏", [((3,), FAIL, "")]),
        ("第13项 灯坏", [((13,), FAIL, "灯坏")]),
        ("第13项灯坏", [((13,), FAIL, "灯坏")]),
        ("第十三项 灯坏", [((13,), FAIL, "灯坏")]),
        ("第3号灯坏", [((3,), FAIL, "灯坏")]),
        ("三 灯坏", [((3,), FAIL, "灯坏")]),
        ("13", [((13,), FAIL, "")]),
        ("3。", [((3,), FAIL, "")]),
        ("第三项", [((3,), FAIL, "")]),
        ("item 3 dirty", [((3,), FAIL, "dirty")]),
        ("3 no soap", [((3,), FAIL, "no soap")]),
        ("3 bad smell", [((3,), FAIL, "bad smell")]),
        ("3 个灯不亮", [((3,), FAIL, "个灯不亮")]),
        ("3 不合格，有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("3 x 有烟蒂", [((3,), FAIL, "有烟蒂")]),
        ("3 合格", [((3,), PASS, "")]),
        ("3 ok", [((3,), PASS, "")]),
        ("3 √", [((3,), PASS, "")]),
        ("3 都好", [((3,), PASS, "")]),
        ("3 合格，刚换过", [((3,), PASS, "刚换过")]),
        ("3 不适用", [((3,), NA, "")]),
        ("3 N/A", [((3,), NA, "")]),
        ("5 12", [((5,), FAIL, "12")]),
        ("5 12.5平方米", [((5,), FAIL, "12.5平方米")]),
        ("5 3:2", [((5,), FAIL, "3:2")]),
        ("3 有烟蒂\n7 水渍", [((3,), FAIL, "有烟蒂"), ((7,), FAIL, "水渍")]),
        ("3 有烟蒂；7 水渍", [((3,), FAIL, "有烟蒂"), ((7,), FAIL, "水渍")]),
        ("3 有烟蒂；地面湿", [((3,), FAIL, "有烟蒂；地面湿")]),
        ("3 有烟蒂\n地面湿", [((3,), FAIL, "有烟蒂 地面湿")]),
        ("\n3 有烟蒂\n\n7 合格\n", [((3,), FAIL, "有烟蒂"), ((7,), PASS, "")]),
        ("3 =1+1", [((3,), FAIL, "=1+1")]),
        ("3\u200b 有烟蒂", [((3,), FAIL, "\u200b 有烟蒂")]),
    ],
)
def test_an_exception(text: str, expected: Told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("8月6日", "8月6日下午", "2018-08-06", "8-20", "8/6", "8.6", "3:30", "３：３０", "3点半", "10天", "3.5"),
        *("5号公厕", "13号灯坏", "3楼灯坏", "3个灯坏", "3米", "3km", "3处积水", "十分干净", "一明两暗"),
        *("三坑", "三坑 公厕", "3-5 有烟蒂"),
        *("14 有烟蒂", "0 坏", "3,14 坏", "第二十项 坏", "有烟蒂", "进度", "", "   ", "\u200b", "。", "-3 坏"),
        *("地面湿\n3 有烟蒂", "3 合格\n地面湿"),
    ],
)  # fmt: skip
def test_what_is_no_exception(text: str) -> None:
    assert told(text) is None


def test_a_list_of_no_items_has_no_exceptions() -> None:
    assert told("3 有烟蒂", 0) is None


@pytest.mark.parametrize(
    "text",
    ["全部合格", "其余均合格", "其余 13 项均合格", "其余合格，提交", "都好", "全都没问题", "剩下的都合格",
     "均正常", "全部合格。", "全部合格✅", "all fine", "All OK", "the rest is fine", "everything ok"],
)  # fmt: skip
def test_all_fine(text: str) -> None:
    assert says_all_fine(text)
    assert split_all_fine(f"体育馆公厕 {text}") == ("体育馆公厕", True)
    assert split_all_fine(text) == ("", True)


@pytest.mark.parametrize(
    "text",
    [
        "合格",
        "没问题",
        "不全部合格",
        "全部不合格",
        "全部",
        "其余",
        "好",
        "all",
        "全部合格吗",
        "非全部合格",
        "不都好",
        "全部合格的公厕",
    ],
)
def test_not_all_fine(text: str) -> None:
    assert not says_all_fine(text)
    assert split_all_fine(f"体育馆公厕 {text}") == (f"体育馆公厕 {text}", False)


def test_exceptions_before_all_fine_keep_their_lines() -> None:
    assert split_all_fine("3 有烟蒂\n7 水渍\n其余合格") == ("3 有烟蒂\n7 水渍", True)
    assert split_all_fine("3 有烟蒂，其余均合格") == ("3 有烟蒂", True)
    assert split_all_fine("3 都好") == ("3 都好", False)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60) | st.text(alphabet="第项号条一二三十廿0123456789,，、:： \n;；.-不合格好x月日灯", max_size=20)
)
def test_nothing_typed_is_too_strange(text: str) -> None:
    said = read_exceptions(text, ITEMS)
    says_all_fine(text)
    rest, all_fine = split_all_fine(text)
    assert len(rest) <= len(text)
    for one in said or []:
        assert one.numbers
        assert all(1 <= number <= ITEMS for number in one.numbers)
        assert len(set(one.numbers)) == len(one.numbers)
        assert isinstance(one, Said)
    if all_fine:
        assert said is None or said[-1].outcome is not PASS or rest


@given(st.integers(1, ITEMS), st.sampled_from(["有烟蒂", "灯坏", "水渍很多", "dirty floor", "缺纸"]))
def test_every_way_to_write_a_number_is_the_same(number: int, note: str) -> None:
    wide = str(number).translate({ord("0") + n: ord("０") + n for n in range(10)})
    spelled = "".join(("十" if number >= 10 else "", "零一二三四五六七八九"[number % 10] if number % 10 else ""))
    assert chinese_number(spelled) == number
    for written in (str(number), wide, f"第{number}项", f"第{spelled}项", f"{number}.", f" {number}、"):
        assert told(f"{written} {note}") == [((number,), FAIL, note)], written
