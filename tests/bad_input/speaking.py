"""A talk in which the platform may also say what no phone would: raw messages, in either language."""

import io
import json
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from handlers import texts
from models.base import Base
from models.checks import Check
from tests.handlers.conversing import Talk

CHEN = "小陈"
SITE = "玄真公厕"
METRES_PER_DEGREE = 111_195.0


class Wild(Talk):
    """小陈 speaks; `language` is hers."""

    language = "zh"

    async def speak(self, language: str) -> None:
        self.language = language
        await self.do(CHEN, "send_text", text=f"/lang {language}")

    async def raw(self, who: str = CHEN, kind: str = "message", **fields: Any) -> int:
        """A message as the platform would never send it; None leaves a field out."""
        world, person = self.drive.world, self.stage.people[who]
        self.drive.clock.move_by(1)
        number = next(world._message_ids)
        message = {
            "message_id": number,
            "date": world.now(),
            "chat": {"id": person, "type": "private", "first_name": who},
            "from": {"id": person, "is_bot": False, "first_name": who},
        }
        whole = {name: value for name, value in (message | fields).items() if value is not None}
        written = json.dumps(whole).encode()  # half characters too, as escapes
        world.updates._enqueue(kind, written, person)
        await self.drive.settle()
        return number

    async def says(self, text: str) -> None:
        await self.do(CHEN, "send_text", text=text)

    async def stands(self, latitude: float, longitude: float, **given: Any) -> dict[str, Any]:
        sent: dict[str, Any] = await self.do(CHEN, "send_location", latitude=latitude, longitude=longitude, **given)
        return sent

    async def photos(self, n: int = 2) -> None:
        await self.play(f"{CHEN} → {'🖼' * n}\n")

    async def submits(self) -> None:
        await self.says("提交")

    async def last(self) -> str:
        return (await self.texts(CHEN))[-1]

    def text(self, key: str, **values: object) -> str:
        return texts.say(self.language, key, **values)

    def all_of(self, table: type[Base]) -> list[Any]:
        with self.drive.database.reading() as session:
            found = list(session.scalars(select(table).order_by(table.id)))
            session.expunge_all()
            return found

    def check(self) -> Check:
        """The newest check."""
        newest: Check = self.all_of(Check)[-1]
        return newest

    async def ledger(self, language: str = "zh") -> list[list[Any]]:
        """The checks of the month as the office takes them away."""
        await self.do("办公室", "send_text", text=f"/lang {language}")
        await self.do("办公室", "send_text", text="导出 厕所 8月")
        book = CalamineWorkbook.from_filelike(io.BytesIO((await self.newest_file())[1]))
        return list(book.get_sheet_by_index(0).to_python())

    async def newest_file(self) -> tuple[str, bytes]:
        """Name and content of what the office was sent last."""
        document = next(m["document"] for m in reversed(await self.messages("办公室")) if m["kind"] == "document")
        file = self.drive.world.files.find(document["file_id"])
        assert file is not None
        return document["name"], self.drive.world.files.content(file)

    async def in_ledger(self, title: str, language: str = "zh") -> Any:
        """What the last row of the ledger says under a title."""
        rows = await self.ledger(language)
        head = next(row for row in rows if title in row)
        return rows[-1][head.index(title)]


async def begin(folder: Path, language: str = "zh") -> Wild:
    talk = Wild(folder)
    await talk.begin()
    if language != "zh":
        await talk.speak(language)
    return talk
