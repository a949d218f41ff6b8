"""One act of a check on a disk that loses power, and what is then found on the disk."""

import os
import random
import re
import shutil
import sqlite3
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

import models.database
from bot.app import App
from tests.faults.accounts import account_of, assert_same, photos_amiss
from tests.faults.acts import ACTS, TROUBLE, Acts
from tests.faults.disk import Disk, PowerCut, watch_os
from tests.faults.program import Program
from tests.faults.sqlite_on_disk import DRIVER, Layer

DISKS = 3  # that may be found after one cut
GOES_ON = 0.4  # how often the program is begun again on one of them
RECEIPT = re.compile(r"✅ 已记录 No\. (\S+)")


@dataclass
class Losses:
    """`before`: what the disk was about to do when the power went; `told`: jobs whose end was told by then."""

    was_cut: bool
    before: str = ""
    told: int = 0
    disks: int = 0
    photos: int = 0
    lost: list[str] = field(default_factory=list)


class CutRun:
    """In a process of its own: the act is played on a copy of the town's files, until the power goes at a step."""

    def __init__(self, acts: Acts, number: int, cut_before: int, seed: int) -> None:
        self._acts, self._number, self._town = acts, number, acts.town
        self._chance = random.Random(seed)
        self._folder = acts.folder / f"cut-{os.getpid()}"
        shutil.copytree(self._town.folder, self._folder)
        self._town.folder = self._folder
        data = self._town.settings(self._folder).folder
        self._bring_witness(data)
        self._disk = Disk(data, cut_before)
        self._told: set[int] = set()
        self._jobs = 0
        self._acted = False
        self._program: Program | None = None

    @staticmethod
    def _bring_witness(data: Path) -> None:
        """A table in which every job leaves a number, in its own transaction."""
        connection = sqlite3.connect(data / "xuncha.db")
        connection.execute("CREATE TABLE witness (n INTEGER PRIMARY KEY)")
        connection.commit()
        connection.close()

    # playing

    def steps(self) -> int:
        try:
            self._play()
        finally:
            shutil.rmtree(self._folder)
        assert not self._disk.dead
        return self._disk.steps

    def losses(self, go_on: bool) -> Losses:
        try:
            self._play()
            found = Losses(self._disk.dead, self._disk.what, len(self._told))
            for n in range(DISKS):
                self._look_at(self._folder / f"disk-{n}", found)
            if go_on and not found.lost and self._chance.random() < GOES_ON:
                self._go_on()
            return found
        finally:
            shutil.rmtree(self._folder)

    def _play(self) -> None:
        layer = Layer(self._disk)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(models.database, "create_engine", partial(create_engine, module=DRIVER))
            watch_os(self._disk, patch.setattr)
            try:
                self._town.serving = self._program = self._begin()
                self._act()
                self._program.stop()
            except BaseException:
                if not self._disk.dead:
                    raise
        self._layer = layer  # its files are still open

    def _act(self) -> None:
        self._acted = True
        self._town.begin_counting(TROUBLE.get(self._number, {}))
        self._town.play(ACTS[self._number])

    def _begin(self) -> Program:
        town = self._town
        return Program(town.settings(town.folder), self._ask, town.clock.now(), self._watch)

    def _ask(self, *asked: Any) -> Any:
        if self._disk.dead:
            raise PowerCut("nobody is there to ask")
        if self._program is not None:
            self._town.clock.move_to(self._program.clock.epoch())
        return self._town.ask(*asked)

    def _watch(self, app: App) -> None:
        """Every job the writer does leaves its number in the record; once its end is told, the number is remembered."""
        run = app.writer.run

        async def witnessed(work: Any) -> Any:
            self._jobs += 1
            number = self._jobs

            def job(session: Any) -> Any:
                session.execute(text("INSERT INTO witness VALUES (:n)"), {"n": number})
                return work(session)

            result = await run(job)
            if not self._disk.dead:
                self._told.add(number)
            return result

        app.writer.run = witnessed

    # looking

    def _look_at(self, to: Path, found: Losses) -> None:
        mood = self._chance.choice([0.0, 1.0, self._chance.random()])
        self._disk.after_cut(to, self._chance, mood)
        found.disks += 1
        try:
            connection = sqlite3.connect(to / "xuncha.db")
            found.lost += self._lost_from(connection)
            amiss, photos = photos_amiss(connection, to / "photos")
            found.lost += [f"photo {what}" for what in amiss]
            found.photos += photos
            connection.close()
        except sqlite3.DatabaseError as error:
            found.lost.append(f"record: {error}")

    def _lost_from(self, connection: sqlite3.Connection) -> list[str]:
        lost = []
        for check in ("integrity_check", "foreign_key_check"):
            rows = connection.execute(f"PRAGMA {check}").fetchall()
            if rows not in ([("ok",)], []):
                lost.append(f"record: {check} {rows[:3]}")
        kept = {n for (n,) in connection.execute("SELECT n FROM witness")}
        lost += [f"told of job {n}" for n in sorted(self._told - kept)]
        inbox = {n for (n,) in connection.execute("SELECT update_id FROM inbox")}
        lost += [f"confirmed update {n}" for n in sorted(self._town.given - inbox) if n < self._town.confirmed]
        numbers = {n for (n,) in connection.execute("SELECT number FROM checks")}
        shown = {found for said in self._town.shown() for found in RECEIPT.findall(said)}
        return lost + [f"receipt {number}" for number in sorted(shown - numbers)]

    def _go_on(self) -> None:
        """With the last of the disks, on Python's own SQLite; the people never noticed."""
        after = self._folder / "after"
        after.mkdir()
        shutil.copy(self._folder / "config.toml", after)
        shutil.move(self._folder / f"disk-{DISKS - 1}", after / "data")
        town = self._town
        town.folder = after
        self._program = None
        self._disk.dead = False  # the power is back
        program = town.serving = Program(town.settings(after), self._ask, town.clock.now())
        self._program = program
        town.rest() if self._acted else self._act()  # the power went while the program was starting
        program.stop()
        assert_same(account_of(town), self._acts.without[self._number][1], 1)
