"""What must be true of cases: each changes its state only by a recorded step, none is lost, none is there twice."""

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.stage import mind

if TYPE_CHECKING:
    from tests.simulator.simulation import Simulation

OVER = {"verified_closed", "withdrawn", "duplicate"}


def check(sim: "Simulation") -> None:
    """I14."""
    ask = sim.witness.ask
    steps: dict[int, list[tuple[str, str, str, int]]] = {}
    for finding, step, before, after, person in ask(
        "SELECT finding_id, step, from_state, to_state, person_id FROM finding_steps ORDER BY id"
    ):
        steps.setdefault(finding, []).append((step, before, after, person))
    for finding, state, closed_at, fixed_by, taken_by, returned in ask(
        "SELECT id, state, closed_at, fixed_by, taken_by, returned FROM findings"
    ):
        made = steps.get(finding, [])
        _chain(sim, finding, state, made)
        if (closed_at is not None) != (state in OVER):
            sim.witness.breaks("I14", f"case {finding} is {state}, closed at {closed_at}")
        _people(sim, finding, made, fixed_by, taken_by)
        if returned != sum(step == "returned" for step, *_ in made):
            sim.witness.breaks("I14", f"case {finding} counts {returned} returns, its steps {made}")
    _twice(sim)


def check_mind(sim: "Simulation") -> None:
    """I14, while the program still runs: what it has in mind of cases is all there is."""
    if sim.machine.app is not None:
        for what in mind.missing(sim.machine.app.writer._record, sim.witness.ask):
            sim.witness.breaks("I14", what)


def _chain(sim: "Simulation", finding: int, state: str, made: list[tuple[str, str, str, int]]) -> None:
    """From opening to now, each step goes on where the one before ended; the journal has each of them."""
    where = f"case {finding}: {[step for step, *_ in made]}"
    if not made or made[0][0] != "opened" or sum(step == "opened" for step, *_ in made) != 1:
        sim.witness.breaks("I14", f"{where}: not opened once")
        return
    for (_, _, after, _), (step, before, _, _) in pairwise(made):
        if after != before:
            sim.witness.breaks("I14", f"{where}: {step} begins at {before}, the step before ended at {after}")
    if made[-1][2] != state:
        sim.witness.breaks("I14", f"{where}: the last step leads to {made[-1][2]}, and it is {state}")
    entries = sim.witness.ask(
        "SELECT action FROM journal WHERE subject = 'finding' AND subject_id = ? AND action LIKE 'finding.%'"
        " ORDER BY id",
        finding,
    )
    if [action.removeprefix("finding.") for (action,) in entries] != [step for step, *_ in made]:
        sim.witness.breaks("I14", f"{where}: the journal has {entries}")


def _people(
    sim: "Simulation", finding: int, made: list[tuple[str, str, str, int]], fixed_by: int, taken_by: int
) -> None:
    """One takes it; who fixed it never closes it; each claim has its photo."""
    taken = [person for step, _, _, person in made if step == "taken"]
    if len(taken) > 1 or (taken[-1] if taken else None) != taken_by:
        sim.witness.breaks("I14", f"case {finding} was taken by {taken}, and is with {taken_by}")
    verified = [person for step, _, _, person in made if step == "verified"]
    if len(verified) > 1 or fixed_by in verified:
        sim.witness.breaks("I14", f"case {finding}, fixed by {fixed_by}, was closed by {verified}")
    claims = sum(step == "fix_claimed" for step, *_ in made)
    photos = sim.witness.ask("SELECT count(*) FROM photos WHERE finding_id = ? AND moment = 'after'", finding)[0][0]
    if photos < claims:
        sim.witness.breaks("I14", f"case {finding}: {claims} times said to be fixed, with {photos} photos")
    decided = sim.witness.ask(
        "SELECT count(*) FROM verifications WHERE finding_id = ? AND decided_at IS NOT NULL", finding
    )[0][0]
    if decided != len(verified) + sum(step == "returned" for step, *_ in made):
        sim.witness.breaks("I14", f"case {finding}: {decided} verifications, steps {made}")


def _twice(sim: "Simulation") -> None:
    """A failed item has one case; what is corrected away leaves a withdrawn one."""
    for check, item, count in sim.witness.ask(
        "SELECT check_id, item_id, count(*) FROM findings WHERE state <> 'withdrawn'"
        " GROUP BY check_id, item_id HAVING count(*) > 1"
    ):
        sim.witness.breaks("I14", f"item {item} of check {check} has {count} cases")


def closed_by_looking(sim: "Simulation") -> int:
    """Cases that somebody saw being closed, by what their chat says (I13)."""
    if sim.verifier is None:
        return 0
    shown = sim.town.shown_in(sim.verifier.number)
    return len({message.body.text.split("\n")[0] for message in shown if "✅ 合格，已销号" in message.body.text})
