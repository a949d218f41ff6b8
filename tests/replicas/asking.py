"""An inspector who also asks questions in one breath: each answer names what was asked, so that order can be seen."""

import asyncio
from dataclasses import dataclass, field

from tests.wire.inspectors import Inspector

IN_ONE_BREATH = 3


@dataclass
class AskingInspector(Inspector):
    """`asks`: sites to ask about; `asked` in this order; `receipts` counts what has come so far."""

    asks: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    receipts: int = 0

    async def work(self) -> None:
        for number, site in enumerate(self.sites):
            await self._check(site, exception=number % 2 == 0)
            self.receipts += 1
            for name in self.chance.sample(self.asks, IN_ONE_BREATH):
                self.asked.append(name)
                await self.wire.control("POST", "act", {"do": "send_text", "as": self.person, "text": f"未整改 {name}"})
            await asyncio.sleep(self.chance.uniform(0.0, 0.5))
