"""What a unit writes when it asks for more time: the day, and why."""

from datetime import date

import pytest

from handlers.requests import read_longer

FORMER, TODAY = date(2018, 8, 13), date(2018, 8, 6)


@pytest.mark.parametrize(
    ("line", "until", "reason"),
    [
        ("8月20日 等配件到货", date(2018, 8, 20), "等配件到货"),
        ("8月20日，等配件，货在路上", date(2018, 8, 20), "等配件，货在路上"),
        ("延期到8-20 等配件", date(2018, 8, 20), "等配件"),
        ("申请延期至 2018-08-20：等配件", date(2018, 8, 20), "等配件"),
        ("延期5天 线路要重拉", date(2018, 8, 18), "线路要重拉"),  # after the day that was set, not after today
        ("再给十天，等配件", date(2018, 8, 23), "等配件"),
        ("月底 等拨款", date(2018, 8, 31), "等拨款"),
        ("8月20日", date(2018, 8, 20), ""),
        ("5天", date(2018, 8, 18), ""),
        ("等灯具到货", None, ""),
        ("延期", None, ""),
        ("", None, ""),
        ("2018-08-20 parts are on their way", date(2018, 8, 20), "parts are on their way"),
        ("5 days, the wiring has to be done again", date(2018, 8, 18), "the wiring has to be done again"),
        ("0天 等", None, ""),
        ("999天 等", None, ""),
    ],
)
def test_a_day_and_a_reason_are_read_from_one_line(line: str, until: date | None, reason: str) -> None:
    assert read_longer(line, FORMER, TODAY) == (until, reason)
