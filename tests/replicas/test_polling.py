"""F33 with real programs: three that poll share the work of the one that is answered; it is killed, another goes on."""

import asyncio

import pytest
from sqlalchemy import func, select

from models.leases import Lease
from models.messages import InboxRow, InboxState
from tests.replicas.replicas import DEEP, FRESH, Replicas
from tests.stage.over_the_wire import ADMIN, until
from tests.wire.inspectors import messages

KILLS = 3
IN_ONE_BREATH = 2  # with all the kills less than one person is answered in a minute: they may all be read at once

pytestmark = [
    pytest.mark.wire,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not DEEP, reason="with programs that stand by for seconds; make replicas"),
]


def _poller(replicas: Replicas) -> int | None:
    """The number of the program that reads the bot's messages."""
    with replicas.reading() as session:
        holder = session.scalar(select(Lease.holder).where(Lease.name.startswith("poll:")))
    if holder is None:
        return None
    return next((n for n, bot in replicas.bots.items() if f":{bot.process.pid}:" in holder), None)


async def test_F33_who_reads_the_messages_is_killed_and_another_goes_on(replicas: Replicas) -> None:
    await replicas.quicken()
    await replicas.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    for _ in range(3):
        await replicas.up()
    asked = 0
    for kill in range(KILLS + 1):
        await replicas.control("POST", "act", {"do": "clock", "by": 120})
        for _ in range(IN_ONE_BREATH):
            await replicas.act({"do": "send_text", "as": ADMIN, "text": "今天"})
        asked += IN_ONE_BREATH
        if kill < KILLS:
            poller = await until(lambda: _poller(replicas), "somebody reads the messages", 60)
            await replicas.kill(poller)
            await replicas.up()
    await replicas.settle()
    await asyncio.sleep(FRESH)
    answers = [m["text"] for m in await messages(replicas, ADMIN) if m["from"] != ADMIN]
    once = [text for text in answers if "（重发）" not in text]
    with replicas.reading() as session:
        rows = dict(session.execute(select(InboxRow.state, func.count()).group_by(InboxRow.state)).all())
    print(f"{KILLS} kills of the program that polls: {rows}, {len(once)} answers, {len(answers) - len(once)} repeats")
    assert rows == {InboxState.DONE: asked}
    assert asked <= len(answers)
    assert len(once) <= asked
    assert "Traceback" not in replicas.said()
