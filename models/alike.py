"""Which open cases a failed item may be about: those of its site, and of sites close to where it was sent from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import Integer, Select, bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from models.campaigns import ChecklistItem
from models.checks import Check
from models.findings import STILL_OPEN, Finding
from models.memory import recalled, remember
from models.places import SHIFTED, Site
from models.record import settled, thing_of, things
from models.rules.geofence import LARGEST_SHIFT_M, Box, boxes_around, distance_m
from models.sites import any_shifted, point_of


@dataclass(frozen=True, slots=True)
class Around:
    """Open cases of the check's own site, and of other sites of its campaign within the radius, the nearest first."""

    here: tuple[Finding, ...] = ()
    near: tuple[Finding, ...] = ()

    def of_item(self, item: ChecklistItem) -> "Around":
        return Around(_of_item(self.here, item), _of_item(self.near, item))


def _of_item(findings: Sequence[Finding], item: ChecklistItem) -> tuple[Finding, ...]:
    """The same item, or the item of the same name in another version of the list."""
    return tuple(each for each in findings if each.item_id == item.id or each.item.name == item.name)


def open_around(session: Session, check: Check) -> Around:
    """One question to the record for a draft, however often its card is shown: what is open at the site is kept true by
    every step of its cases, what is near is asked again when the check's place changes."""
    assert check.site_id is not None
    here: tuple[int, ...] | None = recalled(session, _at_site(check.site_id))
    near: tuple[tuple[int, int | None], tuple[int, ...]] | None = recalled(session, near_check(check.id))
    place = (check.site_id, check.location_id)
    if here is None or near is None or near[0] != place:
        here, close = _asked(session, check)
        remember(session, _at_site(check.site_id), here)
        remember(session, near_check(check.id), (place, close))
    else:
        close = near[1]
    return Around(_open(session, here), _open(session, close))


def open_here(session: Session, site_id: int) -> Around:
    """Those of the site alone. Hardly ever a question: it is asked for with every check that fails there."""
    here: tuple[int, ...] | None = recalled(session, _at_site(site_id))
    if here is None:
        settled(session, Finding)
        here = tuple(each.id for each in things(session, Finding, _AT_SITE, site=site_id))
        remember(session, _at_site(site_id), here)
    return Around(here=_open(session, here))


def is_open_there(session: Session, finding: Finding) -> None:
    """A case has been opened, or opened again: what is known of its site goes on being true."""
    here: tuple[int, ...] | None = recalled(session, _at_site(finding.site_id))
    if here is not None and finding.id not in here:
        remember(session, _at_site(finding.site_id), (*here, finding.id))


def _at_site(site_id: int) -> tuple[str, int]:
    """What is known of a site's open cases, by the name `memory` has for it; some may have been closed since."""
    return "open at", site_id


def near_check(check_id: int) -> tuple[str, int]:
    return "open near", check_id


def _open(session: Session, numbers: tuple[int, ...]) -> tuple[Finding, ...]:
    found = (thing_of(session, Finding, number) for number in numbers)
    return tuple(each for each in found if each.is_open)


def _asked(session: Session, check: Check) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids, of the site and of others; what this transaction has changed is written first."""
    settled(session, Finding)
    found = _around(session, check)
    here = tuple(each.id for each in found if each.site_id == check.site_id)
    others = [each for each in found if each.site_id != check.site_id and each.campaign_id == check.campaign_id]
    return here, _within_radius(session, check, others) if others else ()


def _around(session: Session, check: Check) -> list[Finding]:
    assert check.site is not None
    values: dict[str, Any] = {"site": check.site_id}
    if check.location is None:
        return things(session, Finding, _AT_SITE, **values)
    here, radius = check.location.point, check.site.campaign.radius_m
    found: dict[int, Finding] = {}
    shifted = any_shifted(session)
    boxes, wide = boxes_around(here, radius), boxes_around(here, radius + LARGEST_SHIFT_M) if shifted else ()
    for box, wide_box in zip_longest(boxes, wide, fillvalue=boxes[0]):
        values |= _edges(box)
        if shifted:
            values |= {f"wide_{name}": degrees for name, degrees in _edges(wide_box).items()}
        question = _AROUND_SHIFTED if shifted else _AROUND
        found |= {each.id: each for each in things(session, Finding, question, **values)}
    return list(found.values())


def _edges(box: Box) -> dict[str, float]:
    return {"south": box.south, "north": box.north, "west": box.west, "east": box.east}


def _within_radius(session: Session, check: Check, found: list[Finding]) -> tuple[int, ...]:
    assert check.site is not None
    assert check.location is not None
    here, measured = check.location.point, []
    for each in found:
        point = point_of(thing_of(session, Site, each.site_id))
        metres = distance_m(here, point) if point is not None else None
        if metres is not None and metres <= check.site.campaign.radius_m:
            measured.append((metres, each.id))
    return tuple(number for _, number in sorted(measured))


_ONE = select(bindparam("site", type_=Integer))
_AT_SITE = select(Finding.__table__).where(Finding.site_id == bindparam("site"), STILL_OPEN).order_by(Finding.id)
# Of which campaign is looked at afterwards: an engine that was told would go through all its sites, not the place.
_NOT_CLOSED = select(Site.id).where(Site.closed_at.is_(None))
_USUAL = _NOT_CLOSED.where(
    Site.latitude.between(bindparam("south"), bindparam("north")),
    Site.longitude.between(bindparam("west"), bindparam("east")),
    or_(Site.datum.is_(None), ~SHIFTED),
)
_WIDE = _NOT_CLOSED.where(
    Site.latitude.between(bindparam("wide_south"), bindparam("wide_north")),
    Site.longitude.between(bindparam("wide_west"), bindparam("wide_east")),
    SHIFTED,
)


def _open_of(*sites: Select[int]) -> Select[Any]:
    """The sites first, by their place, then what is open at each: a district's open cases are not gone through."""
    return select(Finding.__table__).where(Finding.site_id.in_(union_all(*sites)), STILL_OPEN).order_by(Finding.id)


_AROUND, _AROUND_SHIFTED = _open_of(_ONE, _USUAL), _open_of(_ONE, _USUAL, _WIDE)
