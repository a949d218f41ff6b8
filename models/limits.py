"""The time limit a plan prints for a problem, if it prints one; and whether the problem has been here before."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models.campaign_plan import CountedFrom, DeadlinePlan, Severity, UnitRole
from models.campaigns import ChecklistItem, DeadlineRule, Document
from models.checks import Check, ItemResult
from models.findings import Finding, FindingState
from models.memory import known
from models.places import Site, Unit
from models.record import columns
from models.rules.deadlines import Ask, Due, Question, applies, days_after, limit, settled


@cache
def _plans() -> TypeAdapter[DeadlinePlan]:
    return TypeAdapter(DeadlinePlan)  # takes a while, so not before it is needed


@dataclass(frozen=True, slots=True)
class PrintedLimit:
    """By when, and the plan and article that say so."""

    on: date
    basis: str


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """One way to read the plan: a class of the measured value, a condition that holds, the date that was meant."""

    name: str
    on: date
    basis: str


@dataclass(frozen=True, slots=True)
class LimitAsked:
    """The plan prints a limit but does not settle it here: a person chooses, the program never does (R40).

    `figure` is the name of what is measured, `measured` its value in the rule's own unit, if it was given.
    """

    question: Question
    figure: str
    measured: Decimal | None
    basis: str
    choices: tuple[LimitChoice, ...]


def keep_deadline_rule(plan: DeadlinePlan) -> dict[str, Any]:
    kept: dict[str, Any] = _plans().dump_python(plan, mode="json")
    return kept


def printed_limit(session: Session, check: Check, result: ItemResult, today: date) -> PrintedLimit | LimitAsked | None:
    """None: the plan prints no limit for this; then a person is asked, nothing is invented (R14)."""
    rules = known(session, ("deadline rules", check.campaign_id), lambda: _rules(session, check.campaign_id))
    if not rules:
        return None
    return _limit(session, check, result.item, result.item.severity, rules, today)


def limit_asked(session: Session, finding: Finding) -> LimitAsked | None:
    """What the plan leaves to a person of a finding's limit, once more: as of the day it was found."""
    rules = known(session, ("deadline rules", finding.campaign_id), lambda: _rules(session, finding.campaign_id))
    if not rules:
        return None
    found = _limit(session, finding.check, finding.item, finding.severity, rules, finding.day)
    return found if isinstance(found, LimitAsked) else None


def noticed_limit(session: Session, finding: Finding, start: date) -> PrintedLimit | None:
    """What the plan counts from the notice, for one that is issued on `start`."""
    rules = known(session, ("deadline rules", finding.campaign_id), lambda: _rules(session, finding.campaign_id))
    if not rules:
        return None
    noticed = frozenset({CountedFrom.NOTICE})
    found = _limit(session, finding.check, finding.item, finding.severity, rules, start, noticed)
    return found if isinstance(found, PrintedLimit) else None


_COUNTED = frozenset({CountedFrom.FOUND, CountedFrom.ISSUED})


def _limit(
    session: Session, check: Check, item: ChecklistItem, severity: str, rules: list[DeadlinePlan], today: date,
    counted: frozenset[CountedFrom] = _COUNTED,
) -> PrintedLimit | LimitAsked | None:  # fmt: skip
    kind = check.site.kind.code if check.site and check.site.kind else ""
    checklist = check.checklist.code if check.checklist else ""
    meant = tuple(
        r for r in rules
        if r.counted_from in counted and applies(r, checklist, item.number, kind, Severity(severity))
    )  # fmt: skip
    starts = {rule.code: _start(session, rule, today) for rule in meant}
    meant = tuple(rule for rule in meant if starts[rule.code] is not None)
    if not meant:
        return None
    measured = _measured(check, item, meant[0].measured)
    found = limit(meant, starts[meant[0].code] or today, measured)
    if isinstance(found, Due):
        band = f"（{found.band.name}）" if found.band is not None else ""
        printed = PrintedLimit(found.on, f"{found.rule.source}{band}")
        passed = LimitAsked(Question.PASSED, found.rule.measured, measured, printed.basis, ())
        return printed if found.on >= today else passed
    choices = [
        choice for rule in found.rules for choice in _choices(rule, starts[rule.code] or today, found, measured)
    ]  # fmt: skip
    return LimitAsked(found.question, found.rules[0].measured, measured, str(found.rules[0].source), tuple(choices))


