"""Writing answers down: what was said of items becomes results, judged by each item's own rule."""

from collections.abc import Mapping

from sqlalchemy import select

from handlers.grammar import Said, read_exceptions
from handlers.turn import Turn
from models.campaign_plan import ItemKind
from models.campaigns import ChecklistItem
from models.checks import Check, ItemResult, Outcome
from models.drafts import answer_item, asked_of, results_of
from models.judging import judge_typed


def items_of(check: Check) -> Mapping[int, ChecklistItem]:
    return asked_of(check).by_number


def read(check: Check, text: str) -> list[Said] | None:
    """What a text says of the check's items; None when it is something else, or names items that are not asked here."""
    items = items_of(check)
    said = read_exceptions(text, max(items, default=0))
    if said is None or any(number not in items for one in said for number in one.numbers):
        return None
    return said


def apply(turn: Turn, check: Check, said: list[Said], message_id: int | None = None) -> list[ItemResult]:
    """Writes down what was said of the items; what was measured is judged by the item's own bounds."""
    items, changed = items_of(check), []
    former = {r.item_id: r.note for r in results_of(check) if r.outcome is Outcome.FAIL}
    for one in said:
        for number in one.numbers:
            item = items[number]
            outcome, note, value = one.outcome, one.note, None
            if item.kind is not ItemKind.YES_NO and one.words:
                outcome, note, value = judge_typed(
                    item, check.site.tier if check.site else None, one.words, one.outcome
                )
            if outcome is Outcome.FAIL and not note:
                note = former.get(item.id, "")  # a bare verdict does not wipe out what was explained before
            result = answer_item(turn.session, check, item, outcome, note, by=turn.actor.id, at=turn.now,
                                 value=value, message_id=message_id)  # fmt: skip
            if result is not None:
                turn.record("item.answered", "check", check.id, item=number, outcome=outcome, note=note, value=value)
                changed.append(result)
    return changed


def results_said_by(turn: Turn, message_id: int) -> list[ItemResult]:
    """Answers of this person that a message gave, in their newest wording."""
    query = select(ItemResult).where(
        ItemResult.message_id == message_id, ItemResult.answered_by == turn.actor.id, ItemResult.replaced_at.is_(None)
    )
    return list(turn.session.scalars(query))
