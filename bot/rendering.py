"""Draws pictures and writes ledgers in a process of their own, so that nothing on the event loop waits for them."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.aside import Aside, Broke
from bot.channels.outcomes import Failure, SendFailed
from bot.store import PhotoStore
from handlers.agency import Agency
from handlers.messages import Picture, Reply

log = logging.getLogger(__name__)
SECONDS = 120.0
DRAWINGS = 3  # tries of a picture that takes its drawing process down with it
LARGEST_MEMORY = 2 << 30  # addresses, of which far less is ever filled
RenderingBroke = Broke  # the process died or took too long, perhaps by chance: tried again


def _draw(kind: str, data: dict[str, Any]) -> tuple[bytes, str]:
    from handlers.pictures import draw

    return draw(kind, data)


def placed(picture: Picture, path: Callable[[str], Path]) -> dict[str, Any]:
    """What is to be drawn, with the files of its photos: a row names them by their hash, wherever the store is."""
    if picture.kind == "site_page":
        events = [one | {"photos": [str(path(name)) for name in one["photos"]]} for one in picture.data["events"]]
        return picture.data | {"events": events}
    if picture.kind != "before_after":
        return picture.data
    there = {name: str(path(picture.data[name])) for name in ("before", "after") if picture.data[name]}
    return picture.data | there


def _write(url: str, question: dict[str, Any], agency: Agency, photos: str) -> bytes:
    from handlers import ledger_files
    from models.database import Database

    database = Database(url)
    try:
        with database.reading() as session:
            return ledger_files.write(session, question, agency, PhotoStore(Path(photos)).path)
    finally:
        database.close()


def set_letter(page: dict[str, Any]) -> bytes:
    from handlers.letters import write_docx
    from handlers.pictures import NoticePage

    return write_docx(NoticePage.from_data(page))


class Renderer:
    """The process starts when the first picture is asked for."""

    def __init__(self, database_url: str, agency: Agency, photos: Path) -> None:
        self._url = database_url
        self._agency = agency
        self._photos = photos
        self._aside = Aside(SECONDS, LARGEST_MEMORY)

    async def render(self, reply: Reply) -> tuple[bytes, str] | None:
        """Content and file name of what the reply carries, or None when it is only words."""
        if reply.picture is not None:
            drawn: tuple[bytes, str] = await self._aside.run(
                _draw, reply.picture.kind, placed(reply.picture, PhotoStore(self._photos).path)
            )
            return drawn
        if reply.sheet is not None:
            return await self._aside.run(
                _write, self._url, reply.sheet.question, self._agency, str(self._photos)
            ), reply.sheet.name
        if reply.letter is not None:
            return await self._aside.run(set_letter, reply.letter.page), reply.letter.name
        return None

    def close(self) -> None:
        self._aside.close()


async def drawn_or_words(renderer: Renderer, reply: Reply, tries: int) -> tuple[bytes, str] | None:
    """A digest whose picture cannot be drawn goes out in words: better plain than missing."""
    try:
        return await renderer.render(reply)
    except RenderingBroke as error:
        if tries + 1 < DRAWINGS:
            raise SendFailed(Failure.NOT_SENT, str(error)) from None
        if reply.picture is None:
            raise
        log.error("a picture cannot be drawn and is left out: %s", error)
    except Exception:
        if reply.picture is None:
            raise
        log.exception("a picture cannot be drawn and is left out")
    return None