def _start(session: Session, rule: DeadlinePlan, today: date) -> date | None:
    """The day a rule counts from; None where the record does not have it."""
    if rule.counted_from is not CountedFrom.ISSUED or rule.on is not None:
        return today
    number = rule.source.document
    return known(
        session, ("issued", number),
        lambda: session.scalar(select(Document.issued_on).where(Document.number == number)),
    )  # fmt: skip


def _choices(rule: DeadlinePlan, start: date, asked: Ask, measured: Decimal | None) -> list[LimitChoice]:
    """What a person may choose from: dates the rule comes to, each for its class, condition or printed date."""
    bands = asked.bands if rule.bands else ()
    if bands and asked.question is not Question.SEVERAL_RULES:
        return [LimitChoice(band.name, days_after(start, band.days), f"{rule.source}（{band.name}）") for band in bands]
    found = settled(rule, start, measured)
    name = rule.condition or rule.name
    if isinstance(found, Due):
        return [LimitChoice(name, found.on, f"{rule.source}（{name}）")]
    return [LimitChoice(name, found.suggested, str(rule.source))] if found.suggested is not None else []


def _rules(session: Session, campaign_id: int | None) -> list[DeadlinePlan]:
    rows = session.scalars(
        select(DeadlineRule).where(DeadlineRule.campaign_id == campaign_id).order_by(DeadlineRule.id)
    )
    return [_plans().validate_python(row.rule) for row in rows]


def _measured(check: Check, item: ChecklistItem, name: str) -> Decimal | None:
    """The figure the rule names: of the item of that name in the same check, or of the failed item itself."""
    for result in check.answers:
        of_name = result.item.name == name if name else result.item_id == item.id
        if of_name and result.replaced_at is None and result.value:
            try:
                return Decimal(result.value)
            except InvalidOperation:
                return None
    return None


def times_closed(session: Session, site_id: int, item_id: int) -> int:
    """How often this item was put right at this site before (死灰复燃)."""
    return _closed_before(session, site_id, item_id)[0]


def closed_last(session: Session, site_id: int, item_id: int) -> datetime | None:
    """When it was put right last; asked together with how often."""
    return _closed_before(session, site_id, item_id)[1]


def _closed_before(session: Session, site_id: int, item_id: int) -> tuple[int, datetime | None]:
    def counted() -> tuple[int, datetime | None]:
        if any(isinstance(thing, Finding) for thing in session.dirty):  # one that is being closed now counts
            session.flush()
        times, last = columns(session, _CLOSED, site=site_id, item=item_id).one()
        return times, last

    return known(session, ("times closed", site_id, item_id), counted)


_CLOSED = select(func.count(Finding.id), func.max(Finding.closed_at)).where(
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


def responsible_unit(session: Session, site: Site, item: ChecklistItem | None = None) -> int | None:
    """Whose a problem at the site is: the unit of the item, else of the site's kind, or for territorial ones (属地) the
    area's own (R2, R4)."""
    named = item.rule.get("responsible_unit") if item is not None else None
    if named is not None and named != UnitRole.TERRITORIAL:
        return known(session, ("unit named", named), lambda: columns(session, _UNIT_NAMED, name=named).scalar())
    if named is None and site.kind is not None and site.kind.responsible_unit_id is not None:
        return site.kind.responsible_unit_id
    return unit_of_area(session, site.area_id)


def unit_of_area(session: Session, area_id: int) -> int | None:
    return known(session, ("unit of area", area_id), lambda: columns(session, _UNIT_OF_AREA, area=area_id).scalar())


_UNIT_NAMED = select(Unit.id).where(Unit.name == bindparam("name"))
_UNIT_OF_AREA = select(Unit.id).where(Unit.area_id == bindparam("area")).order_by(Unit.id).limit(1)
