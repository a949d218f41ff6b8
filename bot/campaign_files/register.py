"""The names declared in campaign.toml, gathered before anything refers to them."""

from dataclasses import dataclass, field

from bot.campaign_files.names import Names
from bot.campaign_files.table import Table


@dataclass
class Register:
    documents: Names = field(default_factory=lambda: Names("document"))
    areas: Names = field(default_factory=lambda: Names("area"))
    units: Names = field(default_factory=lambda: Names("unit"))
    tiers: Names = field(default_factory=lambda: Names("tier"))
    kinds: Names = field(default_factory=lambda: Names("kind"))
    targets: Names = field(default_factory=lambda: Names("target"))
    checklists: Names = field(default_factory=lambda: Names("checklist"))
    sites: Names = field(default_factory=lambda: Names("site"))


def gather(root: Table) -> Register:
    register = Register()
    _declare(root, "document", "number", "short", register.documents)
    _declare(root, "area", "name", "", register.areas)
    _declare(root, "unit", "name", "", register.units)
    _declare(root, "tier", "code", "name", register.tiers)
    _declare(root, "kind", "code", "name", register.kinds)
    _declare(root, "target", "code", "name", register.targets)
    _declare(root, "checklist", "code", "name", register.checklists)
    _declare(root, "list", "code", "", Names("list"))  # nothing refers to a list; its name is looked at with its code
    return register


def _declare(root: Table, section: str, key: str, other: str, names: Names) -> None:
    """Two rows of the same name are refused with both lines; an alias may not be a second row's name either."""
    for row in root.rows(section):
        name = row.text(key, required=True)
        if not name:
            continue
        first = names.first_line(name)
        if first is not None and not _second_version(section, row):
            row.refuse("duplicate", key, value=name, first=str(first))
        also = (row.text(other),) if other else ()
        names.declare(name, (*filter(None, also), *row.texts("aliases")), row.line(key))


def _second_version(section: str, row: Table) -> bool:
    """A checklist may be listed again under another version number; the pair is checked where checklists are read."""
    return section == "checklist" and "version" in row.values
