"""Local days: midnight, leap days, and the days on which the clocks change (F13, B98)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.agency import Agency
from handlers.day_cards import bounds
from handlers.digests import due_at

SHANGHAI, BERLIN, NEW_YORK = "Asia/Shanghai", "Europe/Berlin", "America/New_York"
ZONES = (SHANGHAI, BERLIN, NEW_YORK, "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca")


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        (SHANGHAI, datetime(2018, 8, 6, 15, 59, 59, tzinfo=UTC), date(2018, 8, 6)),
        (SHANGHAI, datetime(2018, 8, 6, 16, 0, 0, tzinfo=UTC), date(2018, 8, 7)),
        (SHANGHAI, datetime(2020, 2, 28, 16, 0, tzinfo=UTC), date(2020, 2, 29)),
        (SHANGHAI, datetime(2020, 2, 29, 16, 0, tzinfo=UTC), date(2020, 3, 1)),
        (BERLIN, datetime(2024, 3, 30, 22, 59, 59, tzinfo=UTC), date(2024, 3, 30)),
        (BERLIN, datetime(2024, 3, 30, 23, 0, 0, tzinfo=UTC), date(2024, 3, 31)),
        (BERLIN, datetime(2024, 3, 31, 21, 59, 59, tzinfo=UTC), date(2024, 3, 31)),
        (BERLIN, datetime(2024, 3, 31, 22, 0, 0, tzinfo=UTC), date(2024, 4, 1)),
        (NEW_YORK, datetime(2024, 11, 4, 4, 59, 59, tzinfo=UTC), date(2024, 11, 3)),
        (NEW_YORK, datetime(2024, 11, 4, 5, 0, 0, tzinfo=UTC), date(2024, 11, 4)),
    ],
)
def test_which_day_a_moment_belongs_to(zone: str, moment: datetime, day: date) -> None:
    agency = Agency(timezone=zone)
    assert agency.day(moment) == day
    first, last = bounds(agency, day)
    assert first <= moment < last


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (SHANGHAI, date(2024, 3, 31), 24),
        (BERLIN, date(2024, 3, 31), 23),
        (BERLIN, date(2024, 10, 27), 25),
        (NEW_YORK, date(2024, 3, 10), 23),
        (NEW_YORK, date(2024, 11, 3), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # midnight itself is skipped
        ("Australia/Lord_Howe", date(2024, 4, 7), 24.5),
    ],
)
def test_how_long_a_day_is(zone: str, day: date, hours: float) -> None:
    first, last = bounds(Agency(timezone=zone), day)
    assert (last.astimezone(UTC) - first.astimezone(UTC)) == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ZONES)
def test_the_days_follow_each_other_without_gap_or_overlap(zone: str) -> None:
    agency = Agency(timezone=zone)
    day = date(2018, 1, 1)
    while day < date(2019, 1, 5):
        first, last = bounds(agency, day)
        assert agency.day(first) == day
        assert agency.day(last.astimezone(UTC) - timedelta(microseconds=1)) == day
        assert last.astimezone(UTC) == bounds(agency, day + timedelta(days=1))[0].astimezone(UTC)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "at", "day", "moment"),
    [
        (SHANGHAI, "18:00", date(2018, 8, 6), datetime(2018, 8, 6, 10, 0, tzinfo=UTC)),
        (BERLIN, "18:00", date(2024, 3, 30), datetime(2024, 3, 30, 17, 0, tzinfo=UTC)),
        (BERLIN, "18:00", date(2024, 3, 31), datetime(2024, 3, 31, 16, 0, tzinfo=UTC)),
        # 02:00 to 03:00 is left out: the next minute there is is 03:00, at 01:00 UTC
        (BERLIN, "02:00", date(2024, 3, 31), datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        (BERLIN, "02:30", date(2024, 3, 31), datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        (BERLIN, "02:59", date(2024, 3, 31), datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        (BERLIN, "03:00", date(2024, 3, 31), datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        (BERLIN, "01:59", date(2024, 3, 31), datetime(2024, 3, 31, 0, 59, tzinfo=UTC)),
        (NEW_YORK, "02:30", date(2024, 3, 10), datetime(2024, 3, 10, 7, 0, tzinfo=UTC)),
        ("America/Sao_Paulo", "00:30", date(2018, 11, 4), datetime(2018, 11, 4, 3, 0, tzinfo=UTC)),
        # 02:30 comes twice: the first time
        (BERLIN, "02:30", date(2024, 10, 27), datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        (NEW_YORK, "01:30", date(2024, 11, 3), datetime(2024, 11, 3, 5, 30, tzinfo=UTC)),
    ],
)
def test_when_a_digest_is_due(zone: str, at: str, day: date, moment: datetime) -> None:
    assert due_at(Agency(timezone=zone), at, day).astimezone(UTC) == moment


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "02:30", "08:00", "23:59"])
def test_every_day_has_one_moment_for_a_digest_and_it_lies_in_that_day(zone: str, at: str) -> None:
    agency = Agency(timezone=zone)
    for n in range(370):
        day = date(2018, 1, 1) + timedelta(days=n)
        moment = due_at(agency, at, day)
        first, last = bounds(agency, day)
        assert first <= moment < last or moment == last  # a gap may reach midnight


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [
        ("20:59", False),
        ("21:00", True),
        ("23:59", True),
        ("00:00", True),
        ("07:29", True),
        ("07:30", False),
        ("12:00", False),
    ],
)
def test_quiet_hours_cross_midnight(clock: str, is_quiet: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    moment = datetime(2018, 8, 6, hour, minute, tzinfo=ZoneInfo(SHANGHAI))
    assert Agency().is_quiet(moment) is is_quiet
    daytime = Agency(quiet_from=time(12, 0), quiet_to=time(14, 0))
    assert daytime.is_quiet(moment) is (clock == "12:00")
    assert not Agency(quiet_from=time(0, 0), quiet_to=time(0, 0)).is_quiet(moment)
