"""The road between the program and Telegram: calls go straight to the emulator's methods, or astray."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import orjson
from telegram.error import NetworkError, TimedOut

from bot.channels.telegram_transport import Body, NeverLeft, ReqwestRequest
from bot.emulator.calling import call
from bot.emulator.errors import ApiError, too_many_requests
from bot.emulator.params import Params
from bot.emulator.world import World
from tests.simulator.disk import Dead
from tests.simulator.faults import Faults
from tests.stage.calls import params_of

Key = tuple[bool, int]  # whether it is a card, and its row's id
SAYS = frozenset({"sendmessage", "sendphoto", "senddocument", "sendmediagroup"})
HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
# What is being delivered by the task that makes a call.
DELIVERING: ContextVar[Key | None] = ContextVar("delivering", default=None)


@dataclass
class Sent:
    """A call that says something in a chat: what it was for, and what became of it on both sides."""

    key: Key | None
    chat: int
    text: str
    arrived: bool = False
    known: bool = False  # the program was told that it arrived, or that it did not


class Network:
    """`point` is called where the process may die; a call that has left may arrive all the same."""

    def __init__(self, world: World, faults: Faults, now: Callable[[], float]) -> None:
        self.world = world
        self.faults = faults
        self.now = now
        self.down_until = 0.0
        self.conflict_until = 0.0
        self.sent: list[Sent] = []
        self.on_the_way: dict[int, Callable[[], None]] = {}
        self.point: Callable[[str], None] = lambda _: None
        self.arrived: Callable[[str, Params, dict[str, Any], Sent | None], None] = lambda *_: None
        self.asked: Callable[[int], None] = lambda _: None
        self.trace: Callable[..., None] = lambda *_: None
        self.gone: set[str] = set()
        self.stopped: dict[str, float] = {}  # chats that were told to wait, and until when
        self.untidy: Counter[int] = Counter()  # deletions whose outcome the program was not told
        self._number = 0
        self._cut: Counter[str] = Counter()

    async def call(self, url: str, body: Body) -> tuple[int, bytes]:
        method, params = url.rsplit("/", 1)[1].lower(), params_of(body)
        self.point("call")
        if self.faults.has("outage") and self.now() < self.down_until:
            self.untidy[params.integer("chat_id")] += method == "deletemessage"
            await asyncio.sleep(self.faults.chance.uniform(0.0, 10.0))
            raise NeverLeft("no connection: ClientConnectorError")
        if self.faults.strikes("refused", 0.15):
            self.untidy[params.integer("chat_id")] += method == "deletemessage"
            await asyncio.sleep(0.01)
            raise NeverLeft("no connection: ClientConnectorError")
        if method == "getupdates":
            return await self._poll(params)
        return await self._answered(method, params)

    async def _poll(self, params: Params) -> tuple[int, bytes]:
        if self.faults.has("conflict") and self.now() < self.conflict_until:
            return _json(ApiError(409, "Conflict: terminated by other getUpdates request").answer())
        if self.faults.strikes("server", 0.1):
            return self.faults.chance.choice(
                [(502, HTML), (200, b'{"ok":true,"resu'), (500, b'{"ok":false,"error_code":500}')]
            )
        self.asked(params.integer("offset"))
        again = self.faults.strikes("duplicate", 0.2) and not params.integer("offset") < 0
        if again:  # it has forgotten that these were confirmed
            params = Params({**params.values, "offset": 0})
        answer = await call(self.world, "getUpdates", params)
        self.point("updates")
        if self.faults.strikes("ambiguous", 0.1):
            raise TimedOut("no answer: TimeoutError")
        return _json(answer)

    async def _answered(self, method: str, params: Params) -> tuple[int, bytes]:
        """There and back again, with what can happen on either way."""
        chance = self.faults.chance
        self._number += 1
        number, sent = self._number, self._said(method, params)
        await asyncio.sleep(chance.uniform(0.0, 0.05))
        if method in SAYS and self.faults.strikes("too_many", 0.15):
            _tell(sent)
            wait = chance.choice((1, 3, 10, 60, 600))
            self.stopped[str(params.integer("chat_id"))] = self.now() + wait
            self.trace("429", method, wait)
            return _json(too_many_requests(wait).answer())
        lost = self.faults.strikes("ambiguous", 0.08)
        self.untidy[params.integer("chat_id")] += lost and method == "deletemessage"
        if lost and chance.random() < 0.5:
            await asyncio.sleep(20.0)
            self.trace("lost", method)
            raise TimedOut("no answer: TimeoutError")
        broken = self.faults.strikes("server", 0.08)
        self.untidy[params.integer("chat_id")] += broken and method == "deletemessage"
        if broken and chance.random() < 0.5:
            self.trace("5xx", method)
            return chance.choice([(502, HTML), _json(ApiError(500, "Internal Server Error").answer())])
        if method == "getfile" and self._is_gone(params.text("file_id")):
            return _json(ApiError(400, "Bad Request: invalid file_id").answer())
        answer: list[dict[str, Any]] = []
        self.on_the_way[number] = lambda: answer.append(self._arrive(method, params, sent))
        self.point("call")
        await asyncio.sleep(chance.uniform(0.0, 0.1))
        self.on_the_way.pop(number)()
        self.point("call")
        await asyncio.sleep(chance.uniform(0.0, 0.1))
        if lost:
            raise TimedOut("no answer: TimeoutError") if chance.random() < 0.5 else NetworkError("connection broke")
        if broken:
            return chance.choice([(200, orjson.dumps(answer[0])[:-9]), (504, HTML)])
        _tell(sent)
        return _json(answer[0])

    def _is_gone(self, file_id: str) -> bool:
        file = self.world.files.find(file_id)
        if file is None:
            return True
        if file.digest not in self.gone and self.faults.strikes("file", 0.1):
            self.gone.add(file.digest)
        return file.digest in self.gone

    def _said(self, method: str, params: Params) -> Sent | None:
        if method not in SAYS:
            return None
        text = params.text("text") or params.text("caption")
        self.sent.append(Sent(DELIVERING.get(), params.integer("chat_id"), text))
        return self.sent[-1]

    def _arrive(self, method: str, params: Params, sent: Sent | None) -> dict[str, Any]:
        answer = at_once(call(self.world, method, params))
        if sent is not None:
            sent.arrived = bool(answer.get("ok"))
        self.trace(
            method, params.values.get("chat_id"), params.text("text") or params.text("caption"), answer.get("ok")
        )
        self.arrived(method, params, answer, sent)
        return answer

    def process_died(self) -> None:
        """What had left may arrive, though nobody waits for it any more."""
        for _number, arrive in sorted(self.on_the_way.items()):
            if self.faults.chance.random() < 0.5:
                arrive()
        self.on_the_way.clear()
        self.world.updates._poll = None

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        self.point("call")
        if self.faults.has("outage") and self.now() < self.down_until:
            raise NeverLeft("no connection: ClientConnectorError")
        await asyncio.sleep(self.faults.chance.uniform(0.0, 0.3))
        content = self.world.files.download(url.split("/file/bot", 1)[1].split("/", 1)[1], self.world.clock.now())
        if content is None:
            return 404, b""
        if self._cut[url] < 2 and self.faults.strikes("file", 0.2):
            self._cut[url] += 1
            return self.faults.chance.choice([(200, content[: len(content) // 2]), (404, b""), (502, HTML)])
        if self.faults.strikes("ambiguous", 0.1):
            raise NetworkError("download broke: ClientPayloadError")
        return 200, content


def at_once(coroutine: Any) -> Any:
    """What a coroutine gives that never really waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


def _tell(sent: Sent | None) -> None:
    if sent is not None:
        sent.known = True


def _json(answer: dict[str, Any]) -> tuple[int, bytes]:
    return answer.get("error_code", 200), orjson.dumps(answer)


class SimRequest(ReqwestRequest):
    """The program's transport, with this network where the sockets were."""

    network: Network
    alive: Callable[[], bool]

    async def initialize(self) -> None:
        return

    async def shutdown(self) -> None:
        return

    async def call(self, url: str, method: str, body: Body, answer_seconds: float) -> tuple[int, bytes]:
        if not self.alive():
            raise Dead
        return await self.network.call(url, body)

    async def download(self, url: str, limit: int, seconds: float = 120.0) -> tuple[int, bytes]:
        if not self.alive():
            raise Dead
        return await self.network.download(url, limit)
