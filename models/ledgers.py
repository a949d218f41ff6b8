"""Rows of the ledgers (台账): the checks and findings of a campaign in a span, as they stood at a moment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.attachments import Attachment, attached
from models.campaigns import ChecklistItem
from models.checks import HANDED_IN, TAKEN_BACK, Check, ItemResult, Location, Outcome
from models.evidence import UNUSABLE, Photo, PhotoMoment, PhotoState, PhotoVerdict
from models.findings import UNCOUNTED, Finding, FindingState, FindingStep
from models.journal import JournalEntry
from models.places import Site
from models.rights import Scope, within

OPENED = frozenset({PhotoVerdict.SOUND, None})  # None: from before photos were looked at
ANSWER = (
    ItemResult.check_id, ItemResult.item_id, ItemResult.outcome, ItemResult.note, ItemResult.answered_at
)  # fmt: skip
PHOTO: tuple[Any, ...] = (
    Photo.check_id, Photo.item_id, Photo.finding_id, Photo.moment, Photo.state, Photo.verdict, Photo.sha256,
    Photo.stored_at, Photo.file_name, Photo.size,
)  # fmt: skip
THUMBNAILS = 2  # a row's pictures; the rest stays in the photo store


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of an item. A year's ledger has hundreds of thousands of them, too many for mapped objects."""

    item: ChecklistItem
    outcome: Outcome
    note: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check with its answers and safe photos at that moment; `corrections` counts answers given again later."""

    check: Check
    results: tuple[Answer, ...]
    photos: int
    thumbnails: tuple[str, ...]
    corrections: int
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it stood at that moment, whatever has become of it since."""

    finding: Finding
    state: FindingState
    closed_at: datetime | None
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
    checks = sorted(
        _on_record(session, select(Check), campaign_id, granted, first, last, as_of),
        key=lambda check: (check.day, check.id),
    )
    findings = list(session.scalars(_findings(campaign_id, granted, first, last, as_of)))
    states = _states(session, {finding.id: finding.state for finding in findings}, as_of)
    findings = [finding for finding in findings if states[finding.id] not in UNCOUNTED]
    check_ids = [check.id for check in checks]
    _attach_locations(session, checks)
    results, corrected = _results(session, check_ids, as_of)
    photos = _photos(session, check_ids, as_of)
    check_rows = tuple(
        CheckRow(
            check,
            tuple(results.get(check.id, ())),
            sum(_counts(photo, as_of) for photo in photos.get(check.id, ())),
            _safe(photos.get(check.id, ()), as_of, moment="before"),
            corrected.get(check.id, 0),
            attached(photos.get(check.id, ()), as_of),
        )
        for check in checks
    )
    of_findings = {finding.check_id for finding in findings} - set(check_ids)
    photos |= _photos(session, sorted(of_findings), as_of)
    return LedgerRows(
        check_rows,
        tuple(_finding_row(f, states[f.id], photos.get(f.check_id, []), as_of) for f in findings),
    )


@dataclass(frozen=True, slots=True)
class LedgerCount:
    """What `ledger_rows` would give, only counted: enough to say what a file will hold."""

    checks: int
    findings: int
    thumbnails: int


def ledger_count(
    session: Session, campaign_id: int, granted: list[Scope], first: date, last: date, as_of: datetime
) -> LedgerCount:
    """In a hundredth of the time and memory of the rows themselves: nobody else's message waits for a year's ledger."""
    checks = _on_record(session, select(Check.id), campaign_id, granted, first, last, as_of)
    wanted = _findings(campaign_id, granted, first, last, as_of).with_only_columns(
        Finding.id, Finding.check_id, Finding.state
    )
    found = session.execute(wanted).all()
    states = _states(session, {row.id: row.state for row in found}, as_of)
    findings = [row for row in found if states[row.id] not in UNCOUNTED]
    shown = _safe_counts(session, sorted({*checks, *(row.check_id for row in findings)}), as_of)
    before = [shown.get((check_id, "before", None), 0) for check_id in checks]
    of_findings = sum(
        min(shown.get((row.check_id, "before", None), 0), 1) + min(shown.get((row.check_id, "after", row.id), 0), 1)
        for row in findings
    )
    return LedgerCount(len(checks), len(findings), sum(min(n, THUMBNAILS) for n in before) + of_findings)


def _safe_counts(
    session: Session, check_ids: list[int], as_of: datetime
) -> dict[tuple[int | None, str, int | None], int]:
    """How many photos could be shown, by check, moment, and for those after rectification the finding."""
    counted: dict[tuple[int | None, str, int | None], int] = {}
    for start in range(0, len(check_ids), 500):
        rows = session.execute(
            select(Photo.check_id, Photo.moment, Photo.finding_id, func.count())
            .where(
                Photo.check_id.in_(check_ids[start : start + 500]), Photo.received_at <= as_of,
                Photo.forwarded.is_(False), Photo.sha256.is_not(None), Photo.stored_at <= as_of,
                or_(Photo.verdict.is_(None), Photo.verdict.in_(OPENED - {None})),
            )
            .group_by(Photo.check_id, Photo.moment, Photo.finding_id)
        )  # fmt: skip
        for check_id, moment, finding_id, count in rows:
            key = (check_id, moment.value, finding_id if moment is PhotoMoment.AFTER else None)
            counted[key] = counted.get(key, 0) + count
    return counted


T = TypeVar("T", Check, int)


