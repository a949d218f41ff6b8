"""Inspectors who work through sites over HTTP as people do: patiently, and again when nothing happens."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN, POSITIONS, places
from bot.demo.stage import METRES_PER_DEGREE
from tests.stage.over_the_wire import ADMIN, OverTheWire

PATIENCE = 45.0  # what nobody knows the fate of waits ten seconds before it is sent again


@dataclass(frozen=True)
class Round:
    """The sites one person goes to, all in one town."""

    town: str
    sites: tuple[str, ...]


def rounds(people: int = 4) -> list[Round]:
    """Everybody's work. Four people: three share a town, each with sites of their own. More: in all towns."""
    sites = read_campaign(CAMPAIGN, POSITIONS).sites
    by_town: dict[str, list[str]] = {}
    for site in sites:
        by_town.setdefault(site.area, []).append(site.name)
    if people <= 4:
        shared = by_town["太和镇"]
        return [
            *(Round("太和镇", tuple(shared[n::3][:4])) for n in range(3)),
            Round("龙颈镇", tuple(by_town["龙颈镇"])),
        ]
    count = dict.fromkeys(by_town, 1)
    while sum(count.values()) < people:
        busiest = max(count, key=lambda town: len(by_town[town]) / count[town])
        count[busiest] += 1
    return [Round(town, tuple(by_town[town][n :: count[town]])) for town in by_town for n in range(count[town])]


class Spread:
    """Work that lasts as long as the kills: after each of them a few more acts may begin."""

    def __init__(self, acts: int, kills: int) -> None:
        self._more = acts / (kills * 0.9)
        self._owed = 0.0
        self._turns = asyncio.Semaphore(0)
        self.killed()

    def killed(self) -> None:
        self._owed += self._more
        while self._owed > 0:
            self._owed -= 1
            self._turns.release()

    async def turn(self) -> None:
        await self._turns.acquire()


async def hire(wire: OverTheWire, work: list[Round]) -> list[int]:
    """People invited by the administrator, each for a town; their numbers."""
    await wire.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    hired = []
    for number, part in enumerate(work):
        person = (await wire.act({"do": "add_person", "id": 2001 + number, "name": f"巡查员{number + 1}"}))["id"]
        await wire.act({"do": "send_text", "as": ADMIN, "text": f"邀请 巡查员 {part.town}"})
        link = await _link(wire, number)
        await wire.act({"do": "start", "as": person, "payload": link.split("?start=")[1].split()[0]})
        hired.append(person)
    await wire.settle()
    return hired


async def _link(wire: OverTheWire, number: int) -> str:
    """The invitation of that number, when it is there."""
    for _ in range(2000):
        links = [m["text"] for m in await messages(wire, ADMIN) if "?start=" in m["text"]]
        if len(links) > number:
            return str(links[number])
        await asyncio.sleep(0.05)
    raise AssertionError("no invitation came")


async def messages(wire: OverTheWire, chat: int) -> list[dict[str, Any]]:
    return next((list(c["messages"]) for c in (await wire.state())["chats"] if c["id"] == chat), [])


@dataclass
class Inspector:
    """Checks one site after another; `done` holds the receipts' first lines."""

    wire: OverTheWire
    person: int
    sites: tuple[str, ...]
    chance: random.Random
    patience: float = PATIENCE
    spread: Spread | None = field(default=None, kw_only=True)

    async def work(self) -> None:
        for number, site in enumerate(self.sites):
            await self._check(site, exception=number % 2 == 0)

    async def _check(self, site: str, exception: bool) -> None:
        latitude, longitude = places()[site]
        await self._turn()
        await self._send("send_location", latitude=latitude + 20 / METRES_PER_DEGREE, longitude=longitude)
        await self._sees(site)
        await self._turn()
        if exception:
            await self._send("send_text", text="3 有烟蒂")
        await self._send("send_album", files=[{"file": f"sample:{name}"} for name in await self._samples()])
        await self._sees(site, "📷 2/2", *(["✗ 3"] if exception else []))
        await self._turn()
        await self._submit(site)

    async def _turn(self) -> None:
        if self.spread is not None:
            await self.spread.turn()

    async def _submit(self, site: str) -> None:
        """Taps until the receipt is there: a tap may meet a bot that is down, but never counts twice."""
        end = asyncio.get_running_loop().time() + self.patience
        while asyncio.get_running_loop().time() < end:
            for message in reversed(await messages(self.wire, self.person)):
                button = next((b for row in message["buttons"] for b in row if b["text"].startswith("✅")), None)
                if button is not None and site in message["text"]:
                    await self._send("tap", message_id=message["id"], data=button["data"], force=True)
                    break
            if await self._shown(3.0, "✅ 已记录", site):
                return
        raise AssertionError(f"{self.person} has no receipt for {site}: {await self._texts()}")

    async def _send(self, do: str, **values: Any) -> None:
        await asyncio.sleep(self.chance.uniform(0.0, 0.15))
        await self.wire.control("POST", "act", {"do": do, "as": self.person, **values})

    async def _samples(self) -> list[str]:
        names = [s["name"] if isinstance(s, dict) else s for s in (await self.wire.state())["samples"]]
        return self.chance.sample(names, 2)

    async def _sees(self, *words: str) -> None:
        if not await self._shown(self.patience, *words):
            raise AssertionError(f"{self.person} waits in vain for {words}: {await self._texts()}")

    async def _shown(self, seconds: float, *words: str) -> bool:
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            if any(all(word in text for word in words) for text in await self._texts()):
                return True
            await asyncio.sleep(0.15)
        return False

    async def _texts(self) -> list[str]:
        """What the bot shows in the chat."""
        return [m["text"] for m in await messages(self.wire, self.person) if m["from"] != self.person]
