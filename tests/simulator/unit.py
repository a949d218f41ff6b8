"""People of a responsible unit who put problems right from its group's cards, and somebody who looks afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.demo.stage import METRES_PER_DEGREE
from bot.emulator.messages import Message
from tests.simulator.phone import PATIENCE, Phone, Waits
from tests.simulator.town import UNIT_GROUP

ASKED, TAKEN_IN = "请发整改后的照片", "照片已收"
CLOSED, RETURNED = "✅ 合格，已销号", "已退回"
IDLE = 3  # times they look and find nothing, once nobody finds problems any more
TRIES = 3


@dataclass
class Follower(Phone):
    """Works as long as problems come up, and a little longer."""

    at_work: Callable[[], bool]
    home: bool = False
    left: set[str] = field(default_factory=set)  # what came to nothing, or is done: buttons not to be tapped again

    def work(self) -> Waits:
        yield self.chance.uniform(0.0, 6.0)
        idle = 0
        while idle < IDLE:
            found = self.next_one()
            if found is None:
                idle = 0 if self.at_work() else idle + 1
                yield from self.look()
            else:
                yield from self.deal_with(*found)
        self.home = True

    def look(self) -> Waits:
        yield self.chance.uniform(4.0, 15.0)

    def next_one(self) -> tuple[Message, str] | None:
        raise NotImplementedError

    def deal_with(self, message: Message, data: str) -> Waits:
        raise NotImplementedError

    def count(self, words: str) -> int:
        return sum(words in message.body.text for message in self.town.shown_in(self.number))

    def button(self, chat: int, begins: str) -> tuple[Message, str] | None:
        """The newest message with a button that begins so and was not dealt with."""
        for message in self.town.shown_in(chat):
            for data in _data(message):
                if data.startswith(begins) and data not in self.left:
                    return message, data
        return None

    def waits_for_more(self, words: str, before: int, seconds: float = PATIENCE) -> Waits:
        waited = 0.0
        while self.count(words) <= before and waited < seconds:
            waited += 3.0
            yield 3.0


def _data(message: Message) -> Iterator[str]:
    for row in (message.buttons or {}).get("inline_keyboard", []):
        yield from (button.get("callback_data", "") for button in row)


@dataclass
class Fixer(Follower):
    """Of the unit: takes a case in the group, perhaps at the same moment as a colleague; fixes it, sends a photo."""

    def next_one(self) -> tuple[Message, str] | None:
        return self.button(UNIT_GROUP, "v1:fixed:")

    def deal_with(self, message: Message, data: str) -> Waits:
        case = data.removeprefix("v1:fixed:")
        if self.chance.random() < 0.7:
            self.does("tap", chat=UNIT_GROUP, message_id=message.id, data=f"v1:take:{case}", force=True)
            yield self.chance.uniform(0.0, 5.0)
        for _ in range(TRIES):
            asked, taken_in = self.count(ASKED), self.count(TAKEN_IN)
            self.does("tap", chat=UNIT_GROUP, message_id=message.id, data=data, force=True)
            yield from self.waits_for_more(ASKED, asked)
            if self.count(ASKED) <= asked:
                continue
            name, _ = self.town.new_photo()
            self.does("send_photo", file=name)
            yield from self.waits_for_more(TAKEN_IN, taken_in)
            if self.count(TAKEN_IN) > taken_in:
                yield self.chance.uniform(2.0, 10.0)  # until the card shows it
                return
        self.left.add(data)


@dataclass
class Verifier(Follower):
    """A lead: looks at what is said to be fixed, now and then sends it back."""

    places: dict[str, tuple[float, float]] = field(default_factory=dict)

    def look(self) -> Waits:
        self.says("我的")
        yield self.chance.uniform(8.0, 20.0)

    def next_one(self) -> tuple[Message, str] | None:
        return self.button(self.number, "v1:verify:")

    def deal_with(self, message: Message, data: str) -> Waits:
        self.left.add(data)
        self.taps(message, data)
        yield from self.until(PATIENCE, "复查：", "📷")
        card = self.sees("复查：", "📷")
        site = next((name for name in self.places if card is not None and name in card.body.text), None)
        if site is None:
            return
        latitude, longitude = self.places[site]
        name, _ = self.town.new_photo()
        for _ in range(TRIES):
            self.does("send_location", latitude=latitude + 5 / METRES_PER_DEGREE, longitude=longitude)
            self.does("send_photo", file=name)
            yield self.chance.uniform(5.0, 20.0)
            decided = self.button(self.number, "v1:conforms:")
            if decided is not None:
                yield from self._decide(*decided)
                return

    def _decide(self, card: Message, data: str) -> Waits:
        closed, returned = self.count(CLOSED), self.count(RETURNED)
        if self.chance.random() < 0.75:
            for _ in range(self.chance.choice((1, 1, 2))):
                self.taps(card, data)
            yield from self.waits_for_more(CLOSED, closed)
        else:
            self.taps(card, data.replace("conforms", "returns"))
            yield self.chance.uniform(3.0, 10.0)
            self.says("还是不亮")
            yield from self.waits_for_more(RETURNED, returned)
            self.left = {one for one in self.left if not one.startswith("v1:verify:")}
        self.left.add(data)
