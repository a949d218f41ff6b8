"""What was said of items before a check had its present list: read again when the list is known, never lost."""

from handlers import verdicts
from handlers.turn import Turn
from models.checks import Check, Outcome
from models.drafts import results_of, take_back


def reread(turn: Turn, check: Check) -> None:
    """To be called when a check has got another list of items, or its first."""
    _drop_answers_of_other_lists(turn, check)
    items = verdicts.items_of(check)
    kept = []
    for line in check.note.split("\n"):
        said = verdicts.read(check, line) if line else None
        if said is None:
            kept.append(line)
        else:
            verdicts.apply(turn, check, said)
    check.note = "\n".join(kept)
    for photo in check.photos:
        said = verdicts.read(check, photo.caption) if photo.item_id is None and photo.caption else None
        if said:
            photo.item_id = items[said[0].numbers[0]].id


def _drop_answers_of_other_lists(turn: Turn, check: Check) -> None:
    """An answer to another list's item answers nothing here; what was wrong stays readable as a note."""
    own = {item.id for item in verdicts.items_of(check).values()}
    for result in results_of(check):
        if result.item_id in own:
            continue
        take_back(turn.session, result, turn.now)
        turn.record("item.taken_back", "check", check.id, item=result.item.number, relisted=True)
        if result.outcome is Outcome.FAIL:
            check.note = f"{check.note}\n{result.item.name}：{result.note}".strip("\n：")
