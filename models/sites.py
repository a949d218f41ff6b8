"""Questions about sites: which are near, which are due, what was last found there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, exists, false, func, literal_column, or_, select
from sqlalchemy.orm import Session

from models.campaign_plan import KEY_LIST, Datum
from models.campaigns import Campaign
from models.checks import HANDED_IN, Check, ItemResult, Outcome
from models.findings import STILL_OPEN, Finding, FindingState
from models.listing import STILL_ON, ListEntry
from models.memory import known
from models.places import SHIFTED, Site
from models.record import columns, thing_of, things
from models.rights import Scope, visible_sites
from models.rules.ellipsoid import SPHERE_ERROR, metres_between, roughly_between
from models.rules.geofence import LARGEST_SHIFT_M, Point, boxes_around, counts_as_there

NEARBY_M = 5000.0
FIRST_REACH_M = 1000.0

_AT_SITE = (Check.site_id == bindparam("site"), HANDED_IN)
_LAST = select(Check.id).where(*_AT_SITE).order_by(Check.submitted_at.desc()).limit(1).scalar_subquery()
_LAST_DAY = select(Check.day).where(*_AT_SITE).order_by(Check.submitted_at.desc()).limit(1).scalar_subquery()
_FAILED = select(func.count(ItemResult.id)).where(
    ItemResult.check_id == _LAST, ItemResult.replaced_at.is_(None), ItemResult.outcome == Outcome.FAIL
)
# In one breath: each is a step into an index, and asking costs more than that; the one of the key list holds few.
_BEFORE = select(
    _LAST_DAY.label("day"),
    _FAILED.scalar_subquery().label("failed"),
    func.count(Finding.id).label("open"),
    func.count(Finding.id).filter(Finding.state == FindingState.FIXED_CLAIMED).label("waiting"),
    exists()
    .where(ListEntry.site_id == bindparam("site"), ListEntry.code == literal_column(f"'{KEY_LIST}'"), STILL_ON)
    .label("key"),
).where(Finding.site_id == bindparam("site"), STILL_OPEN)


@dataclass(frozen=True, slots=True)
class Near:
    site: Site
    metres: float


def point_of(site: Site) -> Point | None:
    if site.latitude is None or site.longitude is None:
        return None
    return Point(site.latitude, site.longitude, site.datum) if site.datum else Point(site.latitude, site.longitude)


# Made once: the parts of a statement take longer to put together than the record takes to answer it.
_IN_BOX = select(Site.id, Site.latitude, Site.longitude, Site.datum, Site.area_id, Site.campaign_id).where(
    Site.closed_at.is_(None),
    Site.latitude.between(bindparam("south"), bindparam("north")),
    Site.longitude.between(bindparam("west"), bindparam("east")),
)  # all of it in one index: no site in the box is read
# Sites kept in another datum lie elsewhere in the index than they are: they have one of their own, and wider boxes.
_USUAL = ((_IN_BOX.where(or_(Site.datum.is_(None), ~SHIFTED)), 0.0),)
_BOXES = (*_USUAL, (_IN_BOX.where(SHIFTED), LARGEST_SHIFT_M))
_ANY_SHIFTED = select(Site.token).where(SHIFTED).limit(1)  # a token, or all of the larger index would be looked through


def nearest_sites(
    session: Session, granted: list[Scope], position: Point, within_m: float = NEARBY_M, limit: int = 5
) -> list[Near]:
    """Visible sites by distance. Looked for close by first, and farther only while there are too few: in a town the
    first step finds enough, and of a hundred thousand sites a few dozen are ever compared."""
    here, reach = Point(*position.wgs84), min(within_m, FIRST_REACH_M)
    found = _nearest(session, granted, here, reach, limit)
    while len(found) < limit and reach < within_m:
        reach = min(within_m, reach * 4)
        found = _nearest(session, granted, here, reach, limit)
    sites = _sites(session, [site_id for site_id, _ in found])
    return [Near(sites[site_id], metres) for site_id, metres in found]


TOGETHER = 6  # as many as a card has buttons for; one question for each would be half of what this costs
_THESE = select(Site.__table__).where(Site.id.in_([bindparam(f"number{n}", type_=Integer) for n in range(TOGETHER)]))


def _sites(session: Session, numbers: list[int]) -> dict[int, Site]:
    """What is in mind, and the rest with few questions."""
    new = [number for number in numbers if session.identity_map.get((Site, (number,), None)) is None]
    found: dict[int, Site] = {}
    for start in range(0, len(new), TOGETHER):
        some = new[start : start + TOGETHER]
        asked = {f"number{n}": some[n] if n < len(some) else None for n in range(TOGETHER)}
        found |= {site.id: site for site in things(session, Site, _THESE, **asked)}
    return {number: found.get(number) or thing_of(session, Site, number) for number in numbers}


def meant_sites(session: Session, granted: list[Scope], position: Point, accuracy_m: float | None) -> list[Near]:
    """Those of the nearest visible sites that somebody at the position may be checking: within their campaign's radius,
    as `counts_as_there` has it. No further is looked than the largest radius of all."""
    largest = known(session, LARGEST_RADIUS, lambda: columns(session, _LARGEST_RADIUS).scalar() or 0)
    reach = min(NEARBY_M, largest + min(accuracy_m or 0.0, largest))
    near = nearest_sites(session, granted, position, reach)
    return [each for each in near if counts_as_there(each.metres, each.site.campaign.radius_m, accuracy_m)]


LARGEST_RADIUS = ("largest radius",)  # by the name `memory` has for it
_LARGEST_RADIUS = select(func.max(Campaign.radius_m))


def _nearest(session: Session, granted: list[Scope], here: Point, metres: float, limit: int) -> list[tuple[int, float]]:
    """Ids and metres. A sphere tells which could be among the first; only those are measured on the ellipsoid."""
    near = sorted(
        (roughly_between((here.latitude, here.longitude), point), site_id, point)
        for site_id, point in _around(session, granted, here, metres)
    )
    if len(near) > limit:
        last = near[limit - 1][0] * (1 + 2 * SPHERE_ERROR)
        near = [one for one in near if one[0] <= last]
    found = [(site_id, metres_between((here.latitude, here.longitude), point)) for _, site_id, point in near]
    return sorted((one for one in found if one[1] <= metres), key=itemgetter(1, 0))[:limit]


def _around(
    session: Session, granted: list[Scope], here: Point, metres: float
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Visible sites that may lie so near, each with its place."""
    for statement, margin in _BOXES if any_shifted(session) else _USUAL:
        for box in boxes_around(here, metres + margin):
            edges = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
            for number, latitude, longitude, datum, area, campaign in columns(session, statement, **edges):
                if any(scope.covers(area, campaign) for scope in granted):
                    shifted = datum is not None and datum is not Datum.WGS84
                    yield number, Point(latitude, longitude, datum).wgs84 if shifted else (latitude, longitude)


