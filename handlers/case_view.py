"""One case in the private chat of who asks for it: how it stands, and what this reader may do about it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from handlers import case_card, cases, ladders, notices, serving, severities
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.findings import Finding, FindingState
from models.notices import coded_finding, numbered_cases

_NUMBER = re.compile(r"(?:No\.?\s*)?([A-Z]{2,6}-\d{4}-[WT]\d{2,4})", re.IGNORECASE)
MOST_OF_A_NUMBER = 5  # numbers begin again every year


def _of_unit(turn: Turn, finding: Finding) -> case_card.Rows:
    """What its unit does from the group's card, and the verification."""
    if not rights.is_units(turn.actor, turn.now, finding):
        return []
    waits = case_card.waiting_request(turn.session, finding.id) is not None
    return [*case_card.unit_buttons(turn.text, finding, waits)]


def _to_verify(turn: Turn, finding: Finding) -> case_card.Rows:
    if finding.state is not FindingState.FIXED_CLAIMED or not turn.is_one_of(rights.VERIFIES):
        return []
    return [(Button(turn.text("button.verify"), f"v1:verify:{finding.id}"),)]


# What may be done about a case from here, each by its own rights and only where it can be done now.
OFFERS: tuple[Callable[[Turn, Finding], case_card.Rows], ...] = (
    _of_unit,
    _to_verify,
    notices.offers,
    serving.offers,
    ladders.offers,
    severities.offers,
)


def by_number(turn: Turn, line: str) -> bool:
    """`TH-0806-W01`, or `TH-0806-T01` of its notice: the case, the newest where a number has come again.

    False: it is no number.
    """
    plain = _NUMBER.fullmatch(unicodedata.normalize("NFKC", line).strip())
    if plain is None:
        return False
    for finding_id in _numbered(turn, plain[1].upper()):
        finding = cases.case_seen(turn, finding_id)
        if finding is not None:
            show(turn, finding)
            return True
    turn.say(turn.text("case.no_such_number", number=plain[1].upper()))
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
    turn.incoming = replace(turn.incoming, button="")  # below the list it was chosen from, where the thumb is
    return show(turn, finding)


def show(turn: Turn, finding: Finding) -> None:
    """Below what its reader just sent; later wishes change it in place."""
    said = case_card.case_reply(turn, turn.language, finding)
    rows = [row for offer in OFFERS for row in offer(turn, finding)] if finding.is_open else []
    look = case_card.look_buttons(turn.text, finding)
    turn.card(view_key(turn, finding), Reply(said.text, (*rows, look)), follows=True)


def view_key(turn: Turn, finding: Finding) -> str:
    return f"view:{finding.id}:{turn.incoming.channel}:{turn.incoming.chat}"
