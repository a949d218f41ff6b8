"""Receipts that wait for one person together become one message: after an outage nobody gets twenty at once (F41).

A card that was never shown is told of in its bunch's card until somebody asks for it; then it has a place of its own.
"""

from sqlalchemy import bindparam, func, select

from handlers import check_card
from handlers.messages import Button, Reply
from handlers.receipts import show_receipt
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


def gather(turn: Turn) -> None:
    """Of the turn's chat: to be asked for when a check was handed in and nothing more waits to be worked there."""
    channel, chat = turn.incoming.channel, turn.incoming.chat
    found = columns(turn.session, _WAITING, channel=channel, chat=chat).all()
    waiting = dict(tuple(row) for row in found)
    waiting |= {card.id: card.key for card in turn.outcome.cards if card.chat == chat}  # not written yet
    bunches = [number for number, key in waiting.items() if key.startswith(PREFIX)]
    if not bunches and len(waiting) < FEWEST:
        return
    cards = [turn.session.get_one(Card, number) for number in waiting]
    receipts = [card for card in cards if _is_receipt(turn, card)]
    bunch = turn.session.get_one(Card, bunches[-1]) if bunches else None
    if bunch is not None and not _has_room(turn, bunch, len(receipts)):
        bunch = None
    if not receipts or (bunch is None and len(receipts) < FEWEST):
        return
    if bunch is None:
        key = f"{PREFIX}{receipts[0].key.partition(':')[2]}"
        turn.card_in(key, channel, chat, Reply(""))
        bunch = card_of(turn.session, key)
        assert bunch is not None
    for card in receipts[:MOST]:
        card.part_of, card.shown = bunch.id, card.wish
    _write(turn, bunch)
    if len(receipts) > MOST:
        gather(turn)


def refresh(turn: Turn, check: Check) -> None:
    """What is known of a check has changed: the message that tells of it among others says so."""
    card = card_of(turn.session, check_card.card_key(check))
    if card is not None and card.part_of is not None:
        _write(turn, turn.session.get_one(Card, card.part_of))


def tap_receipt(turn: Turn, check_id: int) -> None:
    """One of them by itself, with its own buttons."""
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    if check is None or check.person_id != turn.actor.id or check.state is not CheckState.SUBMITTED:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    return show_receipt(turn, check)


def _never_shown(card: Card) -> bool:
    return card.message_id is None and card.state is SendState.DUE and card.wish != card.shown


def _has_room(turn: Turn, bunch: Card, more: int) -> bool:
    there: int = columns(turn.session, _PARTS, bunch=bunch.id).scalar_one()
    return _never_shown(bunch) and there + more <= MOST


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


_PARTS = select(func.count(Card.id)).where(Card.part_of == bindparam("bunch"))
_WAITING = (
    select(Card.id, Card.key)
    .where(
        Card.channel == bindparam("channel"),
        Card.chat == bindparam("chat"),
        OPEN_CARDS,
        Card.message_id.is_(None),
        Card.state == SendState.DUE,
    )
    .order_by(Card.id)
)
