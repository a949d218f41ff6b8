"""People who do their work through the chat as people do: by what they see, patiently, twice when nothing happens."""

from dataclasses import dataclass, field

from bot.demo.stage import METRES_PER_DEGREE
from bot.emulator.messages import Message
from tests.simulator.phone import PATIENCE, Phone, Waits

RECEIPT = "✅ 已记录 No. "
STYLES = (
    "exception",
    "exception",
    "exception",
    "all fine",
    "all fine",
    "photos first",
    "cancelled",
    "by name",
    "offline",
)


@dataclass
class Visit:
    """What an inspector has done at one site, to be compared with the record."""

    person: int
    site: str
    style: str
    failed: dict[int, str] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    spares: int = 0  # photos sent for such as the platform has lost
    days: int | None = None
    corrected: bool = False
    state: str = "begun"
    number: str = ""


@dataclass
class Inspector(Phone):
    """Goes from site to site. `notebook` holds every visit."""

    places: dict[str, tuple[float, float]]
    sites: list[str]
    notebook: list[Visit] = field(default_factory=list)
    dismissed: bool = False
    home: bool = False
    shaken: bool = False  # the clock or a night has made the draft in hand go cold: what comes of it is not foretold

    @property
    def gives_up(self) -> bool:
        return self.dismissed or self.shaken

    def work(self) -> Waits:
        yield from self._round()
        self.home = True

    def _round(self) -> Waits:
        yield self.chance.uniform(0.0, 8.0)
        for site in self.sites:
            if self.dismissed:
                return
            style = self.chance.choice(STYLES)
            visit = Visit(self.number, site, style)
            self.notebook.append(visit)
            yield from self._visit(visit)
            if self.shaken:
                visit.state = "shaken"
                return
            yield self.chance.uniform(1.0, 15.0)

    def _visit(self, visit: Visit) -> Waits:
        if visit.style == "photos first":
            yield from self._album(visit, "")
            yield from self._locate(visit)
        elif visit.style == "by name":
            yield from self.surely(lambda: self.says(visit.site), visit.site)
            yield from self._locate(visit)
        else:
            yield from self._locate(visit)
        if visit.style == "cancelled":
            return (yield from self._cancel(visit))
        if visit.style == "offline":
            yield from self._without_network(visit)
        if visit.style == "all fine":
            yield from self._album(visit, "全部合格")
            while not self.sees(RECEIPT, visit.site) and not self.gives_up:
                yield from self._another_photo(visit)
                yield from self.until(PATIENCE / 2, RECEIPT, visit.site)
        else:
            if visit.style != "offline":
                yield from self._find(visit)
            if visit.style != "photos first":
                yield from self._album(visit, "")
            yield from self._enough_photos(visit)
            yield from self._submit(visit)
        yield from self._look(visit, RECEIPT)
        if self.gives_up:
            return
        visit.state = "submitted"
        visit.number = self._number(visit)
        yield from self._afterwards(visit)

    # the steps of a visit

    def _locate(self, visit: Visit) -> Waits:
        latitude, longitude = self.places[visit.site]
        here = {"latitude": latitude + self.chance.uniform(0, 25) / METRES_PER_DEGREE, "longitude": longitude}
        yield from self.surely(lambda: self.does("send_location", **here), visit.site, "距点位")

    def _find(self, visit: Visit) -> Waits:
        """Something is wrong: said at once, in a second thought changed, or said twice."""
        item, words = self.chance.choice(((3, "有烟蒂"), (4, "有积水"), (13, "灯不亮")))
        visit.failed = {item: words}
        said = yield from self.surely(lambda: self.says(f"{item} {words}"), f"✗ {item}", visit.site)
        if self.town.faults.strikes("edited", 0.6):
            visit.failed = {6: "有垃圾"}
            yield from self.surely(lambda: self._edits(said, "6 有垃圾"), "✗ 6", visit.site)

    def _without_network(self, visit: Visit) -> Waits:
        """Says this and that in a cellar; all of it arrives at once, in any order, with the time it was said at."""
        self.town.does(self.number, "offline")
        for words in ("3 有烟蒂", "4 有积水", "撤销", "13 灯不亮", "撤销", "6 有垃圾"):
            self.does("send_text", text=words)
            yield 1.5
        yield 70.0
        with self.town.calm():
            self.town.does(self.number, "online", order="shuffled", seed=self.chance.randrange(1000))
        visit.failed = {3: "有烟蒂", 6: "有垃圾"}
        yield 5.0

    def _edits(self, message: int, text: str) -> int:
        """Nobody is told of what is changed in the chat with a bot that is blocked: not before it is let in again."""
        if not self.town.world.chats[self.number].bot_status.inside:
            return 0
        self.does("edit_text", message_id=message, text=text)
        return message

    def _album(self, visit: Visit, caption: str) -> Waits:
        pictures = [self.town.new_photo() for _ in range(self.chance.choice((2, 2, 3)))]
        visit.photos += [digest for _, digest in pictures]
        captioned = {"caption": caption} if caption else {}
        # A single one would be taken for what was asked for again, though it is of another place.
        asked = visit.style == "photos first" and self.sees("请再发一次") is not None
        if self.chance.random() < 0.7 or asked:
            while not self.does("send_album", files=[name for name, _ in pictures], **captioned):
                yield 5.0
        else:
            for position, (name, _) in enumerate(pictures):
                while not self.does("send_photo", file=name, **(captioned if position == len(pictures) - 1 else {})):
                    yield 5.0
                yield self.chance.uniform(0.0, 1.0)
        yield self.chance.uniform(0.5, 3.0)

    def _enough_photos(self, visit: Visit) -> Waits:
        """Until the card has all that was sent; for one that the platform has lost another is sent, as it asks."""
        wanted = [f"✗ {item}" for item in visit.failed]
        while not self.sees(visit.site, self._counted(visit), *wanted) or self._lacks_photos(visit):
            if self.gives_up:
                return
            yield from self._another_photo(visit)
            yield from self.until(PATIENCE / 2, visit.site, self._counted(visit), "点下面", *wanted)
            yield 1.0  # what they wait for may be never to be seen

    def _lacks_photos(self, visit: Visit) -> bool:
        card = self.sees(visit.site, "📷")
        lost = sum(photo in self.town.gone for photo in visit.photos) > visit.spares  # one is sent for each, once
        told = [m.body.text for m in self.town.shown_in(self.number) if "取不回来" in m.body.text]
        lost = lost and sum("（重发）" not in text for text in told) > sum(v.spares for v in self.notebook)
        asks = card is not None and ("还差" in card.body.text or "张照片" in card.body.text.split("\n")[-1])
        # A card that came twice stays where it was when the receipt takes the other one's place.
        return lost and asks and self.sees(RECEIPT, visit.site) is None

    def _another_photo(self, visit: Visit) -> Waits:
        """Where the card asks for one, and does so still when it has been looked at again."""
        if not self._lacks_photos(visit):
            return
        yield 2.0
        name, digest = self.town.new_photo()
        if self._lacks_photos(visit) and self.does("send_photo", file=name):
            visit.photos.append(digest)
            visit.spares += 1

    def _counted(self, visit: Visit) -> str:
        return f"📷 {sum(photo not in self.town.gone for photo in visit.photos)}/2"

    def _submit(self, visit: Visit) -> Waits:
        """Taps, some twice; and again, on whatever card there is, until the receipt is there."""
        while not self.sees(RECEIPT, visit.site):
            card = self.sees(visit.site, "📷")
            if self._lacks_photos(visit):
                yield from self._another_photo(visit)
            elif card is not None:
                for _ in range(self.chance.choice((1, 1, 2))):
                    self.taps(card, "v1:ok:")
            yield from self.until(self.chance.uniform(3.0, 15.0), RECEIPT, visit.site)
            if self.gives_up:
                return

    def _cancel(self, visit: Visit) -> Waits:
        while not self.sees("已取消", visit.site):
            card = self.sees(visit.site, "距点位")
            if card is not None:
                self.taps(card, "v1:cancel:")
            yield from self.until(15.0, "已取消", visit.site)
            if self.gives_up:
                return
        visit.state = "cancelled"

    def _afterwards(self, visit: Visit) -> Waits:
        """A time limit for what was found; second thoughts."""
        if self.chance.random() < 0.5 and visit.failed:
            visit.days = self.chance.choice((3, 7, 15))
            while (card := self._asks_limit(visit)) is not None and not self.gives_up:
                self.taps(card, "v1:due:", f":{visit.days}")
                waited = 0.0
                while self._asks_limit(visit) is not None and waited < 15.0:
                    waited += 2.0
                    yield 2.0
        if self.chance.random() < 0.3 and visit.style != "all fine" and not self.gives_up:
            while not self.sees(visit.site, "请打要更正的项") and (card := self.sees(RECEIPT, visit.site)) is not None:
                self.taps(card, "v1:fix:")
                yield from self.until(15.0, visit.site, "请打要更正的项")
                if self.gives_up:
                    return
            visit.failed |= {9: "有异味"}
            visit.corrected = True
            yield from self.surely(lambda: self.says("9 有异味"), "第 2 版", "✗ 9", visit.site)

    # looking

    def _look(self, visit: Visit, *words: str) -> Waits:
        while not self.sees(visit.site, *words) and not self.gives_up:
            yield from self.until(PATIENCE, visit.site, *words)

    def _asks_limit(self, visit: Visit) -> Message | None:
        """The receipt, if it asks for a time limit: the newest, as an older one may be one that came twice."""
        receipt = self.sees(RECEIPT, visit.site)
        return receipt if receipt is not None and "整改期限" in receipt.body.text else None

    def _number(self, visit: Visit) -> str:
        receipt = self.sees(RECEIPT, visit.site)
        return receipt.body.text.split(RECEIPT)[1].split("\n")[0].split(" ")[0] if receipt else ""
