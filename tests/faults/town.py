"""A town without a network: the emulator's people and chats, played by a script, whatever program serves them."""

import asyncio
import base64
import os
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, TypeVar

import orjson
from PIL import Image

from bot.campaign_files import read_campaign
from bot.config import Settings, read_settings
from bot.demo.places import CAMPAIGN, POSITIONS, places
from bot.demo.stage import Stage
from bot.emulator.acts import perform
from bot.emulator.calling import call
from bot.emulator.params import Params, Upload
from bot.emulator.views import state_view
from bot.emulator.world import World
from models.campaign_import import apply
from models.database import open_database
from tests.faults.program import UNREACHABLE
from tests.stage.in_process import StoppedClock

T = TypeVar("T")
TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
ADMIN = 1001
INSPECTOR = 1002
BEGINS = datetime(2018, 8, 6, 0, 30, tzinfo=UTC)
CONFIG = f"""[agency]
name = "清新区"
[telegram]
token = "{TOKEN}"
admins = [{ADMIN}]
messages_per_second = 10000
messages_per_chat = 10000
messages_per_group_minute = 600000
[data]
folder = "data"
"""
CAST = """people: 管理员, 小陈
管理员 → 邀请 巡查员 太和镇
小陈 opens the link
group 太和镇厕所革命群: 管理员*, 小陈
管理员 @ 太和镇厕所革命群 → 绑定 太和镇 厕所革命
"""
CHECK = """小陈 → 📍 20 m from 玄真公厕
小陈 → 🖼🖼
小陈 → 3 有烟蒂
小陈 → 🖼 caption 13
小陈 taps ✅
小陈 taps 7天
"""


class Within:
    """Loops within loops: one's whole run is one step of the loop around it. Every process has its own inner loop."""

    def __init__(self) -> None:
        self._loops: dict[int, asyncio.AbstractEventLoop] = {}

    def result(self, work: Coroutine[Any, Any, T]) -> T:
        if os.getpid() not in self._loops:
            self._loops[os.getpid()] = asyncio.new_event_loop()
        return self.step(lambda: self._loops[os.getpid()].run_until_complete(work))

    @staticmethod
    def step(work: Callable[[], T]) -> T:
        outer = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return work()
        finally:
            asyncio._set_running_loop(outer)


@lru_cache
def _photo(sample: str) -> str:
    """A small one in place of the emulator's sample of that name, which takes a while to draw."""
    out = BytesIO()
    Image.effect_noise((160, 120), 1 + sum(sample.encode()) % 60).save(out, "JPEG")
    return f"base64:{base64.b64encode(out.getvalue()).decode()}"


def _result(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The emulator hands updates over as they will be sent: bytes."""
    result = answer.get("result", [])
    return orjson.loads(orjson.dumps(result))


class Serving(Protocol):
    """A program at work: comes to rest, from the time given to the time returned."""

    def settle(self, epoch: float) -> float: ...


class Town:
    """`folder` holds the settings and the data. `trouble`: which call of a method goes wrong, and how."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = StoppedClock(BEGINS.timestamp())
        self.world = World(self.clock, TOKEN)
        self.world.limits.change(on=False)
        self.serving: Serving | None = None
        self.trouble: dict[tuple[str, int], str] = {}
        self.given: set[int] = set()  # numbers of updates
        self.confirmed = 0  # every update below it was said to be kept
        self._made: Counter[str] = Counter()
        self._within = Within()
        self._stage = Stage(self, places())

    def found(self) -> None:
        """Settings and a record with the campaign."""
        (self.folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        settings = self.settings(self.folder)
        settings.folder.mkdir()
        database = open_database(settings.database_url)
        with database.writing() as session:
            apply(session, read_campaign(CAMPAIGN, POSITIONS), BEGINS)
        database.close()

    @staticmethod
    def settings(folder: Path) -> Settings:
        return read_settings(folder / "config.toml")

    def play(self, script: str) -> None:
        path = self.folder / "script.txt"
        path.write_text(script, encoding="utf-8")
        asyncio.run(self._stage.play(path))

    def rest(self) -> None:
        """Without anybody doing anything."""
        asyncio.run(self.settle())

    def begin_counting(self, trouble: dict[tuple[str, int], str]) -> None:
        """From here on, the first call of a method is its first."""
        self._made.clear()
        self.trouble = trouble

    # what the program reaches

    def ask(self, method: str, values: dict[str, Any], files: dict[str, Upload]) -> tuple[int, bytes] | None:
        name = method.lower()
        self._made[name] += 1
        trouble = self.trouble.get((name, self._made[name]))
        if trouble == "unreachable":
            return UNREACHABLE
        if trouble == "429":
            return 429, orjson.dumps(
                {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 3}}
            )
        answer = self._download(values["path"]) if name == "download" else self._call(name, method, values, files)
        return None if trouble == "unanswered" else answer

    def _call(self, name: str, method: str, values: dict[str, Any], files: dict[str, Upload]) -> tuple[int, bytes]:
        if name == "getupdates":
            self.confirmed = max(self.confirmed, int(values.get("offset", 0)))
        answer = self._within.result(call(self.world, method, Params(values, files)))
        if name == "getupdates":
            self.given.update(update["update_id"] for update in _result(answer))
        return answer.get("error_code", 200), orjson.dumps(answer)

    def _download(self, path: str) -> tuple[int, bytes]:
        content = self.world.files.download(path, self.clock.now())
        return (200, content) if content is not None else (404, b"")

    # what the stage drives

    async def act(self, given: dict[str, Any]) -> Any:
        if given["do"] not in {"clock", "add_person", "add_group"}:
            self.clock.move_by(1)
        if given.get("file"):
            given = given | {"file": _photo(given["file"])}
        if given.get("files"):
            given = given | {"files": [each | {"file": _photo(each["file"])} for each in given["files"]]}
        return await perform(self.world, given)

    async def state(self) -> dict[str, Any]:
        return state_view(self.world)

    async def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.calls.since(0)
        return found

    async def settle(self) -> None:
        """The program's own loop runs within this one's step: people wait until it rests."""
        serving = self.serving
        assert serving is not None
        self.clock.move_to(self._within.step(lambda: serving.settle(self.clock.now())))

    async def program(self, what: str) -> None:
        raise NotImplementedError(what)

    async def bring(self, campaign: Path, positions: str) -> None:
        raise NotImplementedError(campaign)

    def shown(self, chat: int | None = None) -> list[str]:
        """What the bot's messages say, in one chat or in all."""
        return [
            message["text"]
            for view in state_view(self.world)["chats"]
            for message in view["messages"]
            if message["from"] == self.world.bot.id and chat in (None, view["id"])
        ]


Begin = Callable[[Town], Serving]
