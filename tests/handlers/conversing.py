"""Conversations a dialogue file cannot hold: lines of one are played, and between them anything may be done."""

import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.demo.places import CAMPAIGN, POSITIONS, places
from bot.demo.stage import FIRST_ID, METRES_PER_DEGREE, Stage
from models.campaigns import Campaign
from models.database import open_database
from models.people import Account, GroupChat, Person, Posting, Role
from models.places import Area, Site
from tests.stage.in_process import InProcess
from tests.stage.records import copy_imported

SHANGHAI = ZoneInfo("Asia/Shanghai")
JOINED = datetime(2018, 8, 1, 9, 0, tzinfo=SHANGHAI)
GROUP = "太和镇厕所革命群"
POSTS = {
    "管理员": (Role.ADMIN, None),
    "小陈": (Role.INSPECTOR, "太和镇"),
    "小王": (Role.INSPECTOR, "太和镇"),
    "小黄": (Role.INSPECTOR, "三坑镇"),
    "办公室": (Role.OFFICE, None),
    "老李": (Role.LEAD, "太和镇"),
}
CAST = f"people: {', '.join(POSTS)}\ngroup {GROUP}: 管理员*, 小陈, 小王, 老李\n"


_places = cache(places)


@cache
def _record(positions: str | None) -> Path:
    """The campaign imported and everybody in their post: made once, copied for every test."""
    path = Path(mkdtemp()) / "record.db"
    copy_imported(path, JOINED, CAMPAIGN, positions)
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        areas = {area.name: area.id for area in session.scalars(select(Area))}
        for number, (name, (role, area)) in enumerate(POSTS.items(), FIRST_ID):
            person = Person(name=name, joined_at=JOINED)
            session.add(person)
            session.flush()
            session.add(Account(channel="telegram", external_id=str(number), person_id=person.id, name=name))
            session.add(Posting(person_id=person.id, role=role, area_id=areas[area] if area else None, since=JOINED))
    database.close()
    return path


class Talk:
    """A stage on a program of its own, with the usual people, at half past eight on 6 August 2018."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drive = InProcess(folder, JOINED)
        self.stage = Stage(self.drive, dict(_places()), patience=0)

    async def begin(self, positions: str | None = POSITIONS) -> None:
        url = self.drive.settings.database_url
        self.drive.database.close()
        shutil.copy(_record(positions), url.removeprefix("sqlite:///"))
        self.drive.database = open_database(url)
        await self.play(CAST)
        for name in POSTS:
            await self.do(name, "start")
        with self.drive.database.writing() as session:
            group = session.scalars(select(GroupChat)).one()
            group.area_id = session.scalars(select(Area.id).where(Area.name == "太和镇")).one()
            group.campaign_id = session.scalars(select(Campaign.id)).one()
            group.bound_at = self.drive.now()
            group.bound_by = session.scalars(select(Person.id).where(Person.name == "管理员")).one()
        await self.play("=== 2018-08-06 08:30\n--- begins\n")

    async def play(self, lines: str) -> None:
        script = self.folder / "lines.txt"
        script.write_text(lines.replace("\n        ", "\n"), encoding="utf-8")
        await self.stage.play(script)

    async def do(self, who: str, what: str, **given: Any) -> Any:
        """An act of the emulator's own, in the person's private chat unless `chat` says otherwise."""
        person = self.stage.people[who]
        result = await self.drive.act({"do": what, "as": person, "chat": person} | given)
        await self.drive.settle()
        return result

    async def locates(self, who: str, site: str, metres: float = 0, **given: Any) -> Any:
        latitude, longitude = self.stage.places[site]
        there = {"latitude": latitude + metres / METRES_PER_DEGREE, "longitude": longitude}
        return await self.do(who, "send_location", **there, **given)

    async def taps(self, who: str, data: str, message_id: int = 1) -> str:
        """A button that need not be there any more; what the short answer to it says."""
        await self.do(who, "tap", message_id=message_id, data=data, force=True)
        answers = [c for c in await self.drive.calls() if c["method"].lower() == "answercallbackquery"]
        return str(answers[-1]["params"].get("text") or "")

    async def messages(self, chat: str) -> list[dict[str, Any]]:
        return await self.stage._messages(self.stage._chat_of(chat))

    async def texts(self, chat: str) -> list[str]:
        """What the bot has said there, oldest first."""
        bot = (await self.drive.state())["bot"]["id"]
        return [m["text"] for m in await self.messages(chat) if m["from"] == bot and m["kind"] != "service"]

    def person(self, name: str) -> Person:
        with self.drive.database.reading() as session:
            found = session.scalars(select(Person).join(Account).where(Account.name == name)).one()
            session.expunge(found)
            return found

    def site(self, name: str) -> Site:
        with self.drive.database.reading() as session:
            found = session.scalars(select(Site).where(Site.name == name)).one()
            session.expunge(found)
            return found
