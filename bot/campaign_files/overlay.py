"""A second sheet that only places the sites, such as the invented positions of the demonstration."""

from dataclasses import replace
from pathlib import Path

from bot.campaign_files.errors import FileError, Problems
from bot.campaign_files.positions import Extent, Placed, check_places, placed
from bot.campaign_files.register import Register
from bot.campaign_files.sheet import read_sheet
from bot.campaign_files.sites import COLUMNS, POSITION
from models.campaign_plan import SitePlan

KNOWN = {"code": COLUMNS["code"], **POSITION}


def with_positions(
    sites: tuple[SitePlan, ...], path: Path, register: Register, extent: Extent, problems: Problems
) -> tuple[SitePlan, ...]:
    """The sites, placed where the sheet says; sites it does not name keep what they had."""
    sheet = read_sheet(path, KNOWN, ("code", "latitude", "longitude", "datum"), problems)
    if sheet is None:
        return sites
    found: dict[str, Placed] = {}
    for row in sheet.rows:
        code = register.sites.meant(row["code"])
        place = placed(row, problems)
        if code is None:
            args = {"value": row["code"], "what_term": "what.site"}
            problems.add(
                FileError(
                    "reference_unknown",
                    row.file,
                    row.line,
                    "code",
                    args,
                    suggestion=register.sites.suggestion(row["code"]),
                )
            )
        elif code in found:
            first = str(found[code].row.line)
            problems.add(FileError("duplicate", row.file, row.line, "code", {"value": row["code"], "first": first}))
        elif place is not None:
            found[code] = place
    check_places(found.values(), extent, problems)
    return tuple(replace(site, position=found[site.code].position()) if site.code in found else site for site in sites)
