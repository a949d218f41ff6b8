"""What goes wrong around the program on a bad day, apart from what the disk and the network do by themselves."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import orjson
from sqlalchemy import select

import bot.worker
from bot.app import AlreadyRunning, App
from bot.emulator.errors import ActError
from handlers.messages import Kind
from models.people import Posting
from tests.simulator.people import Waits
from tests.simulator.town import ADMIN, GROUP, LEAD, NEAR, OFFICE, STRANGER
from tests.simulator.witness import Injected

if TYPE_CHECKING:
    from tests.simulator.simulation import Simulation

DAY = 86400.0
BUNCHED = 30.0  # seconds a line was under way: its sender had no network
FOR_GOOD = 1 << 30  # times that a handler breaks over the same message


def prepare(sim: "Simulation") -> None:
    """Who comes in the way, and when."""
    happen = {
        "outage": _outages, "conflict": _conflicts, "clock": _clocks, "restart": _restarts, "blocked": _blocks,
        "kicked": _kicks, "migrated": _migrates, "poison": _poisons, "flood": _floods, "dismissed": _dismisses,
    }  # fmt: skip
    for kind, accident in happen.items():
        if sim.faults.has(kind):
            sim.later(0.0, _going(sim, accident(sim)))
    for passer_by in (_questions(sim), _stranger(sim), _second_process(sim), _looks_after_others(sim)):
        sim.later(0.0, _going(sim, passer_by))


def _going(sim: "Simulation", work: Waits) -> Any:
    """Like somebody's work, but nobody waits for its end."""

    def go_on() -> None:
        try:
            pause = next(work)
        except (StopIteration, ActError):
            return
        sim.later(pause, go_on)

    return go_on


def _comes(sim: "Simulation", kind: str, soonest: float, latest: float) -> Generator[float, None, bool]:
    """After so many seconds; False when all is healed by then."""
    yield sim.chance.uniform(soonest, latest)
    if not sim.faults.healed:
        sim.faults.count(kind)
    return not sim.faults.healed


def _outages(sim: "Simulation") -> Waits:
    while sim.faults.has("outage"):
        yield sim.chance.uniform(5.0, 120.0)
        if sim.faults.healed:
            return
        sim.faults.count("outage")
        sim.network.down_until = sim.timeline.now + sim.chance.choice((5.0, 30.0, 90.0))
        if sim.chance.random() < 0.1:
            sim.timeline.now += sim.chance.uniform(600.0, 20 * 3600.0)  # the machine slept through it
            sim.shake()


def _conflicts(sim: "Simulation") -> Waits:
    yield sim.chance.uniform(5.0, 100.0)
    if sim.faults.healed:
        return
    sim.network.conflict_until = sim.timeline.now + sim.chance.uniform(5.0, 90.0)
    sim.faults.count("conflict")


def _clocks(sim: "Simulation") -> Waits:
    while sim.faults.has("clock"):
        yield sim.chance.uniform(5.0, 90.0)
        if not sim.faults.healed:
            sim.machine.clock.off = sim.chance.choice((-DAY, -3600.0, -30.0, 0.0, 90.0, 7200.0, DAY, 30 * DAY))
            sim.faults.count("clock")
            sim.shake()


def _restarts(sim: "Simulation") -> Waits:
    while sim.faults.has("restart"):
        yield sim.chance.uniform(5.0, 120.0)
        if sim.faults.healed:
            return
        sim.faults.count("restart")
        sim.machine.restart()


def _blocks(sim: "Simulation") -> Waits:
    who = sim.chance.choice(sim.inspectors).number
    if not (yield from _comes(sim, "blocked", 5.0, 100.0)):
        return
    while not sim.town.somebody(who).online:  # what they have written in a cellar would be gone
        yield 5.0
    sim.town.does(who, "block")
    yield sim.chance.uniform(5.0, 100.0)
    sim.town.does(who, "unblock")


def _kicks(sim: "Simulation") -> Waits:
    if not (yield from _comes(sim, "kicked", 5.0, 100.0)):
        return
    sim.town.does(ADMIN, "remove_bot", chat=GROUP)
    yield sim.chance.uniform(5.0, 100.0)
    sim.town.does(ADMIN, "add_bot", chat=GROUP)


def _migrates(sim: "Simulation") -> Waits:
    if not (yield from _comes(sim, "migrated", 5.0, 150.0)):
        return
    order = sim.chance.choice(("old_first", "new_first"))
    sim.town.does(ADMIN, "migrate", chat=GROUP, order=order, tell=sim.chance.random() < 0.8)


POISON: tuple[dict[str, Any], ...] = (
    {"location": {"latitude": 23.7}},
    {"date": "yesterday", "text": "进度"},
    {"photo": [{"file_id": 7}]},
    {"text": {"not": "text"}},
    {"entities": 5, "text": "进度"},
)


def _poisons(sim: "Simulation") -> Waits:
    """Updates that no library can read, in the name of somebody who is at work (F39)."""
    while sim.faults.has("poison"):
        yield sim.chance.uniform(2.0, 60.0)
        if sim.faults.healed:
            return
        sim.faults.count("poison")
        who = sim.chance.choice(sim.inspectors).number
        world = sim.town.world
        base = {"message_id": next(world._message_ids), "date": world.now(), "chat": {"id": who, "type": "private"},
                "from": {"id": who, "is_bot": False, "first_name": "x"}}  # fmt: skip
        world.updates._enqueue("message", orjson.dumps(base | sim.chance.choice(POISON)), who)


