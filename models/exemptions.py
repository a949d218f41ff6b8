"""What a plan's printed exceptions free a site from (R39)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.places import Site


@dataclass(frozen=True, slots=True)
class Exempt:
    """`items`: numbers of a checklist; none where it is the site itself that is named. `source`: document, article."""

    name: str
    items: tuple[int, ...]
    reason: str
    source: str


def exemptions_of(site: Site) -> Iterator[Exempt]:
    """Those of items, and those that name the site; what frees an area from a target says nothing of its sites."""
    for kept in site.campaign.settings.get("exemptions", ()):
        if (kept["items"] or kept["sites"]) and _is_meant(kept, site):
            source = " ".join(part for part in kept["source"].values() if part)
            yield Exempt(kept["name"], tuple(kept["items"]), kept["reason"], source)


def _is_meant(kept: dict[str, Any], site: Site) -> bool:
    """What it does not name of kinds, areas and sites it does not restrict."""
    kinds = () if site.kind is None else (site.kind.code, site.kind.name)
    of_kind = not kept["kinds"] or any(kind in kept["kinds"] for kind in kinds)
    of_area = not kept["areas"] or site.area.name in kept["areas"]
    return of_kind and of_area and (not kept["sites"] or site.code in kept["sites"])
