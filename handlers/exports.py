"""Taking a ledger away: `导出 厕所 8月` → a file with as many rows as the message says."""

import calendar
import re
import unicodedata
from dataclasses import replace
from datetime import date

from handlers import asking_too_much
from handlers.filters import campaign_of, campaign_title
from handlers.ledger_files import Part, Wanted
from handlers.messages import Button, Reply, Sheet
from handlers.questions import Question, is_too_wide, read_question
from handlers.sheets import check_sheet_name, finding_sheet_name
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.drafts import next_number
from models.ledgers import LedgerCount, ledger_count
from models.naming import chinese_number
from models.rights import Scope

CSV = re.compile(r"(?<![a-z0-9])csv(?![a-z0-9])", re.IGNORECASE)
Span = tuple[date, date]


def read_month(text: str, today: date) -> Span | None:
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


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def ask(turn: Turn, rest: str) -> None:
    """`导出 厕所 8月`; without a month the present one; with `CSV` as plain tables."""
    if asking_too_much.is_dropped(turn):
        return None
    if turn.incoming.in_group:
        return turn.say(turn.text("export.in_private"))
    if is_too_wide(rest):
        return turn.say(turn.text("ask.narrow"))
    rest, as_csv = CSV.subn(" ", unicodedata.normalize("NFKC", rest))
    span = read_month(rest, turn.today) or _month(turn.today.year, turn.today.month)
    question = read_question(
        turn.session,
        re.sub(r"(\d{4}\s*[-/.年]\s*)?[\d一二三四五六七八九十]{1,3}\s*月份?|\d{4}-\d\d|本月|上个?月|台账", " ", rest),
    )
    return export(turn, question, span, bool(as_csv))


def tap(turn: Turn, campaign: int, year: int, month: int) -> None:
    return _tap(turn, Question(campaign=campaign), year, month, as_csv=False)


def tap_csv(turn: Turn, campaign: int, year: int, month: int, area: int) -> None:
    """Below a workbook: the same as plain tables, as of now."""
    return _tap(turn, Question(campaign=campaign, area=area or None), year, month, as_csv=True)


def _tap(turn: Turn, question: Question, year: int, month: int, as_csv: bool) -> None:
    if not turn.is_one_of(rights.EXPORTS):
        return turn.toast(turn.text("export.not_allowed"), alert=True)
    if not (1 <= month <= 12 and 2000 <= year <= 2100):
        return turn.toast(turn.text("button.too_old"))
    if asking_too_much.is_dropped(turn):
        return None
    turn.toast(turn.text("export.coming"))
    return export(turn, question, _month(year, month), as_csv)


def export(turn: Turn, question: Question, span: Span, as_csv: bool = False) -> None:
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
    turn.record(
        "ledger.exported",
        "campaign",
        campaign.id,
        reference=wanted.reference,
        checks=count.checks,
        findings=count.findings,
        format="csv" if as_csv else "xlsx",
    )
    if as_csv:
        return _hand_over(turn, wanted, *_tables(turn, campaign, wanted, count))
    return _hand_over(turn, wanted, _workbook(turn, campaign, wanted, count, question.area or 0))


def _workbook(turn: Turn, campaign: Campaign, wanted: Wanted, count: LedgerCount, area: int) -> Reply:
    month, buttons = wanted.first, tuple[tuple[Button, ...], ...]()
    said = turn.text(
        "export.done",
        campaign=campaign_title(turn, campaign),
        month=f"{month:%Y-%m}",
        n=count.checks,
        findings=count.findings,
        thumbnails=count.thumbnails,
    )
    if not turn.incoming.in_group:  # there the ledger holds the group's part, which a button in private cannot know
        data = f"v1:csv:{campaign.id}:{month.year}:{month.month}:{area}"
        buttons = ((Button(turn.text("button.as_csv"), data),),)
    name = _file_name(campaign, wanted, turn.text("export.ledger"), "xlsx")
    return Reply(said, buttons, sheet=Sheet(name, wanted.to_data()), language=turn.actor.language)


def _tables(turn: Turn, campaign: Campaign, wanted: Wanted, count: LedgerCount) -> list[Reply]:
    """A table a file; of what there is nothing, there is no file."""
    parts = (
        (Part.CHECKS, check_sheet_name(turn.language), count.checks),
        (Part.FINDINGS, finding_sheet_name(turn.language), count.findings),
    )
    return [
        Reply(
            turn.text(
                "export.done_csv",
                campaign=campaign_title(turn, campaign),
                month=f"{wanted.first:%Y-%m}",
                table=table,
                n=rows,
            ),
            sheet=Sheet(_file_name(campaign, wanted, table, "csv"), replace(wanted, part=part).to_data()),
            language=turn.actor.language,
        )
        for part, table, rows in parts
        if rows
    ]


def _file_name(campaign: Campaign, wanted: Wanted, what: str, ending: str) -> str:
    base = re.sub(r"\s*(19|20)\d\d$", "", campaign.name).strip() or campaign.name
    return f"{base}_{wanted.first:%Y-%m}_{what}.{ending}".replace("/", "-").replace(" ", "-")


def _hand_over(turn: Turn, wanted: Wanted, *files: Reply) -> None:
    for number, file in enumerate(files):
        if turn.incoming.in_group:
            turn.tell(turn.actor, f"export:{wanted.reference}" + (f":{number}" if number else ""), file)
        else:
            turn.say(file)


def _wanted(turn: Turn, campaign: Campaign, may: list[Scope], question: Question, span: Span) -> Wanted:
    if question.area is not None:
        below = rights.areas_below(turn.session, question.area)
        may = [Scope(below if s.areas is None else below & s.areas, s.campaign) for s in may]
    reference = f"EX-{turn.today:%Y%m%d}-{next_number(turn.session, 'ledger', turn.today):04d}"
    return Wanted(campaign.id, *span, turn.now, tuple(may), turn.actor.name, reference, turn.language)
