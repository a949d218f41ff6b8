"""News pushed to the bot's address: in order within a chat, again and again until it is accepted."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import aiohttp
import orjson

from bot.emulator.faults import FaultKind
from bot.emulator.messages import Json
from bot.emulator.updates import KEPT_SECONDS, Update

if TYPE_CHECKING:
    from bot.emulator.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
ANSWER_SECONDS = 60


class Webhook:
    def __init__(self, world: "World", url: str, secret: str, connections: int) -> None:
        self.url = url
        self.connections = connections
        self.last_error = ""
        self.last_error_at = 0
        self._world = world
        self._headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: secret} if secret else {})
        self._lanes: dict[int, deque[Update]] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(connections)
        self._session: aiohttp.ClientSession | None = None

    def __len__(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())

    def push(self, update: Update) -> None:
        lane = self._lanes.setdefault(update.chat, deque())
        lane.append(update)
        if update.chat not in self._workers:
            self._workers[update.chat] = asyncio.create_task(self._work(update.chat, lane))

    async def close(self) -> list[Update]:
        """Stops, and gives back what was not accepted."""
        # A worker whose bot answered by ending the webhook cannot wait for itself.
        workers = [worker for worker in self._workers.values() if worker is not asyncio.current_task()]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        return [update for lane in self._lanes.values() for update in lane]

    async def _work(self, chat: int, lane: deque[Update]) -> None:
        wait = FIRST_WAIT
        while lane:
            update = lane[0]
            late = self._world.clock.now() - update.created > KEPT_SECONDS
            asked = None if late else await self._deliver(update)
            if asked is None and not late:
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            lane.popleft()
            wait = FIRST_WAIT
            if asked:
                # A bot may call one method in its answer; what comes of it, it never learns.
                await self._world.called_back(asked)
        del self._lanes[chat], self._workers[chat]

    async def _deliver(self, update: Update) -> Json | None:
        """The call in the bot's answer, an empty one if there is none, or None when the update was not accepted."""
        async with self._room:
            asked = await self._post(update)
            if asked is not None and self._world.faults.ordered:
                again = self._world.faults.take_delivery(FaultKind.DUPLICATE, update.chat)
                if again is not None:
                    await self._post(update)
            return asked

    async def _post(self, update: Update) -> Json | None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        try:
            async with self._session.post(self.url, data=update.json(), headers=self._headers) as answer:
                if 200 <= answer.status < 300:
                    return _call_in(await answer.read())
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except TimeoutError:
            self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            self._failed("Connection refused")
        except aiohttp.ClientError:
            self._failed("Connection reset by peer")
        return None

    def _failed(self, words: str) -> None:
        self.last_error, self.last_error_at = words, self._world.now()


def _call_in(body: bytes) -> Json:
    try:
        call = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return call if isinstance(call, dict) and isinstance(call.get("method"), str) else {}
