"""Kinds of sites and the sites: added, changed, closed when gone from the file; never deleted."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from models.campaign_import.changes import Action, Merge, Part
from models.campaign_plan import CampaignPlan, SitePlan
from models.campaigns import Campaign
from models.places import Area, Site, SiteKind, Unit

# So begins the source of a position that the office confirmed from a check on site.
CONFIRMED = "check "
TOKEN_BYTES = 9
AT_ONCE = 2000


def put_kinds(merge: Merge, campaign: Campaign, plan: CampaignPlan, units: Mapping[str, Unit]) -> dict[str, SiteKind]:
    """A territorial kind has no unit of its own: the unit of each site's area answers for it."""
    existing = {row.code: row for row in merge.session.scalars(select(SiteKind).filter_by(campaign_id=campaign.id))}
    for place, kind in enumerate(plan.kinds, 1):
        values = {
            "campaign_id": campaign.id,
            "code": kind.code,
            "name": kind.name,
            "name_en": kind.name_en,
            "place": place,
            "lead_unit_id": units[kind.lead_unit].id if kind.lead_unit else None,
            "responsible_unit_id": units[kind.responsible_unit].id if kind.responsible_unit else None,
        }
        existing[kind.code] = merge.put(Part.KIND, SiteKind, existing.get(kind.code), kind.name, values)
    merge.session.flush()
    return existing


def put_sites(
    merge: Merge, campaign: Campaign, plan: CampaignPlan, areas: Mapping[str, Area], kinds: Mapping[str, SiteKind]
) -> int:
    """How many sites were open before."""
    existing = {row.code: row for row in merge.session.scalars(select(Site).filter_by(campaign_id=campaign.id))}
    before = sum(row.closed_at is None for row in existing.values())
    new = []
    for site in plan.sites:
        places = {"campaign_id": campaign.id, "area_id": areas[site.area].id, "kind_id": kinds[site.kind].id}
        row = existing.pop(site.code, None)
        if row is not None:
            _put(merge, row, site, places)
        else:
            new.append(_new(merge, site, places))
    for start in range(0, len(new), AT_ONCE):
        merge.session.execute(insert(Site), new[start : start + AT_ONCE])
    for row in existing.values():
        if row.closed_at is None:
            row.closed_at = merge.now
            merge.note(Part.SITE, Action.CLOSED, f"{row.code} {row.name}")
            merge.journal("site.closed", "site", row.id, code=row.code)
    return before


def _new(merge: Merge, site: SitePlan, places: dict[str, int]) -> dict[str, Any]:
    """The columns of a new site. They go in many at a time: one by one, a hundred thousand take minutes."""
    name = f"{site.code} {site.name}"
    merge.note(Part.SITE, Action.ADDED, name)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    nowhere = dict.fromkeys(("latitude", "longitude", "datum", "position_source"))
    return {**places, **nowhere, **_described(site), **_position(merge, None, site, name), "token": token}


def _put(merge: Merge, row: Site, site: SitePlan, places: dict[str, int]) -> None:
    name = f"{site.code} {site.name}"
    values = {**places, **_described(site), **_position(merge, row, site, name)}
    if row.closed_at is not None:
        row.closed_at = None
        merge.note(Part.SITE, Action.REOPENED, name)
        merge.journal("site.reopened", "site", row.id, code=row.code)
    merge.put(Part.SITE, Site, row, name, values)


def _described(site: SitePlan) -> dict[str, Any]:
    known = {
        "mode": site.mode,
        "class": site.site_class,
        "grade": site.grade,
        "area_m2": float(site.area_m2) if site.area_m2 is not None else "",
        "grant_yuan": site.grant_yuan if site.grant_yuan is not None else "",
        "plan": site.plan,
    }
    return {
        "code": site.code,
        "name": site.name,
        "aliases": list(site.aliases),
        "address": site.address,
        "tier": site.tier,
        "attributes": {key: value for key, value in {**known, **site.attributes}.items() if value != ""},
    }


def _position(merge: Merge, row: Site | None, site: SitePlan, name: str) -> dict[str, Any]:
    """Nothing when the file gives none, or when the office has confirmed another on site."""
    if site.position is None:
        return {}
    position = {
        "latitude": site.position.latitude,
        "longitude": site.position.longitude,
        "datum": site.position.datum,
        "position_source": site.position.source or None,
    }
    if row is not None and (row.position_source or "").startswith(CONFIRMED):
        if (row.latitude, row.longitude) != (site.position.latitude, site.position.longitude):
            merge.note(Part.SITE, Action.KEPT, name, ("latitude", "longitude"))
        return {}
    return position
