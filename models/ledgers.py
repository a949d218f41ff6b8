"""Rows of the ledgers (台账): the checks and findings of a campaign in a span, as they stood at a moment."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.checks import Check, CheckState, ItemResult
from models.evidence import Photo, PhotoMoment, PhotoState
from models.findings import Finding
from models.places import Site
from models.rights import Scope, within

THUMBNAILS = 2  # a row's pictures; the rest stays in the photo store


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check with its answers and safe photos at that moment; `corrections` counts answers given again later."""

    check: Check
    results: tuple[ItemResult, ...]
    photos: int
    thumbnails: tuple[str, ...]
    corrections: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding: Finding
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerRows:
    checks: tuple[CheckRow, ...]
    findings: tuple[FindingRow, ...]

    @property
    def thumbnails(self) -> int:
        of_checks = sum(len(row.thumbnails) for row in self.checks)
        return of_checks + sum(len(row.before) + len(row.after) for row in self.findings)


def ledger_rows(
    session: Session, campaign_id: int, granted: list[Scope], first: date, last: date, as_of: datetime
) -> LedgerRows:
    """Everything of the days from `first` to `last`, both included, that was on record by `as_of`."""
    checks = list(session.scalars(_checks(campaign_id, granted, first, last, as_of)))
    findings = list(session.scalars(_findings(campaign_id, granted, first, last, as_of)))
    check_ids = [check.id for check in checks]
    results, corrected = _results(session, check_ids, as_of)
    photos = _photos(session, check_ids, as_of)
    check_rows = tuple(
        CheckRow(
            check,
            tuple(results.get(check.id, ())),
            sum(_counts(photo) for photo in photos.get(check.id, ())),
            _safe(photos.get(check.id, ()), as_of, moment="before"),
            corrected.get(check.id, 0),
        )
        for check in checks
    )
    of_findings = {finding.check_id for finding in findings} - set(check_ids)
    photos |= _photos(session, sorted(of_findings), as_of)
    return LedgerRows(
        check_rows, tuple(_finding_row(finding, photos.get(finding.check_id, []), as_of) for finding in findings)
    )


def _checks(campaign_id: int, granted: list[Scope], first: date, last: date, as_of: datetime) -> Select[Check]:
    return (
        select(Check)
        .join(Site, Site.id == Check.site_id)
        .where(
            Check.campaign_id == campaign_id,
            within(granted),
            Check.day.between(first, last),
            Check.number.is_not(None),
            Check.state == CheckState.SUBMITTED,
            Check.received_at <= as_of,
        )
        .order_by(Check.day, Check.id)
    )


def _findings(campaign_id: int, granted: list[Scope], first: date, last: date, as_of: datetime) -> Select[Finding]:
    return (
        select(Finding)
        .join(Site, Site.id == Finding.site_id)
        .where(
            Finding.campaign_id == campaign_id,
            within(granted),
            Finding.day.between(first, last),
            Finding.opened_at <= as_of,
            Finding.state != "withdrawn",
        )
        .order_by(Finding.day, Finding.id)
    )


def _results(
    session: Session, check_ids: list[int], as_of: datetime
) -> tuple[dict[int, list[ItemResult]], dict[int, int]]:
    """Answers that held at the moment, and how many were given again after the check was handed in."""
    held: dict[int, list[ItemResult]] = {}
    corrected: dict[int, int] = {}
    for start in range(0, len(check_ids), 500):
        part = check_ids[start : start + 500]
        submitted = dict(session.execute(select(Check.id, Check.received_at).where(Check.id.in_(part))).all())
        query = (
            select(ItemResult)
            .where(ItemResult.check_id.in_(part), ItemResult.answered_at <= as_of)
            .order_by(ItemResult.id)
        )
        for result in session.scalars(
            query.where(or_(ItemResult.replaced_at.is_(None), ItemResult.replaced_at > as_of))
        ):
            held.setdefault(result.check_id, []).append(result)
            handed_in = submitted.get(result.check_id)
            if handed_in is not None and result.answered_at > handed_in:
                corrected[result.check_id] = corrected.get(result.check_id, 0) + 1
    for results in held.values():
        results.sort(key=lambda result: result.item.number)
    return held, corrected


def _photos(session: Session, check_ids: list[int], as_of: datetime) -> dict[int, list[Photo]]:
    found: dict[int, list[Photo]] = {}
    for start in range(0, len(check_ids), 500):
        part = check_ids[start : start + 500]
        query = (
            select(Photo)
            .where(Photo.check_id.in_(part), Photo.received_at <= as_of, Photo.forwarded.is_(False))
            .order_by(Photo.id)
        )
        for photo in session.scalars(query):
            found.setdefault(photo.check_id or 0, []).append(photo)
    return found


def _counts(photo: Photo) -> bool:
    return photo.state is not PhotoState.REFUSED and photo.moment is PhotoMoment.BEFORE


def _safe(
    photos: list[Photo] | tuple[Photo, ...], as_of: datetime, moment: str, item_id: int | None = None
) -> tuple[str, ...]:
    """Hashes of stored photos, those of the item first."""
    fit = [
        p
        for p in photos
        if p.moment == moment and p.sha256 is not None and p.stored_at is not None and p.stored_at <= as_of
    ]
    if item_id is not None:
        fit.sort(key=lambda photo: photo.item_id != item_id)
    return tuple(photo.sha256 for photo in fit[:THUMBNAILS] if photo.sha256)


def _finding_row(finding: Finding, photos: list[Photo], as_of: datetime) -> FindingRow:
    after = [photo for photo in photos if photo.finding_id == finding.id]
    return FindingRow(finding, _safe(photos, as_of, "before", finding.item_id)[:1], _safe(after, as_of, "after")[:1])
