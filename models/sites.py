"""Questions about sites: which are near, which are due, what was last found there."""

import heapq
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models.campaigns import Campaign
from models.checks import Check, CheckState, ItemResult, Outcome
from models.findings import OPEN_STATES, Finding
from models.places import Site
from models.rights import Scope, visible_sites
from models.rules.geofence import Point, box_around, distance_m, roughly_m

_LAST = (
    select(Check.id, Check.day)
    .where(Check.site_id == bindparam("site"), Check.state == CheckState.SUBMITTED)
    .order_by(Check.submitted_at.desc())
    .limit(1)
)
_FAILED = select(func.count(ItemResult.id)).where(
    ItemResult.check_id == bindparam("check"), ItemResult.replaced_at.is_(None), ItemResult.outcome == Outcome.FAIL
)
_OPEN = select(func.count(Finding.id)).where(Finding.site_id == bindparam("site"), Finding.state.in_(OPEN_STATES))


@dataclass(frozen=True, slots=True)
class Near:
    site: Site
    metres: float


def point_of(site: Site) -> Point | None:
    if site.latitude is None or site.longitude is None:
        return None
    return Point(site.latitude, site.longitude, site.datum) if site.datum else Point(site.latitude, site.longitude)


def nearest_sites(
    session: Session, granted: list[Scope], position: Point, within_m: float = 5000, limit: int = 5
) -> list[Near]:
    """Visible sites by distance. The box is wider than asked for, since sites may be kept in the shifted datum."""
    box = box_around(position, within_m + 700)
    rows = session.scalars(
        visible_sites(granted).where(
            Site.latitude.between(box.south, box.north), Site.longitude.between(box.west, box.east)
        )
    )  # fmt: skip
    placed = [(roughly_m(position, point), site, point) for site in rows if (point := point_of(site))]
    first = heapq.nsmallest(limit, placed, key=itemgetter(0))
    found = sorted((Near(site, distance_m(position, point)) for _, site, point in first), key=lambda near: near.metres)
    return [near for near in found if near.metres <= within_m]


def known_before(session: Session, site_id: int) -> dict[str, Any]:
    """What somebody who comes to the site should know: the day of the last check, what failed then, what is open."""
    last = session.execute(_LAST, {"site": site_id}).first()
    failed = session.execute(_FAILED, {"check": last.id}).scalar_one() if last is not None else 0
    return {
        "day": last.day.isoformat() if last is not None and last.day is not None else None,
        "failed": failed,
        "open": session.execute(_OPEN, {"site": site_id}).scalar_one(),
    }


def open_findings(session: Session, site_id: int) -> list[Finding]:
    return list(
        session.scalars(
            select(Finding).where(Finding.site_id == site_id, Finding.state.in_(OPEN_STATES)).order_by(Finding.id)
        )
    )


def last_checked_days(session: Session, site_ids: list[int]) -> dict[int, date]:
    rows = session.execute(
        select(Check.site_id, func.max(Check.day))
        .where(Check.site_id.in_(site_ids), Check.state == CheckState.SUBMITTED)
        .group_by(Check.site_id)
    )
    return {site: day for site, day in rows if site is not None and day is not None}


def is_due(last: date | None, cadence_days: int | None, day: date) -> bool:
    """Never checked, or so long ago that the campaign's cadence asks again."""
    if last is None:
        return True
    return cadence_days is not None and last + timedelta(days=cadence_days) <= day


def planned_sites(session: Session, granted: list[Scope], day: date) -> list[Site]:
    """Sites whose campaign has a cadence and which are due by `day`; a campaign without one plans nothing."""
    rows = session.execute(
        visible_sites(granted).add_columns(Campaign.cadence_days)
        .join(Campaign, Campaign.id == Site.campaign_id)
        .where(Campaign.cadence_days.is_not(None), Campaign.closed_at.is_(None))
        .order_by(Site.id)
    ).all()  # fmt: skip
    last = last_checked_days(session, [site.id for site, _ in rows])
    return [site for site, cadence in rows if is_due(last.get(site.id), cadence, day)]


def unplaced_sites(session: Session, granted: list[Scope], limit: int = 8) -> list[Site]:
    """Sites nobody has given a position yet."""
    return list(session.scalars(visible_sites(granted).where(Site.latitude.is_(None)).order_by(Site.id).limit(limit)))
