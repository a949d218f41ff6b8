"""Time limits and months as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.deadlines import LONGEST_DAYS, read_deadline
from handlers.exports import read_month

TODAY = date(2018, 8, 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", date(2018, 8, 16)),
        ("10天", date(2018, 8, 16)),
        ("10 天", date(2018, 8, 16)),
        ("１０天", date(2018, 8, 16)),
        ("两天", date(2018, 8, 8)),
        ("十五日内", date(2018, 8, 21)),
        ("7 days", date(2018, 8, 13)),
        ("8月20日", date(2018, 8, 20)),
        ("8月20日前", date(2018, 8, 20)),
        ("8-20", date(2018, 8, 20)),
        ("8/20", date(2018, 8, 20)),
        ("2018-08-20", date(2018, 8, 20)),
        ("2018年8月20日", date(2018, 8, 20)),
        ("月底", date(2018, 8, 31)),
        ("本月底", date(2018, 8, 31)),
        ("8月6日", TODAY),
        ("1月15日", date(2019, 1, 15)),
        ("730", TODAY + timedelta(days=730)),
    ],
)
def test_a_deadline(text: str, expected: date) -> None:
    assert read_deadline(text, TODAY) == expected


@pytest.mark.parametrize(
    "text",
    ["", "0", "-3天", "731", "99999999999999999999", "2月30日", "13月1日", "2018-08-05", "2017-08-20", "2021-01-01",
     "3 有烟蒂", "3,7 不合格", "体育馆公厕", "尽快", "8月", "天"],
)  # fmt: skip
def test_no_deadline(text: str) -> None:
    assert read_deadline(text, TODAY) is None


def test_the_29th_of_february_is_next_year_only_where_there_is_one() -> None:
    assert read_deadline("2月29日", date(2019, 8, 6)) == date(2020, 2, 29)
    assert read_deadline("2月29日", date(2020, 1, 6)) == date(2020, 2, 29)
    assert read_deadline("2月29日", date(2018, 8, 6)) is None


def test_the_end_of_december() -> None:
    assert read_deadline("月底", date(2018, 12, 31)) == date(2018, 12, 31)


@given(st.text(max_size=20), st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_a_deadline_never_lies_in_the_past_or_far_away(text: str, today: date) -> None:
    on = read_deadline(text, today)
    assert on is None or today <= on <= today + timedelta(days=LONGEST_DAYS)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("厕所 8月", date(2018, 8, 1), date(2018, 8, 31)),
        ("八月", date(2018, 8, 1), date(2018, 8, 31)),
        ("8月份", date(2018, 8, 1), date(2018, 8, 31)),
        ("2018-08", date(2018, 8, 1), date(2018, 8, 31)),
        ("2018年2月", date(2018, 2, 1), date(2018, 2, 28)),
        ("2020/02", date(2020, 2, 1), date(2020, 2, 29)),
        ("本月", date(2018, 8, 1), date(2018, 8, 31)),
        ("this month", date(2018, 8, 1), date(2018, 8, 31)),
        ("上月", date(2018, 7, 1), date(2018, 7, 31)),
        ("上个月", date(2018, 7, 1), date(2018, 7, 31)),
        ("12月", date(2017, 12, 1), date(2017, 12, 31)),
        ("十二月", date(2017, 12, 1), date(2017, 12, 31)),
    ],
)
def test_a_month(text: str, first: date, last: date) -> None:
    assert read_month(text, TODAY) == (first, last)


@pytest.mark.parametrize("text", ["", "厕所", "13月", "0月", "2018-13", "月"])
def test_no_month(text: str) -> None:
    assert read_month(text, TODAY) is None


def test_last_month_in_january() -> None:
    assert read_month("上月", date(2019, 1, 3)) == (date(2018, 12, 1), date(2018, 12, 31))


@given(st.text(max_size=20), st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_a_month_is_whole(text: str, today: date) -> None:
    span = read_month(text, today)
    assert span is None or (span[0].day == 1 and (span[1] + timedelta(days=1)).day == 1)
