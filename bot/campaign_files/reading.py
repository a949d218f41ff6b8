"""Reads one campaign's folder: everything or nothing."""

from pathlib import Path

from bot.campaign_files.campaign import read_extent, read_heading, read_kinds, read_office
from bot.campaign_files.checklists import read_checklists, read_tiers
from bot.campaign_files.documents import read_documents, read_phases
from bot.campaign_files.duties import read_areas, read_targets, read_tasks, read_units
from bot.campaign_files.errors import FileError, Problems
from bot.campaign_files.forms import read_forms
from bot.campaign_files.incidents import read_incidents
from bot.campaign_files.ladders import read_ladders
from bot.campaign_files.limits import read_deadlines, read_exemptions
from bot.campaign_files.lists import read_lists
from bot.campaign_files.overlay import with_positions
from bot.campaign_files.register import Register, gather
from bot.campaign_files.sites import SITES, read_sites
from bot.campaign_files.table import Table
from bot.campaign_files.toml_file import read_toml
from models.campaign_plan import AreaKind, CampaignPlan, ItemPlan, SitePlan

CAMPAIGN = "campaign.toml"


def read_campaign(folder: Path, positions: str | None = None) -> CampaignPlan:
    """The plan in a folder. `positions` names a further sheet in it that places the sites.

    Raises CampaignFileErrors with every mistake found; what is merely worth a look is in the plan's notices.
    """
    problems = Problems()
    file = read_toml(folder / CAMPAIGN, problems)
    problems.refuse_if_any()
    assert file is not None
    root = Table(file, problems, file.values)
    plan = _plan(root, gather(root), folder, positions)
    problems.refuse_if_any()
    return plan


def _plan(root: Table, register: Register, folder: Path, positions: str | None) -> CampaignPlan:
    problems = root.problems
    heading, office, extent = read_heading(root), read_office(root, register), read_extent(root)
    sites = read_sites(folder, register, extent, problems)
    if positions is not None:
        sites = with_positions(sites, folder / positions, register, extent, problems)
    checklists = read_checklists(root, register)
    areas = read_areas(root, register)
    plan = CampaignPlan(
        code=heading.code,
        name=heading.name,
        full_name=heading.full_name,
        name_en=heading.name_en,
        aliases=heading.aliases,
        timezone=heading.timezone,
        starts=heading.starts,
        ends=heading.ends,
        office=office,
        documents=read_documents(root, register),
        phases=read_phases(root, register),
        areas=areas,
        units=read_units(root, register),
        tasks=read_tasks(root, register),
        targets=read_targets(root, register),
        tiers=read_tiers(root),
        kinds=read_kinds(root, register),
        checklists=checklists,
        deadlines=read_deadlines(root, register, checklists),
        ladders=read_ladders(root, register, checklists),
        exemptions=read_exemptions(root, register, checklists),
        lists=read_lists(root, register),
        sites=sites,
        forms=read_forms(root, register),
        incidents=read_incidents(root, register),
        notices=tuple(sorted(problems.notices, key=lambda notice: (notice.file, notice.line))),
    )
    root.done()
    _check_whole(root, plan, register)
    return plan


def _check_whole(root: Table, plan: CampaignPlan, register: Register) -> None:
    """What only shows when the parts are seen together."""
    for section, found in (
        ("document", plan.documents),
        ("area", plan.areas),
        ("kind", plan.kinds),
        ("checklist", plan.checklists),
    ):
        if not found and section not in root.values:
            root.refuse("section_missing", section, key=section)
    cases = [(item, known) for checklist in plan.checklists for item in checklist.items if (known := _cases(item))]
    zones = {area.name for area in plan.areas if area.kind is AreaKind.ZONE or not area.prefix}
    for site in plan.sites:
        line = register.sites.first_line(site.code) or 0
        if site.area in zones:
            root.problems.add(FileError("site_in_zone", SITES, line, "area", {"area": site.area}))
        _check_cases(root, site, line, cases)


def _cases(item: ItemPlan) -> tuple[str, ...]:
    return tuple(standard.case for standard in item.standards if standard.case is not None)


def _check_cases(root: Table, site: SitePlan, line: int, cases: list[tuple[ItemPlan, tuple[str, ...]]]) -> None:
    """A site's own column decides between standards, so its words must be the ones the checklist knows."""
    for item, known in cases:
        value = site.attributes.get(item.varies_by)
        if value and value not in known:
            args = {"value": value, "item": item.name}
            root.problems.add(FileError("case_unknown", SITES, line, item.varies_by, args, known))
