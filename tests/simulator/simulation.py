"""Plays one seed: people at work, accidents, then everything is healed, and the books are compared."""

import heapq
import itertools
import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from tests.simulator import accidents, cases, invariants
from tests.simulator.faults import Faults
from tests.simulator.loop import Timeline
from tests.simulator.machine import Machine
from tests.simulator.network import Network
from tests.simulator.people import Inspector
from tests.simulator.phone import Waits
from tests.simulator.town import BEGINS, FIXERS, INSPECTORS, NEAR, VERIFIER, Prepared, Town, prepared
from tests.simulator.unit import Fixer, Verifier
from tests.simulator.witness import Witness

# Hours after the record was prepared: just before nine, eight, six, eleven, half past twelve and midnight.
STARTS = (23.9, 46.98, 80.98, 86.3, 99.5, 110.99)
BUSY = 150.0  # seconds of accidents
DRAINED = 900.0  # after healing, all must be done by then
ENOUGH = 5  # broken invariants
LATEST = 26 * 3600.0  # what waits for its own good reason, such as a file that is not there


@dataclass
class Report:
    seed: int
    faults: str
    broken: list[str] = field(default_factory=list)
    trace: str = ""
    steps: int = 0
    deaths: int = 0
    starts: int = 0
    counts: dict[str, int] = field(default_factory=dict)


class Hopeless(Exception):
    """So much is broken already that nothing more can be learnt."""


class Simulation:
    """One town and one machine; `events` is what happens when."""

    def __init__(self, seed: int, enough: int = ENOUGH) -> None:
        self.seed, self.enough = seed, enough
        self.chance = Random(f"people {seed}")
        self.faults = Faults.drawn(seed)
        self.prepared: Prepared = prepared()
        self.timeline = Timeline(BEGINS.timestamp() + self.chance.choice(STARTS) * 3600)
        self.town = Town(self.timeline, self.faults, self.chance)
        self.network = Network(self.town.world, self.faults, lambda: self.timeline.now)
        self.network.gone = self.town.gone
        self.machine = Machine(self.prepared.settings, self.timeline, self.faults, self.network)
        self.witness = Witness(self.prepared, self.town, self.network)
        self.machine.died = self.witness.died
        self.town.world.updates.later = self.later
        self.inspectors = self._hire()
        self.verifier: Verifier | None = None
        self.fixers = self._employ()
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.working = 0

    def _hire(self) -> list[Inspector]:
        hired = []
        numbers = self.chance.sample(sorted(INSPECTORS), self.chance.choice((1, 1, 1, 2)))
        free = {area: self.chance.sample(sorted(sites), len(sites)) for area, sites in self.prepared.sites.items()}
        for number in sorted(numbers):
            area = INSPECTORS[number]
            sites = [free[area].pop() for _ in range(self.chance.choice((1, 1, 1, 2)))]
            hired.append(Inspector(self.town, number, self.chance, self.prepared.sites[area], sites))
        return hired

    def _employ(self) -> list[Fixer]:
        """A unit that puts problems right, on every third day; and somebody who looks at it afterwards."""
        chance = Random(f"unit {self.seed}")
        if chance.random() < 0.65:
            return []

        def at_work() -> bool:
            return not all(inspector.home for inspector in self.inspectors)

        places = self.prepared.sites[NEAR]
        fixers = [Fixer(self.town, number, Random(f"{number} {self.seed}"), at_work) for number in FIXERS]

        def at_work_or_fixing() -> bool:
            return at_work() or not all(fixer.home for fixer in fixers)

        self.verifier = Verifier(self.town, VERIFIER, chance, at_work_or_fixing, places=places)
        return fixers

    # what happens when

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.timeline.now + seconds, next(self._order), what))

    def goes_on(self, work: Waits) -> None:
        """Somebody's work until they wait again."""
        try:
            pause = next(work)
        except StopIteration:
            self.working -= 1
            return
        self.later(pause, lambda: self.goes_on(work))

    def begins(self, work: Waits) -> None:
        self.working += 1
        self.later(0.0, lambda: self.goes_on(work))

    def pass_time(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        end = self.timeline.now + seconds
        while self.timeline.now < end and not until():
            if len(self.witness.broken) >= self.enough:
                raise Hopeless
            following = self.events[0][0] if self.events else end
            if following > self.timeline.now:
                self.machine.live(min(following, end) - self.timeline.now)
            while self.events and self.events[0][0] <= self.timeline.now:
                heapq.heappop(self.events)[2]()

    # the play

    def play(self) -> Report:
        settings = self.prepared.settings
        shutil.rmtree(settings.folder, ignore_errors=True)
        settings.folder.mkdir()
        shutil.copy(self.prepared.folder / "prepared.db", settings.folder / "xuncha.db")
        root = logging.getLogger()
        level, others = root.level, root.handlers[:]
        root.handlers[:] = [self.witness]
        root.setLevel(logging.WARNING)
        try:
            with suppress(Hopeless), self.machine.seams(self.prepared.database), accidents.in_handlers(self):
                self._play()
        finally:
            root.handlers[:] = others
            root.setLevel(level)
            self.machine.switch_off()
            self.witness.close()
        return self._report()

    def _play(self) -> None:
        for inspector in self.inspectors:
            self.begins(inspector.work())
        for follower in (*self.fixers, *((self.verifier,) if self.verifier is not None else ())):
            self.begins(follower.work())
        accidents.prepare(self)
        self.pass_time(BUSY, lambda: self.working == 0)
        self.pass_time(self.chance.uniform(0.0, 30.0))
        self._heal()
        healed = self.timeline.now
        self.pass_time(DRAINED, lambda: self.working == 0 and not invariants.undone(self, soon=True))
        if self.working or invariants.undone(self, soon=True):
            left = invariants.undone(self, soon=True)
            self.witness.breaks("I11", f"{DRAINED:.0f} s after healing: {self.working} people wait, {left}")
        self._wait_for_the_late()
        self.faults.counts["seconds to drain"] = round(self.timeline.now - healed)
        invariants.ask_everybody(self)
        self._wait_for_the_late()  # of somebody who came back meanwhile, to a chat that had been told to wait
        cases.check_mind(self)
        self.machine.restart()
        invariants.check(self)

    def shake(self) -> None:
        """More than half a day has gone by, or seems to: a draft in hand is cold now."""
        for inspector in self.inspectors:
            inspector.shaken = True

    def _heal(self) -> None:
        self.faults.healed = True
        if abs(self.machine.clock.off) > 3600.0:
            self.shake()
        self.machine.clock.off = 0.0
        self.witness.trace("healed")

    def _wait_for_the_late(self) -> None:
        """What may rightly take hours, in big steps: a machine that sleeps in between."""
        end = self.timeline.now + LATEST
        while self.timeline.now < end and invariants.undone(self, soon=False):
            if not invariants.undone(self, soon=True):
                self.timeline.now += 600.0
            self.pass_time(10.0)
        if left := invariants.undone(self, soon=False):
            self.witness.breaks("I11", f"a day after healing: {left}")

    def _report(self) -> Report:
        return Report(self.seed, str(self.faults), self.witness.broken, self.witness.trace_hash, self.machine.steps,
                      self.machine.deaths, self.machine.starts, self.faults.counts)  # fmt: skip


def play(seed: int, enough: int = ENOUGH) -> Report:
    return Simulation(seed, enough).play()
