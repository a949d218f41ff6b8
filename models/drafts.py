"""Questions about checks in the making, and the numbers they get when they are handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from models.campaigns import ALWAYS, Asked, Campaign, Checklist, ChecklistItem
from models.checks import HANDED_IN, IN_HAND, Check, ItemResult, NumberSequence, Outcome
from models.evidence import UNUSABLE, Photo, PhotoMoment, PhotoState
from models.people import Person
from models.places import Area, Site
from models.record import columns, keep, shared, thing_of, things
from models.unit import belong

FRESH = timedelta(hours=12)  # a draft in hand; an older one waits under 「我的」 until it is asked for


def drafts_of(session: Session, person_id: int) -> list[Check]:
    query = select(Check).where(Check.person_id == person_id, IN_HAND)
    return list(session.scalars(query.order_by(Check.touched_at.desc())))


def draft_at(session: Session, person_id: int, site_id: int) -> Check | None:
    number = columns(session, _DRAFT_AT, person=person_id, site=site_id).scalar()
    return session.get(Check, number) if number is not None else None


_DRAFT_AT = (
    select(Check.id)
    .where(Check.person_id == bindparam("person"), IN_HAND, Check.site_id == bindparam("site"))
    .order_by(Check.touched_at.desc())
    .limit(1)
)


def checklist_for(site: Site) -> Checklist | None:
    """The current list that is meant for the site's kind and tier: the one for patrols, if there is one."""
    lists = [each for each in site.campaign.checklists if each.replaced_at is None]
    lists.sort(key=lambda each: (each.check_kind != "patrol", each.id))
    return next((checklist for checklist in lists if _is_meant(checklist, site)), None)


def _is_meant(checklist: Checklist, site: Site) -> bool:
    kinds, tiers = checklist.applies_to.get("kinds"), checklist.applies_to.get("tiers")
    of_kind = not kinds or (site.kind is not None and site.kind.code in kinds)
    return of_kind and (not tiers or site.tier in tiers)


@dataclass(frozen=True, slots=True)
class PhotoCount:
    """Photos of a check before rectification, forwarded and replaced ones aside.

    `stored` counts the usable ones whose bytes are safe, `placed` those that say where they were taken.
    """

    sent: int = 0
    stored: int = 0
    lost: int = 0
    unusable: int = 0
    placed: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def good(self) -> int:
        """What counts towards the photos a check needs."""
        return self.sent - self.lost - self.unusable

    @property
    def pending(self) -> int:
        return self.good - self.stored


def photos_before(check: Check) -> list[Photo]:
    """Photos of a check before rectification that count as its inspector's own; replaced ones aside."""
    return [
        photo for photo in check.photos
        if photo.moment is PhotoMoment.BEFORE and not photo.forwarded
        and photo.state is not PhotoState.REFUSED and photo.replaced_at is None
    ]  # fmt: skip


def photo_count(check: Check) -> PhotoCount:
    photos = photos_before(check)
    stored = [photo for photo in photos if photo.state is PhotoState.STORED and photo.verdict not in UNUSABLE]
    return PhotoCount(
        sent=len(photos),
        stored=len(stored),
        lost=sum(photo.state is PhotoState.LOST for photo in photos),
        unusable=sum(photo.state is not PhotoState.LOST and photo.verdict in UNUSABLE for photo in photos),
        placed=sum(photo.claimed_latitude is not None for photo in stored),
        remarks=tuple(dict.fromkeys(word for photo in stored for word in photo.remarks.split())),
    )


def latest_handed_in(session: Session, person: Person, *those: ColumnElement[bool]) -> Check | None:
    """The check somebody handed in last, of those for which all this is so."""
    of_theirs = select(Check).where(Check.person_id == person.id, HANDED_IN, *those)
    return session.scalar(of_theirs.order_by(Check.day.desc(), Check.submitted_at.desc()).limit(1))


def results_of(check: Check) -> list[ItemResult]:
    """Current answers, by item number."""
    return sorted((a for a in check.answers if a.replaced_at is None), key=lambda result: result.item.number)


