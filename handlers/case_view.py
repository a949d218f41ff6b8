"""One case in the private chat of who asks for it: how it stands, and what this reader may do about it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from handlers import case_card, cases, ladders, notices, serving, severities
from handlers.messages import Button, Reply, Rows
from handlers.turn import Turn
from models import rights
from models.findings import STILL_OPEN, Finding, FindingState
from models.notices import coded_finding, numbered_cases

_NUMBER = re.compile(r"(?:No\.?\s*)?([A-Z]{2,6}-\d{4}-[WT]\d{2,4})", re.IGNORECASE)
MOST_OF_A_NUMBER = 5  # numbers begin again every year


def _of_unit(turn: Turn, finding: Finding) -> Rows:
    """What its unit does from the group's card, and the verification."""
    if not rights.is_units(turn.actor, turn.now, finding):
        return []
    waits = case_card.waiting_request(turn.session, finding.id) is not None
    return [*case_card.unit_buttons(turn.text, finding, waits)]


def _to_verify(turn: Turn, finding: Finding) -> Rows:
    if finding.state is not FindingState.FIXED_CLAIMED or not turn.is_one_of(rights.VERIFIES):
        return []
    return [(Button(turn.text("button.verify"), f"v1:verify:{finding.id}"),)]


def _to_merge(turn: Turn, finding: Finding) -> Rows:
    """Where there is another one that it could be the duplicate of."""
    if cases.overseen(turn, finding.id) is None:
        return []
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES)
    others = (STILL_OPEN, Finding.campaign_id == finding.campaign_id, Finding.id != finding.id)
    if turn.session.scalar(rights.findings_in(granted).where(*others).with_only_columns(Finding.id).limit(1)) is None:
        return []
    return [(Button(turn.text("button.merge"), f"v1:merge:{finding.id}"),)]


def _to_part(turn: Turn, finding: Finding) -> Rows:
    if (
        finding.state is not FindingState.DUPLICATE
        or finding.duplicate_of is None
        or cases.overseen(turn, finding.id) is None
    ):
        return []
    if not turn.session.get_one(Finding, finding.duplicate_of).is_open:
        return []
    return [(Button(turn.text("button.part"), f"v1:part:{finding.id}"),)]


# What may be done about a case from here, each by its own rights and only where it can be done now.
OFFERS: tuple[Callable[[Turn, Finding], Rows], ...] = (
    _of_unit,
    _to_verify,
    notices.offers,
    serving.offers,
    ladders.offers,
    severities.offers,
    _to_merge,
)
# The same of a case that does not go on.
AFTERWARDS: tuple[Callable[[Turn, Finding], Rows], ...] = (_to_part,)


def number_in(line: str) -> str | None:
    """`TH-0806-W01`, where the line is a case's number, or a notice's, and nothing else."""
    plain = _NUMBER.fullmatch(unicodedata.normalize("NFKC", line).strip())
    return plain[1].upper() if plain is not None else None


def newest_seen(turn: Turn, number: str) -> Finding | None:
    """The case of that number, or of the notice of that number, that may be looked at; the newest one where it has
    come again."""
    found = (cases.case_seen(turn, one) for one in _numbered(turn, number))
    return next((finding for finding in found if finding is not None), None)


def by_number(turn: Turn, line: str) -> bool:
    """`TH-0806-W01`, or `TH-0806-T01` of its notice: the case. False: the line is no number."""
    number = number_in(line)
    if number is None:
        return False
    finding = newest_seen(turn, number)
    if finding is None:
        turn.say(turn.text("case.no_such_number", number=number))
    else:
        show(turn, finding)
    return True


def _numbered(turn: Turn, number: str) -> list[int]:
    if "-T" in number:
        return numbered_cases(turn.session, number, MOST_OF_A_NUMBER)
    query = select(Finding.id).where(Finding.number == number).order_by(Finding.day.desc())
    return list(turn.session.scalars(query.limit(MOST_OF_A_NUMBER)))


def by_code(turn: Turn, token: str) -> None:
    """Scanned from a notice (一案一码): the case, for who may see it."""
    number = coded_finding(turn.session, token)
    finding = cases.case_seen(turn, number) if number is not None else None
    if finding is None:
        return turn.say(turn.text("notice.no_such_case"))
    return show(turn, finding)


def tap_case(turn: Turn, finding_id: int) -> None:
    """From a list, or after something was done about it."""
    finding = cases.case_seen(turn, finding_id)
    if finding is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    return show_below(turn, finding)


def show_below(turn: Turn, finding: Finding) -> None:
    """Below the list it was chosen from, where the thumb is."""
    turn.incoming = replace(turn.incoming, button="")
    show(turn, finding)


def show(turn: Turn, finding: Finding) -> None:
    """Below what its reader just sent; later wishes change it in place."""
    said = case_card.case_reply(turn, turn.language, finding)
    rows = [row for offer in (OFFERS if finding.is_open else AFTERWARDS) for row in offer(turn, finding)]
    look = case_card.look_buttons(turn.text, finding)
    turn.card(view_key(turn, finding), Reply(said.text, (*rows, look)), follows=True)


def view_key(turn: Turn, finding: Finding) -> str:
    return f"view:{finding.id}:{turn.incoming.channel}:{turn.incoming.chat}"
