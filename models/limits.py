"""The time limit a plan prints for a problem, if it prints one; and whether the problem has been here before."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models.campaign_plan import CountedFrom, DeadlinePlan, Severity
from models.campaigns import DeadlineRule
from models.checks import Check, ItemResult
from models.findings import Finding, FindingState
from models.memory import known
from models.places import Site, Unit
from models.record import columns
from models.rules.deadlines import Due, applies, limit


@cache
def _plans() -> TypeAdapter[DeadlinePlan]:
    return TypeAdapter(DeadlinePlan)  # takes a while, so not before it is needed


@dataclass(frozen=True, slots=True)
class PrintedLimit:
    """By when, and the plan and article that say so."""

    on: date
    basis: str


def keep_deadline_rule(plan: DeadlinePlan) -> dict[str, Any]:
    kept: dict[str, Any] = _plans().dump_python(plan, mode="json")
    return kept


def printed_limit(session: Session, check: Check, result: ItemResult, start: date) -> PrintedLimit | None:
    """None: the plan prints none, or leaves it open; then a person is asked, nothing is invented (R14)."""
    kind = check.site.kind.code if check.site and check.site.kind else ""
    checklist = check.checklist.code if check.checklist else ""
    rules = known(session, ("deadline rules", check.campaign_id), lambda: _rules(session, check.campaign_id))
    severity = Severity(result.item.severity)
    meant = tuple(
        r for r in rules
        if r.counted_from is CountedFrom.FOUND and applies(r, checklist, result.item.number, kind, severity)
    )  # fmt: skip
    found = limit(meant, start, _measured(result))
    if not isinstance(found, Due):
        return None
    return PrintedLimit(found.on, str(found.rule.source))


def _rules(session: Session, campaign_id: int | None) -> list[DeadlinePlan]:
    rows = session.scalars(
        select(DeadlineRule).where(DeadlineRule.campaign_id == campaign_id).order_by(DeadlineRule.id)
    )
    return [_plans().validate_python(row.rule) for row in rows]


def _measured(result: ItemResult) -> Decimal | None:
    try:
        return Decimal(result.value) if result.value else None
    except InvalidOperation:
        return None


def times_closed(session: Session, site_id: int, item_id: int) -> int:
    """How often this item was put right at this site before (死灰复燃)."""

    def counted() -> int:
        if any(isinstance(thing, Finding) for thing in session.dirty):  # one that is being closed now counts
            session.flush()
        count: int = columns(session, _CLOSED, site=site_id, item=item_id).scalar_one()
        return count

    return known(session, ("times closed", site_id, item_id), counted)


_CLOSED = select(func.count(Finding.id)).where(
    Finding.site_id == bindparam("site"),
    Finding.item_id == bindparam("item"),
    Finding.state == FindingState.VERIFIED_CLOSED,
)


def last_closed(session: Session, finding: Finding) -> datetime | None:
    """When the same item was last put right at this site, before this finding was opened."""
    return session.scalar(
        select(func.max(Finding.closed_at)).where(
            Finding.site_id == finding.site_id, Finding.item_id == finding.item_id,
            Finding.state == FindingState.VERIFIED_CLOSED, Finding.id < finding.id,
        )
    )  # fmt: skip


def responsible_unit(session: Session, site: Site) -> int | None:
    """Whose a problem at the site is: the unit of its kind, or for territorial kinds (属地) the area's own (R2, R4)."""
    if site.kind is not None and site.kind.responsible_unit_id is not None:
        return site.kind.responsible_unit_id
    key = ("unit of area", site.area_id)
    return known(session, key, lambda: columns(session, _UNIT_OF_AREA, area=site.area_id).scalar())


_UNIT_OF_AREA = select(Unit.id).where(Unit.area_id == bindparam("area")).order_by(Unit.id).limit(1)
