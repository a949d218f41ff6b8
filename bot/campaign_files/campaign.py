"""The [campaign], [office], [extent] and [[kind]] tables."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from zoneinfo import available_timezones

from bot.campaign_files.dates import UNKNOWN, check_length, check_order, read_day
from bot.campaign_files.errors import nearest
from bot.campaign_files.positions import WORLD, Extent
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import Cadence, OfficeChoices, PlanDate, SiteKindPlan

TERRITORIAL = "属地"
OFFICE = "office"
SHANGHAI = "Asia/Shanghai"


@dataclass(frozen=True)
class Heading:
    """The [campaign] table: what the campaign is called and when it runs. A standing one (常态化) has no end."""

    code: str
    name: str
    full_name: str
    name_en: str
    aliases: tuple[str, ...]
    timezone: str
    starts: PlanDate
    ends: PlanDate | None


def read_heading(root: Table) -> Heading:
    table = root.table("campaign", required=True)
    if table is None:
        return Heading("", "", "", "", (), SHANGHAI, UNKNOWN, None)
    name = table.text("name", required=True)
    starts = read_day(table, "starts", table.text("starts_printed")) or UNKNOWN
    ends = read_day(table, "ends", table.text("ends_printed"), required=False)
    check_order(table, starts, ends)
    check_length(table, starts, ends)
    heading = Heading(
        code=table.text("code", required=True),
        name=name,
        full_name=table.text("full_name") or name,
        name_en=table.text("name_en"),
        aliases=table.texts("aliases"),
        timezone=_timezone(table),
        starts=starts,
        ends=ends,
    )
    table.done()
    return heading


def _timezone(table: Table) -> str:
    name = table.text("timezone") or SHANGHAI
    zones = available_timezones()
    if name not in zones:
        table.refuse("timezone_unknown", "timezone", nearest(name, zones), value=name)
        return SHANGHAI
    return name


def read_office(root: Table, register: Register) -> OfficeChoices:
    """What no plan prints and the office chooses; every key has a default."""
    table, default = root.table("office"), OfficeChoices()
    if table is None:
        return default
    choices = OfficeChoices(
        radius_m=table.integer("radius_m", default.radius_m, least=1, most=100_000) or 0,
        photos_required=table.integer("photos_required", default.photos_required, most=20) or 0,
        digest_at=table.clock("digest_at", time(18)),
        undo_minutes=table.integer("undo_minutes", default.undo_minutes, most=1440) or 0,
        videos=table.flag("videos"),
        cadence=_cadence(table.table("cadence"), register),
    )
    table.done()
    return choices


def _cadence(table: Table | None, register: Register) -> Cadence | None:
    if table is None:
        return None
    days = table.integer("every_days", least=1, most=366)
    if days is None and "every_days" not in table.values:
        table.refuse("key_missing", "every_days", key="every_days")
    source = None if chosen_by_office(table) else table.source(register.documents)
    table.done()
    return Cadence(days or 0, source)


def chosen_by_office(table: Table) -> bool:
    """What no plan says; `source` names the office instead of a document."""
    return table.values.get("source") in (OFFICE, "办公室") and table.has("source")


def read_extent(root: Table) -> Extent:
    """The box the sites lie in; without it only impossible degrees are found."""
    table = root.table("extent")
    if table is None:
        return WORLD
    south, north, west, east = (
        float(table.number(key, required=True) or Decimal()) for key in ("south", "north", "west", "east")
    )
    table.done()
    if south >= north or west >= east or not (WORLD.holds(south, west) and WORLD.holds(north, east)):
        table.refuse("extent_wrong")
    return Extent(south, north, west, east)


def read_kinds(root: Table, register: Register) -> tuple[SiteKindPlan, ...]:
    return tuple(_kind(row, register) for row in root.rows("kind"))


def _kind(row: Table, register: Register) -> SiteKindPlan:
    territorial = row.values.get("responsible_unit") == TERRITORIAL and row.has("responsible_unit")
    kind = SiteKindPlan(
        code=row.text("code", required=True),
        name=row.text("name", required=True),
        aliases=row.texts("aliases"),
        name_en=row.text("name_en"),
        lead_unit=row.reference("lead_unit", register.units),
        responsible_unit=None if territorial else row.reference("responsible_unit", register.units),
        territorial=territorial,
    )
    row.done()
    return kind
