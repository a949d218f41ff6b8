"""Receipts that wait for one person together become one message: after an outage nobody gets twenty at once (F41).

A card that was never shown is told of in its bunch's card until somebody asks for it; then it has a place of its own.
"""

from sqlalchemy import bindparam, select

from handlers import check_card, receipts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.bunches import ToldOf, told_of
from models.checks import Check, CheckState
from models.messages import OPEN_CARDS, Card, SendState, card_of
from models.record import columns

FEWEST = 3  # receipts; fewer are shown one by one
MOST = 40  # in one message: each has its line and its button
ROW = 2  # buttons beside each other
PREFIX = "receipts:"


def gather(turn: Turn, check: Check) -> None:
    """To be said of a check just handed in, whose receipt is wished for."""
    card = card_of(turn.session, check_card.card_key(check))
    if card is None or card.part_of is not None or not _never_shown(card):
        return
    others = columns(turn.session, _WAITING, channel=card.channel, chat=card.chat).scalars()
    waiting = [each for number in others if (each := turn.session.get_one(Card, number)) is not card]
    bunch = next((each for each in reversed(waiting) if _has_room(turn, each)), None)
    members = [each for each in waiting if _is_receipt(turn, each)]
    if bunch is None and len(members) + 1 < FEWEST:
        return
    if bunch is None:
        key = f"{PREFIX}{check.id}"
        turn.card_in(key, card.channel, card.chat, Reply(""))
        bunch = card_of(turn.session, key)
        assert bunch is not None
    for member in (*members, card):
        member.part_of, member.shown = bunch.id, member.wish
    _write(turn, bunch)


def refresh(turn: Turn, check: Check) -> None:
    """What is known of a check has changed: the message that tells of it among others says so."""
    card = card_of(turn.session, check_card.card_key(check))
    if card is not None and card.part_of is not None:
        _write(turn, turn.session.get_one(Card, card.part_of))


def tap_receipt(turn: Turn, check_id: int) -> None:
    """One of them by itself, with its own buttons."""
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None or check.state is not CheckState.SUBMITTED:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    return receipts.show_receipt(turn, check)


def _never_shown(card: Card) -> bool:
    return card.message_id is None and card.state is SendState.DUE and card.wish != card.shown


def _has_room(turn: Turn, card: Card) -> bool:
    if not card.key.startswith(PREFIX) or not _never_shown(card):
        return False
    return len(told_of(turn.session, card.id)) < MOST


def _is_receipt(turn: Turn, card: Card) -> bool:
    if not _never_shown(card) or not card.key.startswith("check:"):
        return False
    check = turn.session.get(Check, int(card.key.partition(":")[2]))
    return check is not None and check.state is CheckState.SUBMITTED


def _write(turn: Turn, bunch: Card) -> None:
    told = told_of(turn.session, bunch.id)
    lines = [turn.text("bunch.recorded", n=len(told)), *(_line(turn, check) for check in told)]
    sent, stored = sum(check.photos for check in told), sum(check.photos_stored for check in told)
    lines += ["", turn.text("bunch.photos", n=sent, stored=stored), turn.text("bunch.each")]
    buttons = [Button(f"❗ {check.number}" if check.asks else check.number, f"v1:receipt:{check.id}") for check in told]
    rows = tuple(tuple(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW))
    turn.card_in(bunch.key, bunch.channel, bunch.chat, Reply("\n".join(lines), rows, language=turn.language))


def _line(turn: Turn, check: ToldOf) -> str:
    """No. TH-0806-001 体育馆公厕 · 12 项合格，1 项不合格"""
    result = turn.text("receipt.all_passed", passed=check.passed)
    if check.failed:
        result = turn.text("bunch.some_failed", passed=check.passed, failed=check.failed)
    if check.without_limit:
        result += " · " + turn.text("finding.no_deadline")
    return f"No. {check.number} {check.site} · {result}"


_WAITING = (
    select(Card.id)
    .where(
        Card.channel == bindparam("channel"),
        Card.chat == bindparam("chat"),
        OPEN_CARDS,
        Card.message_id.is_(None),
        Card.state == SendState.DUE,
    )
    .order_by(Card.id)
)
