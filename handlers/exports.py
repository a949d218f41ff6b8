"""Taking a ledger away: `导出 厕所 8月` → a file with as many rows as the message says."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy.orm import Session

from handlers import asking_too_much, flags, texts
from handlers.agency import Agency
from handlers.check_card import SIGNS
from handlers.filters import campaign_of, campaign_title
from handlers.messages import Reply, Sheet
from handlers.pictures.photos import Photo
from handlers.questions import Question, is_too_wide, read_question
from handlers.sheets import (
    Cell,
    Ledger,
    check_columns,
    check_sheet_name,
    finding_columns,
    finding_sheet_name,
    write_ledger,
)
from handlers.sheets import Sheet as LedgerSheet
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.checks import Outcome
from models.drafts import next_number
from models.ledgers import CheckRow, FindingRow, ledger_count, ledger_rows
from models.naming import chinese_number
from models.rights import Scope

LATE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ledger, for whom, as of when: enough to write it later exactly as it was asked for."""

    campaign: int
    first: date
    last: date
    as_of: datetime
    scopes: tuple[Scope, ...]
    asked_by: str
    reference: str
    language: str

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
        )


def read_month(text: str, today: date) -> tuple[date, date] | None:
    """`8月`, `2018-08`, `本月`, `上月`, `八月` → first and last day of the latest such month that has begun."""
    if re.search(r"本月|这个月|this month", text):
        return _month(today.year, today.month)
    if re.search(r"上个?月|last month", text):
        return _month(today.year - (today.month == 1), (today.month - 2) % 12 + 1)
    found = re.search(r"(\d{4})\s*[-/.年]\s*(\d{1,2})", text)
    if found and 1 <= int(found[2]) <= 12:
        return _month(int(found[1]), int(found[2]))
    found = re.search(r"([\d一二三四五六七八九十]{1,3})\s*月", text)
    month = chinese_number(found[1]) if found else None
    if month is None or not 1 <= month <= 12:
        return None
    return _month(today.year - (month > today.month), month)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def ask(turn: Turn, rest: str) -> None:
    """`导出 厕所 8月`; without a month the present one."""
    if asking_too_much.is_dropped(turn):
        return None
    if turn.incoming.in_group:
        return turn.say(turn.text("export.in_private"))
    if is_too_wide(rest):
        return turn.say(turn.text("ask.narrow"))
    span = read_month(rest, turn.today) or _month(turn.today.year, turn.today.month)
    question = read_question(
        turn.session,
        re.sub(r"(\d{4}\s*[-/.年]\s*)?[\d一二三四五六七八九十]{1,3}\s*月份?|\d{4}-\d\d|本月|上个?月|台账", " ", rest),
    )
    return export(turn, question, span)


def tap(turn: Turn, campaign: int, year: int, month: int) -> None:
    if not turn.is_one_of(rights.EXPORTS):
        return turn.toast(turn.text("export.not_allowed"), alert=True)
    if not (1 <= month <= 12 and 2000 <= year <= 2100):
        return turn.toast(turn.text("button.too_old"))
    turn.toast(turn.text("export.coming"))
    return export(turn, Question(campaign=campaign), _month(year, month))


def export(turn: Turn, question: Question, span: tuple[date, date]) -> None:
    if not turn.is_one_of(rights.EXPORTS):
        return turn.say(turn.text("export.not_allowed"))
    campaign = campaign_of(turn, question)
    if campaign is None:
        return turn.say(turn.text("ask.no_campaign"))
    may = rights.scopes(turn.session, turn.actor, turn.now, rights.EXPORTS)
    if turn.incoming.in_group:
        may = rights.common(may, turn.scopes)
    wanted = _wanted(turn, campaign, may, question, span)
    count = ledger_count(turn.session, campaign.id, list(wanted.scopes), *span, turn.now)
    if not count.checks and not count.findings:
        return turn.say(turn.text("export.empty", campaign=campaign_title(turn, campaign), month=f"{span[0]:%Y-%m}"))
    base = re.sub(r"\s*(19|20)\d\d$", "", campaign.name).strip() or campaign.name
    name = f"{base}_{span[0]:%Y-%m}_{turn.text('export.ledger')}.xlsx".replace("/", "-").replace(" ", "-")
    said = turn.text(
        "export.done",
        campaign=campaign_title(turn, campaign),
        month=f"{span[0]:%Y-%m}",
        n=count.checks,
        findings=count.findings,
        thumbnails=count.thumbnails,
    )
    reply = Reply(said, sheet=Sheet(name, wanted.to_data()), language=turn.actor.language)
    turn.record(
        "ledger.exported",
        "campaign",
        campaign.id,
        reference=wanted.reference,
        checks=count.checks,
        findings=count.findings,
    )
    if turn.incoming.in_group:
        return turn.tell(turn.actor, f"export:{wanted.reference}", reply)
    return turn.say(reply)


def _wanted(turn: Turn, campaign: Campaign, may: list[Scope], question: Question, span: tuple[date, date]) -> Wanted:
    if question.area is not None:
        below = rights.areas_below(turn.session, question.area)
        may = [Scope(below if s.areas is None else below & s.areas, s.campaign) for s in may]
    reference = f"EX-{turn.today:%Y%m%d}-{next_number(turn.session, 'ledger', turn.today):04d}"
    return Wanted(campaign.id, *span, turn.now, tuple(may), turn.actor.name, reference, turn.language)


# writing the file, when it is sent


def write(session: Session, data: dict[str, Any], agency: Agency, photo_path: Callable[[str], Path]) -> bytes:
    """The XLSX as it was asked for: rows on record at that moment, however much later it is written."""
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
    sheets = [LedgerSheet(check_sheet_name(language), check_columns(language), checks)]
    sheets.append(LedgerSheet(finding_sheet_name(language), finding_columns(language), findings))
    title = f"{campaign.full_name or campaign.name} {texts.say(language, 'export.ledger')}"
    span = f"{wanted.first:%Y-%m-%d} – {wanted.last:%Y-%m-%d}"
    as_of = wall(wanted.as_of)
    assert as_of is not None
    return write_ledger(
        Ledger(
            title, sheets, as_of, filter=span, exported_by=wanted.asked_by, reference=wanted.reference, lang=language
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
    }


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