def _on_record(
    session: Session, what: Select[T], campaign_id: int, granted: list[Scope], first: date, last: date, as_of: datetime
) -> list[T]:
    """Handed in by then and not taken back by then; what was taken back or handed in anew later is still there."""
    in_span = what.join(Site, Site.id == Check.site_id).where(
        Check.campaign_id == campaign_id, within(granted), Check.day.between(first, last), Check.number.is_not(None)
    )
    found = list(session.scalars(in_span.where(HANDED_IN, Check.received_at <= as_of)))
    for changed in (in_span.where(HANDED_IN, Check.received_at > as_of), in_span.where(TAKEN_BACK)):
        ids = list(session.scalars(changed.with_only_columns(Check.id)))
        said = _last_said(session, ids, as_of)
        stood = [check_id for check_id in ids if said.get(check_id) == "check.submitted"]
        if stood:
            found += session.scalars(what.where(Check.id.in_(stood)))
    return found


def _last_said(session: Session, check_ids: list[int], as_of: datetime) -> dict[int, str]:
    """Whether each check was last handed in or taken back by then, as the journal tells."""
    entries = session.execute(
        select(JournalEntry.subject_id, JournalEntry.action)
        .where(
            JournalEntry.subject == "check", JournalEntry.subject_id.in_(check_ids), JournalEntry.at <= as_of,
            JournalEntry.action.in_(("check.submitted", "check.taken_back")),
        )
        .order_by(JournalEntry.id)
    )  # fmt: skip
    return dict(entries.all())


def _findings(campaign_id: int, granted: list[Scope], first: date, last: date, as_of: datetime) -> Select[Finding]:
    return (
        select(Finding)
        .join(Site, Site.id == Finding.site_id)
        .where(
            Finding.campaign_id == campaign_id,
            within(granted),
            Finding.day.between(first, last),
            Finding.opened_at <= as_of,
        )
        .order_by(Finding.day, Finding.id)
    )


def _states(session: Session, now: dict[int, FindingState], as_of: datetime) -> dict[int, FindingState]:
    """Where the last step by then had led; `now`: where they are."""
    states, ids = dict(now), list(now)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        steps = select(FindingStep.finding_id, FindingStep.to_state).where(
            FindingStep.finding_id.in_(part), FindingStep.at <= as_of
        )
        states |= dict(session.execute(steps.order_by(FindingStep.id)).all())
    return states


def _results(session: Session, check_ids: list[int], as_of: datetime) -> tuple[dict[int, list[Answer]], dict[int, int]]:
    """Answers that held at the moment, and how many were given again after the check was handed in."""
    held: dict[int, list[Answer]] = {}
    corrected: dict[int, int] = {}
    items: dict[int, ChecklistItem] = {}
    for start in range(0, len(check_ids), 500):
        part = check_ids[start : start + 500]
        submitted = dict(session.execute(select(Check.id, Check.received_at).where(Check.id.in_(part))).all())
        query = (
            select(*ANSWER)
            .where(ItemResult.check_id.in_(part), ItemResult.answered_at <= as_of)
            .order_by(ItemResult.id)
        )
        still, until_later = ItemResult.replaced_at.is_(None), ItemResult.replaced_at > as_of
        found = (*session.execute(query.where(still)), *session.execute(query.where(until_later)))
        for check_id, item_id, outcome, note, answered_at in found:
            item = items.get(item_id) or items.setdefault(item_id, session.get_one(ChecklistItem, item_id))
            held.setdefault(check_id, []).append(Answer(item, outcome, note, answered_at))
            handed_in = submitted.get(check_id)
            if handed_in is not None and answered_at > handed_in:
                corrected[check_id] = corrected.get(check_id, 0) + 1
    for results in held.values():
        results.sort(key=lambda result: result.item.number)
    return held, corrected


def _attach_locations(session: Session, checks: list[Check]) -> None:
    """Five hundred at a time, which a thousand single questions would take many times as long for."""
    for start in range(0, len(checks), 500):
        part = checks[start : start + 500]
        wanted = select(Location).where(Location.id.in_([check.location_id for check in part]))
        found = {location.id: location for location in session.scalars(wanted)}
        for check in part:
            set_committed_value(check, "location", found.get(check.location_id or 0))


def _photos(session: Session, check_ids: list[int], as_of: datetime) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for start in range(0, len(check_ids), 500):
        part = check_ids[start : start + 500]
        query = (
            select(*PHOTO)
            .where(Photo.check_id.in_(part), Photo.received_at <= as_of, Photo.forwarded.is_(False))
            .order_by(Photo.id)
        )
        for photo in session.execute(query):
            found.setdefault(photo.check_id or 0, []).append(photo)
    return found


def _counts(photo: Row[Any], as_of: datetime) -> bool:
    """Sent as evidence, and not known by then to be unusable."""
    known = photo.stored_at is not None and photo.stored_at <= as_of
    if known and photo.verdict in UNUSABLE:
        return False
    return photo.state is not PhotoState.REFUSED and photo.moment is PhotoMoment.BEFORE


def _safe(
    photos: list[Row[Any]] | tuple[Row[Any], ...], as_of: datetime, moment: str, item_id: int | None = None
) -> tuple[str, ...]:
    """Hashes of stored photos that may be opened, those of the item first."""
    fit = [
        p
        for p in photos
        if p.moment == moment
        and p.sha256 is not None
        and p.stored_at is not None
        and p.stored_at <= as_of
        and p.verdict in OPENED
    ]
    if item_id is not None:
        fit.sort(key=lambda photo: photo.item_id != item_id)
    return tuple(photo.sha256 for photo in fit[:THUMBNAILS] if photo.sha256)


def _finding_row(finding: Finding, state: FindingState, photos: list[Row[Any]], as_of: datetime) -> FindingRow:
    after = [photo for photo in photos if photo.finding_id == finding.id]
    closed_at = finding.closed_at if finding.closed_at is not None and finding.closed_at <= as_of else None
    before = _safe(photos, as_of, "before", finding.item_id)[:1]
    return FindingRow(finding, state, closed_at, before, _safe(after, as_of, "after")[:1])
