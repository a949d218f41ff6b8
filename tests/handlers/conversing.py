"""Conversations a dialogue file cannot hold: lines of one are played, and between them anything may be done."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.demo.places import places
from bot.demo.stage import METRES_PER_DEGREE, Stage
from models.people import Account, Person
from models.places import Site
from tests.stage.in_process import InProcess

CAST = Path(__file__).parents[1] / "dialogues" / "cast.txt"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Talk:
    """A stage on a program of its own, with the usual people, at half past eight on 6 August 2018."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drive = InProcess(folder, datetime(2018, 8, 1, 8, 0, tzinfo=SHANGHAI))
        self.stage = Stage(self.drive, places(), patience=0)

    async def begin(self, positions: str | None = "demo_positions.csv") -> None:
        self.drive.import_campaign(positions=positions)
        await self.play(f"include {CAST}\n=== 2018-08-06 08:30\n--- begins\n")

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
