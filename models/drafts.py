"""Questions about checks in the making, and the numbers they get when they are handed in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.campaign_plan import ItemKind
from models.campaigns import Campaign, Checklist, ChecklistItem
from models.checks import Check, CheckState, ItemResult, NumberSequence, Outcome
from models.evidence import UNUSABLE, Photo, PhotoMoment, PhotoState, is_evidence
from models.places import Area, Site

MEASURED = frozenset({ItemKind.NUMBER, ItemKind.RATIO, ItemKind.CHOICE})
ALWAYS = frozenset({"always"})
ON_FAIL = frozenset({"photo_on_fail", "before_after"})
FRESH = timedelta(hours=12)  # a draft in hand; an older one waits under 「我的」 until it is asked for


def drafts_of(session: Session, person_id: int) -> list[Check]:
    query = select(Check).where(Check.person_id == person_id, Check.state == CheckState.DRAFT)
    return list(session.scalars(query.order_by(Check.touched_at.desc())))


def draft_at(session: Session, person_id: int, site_id: int) -> Check | None:
    query = select(Check).where(Check.person_id == person_id, Check.state == CheckState.DRAFT, Check.site_id == site_id)
    return session.scalar(query.order_by(Check.touched_at.desc()).limit(1))


def checklist_for(session: Session, site: Site) -> Checklist | None:
    """The current list that is meant for the site's kind and tier: the one for patrols, if there is one."""
    lists = session.scalars(
        select(Checklist)
        .where(Checklist.campaign_id == site.campaign_id, Checklist.replaced_at.is_(None))
        .order_by(Checklist.check_kind != "patrol", Checklist.id)
    )
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


def photo_count(session: Session, check_id: int) -> PhotoCount:
    """In one question, as it is asked at every message of a check."""
    placed = Photo.claimed_latitude.is_not(None)
    rows = session.execute(
        select(Photo.state, Photo.verdict, Photo.remarks, placed, func.count())
        .where(
            Photo.check_id == check_id, Photo.moment == PhotoMoment.BEFORE, Photo.forwarded.is_(False),
            Photo.state != PhotoState.REFUSED, Photo.replaced_at.is_(None),
        )
        .group_by(Photo.state, Photo.verdict, Photo.remarks, placed)
    ).all()  # fmt: skip
    stored = [row for row in rows if row[0] is PhotoState.STORED and row[1] not in UNUSABLE]
    return PhotoCount(
        sent=sum(row[4] for row in rows),
        stored=sum(row[4] for row in stored),
        lost=sum(row[4] for row in rows if row[0] is PhotoState.LOST),
        unusable=sum(row[4] for row in rows if row[0] is not PhotoState.LOST and row[1] in UNUSABLE),
        placed=sum(row[4] for row in stored if row[3]),
        remarks=tuple(dict.fromkeys(word for row in stored for word in row[2].split())),
    )


def results_of(session: Session, check_id: int) -> list[ItemResult]:
    """Current answers, by item number."""
    query = select(ItemResult).where(ItemResult.check_id == check_id, ItemResult.replaced_at.is_(None))
    return sorted(session.scalars(query), key=lambda result: result.item.number)


def answer_item(
    session: Session, check: Check, item: ChecklistItem, outcome: Outcome, note: str, *, by: int, at: datetime,
    value: str | None = None, message_id: int | None = None,
) -> ItemResult | None:  # fmt: skip
    """Gives an item its answer; the former one stays, marked as replaced. None when nothing changed."""
    current = session.scalar(
        select(ItemResult).where(
            ItemResult.check_id == check.id, ItemResult.item_id == item.id, ItemResult.replaced_at.is_(None)
        )
    )
    if current is not None:
        if (current.outcome, current.note, current.value) == (outcome, note, value):
            return None
        current.replaced_at = at
        session.flush()
    result = ItemResult(check_id=check.id, item_id=item.id, outcome=outcome, value=value, note=note, answered_at=at,
                        answered_by=by, message_id=message_id)  # fmt: skip
    result.item = item
    session.add(result)
    session.flush()
    return result


def take_back(session: Session, result: ItemResult, at: datetime) -> None:
    result.replaced_at = at
    session.flush()


def restore_former(session: Session, result: ItemResult, *, by: int, at: datetime) -> None:
    """Undoing an answer that had replaced another brings that one back, as a new answer."""
    query = select(ItemResult).where(
        ItemResult.check_id == result.check_id,
        ItemResult.item_id == result.item_id,
        ItemResult.replaced_at == result.answered_at,
    )
    former = session.scalar(query.order_by(ItemResult.id.desc()).limit(1))
    if former is None or former.id == result.id:
        return
    again = ItemResult(
        check_id=former.check_id,
        item_id=former.item_id,
        outcome=former.outcome,
        value=former.value,
        note=former.note,
        answered_at=at,
        answered_by=by,
        message_id=former.message_id,
    )
    session.add(again)
    session.flush()


def next_number(session: Session, prefix: str, day: date) -> int:
    row = session.get(NumberSequence, (prefix, day), with_for_update=True)
    if row is None:
        row = NumberSequence(prefix=prefix, day=day, last=0)
        session.add(row)
    row.last += 1
    session.flush()
    return row.last


def prefix_of(session: Session, site: Site) -> str:
    """The letters of the site's area, or of the nearest area above it that has some."""
    area: Area | None = site.area
    while area is not None:
        if area.prefix:
            return area.prefix
        area = session.get(Area, area.parent_id) if area.parent_id is not None else None
    return "XC"


def zone_name_of(campaign: Campaign | None, default: str) -> str:
    return campaign.timezone if campaign else default


def lacking_evidence(
    session: Session, check_id: int, items: tuple[ChecklistItem, ...], results: tuple[ItemResult, ...]
) -> tuple[ChecklistItem, ...]:
    """Items whose evidence rule asks for a photo that is not there: the check is not complete yet (R22)."""
    failed = {result.item_id for result in results if result.outcome is Outcome.FAIL}
    asked = [item for item in items if item.evidence in ALWAYS or (item.evidence in ON_FAIL and item.id in failed)]
    if not asked:
        return ()
    shown = set(session.scalars(select(Photo.item_id).where(Photo.check_id == check_id, is_evidence())))
    return tuple(item for item in asked if item.id not in shown)


def items_asked(check: Check) -> list[ChecklistItem]:
    """The items a site of its tier has to show; what a tier does not require is not asked (R27)."""
    if check.checklist is None:
        return []
    tier = check.site.tier if check.site is not None else None
    return [item for item in check.checklist.items if _requirement(item, tier) != "not_required"]


def _requirement(item: ChecklistItem, tier: str | None) -> str:
    standards = item.rule.get("standards", ()) if item.rule.get("varies_by") == "tier" else ()
    by_case = {standard["case"]: str(standard["requirement"]) for standard in standards}
    return by_case.get(tier, by_case.get(None, "mandatory"))


def unmeasured(
    items: tuple[ChecklistItem, ...], results: tuple[ItemResult, ...], tier: str | None
) -> tuple[ChecklistItem, ...]:
    """Figures and choices that are asked for and not given yet: nobody can say of them that the rest is fine."""
    answered = {result.item_id for result in results}
    return tuple(
        item
        for item in items
        if item.kind in MEASURED and item.id not in answered and _requirement(item, tier) == "mandatory"
    )
