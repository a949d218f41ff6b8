"""Days as a plan prints them; one that is not in the calendar is kept and flagged, never rolled to the next."""

import re
from calendar import monthrange
from datetime import date, datetime

from bot.campaign_files.table import Table
from models.campaign_plan import PlanDate

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
MONTH_END = re.compile(r"(\d{4})\s*年\s*(?:(\d{1,2})\s*月)?\s*底前?")
UNKNOWN = PlanDate(date(1970, 1, 1), "")


def read_day(table: Table, key: str, printed: str = "", required: bool = True) -> PlanDate | None:
    """`printed` is the wording kept beside the day; without it the value itself is."""
    value = table.take(key, required)
    if value is None:
        return UNKNOWN if required else None
    if isinstance(value, date) and not isinstance(value, datetime):
        return PlanDate(value, printed or value.isoformat())
    found = read_wording(value, printed) if isinstance(value, str) else None
    if found is None:
        table.refuse("date_wrong", key, value=str(value))
        return UNKNOWN
    if found.suggested is not None:
        table.problems.note(
            "date_flagged",
            table.file.name,
            table.line(key),
            printed=found.printed,
            suggested=found.suggested.isoformat(),
        )
    return found


def read_wording(value: str, printed: str = "") -> PlanDate | None:
    """The day in "2018年11月30日", "2018-11-30" or "2018年7月底" (its last, K2); None: there is no day in it."""
    wording = value.strip()
    if match := MONTH_END.fullmatch(wording):
        year, month = int(match[1]), int(match[2] or 12)
        return PlanDate(_last_day(year, month), printed or wording) if 1 <= month <= 12 and year else None
    match = DAY.fullmatch(wording)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    if not (1 <= month <= 12 and 1 <= day <= 31 and year):
        return None
    if day > monthrange(year, month)[1]:
        return PlanDate(None, printed or wording, _last_day(year, month))
    return PlanDate(date(year, month, day), printed or wording)


def check_order(table: Table, starts: PlanDate | None, ends: PlanDate | None, key: str = "ends") -> None:
    first, last = (day.working_day if day else None for day in (starts, ends))
    if first and last and last < first:
        table.refuse("dates_reversed", key, starts=first.isoformat(), ends=last.isoformat())


def check_length(table: Table, starts: PlanDate | None, ends: PlanDate | None) -> None:
    """A phase may be one day long; a whole campaign that is was mistyped."""
    if starts and ends and starts is not UNKNOWN and starts.working_day == ends.working_day:
        table.refuse("one_day", "ends")


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
