"""What anybody does with a phone: looks, says, taps, waits, and tries again when nothing happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.emulator.errors import ActError
from bot.emulator.messages import Message
from tests.simulator.town import Town

Waits = Iterator[float]  # seconds until they look at their phone again
APOLOGY = "这条消息已存下"
PATIENCE = 40.0


@dataclass
class Phone:
    """Somebody's private chat with the bot, and their hands."""

    town: Town
    number: int
    chance: Random

    @property
    def gives_up(self) -> bool:
        return False

    def surely(self, act: Any, *words: str) -> Waits:
        """Does it until it shows: once more when the program says that it failed. Gives the message's number."""
        sorry = self.apologies()
        said = act()
        while not self.sees(*words):
            yield from self.until(PATIENCE, *words)
            if self.gives_up:
                return said
            if not said or self.apologies() > sorry:
                sorry, said = self.apologies(), act()
        return said

    def until(self, seconds: float, *words: str) -> Waits:
        waited = 0.0
        while not self.sees(*words) and waited < seconds:
            pause = self.chance.uniform(0.5, 4.0)
            waited += pause
            yield pause

    def sees(self, *words: str) -> Message | None:
        """The newest message of the bot's with all these words."""
        shown = self.town.shown_in(self.number)
        return next((m for m in shown if all(word in m.body.text for word in words)), None)

    def apologies(self) -> int:
        return sum(APOLOGY in message.body.text for message in self.town.shown_in(self.number))

    def does(self, what: str, **values: Any) -> int:
        """The number of the message, if it is one; none from who has blocked the bot."""
        try:
            done = self.town.does(self.number, what, **values)
        except ActError:
            return 0  # blocked
        done = done[0] if isinstance(done, list) else done
        return int(done.get("id", 0)) if isinstance(done, dict) else 0

    def says(self, text: str) -> int:
        return self.does("send_text", text=text)

    def taps(self, message: Message, begins: str, ends: str = "") -> None:
        rows = (message.buttons or {}).get("inline_keyboard", [])
        for button in (button for row in rows for button in row):
            data = button.get("callback_data", "")
            if data.startswith(begins) and data.endswith(ends):
                self.does("tap", message_id=message.id, data=data, force=True)
                return