def _floods(sim: "Simulation") -> Waits:
    if not (yield from _comes(sim, "flood", 5.0, 100.0)):
        return
    for _ in range(20):
        sim.town.does(OFFICE, "send_text", text="进度")


def _dismisses(sim: "Simulation") -> Waits:
    """An inspector's posting ends in the midst of their work; their old buttons are tried all the same (T02)."""
    inspector = sim.chance.choice(sim.inspectors)
    if not (yield from _comes(sim, "dismissed", 20.0, 120.0)):
        return
    account = sim.witness.ask("SELECT person_id FROM accounts WHERE external_id = ?", str(inspector.number))[0][0]

    def dismiss(session: Any) -> None:
        for posting in session.scalars(select(Posting).where(Posting.person_id == account)):
            posting.until = posting.since  # whatever becomes of the clock

    ended = "SELECT 1 FROM postings WHERE person_id = ? AND until IS NOT NULL"
    while not sim.witness.ask(ended, account):  # the program may be down, or the record full
        sim.machine.office_does(dismiss)
        yield 1.0
    inspector.dismissed = True
    yield 3.0
    before = sim.witness.ask("SELECT coalesce(max(id), 0) FROM journal")[0][0]
    sim.witness.dismissed[account] = (inspector.number, before)
    for _ in range(6):
        yield sim.chance.uniform(1.0, 20.0)
        for message in sim.town.shown_in(inspector.number)[:2]:
            inspector.taps(message, sim.chance.choice(("v1:ok:", "v1:cancel:", "v1:fix:", "v1:")))


def _questions(sim: "Simulation") -> Waits:
    for _ in range(sim.chance.choice((0, 1, 2, 4))):
        yield sim.chance.uniform(5.0, 90.0)
        who, chat = sim.chance.choice(((OFFICE, OFFICE), (LEAD, LEAD), (LEAD, GROUP)))
        sim.town.does(who, "send_text", chat=chat, text=sim.chance.choice(("进度", "未整改", "今天")))


def _stranger(sim: "Simulation") -> Waits:
    yield sim.chance.uniform(1.0, 60.0)
    sim.town.does(STRANGER, "send_text", text=sim.chance.choice(("你好", "进度", f"邀请 管理员 {NEAR}", "/start")))


def _second_process(sim: "Simulation") -> Waits:
    """Somebody starts the program once more on the same folder (F33)."""
    yield sim.chance.uniform(1.0, 100.0)
    if sim.machine.app is None or sim.machine.dead:
        return
    try:
        App(sim.prepared.settings, sim.machine.clock)
    except AlreadyRunning:
        return
    sim.witness.breaks("I1", "two programs run on one folder")


def _looks_after_others(sim: "Simulation") -> Waits:
    """While one chat has been told to wait, the others' messages go out (F16)."""
    up_since, starts = sim.timeline.now, 0
    while True:
        looked = sim.timeline.now
        yield 5.0
        slept = sim.timeline.now - looked > 30.0  # the whole machine (F35)
        if slept or sim.machine.starts != starts or sim.timeline.now < sim.network.down_until:
            up_since, starts = sim.timeline.now, sim.machine.starts
        # One that has just been free to go on has much to send, at its pace.
        stopped = {chat for chat, until in sim.network.stopped.items() if until > sim.timeline.now - 45.0}
        if not stopped or sim.timeline.now < up_since + 45.0 or "clock" in sim.faults.strength:
            continue
        before = sim.machine.clock.now().replace(tzinfo=None) - timedelta(seconds=45)
        # What is on its way, or got no answer, keeps its own chat waiting for as long as that takes.
        for key, chat in sim.witness.ask(
            "SELECT key, chat FROM outbox WHERE state = 'due' AND tries = 0 AND due_at < ?"
            " AND chat NOT IN (SELECT chat FROM outbox WHERE state IN ('sending', 'unknown'))",
            str(before),
        ):
            if chat not in stopped:
                sim.witness.breaks("I11", f"{key} waits while only {sorted(stopped)} has been told to")


@contextmanager
def in_handlers(sim: "Simulation") -> Iterator[None]:
    """Handlers that break: some once or twice, some for good (F38)."""
    real, orders = bot.worker.dispatch, {}

    def dispatch(session: Any, incoming: Any, row: str, *rest: Any) -> Any:
        if row not in orders:
            # Of lines that came in a bunch some take others back: which of them count when one is dead, nobody can say.
            together = (incoming.received_at - incoming.sent_at).total_seconds() > BUNCHED
            for_good = incoming.kind in {Kind.LOCATION, Kind.TEXT} and not together
            orders[row] = 0
            if sim.faults.strikes("handler", 0.12):
                orders[row] = sim.chance.choice((1, 2, FOR_GOOD if for_good else 1))
        if orders[row] > 0:
            orders[row] -= 1
            raise Injected(f"{row} breaks")
        outcome = real(session, incoming, row, *rest)
        sim.witness.answered(session, incoming, row)
        return outcome

    with patch.object(bot.worker, "dispatch", dispatch):
        yield
