"""Items that were sent back and need not be answered any more."""

from handlers import return_card
from handlers.turn import Turn
from models.checks import Check
from models.returns import ReturnedItem, asked_again


def let_off_corrected(turn: Turn, check: Check, corrected: set[int]) -> None:
    """Somebody else has corrected these items: nobody need answer them any more."""
    let_off(turn, [one for one in asked_again(turn.session, check) if one.item_id in corrected])


def let_off(turn: Turn, items: list[ReturnedItem]) -> None:
    for one in items:
        one.dropped_at = turn.now
        turn.record("check.let_off", "check", one.check_id, item=one.item.number)
    turn.session.flush()
    for found in {one.return_id: one.sent_back for one in items}.values():
        return_card.show_inspector(turn, found)
