"""A small town in one process: the emulator, the whole program, and a clock they share."""

import asyncio
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import deliveries
from bot.app import agency_of
from bot.demo.places import CAMPAIGN, POSITIONS, places
from bot.demo.stage import Stage
from bot.demo.world import DemoWorld
from bot.emulator.clock import MovableClock
from bot.wallclock import MovedClock
from handlers import moments
from models.evidence import Photo, PhotoState
from models.messages import Card, InboxRow, InboxState, OutboxRow, SendState
from models.people import Account, Person, Posting, Role
from tests.stage.records import copy_imported

BEGINS = datetime(2018, 8, 6, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
INSPECTOR = 1002


class Town(DemoWorld):
    """Rests when nothing is left that is due now; what is due later waits for the clock to be moved."""

    @classmethod
    def prepare(cls, database_url: str, clock_file: Path) -> None:
        copy_imported(Path(database_url.removeprefix("sqlite:///")), BEGINS, CAMPAIGN, POSITIONS)

    async def settle(self) -> None:
        end = time.monotonic() + 20
        while busy := await self.busy():
            assert not self.task.done(), "the program has ended"
            assert time.monotonic() < end, f"no rest: {busy}"
            await asyncio.sleep(0.02)

    async def busy(self) -> str:
        if len(self.running.world.updates):
            return "updates"
        with self.app.database.reading() as session:
            return self._undone(session)

    def _undone(self, session: Session) -> str:
        now = MovedClock(self.folder / "clock").now()
        for what, query in (
            ("inbox", select(func.count(InboxRow.id)).where(InboxRow.state == InboxState.NEW)),
            ("sending", select(func.count(OutboxRow.id)).where(OutboxRow.state == SendState.SENDING)),
            ("showing", select(func.count(Card.id)).where(Card.state == SendState.SENDING)),
            ("photos", select(func.count(Photo.id)).where(Photo.state == PhotoState.PENDING, Photo.next_try_at <= now)),
        ):
            if session.scalar(query):
                return what
        due = deliveries.next_due_at(session, "telegram")
        if due is not None and (due - now).total_seconds() < 3:
            return f"due at {due}"
        return "clock" if moments.anything_due(session, agency_of(self.app.settings), now) else ""

    async def act(self, given: dict[str, Any]) -> Any:
        done = await super().act(given)
        if given["do"] == "clock":
            await self.app.clock.tick()  # at once rather than within a second
        return done

    # telling it what to do

    async def play(self, stage: Stage, script: str) -> None:
        path = self.folder / "script.txt"
        path.write_text(script, encoding="utf-8")
        await stage.play(path)

    def faults(self, *faults: dict[str, Any]) -> None:
        self.running.world.faults.replace_all(list(faults))

    def all_of(self, table: type[Any]) -> list[Any]:
        with self.app.database.reading() as session:
            return list(session.scalars(select(table).order_by(table.id)))


def _employ(session: Session) -> None:
    """An inspector for all sites, as an invitation would have made one."""
    person = Person(name="小陈", joined_at=BEGINS)
    session.add(person)
    session.flush()
    session.add(Account(channel="telegram", external_id=str(INSPECTOR), person_id=person.id, name="小陈"))
    session.add(Posting(person_id=person.id, role=Role.INSPECTOR, since=BEGINS))


async def open_town(folder: Path) -> tuple[Town, Stage]:
    """With an administrator and one inspector, ready to work."""
    MovableClock(folder / "clock").move_to(BEGINS.timestamp())
    town = await Town.open(folder, 0)
    assert isinstance(town, Town)
    await town.app.writer.run(_employ)
    stage = Stage(town, places(), patience=3)
    await town.play(stage, "people: 管理员, 小陈\n")
    return town, stage
