"""Figures of a campaign for a day and a part of the record: what a digest and a progress answer are made of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from models.campaigns import Campaign, Target
from models.checks import HANDED_IN, Check
from models.findings import STILL_OPEN, UNCOUNTED, Finding
from models.places import Area, Site, SiteKind
from models.rights import Scope, within


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sites of a part have been checked at least once."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Counts of one local day, and of where things stand at its end. `due`: how many fall due the next day."""

    checks: int
    sites: int
    opened: int
    closed: int
    open: int
    overdue: int
    late: int
    due: int

    @property
    def anything_happened(self) -> bool:
        return bool(self.checks or self.opened or self.closed)


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """Where a target stands: what was counted against what was asked."""

    target: Target
    reached: int

    @property
    def missing(self) -> int:
        return max(0, round(self.target.value) - self.reached)


def _sites_of(campaign_id: int, granted: list[Scope]) -> ColumnElement[bool]:
    return (Site.campaign_id == campaign_id) & within(granted) & Site.closed_at.is_(None)


def day_figures(
    session: Session, campaign_id: int, granted: list[Scope], day: date, bounds: tuple[datetime, datetime]
) -> DayFigures:
    """`bounds`: the local day as two moments, the second exclusive. Costs what the day and what is open hold, however
    much history lies behind: each count is answered by an index made for it."""
    mine = _sites_of(campaign_id, granted)
    checks, sites, late = session.execute(
        select(
            func.count(Check.site_id),
            func.count(func.distinct(Check.site_id)),
            func.count(Check.site_id).filter(Check.received_at >= bounds[1]),
        )
        .join(Site, Site.id == Check.site_id)
        .where(Check.campaign_id == campaign_id, Check.day == day, HANDED_IN, mine)
    ).one()
    still_open, overdue, due = session.execute(
        select(
            func.count(Finding.site_id),
            func.count(Finding.site_id).filter(Finding.deadline_on < day),
            func.count(Finding.site_id).filter(Finding.deadline_on == day + timedelta(days=1)),
        )
        .join(Site, Site.id == Finding.site_id)
        .where(Finding.campaign_id == campaign_id, STILL_OPEN, mine)
    ).one()
    real = (Finding.campaign_id == campaign_id) & Finding.state.not_in(UNCOUNTED)
    return DayFigures(
        checks, sites,
        opened=_count(session, mine, real & (Finding.day == day)),
        closed=_count(session, mine, real & (Finding.closed_at >= bounds[0]) & (Finding.closed_at < bounds[1])),
        open=still_open, overdue=overdue, late=late, due=due,
    )  # fmt: skip


def _count(session: Session, mine: ColumnElement[bool], which: ColumnElement[bool]) -> int:
    # Found first and then placed: by their sites, all findings that ever were would be gone through for those of a day.
    found = select(Finding.site_id).where(which).cte("found").prefix_with("MATERIALIZED")
    query = select(func.count(found.c.site_id)).join(Site, Site.id == found.c.site_id).where(mine)
    return session.scalar(query) or 0


def due_on(session: Session, campaign_id: int, granted: list[Scope], day: date, limit: int) -> list[Finding]:
    """Open problems whose time limit is that day, the oldest first."""
    mine = _sites_of(campaign_id, granted)
    return list(
        session.scalars(
            select(Finding).join(Site, Site.id == Finding.site_id)
            .where(Finding.campaign_id == campaign_id, mine, STILL_OPEN, Finding.deadline_on == day)
            .order_by(Finding.id).limit(limit)
            .options(joinedload(Finding.site), joinedload(Finding.item))
        )
    )  # fmt: skip


_checked = exists().where(Check.site_id == Site.id, HANDED_IN).correlate(Site)


def coverage(session: Session, campaign_id: int, granted: list[Scope]) -> Coverage:
    done, total = session.execute(
        select(func.count(Site.id).filter(_checked), func.count(Site.id)).where(_sites_of(campaign_id, granted))
    ).one()
    return Coverage("", done, total)


def coverage_in_kinds(
    session: Session, campaign_id: int, granted: list[Scope], language: str = "zh"
) -> tuple[Coverage, list[Coverage]]:
    """The whole, and each of its kinds, counted at once: sites of no kind are in the whole alone."""
    name = case((SiteKind.name_en != "", SiteKind.name_en), else_=SiteKind.name) if language == "en" else SiteKind.name
    kinds = select(SiteKind.id, name).where(SiteKind.campaign_id == campaign_id).order_by(SiteKind.place, SiteKind.id)
    counted = _counted(session, campaign_id, granted, Site.kind_id)
    whole = Coverage("", sum(done for done, _ in counted.values()), sum(total for _, total in counted.values()))
    return whole, [Coverage(name, *counted[kind]) for kind, name in session.execute(kinds) if kind in counted]


def coverage_by_kind(session: Session, campaign_id: int, granted: list[Scope], language: str = "zh") -> list[Coverage]:
    return coverage_in_kinds(session, campaign_id, granted, language)[1]


def coverage_by_area(session: Session, campaign_id: int, granted: list[Scope]) -> list[Coverage]:
    counted = _counted(session, campaign_id, granted, Site.area_id)
    areas = session.execute(select(Area.id, Area.name).order_by(Area.id))
    return [Coverage(name, *counted[area]) for area, name in areas if area in counted]


def _counted(
    session: Session, campaign_id: int, granted: list[Scope], part: InstrumentedAttribute[Any]
) -> dict[int | None, tuple[int, int]]:
    """Sites checked and sites there are, by what `part` of a site says."""
    rows = session.execute(
        select(part, func.count(Site.id).filter(_checked), func.count(Site.id))
        .where(_sites_of(campaign_id, granted))
        .group_by(part)
    )
    return {key: (done, total) for key, done, total in rows}


def headline_target(
    session: Session, campaign: Campaign, granted: list[Scope], covered: Coverage | None = None
) -> TargetFigure | None:
    """The campaign's own target, if checks can count towards it; nothing for who sees only a part. `covered`: the
    coverage of the same part, where it has been counted already."""
    if all(scope.areas is not None for scope in granted):
        return None
    targets = session.scalars(select(Target).where(Target.campaign_id == campaign.id).order_by(Target.id))
    for target in targets:
        if not target.scope and target.measure == "sites_checked":
            return TargetFigure(target, (covered or coverage(session, campaign.id, granted)).done)
    return None


def campaigns_within(session: Session, granted: list[Scope], ended: bool = False) -> list[Campaign]:
    """Campaigns that have a site in these scopes, the newest first: those that go on, or those that have ended."""
    query = select(Campaign).where(
        Campaign.closed_at.is_not(None) if ended else Campaign.closed_at.is_(None),
        Campaign.id.in_(select(Site.campaign_id).where(within(granted))),
    )
    return list(session.scalars(query.order_by(Campaign.id.desc())))
