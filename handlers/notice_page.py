"""What a notice says: the plan's own wording, or the program's, filled in from the case."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handlers import case_card, check_card, texts
from handlers.pictures import NoticePage
from handlers.turn import Turn
from models.campaign_plan import NoticeForm, NoticeKind
from models.campaigns import Campaign, CampaignDocument, Document
from models.escalations import article_of
from models.findings import DeadlineSource, Finding
from models.limits import noticed_limit, unit_of_area
from models.naming import shown
from models.notices import form_of

CHINESE = "zh"  # of the plans' own forms
LONGEST_NOTE = 600  # all of it is in the record
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Due:
    """By when, whose day that is, and in words what it rests on."""

    on: date
    source: DeadlineSource
    basis: str


def due_of(turn: Turn, finding: Finding, day: date | None = None) -> Due | None:
    """What the plan says and has not passed, else `day`, else what a person has set; None: somebody has to be asked."""
    counted = noticed_limit(turn.session, finding, turn.today)
    if counted is not None:
        return Due(counted.on, DeadlineSource.PLAN, counted.basis)
    on, source = finding.deadline_on, finding.deadline_source
    if source is DeadlineSource.PLAN and on is not None and on >= turn.today:  # not to be changed by a notice (R14)
        return Due(on, source, finding.deadline_basis)
    if day is not None:
        basis = _set_by(turn, finding, turn.actor.id)
        return Due(day, DeadlineSource.PERSON, basis) if day >= turn.today else None
    if on is None or source is not DeadlineSource.PERSON or on < turn.today:
        return None
    return Due(on, source, _set_by(turn, finding, finding.deadline_by))


def _set_by(turn: Turn, finding: Finding, person_id: int | None) -> str:
    name = case_card.name_of(turn.session, person_id) if person_id is not None else ""
    return texts.say(language_of(turn, finding), "notice.set_by", name=name)


def language_of(turn: Turn, finding: Finding, kind: NoticeKind = NoticeKind.RECTIFY) -> str:
    return CHINESE if form_of(campaign_of(turn, finding), kind) is not None else turn.agency.language


def campaign_of(turn: Turn, finding: Finding) -> Campaign:
    return turn.session.get_one(Campaign, finding.campaign_id)


def title_of(turn: Turn, finding: Finding, kind: NoticeKind) -> str:
    form = form_of(campaign_of(turn, finding), kind)
    return form.title if form is not None else texts.say(turn.agency.language, "notice.title")


def addressee_of(turn: Turn, finding: Finding, kind: NoticeKind) -> str:
    """Who it is served on: as the form says, else the unit, and where a case has none the site."""
    form = form_of(campaign_of(turn, finding), kind)
    return _filled(form.to if form is not None else "{unit}", _of_case(turn, finding, CHINESE))


def basis_of(turn: Turn, finding: Finding, kind: NoticeKind) -> str:
    """The article the notice rests on: what the form cites, else the ladder, the list, or the campaign's documents."""
    campaign, checklist = campaign_of(turn, finding), finding.check.checklist
    form = form_of(campaign, kind)
    if form is not None:
        return str(form.source)
    if printed := article_of(turn.session, campaign.id, kind):
        return printed
    if checklist is not None and checklist.source:
        return checklist.source
    numbers = select(Document.number).join(CampaignDocument, CampaignDocument.document_id == Document.id)
    found = turn.session.scalars(numbers.where(CampaignDocument.campaign_id == campaign.id).order_by(Document.id))
    return "、".join(number for number in found if number) or campaign.full_name or campaign.name


def page_of(turn: Turn, finding: Finding, kind: NoticeKind, due: Due, number: str = "", link: str = "") -> NoticePage:
    """Without a number it is what is to be issued; the number is given when it is."""
    language = language_of(turn, finding, kind)
    form = form_of(campaign_of(turn, finding), kind)
    signer = _signer(turn, finding, form)
    known = _of_case(turn, finding, language) | {
        "number": number,
        "basis": basis_of(turn, finding, kind),
        "deadline": day_in(language, due.on),
        "limit": due.basis,
        "signer": signer,
    }
    body = form.body if form is not None else texts.catalogue(language)["notice.body"].strip().split("\n")
    shown_number = number or texts.say(language, "notice.number_later")
    return NoticePage(
        title=_filled(title_of(turn, finding, kind), known),
        number=texts.say(language, "notice.number", number=shown_number),
        to=texts.say(language, "notice.to", name=addressee_of(turn, finding, kind)),
        body=tuple(_filled(words, known) for words in body),
        signer=signer,
        date=day_in(language, turn.today),
        link=link,
        code_note=texts.say(language, "notice.code_note", number=finding.number),
        receipt=tuple(texts.say(language, "notice.receipt").split("\n")),
    )


def _of_case(turn: Turn, finding: Finding, language: str) -> dict[str, str]:
    campaign, site = campaign_of(turn, finding), finding.site
    return {
        "unit": case_card.unit_name(turn.session, finding.unit_id) or site.name,
        "site": site.name,
        "area": site.area.name,
        "item": check_card.item_in(language, finding.item),
        "note": check_card.clipped(finding.note, LONGEST_NOTE) or texts.say(language, "notice.no_note"),
        "found": day_in(language, finding.day),
        "case": finding.number,
        "campaign": campaign.full_name or campaign.name,
    }


def _signer(turn: Turn, finding: Finding, form: NoticeForm | None) -> str:
    if form is not None and form.territorial:
        return case_card.unit_name(turn.session, unit_of_area(turn.session, finding.site.area_id)) or turn.agency.name
    return (form.signed_by if form is not None else None) or turn.agency.name


def _filled(words: str, known: dict[str, str]) -> str:
    """What was typed for a blank is never read as one itself."""
    return _BLANK.sub(lambda blank: shown(known.get(blank[1], blank[0])), words)


def day_in(language: str, on: date) -> str:
    return texts.say(language, "notice.day", year=on.year, month=on.month, day=on.day)