def any_shifted(session: Session) -> bool:
    """Whether any site is kept in a datum that puts it elsewhere in the index than it is."""
    return known(session, ("shifted sites",), lambda: columns(session, _ANY_SHIFTED).first() is not None)


def known_before(session: Session, site_id: int) -> dict[str, Any]:
    """What somebody who comes to the site should know: the last check and what failed then, what is open, and
    of that what only waits for somebody to look at it, and whether the site is under key supervision."""
    found = columns(session, _BEFORE, site=site_id).one()
    return {
        "day": found.day.isoformat() if found.day is not None else None,
        "failed": found.failed,
        "open": found.open,
        "waiting": found.waiting,
        "key": bool(found.key),
    }


def open_findings(session: Session, site_id: int) -> list[Finding]:
    return list(session.scalars(select(Finding).where(Finding.site_id == site_id, STILL_OPEN).order_by(Finding.id)))


def last_checked_days(session: Session, site_ids: list[int]) -> dict[int, date]:
    """One step into an index for each site, whatever its history."""
    last = select(func.max(Check.day)).where(Check.site_id == Site.id, HANDED_IN).correlate(Site).scalar_subquery()
    rows = session.execute(select(Site.id, last).where(Site.id.in_(site_ids)))
    return {site: day for site, day in rows if day is not None}


def is_due(last: date | None, cadence_days: int | None, day: date) -> bool:
    """Never checked, or so long ago that the campaign's cadence asks again."""
    if last is None:
        return True
    return cadence_days is not None and last + timedelta(days=cadence_days) <= day


def planned_sites(session: Session, granted: list[Scope], day: date) -> list[Site]:
    """Sites whose campaign has a cadence and which are due by `day`; a campaign without one plans nothing."""
    cadences = session.execute(
        select(Campaign.id, Campaign.cadence_days).where(
            Campaign.cadence_days.is_not(None), Campaign.closed_at.is_(None)
        )
    )
    due = or_(false(), *(_is_due_in(campaign, cadence, day) for campaign, cadence in cadences))
    return list(session.scalars(visible_sites(granted).where(due).order_by(Site.id)))


def _is_due_in(campaign_id: int, cadence_days: int | None, day: date) -> ColumnElement[bool]:
    """What `is_due` says, of the sites of a campaign: nobody has handed in a check since so many days."""
    since = day - timedelta(days=cadence_days or 0)
    lately = exists().where(Check.site_id == Site.id, HANDED_IN, Check.day > since).correlate(Site)
    return (Site.campaign_id == campaign_id) & ~lately


def unplaced_sites(session: Session, granted: list[Scope], limit: int = 8) -> list[Site]:
    """Sites nobody has given a position yet."""
    return list(session.scalars(visible_sites(granted).where(Site.latitude.is_(None)).order_by(Site.id).limit(limit)))
