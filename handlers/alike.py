"""What a draft's card says of cases that a failed item may be about, and the choice it offers: the same, or new."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.flags import one_line
from handlers.messages import Button
from handlers.turn import Turn
from models.alike import Around, open_around, open_here
from models.campaigns import ChecklistItem
from models.checks import Check, ItemResult, Outcome
from models.findings import Finding, FindingState
from models.limits import closed_last, times_closed
from models.sightings import Sighting, of_check

MOST = 3  # cases named beside one item
MOST_CHANGES = 2  # buttons to say otherwise
_LONGEST_LABEL = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """Open cases that one failed item may be about, the likeliest first; `said`: the inspector's word on them."""

    here: tuple[Finding, ...]
    near: tuple[Finding, ...]
    said: Sighting | None = None

    @property
    def cases(self) -> tuple[Finding, ...]:
        return (self.here or self.near)[:MOST]

    @property
    def meant(self) -> Finding | None:
        """The case that the item is counted for when the check is handed in; None: it becomes a case of its own.

        Where nobody has said anything, one lamp of one site is not put on record twice; at another site it is another.
        """
        if self.said is None:
            return self.here[0] if self.here else None
        if not self.said.is_same:
            return None
        chosen = next((each for each in (*self.here, *self.near) if each.id == self.said.finding_id), None)
        return chosen or (self.here[0] if self.here else None)


def offers(turn: Turn, check: Check, results: Sequence[ItemResult]) -> dict[int, Offer]:
    """By item. Nothing is asked of the record where no item has failed."""
    failed = [result for result in results if result.outcome is Outcome.FAIL]
    if not failed or check.site is None:
        return {}
    around = _around(turn, check, failed)
    if not around.here and not around.near:
        return {}
    found = {}
    for result in failed:
        here = _of_others(around, check, result.item)
        near = [each for each in around.of_item(result.item).near if _in_sight(turn, each)]
        if here or near:
            found[result.item_id] = Offer(tuple(here), tuple(near))
    said = of_check(turn.session, check.id) if found else {}
    return {number: Offer(each.here, each.near, said.get(number)) for number, each in found.items()}


def _around(turn: Turn, check: Check, failed: Sequence[ItemResult]) -> Around:
    """What is open close by is looked for where an item has no case at the site itself, or somebody's word names one
    that is not there."""
    assert check.site_id is not None
    here = open_here(turn.session, check.site_id)
    if any(not _of_others(here, check, result.item) for result in failed):
        return open_around(turn.session, check)
    numbers = {each.id for each in here.here}
    said = of_check(turn.session, check.id).values()
    return here if all(one.finding_id in numbers for one in said) else open_around(turn.session, check)


def _of_others(around: Around, check: Check, item: ChecklistItem) -> list[Finding]:
    """The item's cases at the site, but for those that this very check has opened; the likeliest first."""
    return sorted((each for each in around.of_item(item).here if each.check_id != check.id), key=_likelihood)


def _likelihood(finding: Finding) -> tuple[bool, int]:
    """What is said to be fixed is less likely what is broken, where something else is open too; then the oldest."""
    return finding.state is FindingState.FIXED_CLAIMED, finding.id


def _in_sight(turn: Turn, finding: Finding) -> bool:
    site = finding.site
    return site.closed_at is None and any(s.covers(site.area_id, site.campaign_id) for s in turn.scopes)


# lines


def told_of(turn: Turn, check: Check, result: ItemResult, offered: dict[int, Offer]) -> str:
    """What stands behind a failed item's line: the open case, what was said of it, or that it is back."""
    if result.outcome is not Outcome.FAIL or check.site_id is None:
        return ""
    offer = offered.get(result.item_id)
    if offer is None:
        return _back_again(turn, check.site_id, result.item)
    if offer.said is not None:
        meant = offer.meant
        return turn.text("again.is_same", number=meant.number) if meant is not None else turn.text("again.is_new")
    cases = (", " if turn.language == "en" else "、").join(_case(turn, each) for each in offer.cases)
    if offer.here:
        return turn.text("again.here", cases=cases)
    return turn.text("again.near", site=offer.near[0].site.name, cases=cases)


def _case(turn: Turn, finding: Finding) -> str:
    limit = turn.text("finding.no_deadline")
    if finding.deadline_on is not None:
        limit = turn.text("finding.due", date=f"{finding.deadline_on:%m-%d}")
    waits = finding.state is FindingState.FIXED_CLAIMED
    return turn.text("again.waiting_case" if waits else "again.open_case", number=finding.number,
                     date=f"{finding.day:%m-%d}", limit=limit)  # fmt: skip


def _back_again(turn: Turn, site_id: int, item: ChecklistItem) -> str:
    """Closed before and here again (死灰复燃): said before it is opened once more."""
    if not times_closed(turn.session, site_id, item.id):
        return ""
    last = closed_last(turn.session, site_id, item.id)
    return turn.text("again.back", date=f"{turn.agency.local(last):%m-%d}") if last is not None else ""


# buttons


def rows(
    turn: Turn, check: Check, results: Sequence[ItemResult], offered: dict[int, Offer]
) -> list[tuple[Button, ...]]:
    """The first item nobody has said anything about; then how to say otherwise of those that were spoken of."""
    those = [(result.item, offered[result.item_id]) for result in results if result.item_id in offered]
    open_ones = [(item, offer) for item, offer in those if offer.said is None]
    several = len(those) > 1
    shown = _choice(turn, check, *open_ones[0], several) if open_ones else []
    changes = [_change(turn, check, item, offer, several) for item, offer in those if offer.said is not None]
    return [*shown, *((button,) for button in changes[:MOST_CHANGES])]


def _choice(turn: Turn, check: Check, item: ChecklistItem, offer: Offer, several: bool) -> list[tuple[Button, ...]]:
    def button(words: str, finding: Finding) -> Button:
        return Button(_label(turn, item, words, several), f"v1:same:{check.id}:{item.number}:{finding.id}")

    cases = offer.cases
    same = [button(turn.text("button.same"), cases[0])] if len(cases) == 1 else [
        button(turn.text("button.same_as", number=each.number), each) for each in cases
    ]  # fmt: skip
    new = Button(_label(turn, item, turn.text("button.new_problem"), several), f"v1:new:{check.id}:{item.number}")
    return [tuple(same), (new, Button(turn.text("button.photos"), f"v1:evidence:{cases[0].id}"))]


def _change(turn: Turn, check: Check, item: ChecklistItem, offer: Offer, several: bool) -> Button:
    if offer.meant is not None:
        words, data = turn.text("button.change_to_new"), f"v1:new:{check.id}:{item.number}"
    else:
        words, data = turn.text("button.change_to_same"), f"v1:same:{check.id}:{item.number}:{offer.cases[0].id}"
    return Button(_label(turn, item, words, several), data)


def _label(turn: Turn, item: ChecklistItem, words: str, several: bool) -> str:
    if not several:
        return words
    name = item.name_en if turn.language == "en" and item.name_en else item.label
    return turn.text("again.of_item", item=f"{item.number} {one_line(name, _LONGEST_LABEL)}", words=words)


def there(turn: Turn, check: Check) -> list[tuple[Button, ...]]:
    """What is open at the site, and what there waits for somebody who comes near (E17)."""
    before = check.before or {}
    n, waiting = before.get("open", 0), before.get("waiting", 0)
    row = [Button(turn.text("button.open_there", n=n), f"v1:there:{check.site_id}")] if n else []
    if waiting:
        row.append(Button(turn.text("button.waits_there", n=waiting), f"v1:waits:{check.site_id}"))
    return [tuple(row)] if row else []
