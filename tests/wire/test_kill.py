"""F01: the real program is killed again and again in the midst of people's work; nothing is lost, nothing doubled."""

import asyncio
import random
import re
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from models.checks import Check, CheckState
from models.evidence import Photo, PhotoState
from models.findings import Finding
from models.messages import InboxRow, InboxState
from tests.faults.amounts import amount, at_most
from tests.stage.over_the_wire import OverTheWire
from tests.wire.inspectors import PATIENCE, Inspector, Round, Spread, hire, messages, rounds

SEED = 20180806
KILLS = amount("KILLS", 8)
PEOPLE = amount("KILLS_PEOPLE", 4)
ACTS = 3  # of a check
USUAL_START = 3.0  # seconds
RECEIPT = re.compile(r"✅ 已记录 No\. (\S+)")


@pytest.mark.wire
@pytest.mark.timeout(at_most(240))
async def test_F01_kills_at_random_lose_nothing_and_double_nothing(wire: OverTheWire) -> None:
    wire.anew = KILLS >= 100
    await wire.quicken()
    await wire.up()
    chance = random.Random(SEED)
    work = rounds(PEOPLE)
    patience = PATIENCE * max(1, PEOPLE / 5)
    spread = Spread(ACTS * sum(len(part.sites) for part in work), KILLS)
    hired = await hire(wire, work)
    await wire.control("POST", "act", {"do": "clock", "to": "2018-08-06T08:30"})
    inspectors = [
        Inspector(wire, person, part.sites, random.Random(SEED + person), patience, spread=spread)
        for person, part in zip(hired, work, strict=True)
    ]
    working = asyncio.gather(*(inspector.work() for inspector in inspectors))
    try:
        kills = await _kill_at_random(wire, chance, working, spread)
        await working
    finally:
        working.cancel()
    await wire.settle()
    repeats = await _receipts(wire, inspectors)
    figures = _record(wire, work)
    print(f"seed {SEED}: {KILLS} kills, {kills} of them while {PEOPLE} people worked; {figures}; 0 lost, 0 doubled, "
          f"{repeats} receipts shown again")  # fmt: skip
    assert kills >= KILLS / 2


async def _kill_at_random(
    wire: OverTheWire, chance: random.Random, working: "asyncio.Future[list[None]]", spread: Spread
) -> int:
    """Most kills meet the program at work, some while it begins; after the last it may finish in peace."""
    at_work, slowness = 0, 1.0
    for kills in range(KILLS):
        await asyncio.sleep(chance.uniform(0.05, 1.2) * slowness)
        assert wire.bot is not None
        wire.bot.process.send_signal(signal.SIGKILL)
        assert await wire.bot.ended() == -signal.SIGKILL
        spread.killed()
        if working.done():
            working.result()
        else:
            at_work += 1
        await asyncio.sleep(chance.uniform(0.0, 0.2))
        if chance.random() < 0.8 or kills == KILLS - 1:
            begun = time.monotonic()
            await wire.up()
            # On a busy machine a life lasts longer, or the program would die again before it had done anything.
            slowness = max(1.0, (time.monotonic() - begun) / USUAL_START)
        else:
            wire.bot = wire.start_bot()
    return at_work


async def _receipts(wire: OverTheWire, inspectors: list[Inspector]) -> int:
    """Every check's receipt is in its inspector's chat; how many are there more than once, because nobody knew."""
    repeated = 0
    for inspector in inspectors:
        shown = [m["text"] for m in await messages(wire, inspector.person) if m["from"] != inspector.person]
        for site in inspector.sites:
            numbers = [RECEIPT.search(text) for text in shown if site in text]
            found = Counter(number.group(1) for number in numbers if number)
            assert len(found) == 1, f"{site}: receipts {found} in {shown}"
            repeated += max(found.values()) - 1
    return repeated


def _record(wire: OverTheWire, work: list[Round]) -> str:
    """What the database must hold after the work, whatever happened during it; in figures."""
    sites = [site for part in work for site in part.sites]
    with wire.reading() as session:
        states = dict(session.execute(select(InboxRow.state, func.count()).group_by(InboxRow.state)).all())
        numbers = session.scalars(select(InboxRow.update_id)).all()
        checks = session.scalars(select(Check)).all()
        photos = session.scalars(select(Photo)).all()
        submitted = Counter(check.site.name for check in checks if check.state is CheckState.SUBMITTED)
        assert set(states) == {InboxState.DONE}, states
        assert len(numbers) == len(set(numbers))
        assert submitted == Counter(sites)
        assert len(checks) == len(sites)
        assert len({check.number for check in checks}) == len(checks)
        assert [photo.state for photo in photos] == [PhotoState.STORED] * (2 * len(sites))
        findings = session.scalar(select(func.count(Finding.id)))
        assert findings == sum((len(part.sites) + 1) // 2 for part in work)
        return f"{len(numbers)} updates, {len(checks)} checks, {len(photos)} photos, {findings} findings"
