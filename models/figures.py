"""Figures of a campaign for a day and a part of the record: what a digest and a progress answer are made of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.campaigns import Campaign, Target
from models.checks import Check, CheckState
from models.findings import OPEN_STATES, Finding
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
    """Counts of one local day, and of where things stand at its end. `due` is what falls due the next day."""

    checks: int
    sites: int
    opened: int
    closed: int
    open: int
    overdue: int
    late: int
    due: tuple[Finding, ...]

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
    """`bounds`: the local day as two moments, the second exclusive."""
    mine = _sites_of(campaign_id, granted)
    checks, sites, late = session.execute(
        select(
            func.count(Check.id),
            func.count(func.distinct(Check.site_id)),
            func.count(Check.id).filter(Check.received_at >= bounds[1]),
        )
        .join(Site, Site.id == Check.site_id)
        .where(Check.campaign_id == campaign_id, Check.day == day, Check.state == CheckState.SUBMITTED, mine)
    ).one()
    findings = (
        select(func.count(Finding.id))
        .join(Site, Site.id == Finding.site_id)
        .where(Finding.campaign_id == campaign_id, mine)
    )
    is_open = Finding.state.in_(OPEN_STATES)
    real = Finding.state != "withdrawn"
    due = session.scalars(
        select(Finding).join(Site, Site.id == Finding.site_id)
        .where(Finding.campaign_id == campaign_id, mine, is_open, Finding.deadline_on == day + timedelta(days=1))
        .order_by(Finding.id)
    )  # fmt: skip
    return DayFigures(
        checks, sites,
        opened=session.scalar(findings.where(Finding.day == day, real)) or 0,
        closed=session.scalar(findings.where(Finding.closed_at >= bounds[0], Finding.closed_at < bounds[1], real)) or 0,
        open=session.scalar(findings.where(is_open)) or 0,
        overdue=session.scalar(findings.where(is_open, Finding.deadline_on < day)) or 0,
        late=late, due=tuple(due),
    )  # fmt: skip


def _checked(campaign_id: int) -> ColumnElement[bool]:
    return Site.id.in_(
        select(Check.site_id).where(Check.campaign_id == campaign_id, Check.state == CheckState.SUBMITTED)
    )


def coverage(session: Session, campaign_id: int, granted: list[Scope]) -> Coverage:
    mine = _sites_of(campaign_id, granted)
    total = session.scalar(select(func.count(Site.id)).where(mine)) or 0
    done = session.scalar(select(func.count(Site.id)).where(mine, _checked(campaign_id))) or 0
    return Coverage("", done, total)


def coverage_by_kind(session: Session, campaign_id: int, granted: list[Scope], language: str = "zh") -> list[Coverage]:
    kinds = (
        select(
            SiteKind.id,
            case((SiteKind.name_en != "", SiteKind.name_en), else_=SiteKind.name)
            if language == "en"
            else SiteKind.name,
        )
        .where(SiteKind.campaign_id == campaign_id)
        .order_by(SiteKind.place, SiteKind.id)
    )
    counted = _counted(session, campaign_id, granted, Site.kind_id)
    return [Coverage(name, *counted[kind]) for kind, name in session.execute(kinds) if kind in counted]


def coverage_by_area(session: Session, campaign_id: int, granted: list[Scope]) -> list[Coverage]:
    counted = _counted(session, campaign_id, granted, Site.area_id)
    areas = session.execute(select(Area.id, Area.name).order_by(Area.id))
    return [Coverage(name, *counted[area]) for area, name in areas if area in counted]


def _counted(
    session: Session, campaign_id: int, granted: list[Scope], part: InstrumentedAttribute[Any]
) -> dict[int, tuple[int, int]]:
    """Sites checked and sites there are, by what `part` of a site says."""
    rows = session.execute(
        select(part, func.count(Site.id).filter(_checked(campaign_id)), func.count(Site.id))
        .where(_sites_of(campaign_id, granted))
        .group_by(part)
    )
    return {key: (done, total) for key, done, total in rows if key is not None}


def headline_target(session: Session, campaign: Campaign, granted: list[Scope]) -> TargetFigure | None:
    """The campaign's own target, if checks can count towards it; nothing for who sees only a part."""
    if all(scope.areas is not None for scope in granted):
        return None
    targets = session.scalars(select(Target).where(Target.campaign_id == campaign.id).order_by(Target.id))
    for target in targets:
        if not target.scope and target.measure == "sites_checked":
            return TargetFigure(target, coverage(session, campaign.id, granted).done)
    return None


def campaigns_within(session: Session, granted: list[Scope]) -> list[Campaign]:
    """Campaigns that have a site in these scopes, the newest first."""
    query = select(Campaign).where(
        Campaign.closed_at.is_(None), Campaign.id.in_(select(Site.campaign_id).where(within(granted)))
    )
    return list(session.scalars(query.order_by(Campaign.id.desc())))
