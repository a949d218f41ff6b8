"""A ledger as a file, written when it is sent: an XLSX of everything, or one of its sheets as CSV."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from sqlalchemy.orm import Session

from handlers import flags, texts
from handlers.agency import Agency
from handlers.check_card import SIGNS
from handlers.pictures.photos import Photo
from handlers.sheets import (  # fmt: skip
    Cell,
    Column,
    Ledger,
    Sheet,
    check_columns,
    check_sheet_name,
    finding_columns,
    finding_sheet_name,
    write_csv,
    write_ledger,
)
from models.attachments import Attachment
from models.campaigns import Campaign
from models.checks import Outcome
from models.ledgers import CheckRow, FindingRow, LedgerRows, ledger_rows
from models.naming import shown_file_name
from models.rights import Scope

LATE_SECONDS = 120


class Part(StrEnum):
    CHECKS = "checks"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ledger, for whom, as of when: enough to write it later exactly as it was asked for.

    `part`: one sheet of it as CSV; none: the whole as a workbook.
    """

    campaign: int
    first: date
    last: date
    as_of: datetime
    scopes: tuple[Scope, ...]
    asked_by: str
    reference: str
    language: str
    part: Part | None = None

    def to_data(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "as_of": self.as_of.isoformat(),
            "scopes": [
                {"areas": sorted(s.areas) if s.areas is not None else None, "campaign": s.campaign} for s in self.scopes
            ],
            "asked_by": self.asked_by,
            "reference": self.reference,
            "language": self.language,
            "part": self.part,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        scopes = tuple(
            Scope(frozenset(s["areas"]) if s["areas"] is not None else None, s["campaign"]) for s in data["scopes"]
        )
        return cls(
            data["campaign"],
            date.fromisoformat(data["first"]),
            date.fromisoformat(data["last"]),
            datetime.fromisoformat(data["as_of"]),
            scopes,
            data["asked_by"],
            data["reference"],
            data["language"],
            Part(data["part"]) if data.get("part") else None,
        )


def write(session: Session, data: dict[str, Any], agency: Agency, photo_path: Callable[[str], Path]) -> bytes:
    """The file as it was asked for: rows on record at that moment, however much later it is written."""
    wanted = Wanted.from_data(data)
    campaign = session.get_one(Campaign, wanted.campaign)
    rows = ledger_rows(session, campaign.id, list(wanted.scopes), wanted.first, wanted.last, wanted.as_of)
    language = wanted.language

    def wall(moment: datetime | None) -> datetime | None:
        return agency.local(moment).replace(tzinfo=None, microsecond=0) if moment is not None else None

    def pictures(hashes: tuple[str, ...]) -> tuple[Photo, ...]:
        return tuple(str(photo_path(sha)) for sha in hashes)

    checks = [_check_cells(n, row, language, wall, pictures) for n, row in enumerate(rows.checks, 1)]
    findings = [_finding_cells(n, row, language, wall, pictures) for n, row in enumerate(rows.findings, 1)]
    sheets = {
        Part.CHECKS: Sheet(check_sheet_name(language), _columns(language, rows), checks),
        Part.FINDINGS: Sheet(finding_sheet_name(language), finding_columns(language), findings),
    }
    if wanted.part is not None:
        return write_csv(sheets[wanted.part])
    title = f"{campaign.full_name or campaign.name} {texts.say(language, 'export.ledger')}"
    span = f"{wanted.first:%Y-%m-%d} – {wanted.last:%Y-%m-%d}"
    as_of = wall(wanted.as_of)
    assert as_of is not None
    return write_ledger(
        Ledger(
            title,
            list(sheets.values()),
            as_of,
            filter=span,
            exported_by=wanted.asked_by,
            reference=wanted.reference,
            lang=language,
        )
    )


Wall = Callable[[datetime | None], datetime | None]
Pictures = Callable[[tuple[str, ...]], tuple[Photo, ...]]


def _check_cells(n: int, row: CheckRow, language: str, wall: Wall, pictures: Pictures) -> dict[str, Cell]:
    check, site = row.check, row.check.site
    assert site is not None
    failed = [r for r in row.results if r.outcome is Outcome.FAIL]
    location = check.location
    late = location is not None and (location.received_at - location.sent_at).total_seconds() > LATE_SECONDS
    return {
        "no": n,
        "number": check.number,
        "campaign": check.campaign.name if check.campaign else "",
        "area": site.area.name,
        "site_code": site.code,
        "site": site.name,
        "kind": site.kind.name if site.kind else "",
        "inspector": check.person.name,
        "started": wall(check.started_at),
        "submitted": wall(check.submitted_at),
        "distance_m": round(check.distance_m) if check.distance_m is not None else None,
        "passed": sum(r.outcome is Outcome.PASS for r in row.results),
        "failed": len(failed),
        "failed_items": "\n".join(f"{SIGNS[r.outcome]} {r.item.number} {r.item.name} {r.note}".strip() for r in failed),
        "note": check.note,
        "flags": ("; " if language == "en" else "；").join(flags.words_of(language, check)),
        "photos": row.photos,
        "sent_late": texts.say(language, "export.late") if late else "",
        "corrections": row.corrections,
        "thumbnails": pictures(row.thumbnails),
        "attachments": "\n".join(_attachment(each, language) for each in row.attachments),
    }


def _columns(language: str, rows: LedgerRows) -> list[Column]:
    """Attachments have a column where there are any."""
    any_attached = any(row.attachments for row in rows.checks)
    return [column for column in check_columns(language) if any_attached or column.key != "attachments"]


def _attachment(attached: Attachment, language: str) -> str:
    """Its name, its size, and what it is called in the photo store."""
    parts = [shown_file_name(attached.name) or texts.say(language, "export.video")]
    if attached.size is not None:
        parts.append(f"{attached.size / 1_000_000:.1f} MB")
    parts.append(f"sha256 {attached.sha256}" if attached.sha256 else texts.say(language, "export.not_here_yet"))
    return " · ".join(parts)


def _finding_cells(n: int, row: FindingRow, language: str, wall: Wall, pictures: Pictures) -> dict[str, Cell]:
    finding = row.finding
    on_the_spot = finding.deadline_source is not None and finding.deadline_source.value == "on_the_spot"
    return {
        "no": n,
        "number": finding.number,
        "site": finding.site.name,
        "item": f"{finding.item.number} {finding.item.name}",
        "problem": finding.note or texts.say(language, "export.failed_item", item=finding.item.name),
        "measure": texts.say(language, "button.on_the_spot") if on_the_spot else "",
        "deadline": finding.deadline_on,
        "deadline_source": finding.deadline_basis,
        "responsible_unit": finding.unit.name if finding.unit else "",
        "state": texts.say(language, f"state.{row.state.value}"),
        "opened": wall(finding.opened_at),
        "closed": wall(row.closed_at),
        "before": pictures(row.before),
        "after": pictures(row.after),
    }
