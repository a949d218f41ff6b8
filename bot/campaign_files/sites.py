"""sites.csv: the places to check, one a line."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

from bot.campaign_files.errors import FileError, Problems
from bot.campaign_files.excel import excel_slips
from bot.campaign_files.names import Names, folded
from bot.campaign_files.positions import Extent, Placed, check_places, placed
from bot.campaign_files.register import Register
from bot.campaign_files.sheet import Row, Sheet, read_sheet
from bot.campaign_files.toml_file import is_absurd
from models.campaign_plan import SitePlan

SITES = "sites.csv"
POSITION = {
    "latitude": ("纬度", "lat"),
    "longitude": ("经度", "lon", "lng"),
    "datum": ("坐标系", "坐标系统"),
    "position_source": ("坐标来源", "source"),
}
COLUMNS = {
    "code": ("编号", "代码", "编码", "点位编号"),
    "name": ("名称", "公厕名称", "点位名称", "场所名称"),
    "area": ("镇街", "所属镇街", "镇别", "区域", "所属区域"),
    "kind": ("类别", "场所类型", "类型"),
    "address": ("地址", "地点", "位置"),
    "mode": ("建设方式", "改建（造）", "改建方式"),
    "class": ("公厕类别", "建设类别", "class"),
    "grade": ("级别", "公厕级别", "等级"),
    "tier": ("档次", "配置"),
    "area_m2": ("面积", "面积（平方米）", "面积(平方米)"),
    "grant_yuan": ("奖补资金（元）", "补助（元）", "计划奖补资金（元）"),
    "plan": ("建设计划", "计划"),
    "aliases": ("别名", "又名"),
    **POSITION,
}
REQUIRED = ("code", "name", "area", "kind")
BETWEEN_ALIASES = ";；、"


def read_sites(folder: Path, register: Register, extent: Extent, problems: Problems) -> tuple[SitePlan, ...]:
    sheet = read_sheet(folder / SITES, COLUMNS, REQUIRED, problems)
    if sheet is None:
        return ()
    for slip in excel_slips(sheet):
        problems.add(slip)
    _declare(sheet, register.sites, problems)
    places = {row.line: place for row in sheet.rows if (place := placed(row, problems)) is not None}
    check_places(places.values(), extent, problems)
    return tuple(_site(row, places.get(row.line), register, problems) for row in sheet.rows)


def _declare(sheet: Sheet, names: Names, problems: Problems) -> None:
    """Codes that differ only in case or width are the same code; equal names in one area are worth a look."""
    at: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        first = names.lines.get(folded(row["code"]))
        if row["code"] and first is not None:
            problems.add(
                FileError("duplicate", row.file, row.line, "code", {"value": row["code"], "first": str(first)})
            )
        elif row["code"]:
            names.declare(row["code"], (), row.line)
        place = folded(row["area"]), folded(row["name"])
        if place in at:
            problems.note("same_name", row.file, row.line, name=row["name"], first=str(at[place]))
        at.setdefault(place, row.line)


def _site(row: Row, place: Placed | None, register: Register, problems: Problems) -> SitePlan:
    for column in REQUIRED:
        if not row[column]:
            problems.add(FileError("cell_empty", row.file, row.line, column, {"column": column}))
    grant = _figure(row, "grant_yuan", problems)
    if grant is not None and grant != int(grant):
        problems.add(FileError("cell_not_whole", row.file, row.line, "grant_yuan", {"value": row["grant_yuan"]}))
    return SitePlan(
        code=row["code"],
        name=row["name"],
        area=_named(row, "area", register.areas, problems) or "",
        kind=_named(row, "kind", register.kinds, problems) or "",
        address=row["address"],
        mode=row["mode"],
        site_class=row["class"],
        grade=row["grade"],
        tier=_named(row, "tier", register.tiers, problems),
        area_m2=_figure(row, "area_m2", problems),
        grant_yuan=None if grant is None else int(grant),
        plan=row["plan"],
        aliases=_aliases(row["aliases"]),
        position=place.position() if place else None,
        attributes={column: cell for column, cell in row.cells.items() if cell and column not in COLUMNS},
    )


def _aliases(cell: str) -> tuple[str, ...]:
    for mark in BETWEEN_ALIASES[1:]:
        cell = cell.replace(mark, BETWEEN_ALIASES[0])
    return tuple(word.strip() for word in cell.split(BETWEEN_ALIASES[0]) if word.strip())


def _named(row: Row, column: str, names: Names, problems: Problems) -> str | None:
    if not row[column]:
        return None
    name = names.meant(row[column])
    if name is None:
        args = {"value": row[column], "what_term": f"what.{names.what}"}
        suggestion = names.suggestion(row[column])
        problems.add(FileError("reference_unknown", row.file, row.line, column, args, names.all()[:20], suggestion))
    return name


def _figure(row: Row, column: str, problems: Problems) -> Decimal | None:
    """A figure of zero or more; thousands may be set off with commas."""
    cell = row[column].replace(",", "").replace("，", "")
    if not cell:
        return None
    try:
        figure = Decimal(cell)
    except InvalidOperation:
        figure = Decimal("NaN")
    if not figure.is_finite() or figure < 0:
        problems.add(FileError("cell_not_number", row.file, row.line, column, {"value": row[column]}))
        return None
    if is_absurd(figure):
        problems.add(FileError("number_too_large", row.file, row.line, column))
        return None
    return figure