def passed_and_others(session: Session, check: Check) -> tuple[int, list[ItemResult]]:
    """How many of the current answers are a pass; the others, by item number. Dozens of passes are counted where they
    are, unless they are in mind already."""
    if "answers" in check.__dict__:
        results = results_of(check)
        others = [result for result in results if result.outcome is not Outcome.PASS]
        return len(results) - len(others), others
    session.flush()
    passed: int = columns(session, _PASSED, check=check.id).scalar_one()
    return passed, sorted(things(session, ItemResult, _OTHERS, check=check.id), key=lambda result: result.item.number)


_CURRENT = (ItemResult.check_id == bindparam("check"), ItemResult.replaced_at.is_(None))
_PASSED = select(func.count(ItemResult.id)).where(*_CURRENT, ItemResult.outcome == Outcome.PASS)
_OTHERS = select(ItemResult.__table__).where(*_CURRENT, ItemResult.outcome != Outcome.PASS)


def answer_item(
    session: Session, check: Check, item: ChecklistItem, outcome: Outcome, note: str, *, by: int, at: datetime,
    value: str | None = None, message_id: int | None = None,
) -> ItemResult | None:  # fmt: skip
    """Gives an item its answer; the former one stays, marked as replaced. None when nothing changed."""
    current = next((a for a in check.answers if a.item_id == item.id and a.replaced_at is None), None)
    if current is not None:
        if (current.outcome, current.note, current.value) == (outcome, note, value):
            return None
        take_back(session, current, at)
    result = ItemResult(item_id=item.id, outcome=outcome, value=value, note=note, answered_at=at, answered_by=by,
                        message_id=message_id)  # fmt: skip
    belong(result, "item", item)
    belong(result, "check", check)
    keep(session, result)
    return result


def take_back(session: Session, result: ItemResult, at: datetime) -> None:
    """Written at once: an item has one current answer, and the next one may follow in the same turn."""
    result.replaced_at = at
    session.flush()


def restore_former(session: Session, result: ItemResult, *, by: int, at: datetime) -> None:
    """Undoing an answer that had replaced another brings that one back, as a new answer."""
    former = [
        a for a in result.check.answers
        if a.item_id == result.item_id and a.replaced_at == result.answered_at and a is not result
    ]  # fmt: skip
    if former:
        last = former[-1]
        answer_item(session, result.check, last.item, last.outcome, last.note, by=by, at=at, value=last.value,
                    message_id=last.message_id)  # fmt: skip


def next_number(session: Session, prefix: str, day: date) -> int:
    row = session.get(NumberSequence, (prefix, day), with_for_update=shared(session))
    if row is None:
        row = NumberSequence(prefix=prefix, day=day, last=0)
        session.add(row)
    row.last += 1
    if shared(session):
        session.flush()
    return row.last


def prefix_of(session: Session, site: Site) -> str:
    """The letters of the site's area, or of the nearest area above it that has some."""
    return prefix_at(session, site.area_id)


def prefix_at(session: Session, area_id: int) -> str:
    area: Area | None = thing_of(session, Area, area_id)
    while area is not None:
        if area.prefix:
            return area.prefix
        area = session.get(Area, area.parent_id) if area.parent_id is not None else None
    return "XC"


def zone_name_of(campaign: Campaign | None, default: str) -> str:
    return campaign.timezone if campaign else default


def lacking_evidence(check: Check, results: Sequence[ItemResult]) -> tuple[ChecklistItem, ...]:
    """Items whose evidence rule asks for a photo that is not there: the check is not complete yet (R22)."""
    may_be = asked_of(check).shown
    if not may_be:
        return ()
    failed = {result.item_id for result in results if result.outcome is Outcome.FAIL}
    asked = [item for item in may_be if item.evidence in ALWAYS or item.id in failed]
    shown = {photo.item_id for photo in check.photos if photo.is_evidence} if asked else set()
    return tuple(item for item in asked if item.id not in shown)


def asked_of(check: Check) -> Asked:
    """What a site of its tier has to show."""
    if check.checklist is None:
        return Asked()
    return check.checklist.asked_of(check.site.tier if check.site is not None else None)


def items_asked(check: Check) -> tuple[ChecklistItem, ...]:
    return asked_of(check).items


def unmeasured(check: Check, results: Sequence[ItemResult]) -> tuple[ChecklistItem, ...]:
    """Figures and choices that are asked for and not given yet: nobody can say of them that the rest is fine."""
    measured = asked_of(check).measured
    if not measured:
        return ()
    answered = {result.item_id for result in results}
    return tuple(item for item in measured if item.id not in answered)
