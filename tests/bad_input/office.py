"""The whole program on one record for many cases: everybody has a chat, a language and a case of their own."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.stage import METRES_PER_DEGREE
from bot.emulator.params import Upload
from bot.store import PhotoStore
from handlers.texts import say
from models.checks import Check
from models.evidence import Photo
from models.messages import InboxRow, InboxState
from models.people import Account, Person, Posting, Role
from tests.runtime.town import BEGINS, Town, open_town

GYMNASIUM = "体育馆五星公厕"
FIRST = 3001


@dataclass
class Worker:
    """Somebody who works here; what they send and what they are told."""

    office: "Office"
    id: int
    language: str
    person: int
    heard: int = 0

    async def does(self, do: str, **given: Any) -> Any:
        done = await self.office.town.act({"do": do, "as": self.id} | given)
        await self.office.town.settle()
        return done

    async def goes_to(self, site: str = GYMNASIUM, metres: float = 20) -> None:
        latitude, longitude = self.office.places[site]
        await self.does("send_location", latitude=latitude + metres / METRES_PER_DEGREE, longitude=longitude)

    async def sends_file(self, content: bytes, name: str = "现场.jpg", mime: str = "image/jpeg", **given: Any) -> None:
        await self.does("send_file", file=self.office.upload(content, name, mime), **given)

    async def taps(self, label: str) -> None:
        for message in reversed(await self.messages()):
            for button in (button for row in message["buttons"] for button in row):
                if button["text"].startswith(label):
                    return await self.does("tap", message_id=message["id"], data=button["data"])
        raise AssertionError(f"no button {label}: {await self.texts()}")

    async def messages(self) -> list[dict[str, Any]]:
        chats = (await self.office.town.state())["chats"]
        return next((list(chat["messages"]) for chat in chats if chat["id"] == self.id), [])

    async def texts(self) -> list[str]:
        """What the bot shows, oldest first; a card counts where it stands."""
        return [m["text"] for m in await self.messages() if m["from"] != self.id and m["kind"] != "service"]

    async def news(self) -> list[str]:
        """Messages that came since it was last asked."""
        messages = [m for m in await self.messages() if m["from"] != self.id]
        new = [m["text"] for m in messages if m["id"] > self.heard]
        self.heard = max([self.heard, *(m["id"] for m in messages)])
        return new

    def photos(self) -> list[Photo]:
        with self.office.town.app.database.reading() as session:
            return list(session.scalars(select(Photo).where(Photo.person_id == self.person).order_by(Photo.id)))

    def checks(self) -> list[Check]:
        with self.office.town.app.database.reading() as session:
            return list(session.scalars(select(Check).where(Check.person_id == self.person).order_by(Check.id)))

    def sent(self, photo: Photo) -> str:
        """The time by which the sender knows it."""
        return f"{photo.sent_at.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}"

    def named(self, photo: Photo, name: str) -> str:
        return self.words("photo.which_file", time=self.sent(photo), name=name)

    def words(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    async def presses(self, data: str, message_id: int = 1) -> str:
        """A button that need not be there any more; the short answer to it, which is no row and may come later."""
        query = (await self.does("tap", message_id=message_id, data=data, force=True))["query"]
        return await self.office.toast(query)


@dataclass
class Office:
    town: Town
    places: dict[str, tuple[float, float]]
    hired: int = 0
    _uploads: int = 0
    people: list[Worker] = field(default_factory=list)

    @classmethod
    async def open(cls, folder: Path) -> "Office":
        town, stage = await open_town(folder)
        return cls(town, stage.places)

    async def hire(self, language: str = "zh", role: Role | None = Role.INSPECTOR) -> Worker:
        """Somebody new; without a role, a stranger."""
        number = FIRST + self.hired
        self.hired += 1
        await self.town.act({"do": "add_person", "id": number, "name": f"小陈{number}", "language": language})

        def employ(session: Session) -> int:
            person = Person(name=f"小陈{number}", joined_at=BEGINS, language=language)
            session.add(person)
            session.flush()
            session.add(Account(channel="telegram", external_id=str(number), person_id=person.id, name=person.name))
            session.add(Posting(person_id=person.id, role=role, since=BEGINS))
            return person.id

        worker = Worker(self, number, language, await self.town.app.writer.run(employ) if role is not None else 0)
        self.people.append(worker)
        return worker

    def upload(self, content: bytes, name: str, mime: str) -> str:
        self._uploads += 1
        self.town.running.world.uploads[f"nasty{self._uploads}"] = Upload(name, mime, content)
        return f"upload:nasty{self._uploads}"

    def kept(self, photo: Photo) -> bytes:
        assert photo.sha256 is not None
        return PhotoStore(self.town.app.settings.photos).path(photo.sha256).read_bytes()

    async def toast(self, query: str) -> str:
        for _ in range(500):
            for call in reversed(self.town.running.world.calls._records):
                if call.params.get("callback_query_id") == query:
                    return str(call.params.get("text") or "")
            await asyncio.sleep(0.01)
        raise AssertionError("the tap was never answered")

    def is_well(self) -> None:
        """Whatever was sent: the program runs, and every message was understood or answered."""
        assert not self.town.task.done()
        with self.town.app.database.reading() as session:
            left = session.scalars(select(InboxRow).where(InboxRow.state != InboxState.DONE)).all()
        assert [(row.state, row.error) for row in left] == []
