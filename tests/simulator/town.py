"""The town a simulation plays in: an office's record, prepared once, and a world of people around it."""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaign_files import read_campaign
from bot.config import Settings, read_settings
from bot.demo.places import CAMPAIGN, POSITIONS
from bot.emulator.acts import perform
from bot.emulator.clock import MovableClock
from bot.emulator.files import FileKind
from bot.emulator.messages import Message, Photo, PhotoSize
from bot.emulator.people import Person as Somebody
from bot.emulator.updates import Updates
from bot.emulator.world import World
from models.campaign_import import apply
from models.campaigns import Campaign
from models.database import Database, open_database
from models.people import Account, GroupChat, Person, Posting, Role
from models.places import Area, Unit
from tests.simulator.faults import Faults
from tests.simulator.loop import Timeline
from tests.simulator.network import at_once
from tests.simulator.standins import PICTURE

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
ADMIN, OFFICE, LEAD, STRANGER, GROUP = 1001, 1002, 1003, 1999, -5000001
VERIFIER, FIXERS, UNIT_GROUP, UNIT = 1004, (3001, 3002), -5000002, "区城市综合管理局"
NEAR, FAR = "太和镇", "龙颈镇"
INSPECTORS = {2001: NEAR, 2002: NEAR, 2003: FAR}
BEGINS = datetime.fromisoformat("2018-08-01T09:00:00+08:00")
CONFIG = f'[agency]\nname = "清新区"\n[telegram]\ntoken = "{TOKEN}"\nadmins = [{ADMIN}]\n[web]\nport = 0\n'


@dataclass(frozen=True)
class Prepared:
    """A folder with the configuration and the record as every simulation finds them."""

    folder: Path
    settings: Settings
    database: Database
    sites: dict[str, dict[str, tuple[float, float]]]  # area → site → degrees
    area_of: dict[str, str]


def memory() -> Path | None:
    """A file system without a disk behind it, where there is one: what is synced costs nothing."""
    shm = Path("/dev/shm")
    return shm if shm.is_dir() else None


@lru_cache(maxsize=1)
def prepared() -> Prepared:
    folder = Path(tempfile.mkdtemp(prefix="xuncha-simulator-", dir=memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = folder / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    settings = read_settings(config)
    settings.folder.mkdir()
    plan = read_campaign(CAMPAIGN, POSITIONS)
    database = open_database(settings.database_url)
    with database.writing() as session:
        apply(session, plan, BEGINS)
        _employ(session)
    database.close()
    shutil.move(settings.folder / "xuncha.db", folder / "prepared.db")
    sites: dict[str, dict[str, tuple[float, float]]] = {NEAR: {}, FAR: {}}
    for site in plan.sites:
        if site.area in sites and site.position is not None:
            sites[site.area][site.name] = (site.position.latitude, site.position.longitude)
    return Prepared(folder, settings, database, sites, {site.name: site.area for site in plan.sites})


@lru_cache(maxsize=1)
def _jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (16, 12), "grey").save(out, "JPEG")
    return out.getvalue()


def numbered_jpeg(number: int) -> bytes:
    """A small picture like no other: the number stands in a remark."""
    remark = b"photo %d" % number
    return _jpeg()[:2] + b"\xff\xfe" + (len(remark) + 2).to_bytes(2) + remark + _jpeg()[2:]


def _employ(session: Session) -> None:
    """Everybody as their invitations would have made them; a group as its binding would."""
    posts = {
        ADMIN: ("管理员", Role.ADMIN, None),
        OFFICE: ("办公室", Role.OFFICE, None),
        LEAD: ("老李", Role.LEAD, NEAR),
        VERIFIER: ("老王", Role.LEAD, NEAR),
    }
    posts |= {number: (f"巡查员{number}", Role.INSPECTOR, area) for number, area in INSPECTORS.items()}
    areas = {area.name: area.id for area in session.scalars(select(Area))}
    for number, (name, role, area) in posts.items():
        person = Person(name=name, joined_at=BEGINS)
        session.add(person)
        session.flush()
        session.add(Account(channel="telegram", external_id=str(number), person_id=person.id, name=name))
        session.add(Posting(person_id=person.id, role=role, area_id=areas[area] if area else None, since=BEGINS))
    unit = session.scalars(select(Unit).where(Unit.name == UNIT)).one()
    for number in FIXERS:
        person = Person(name=f"整改员{number}", joined_at=BEGINS)
        session.add(person)
        session.flush()
        session.add(Account(channel="telegram", external_id=str(number), person_id=person.id, name=person.name))
        session.add(Posting(person_id=person.id, role=Role.UNIT, unit_id=unit.id, since=BEGINS))
    campaign = session.scalars(select(Campaign)).one()
    session.add(GroupChat(channel="telegram", external_id=str(GROUP), title="太和群", area_id=areas[NEAR],
                          campaign_id=campaign.id, bound_by=1, bound_at=BEGINS))  # fmt: skip
    session.flush()
    session.add(GroupChat(channel="telegram", external_id=str(UNIT_GROUP), title="城管局整改群", unit_id=unit.id,
                          campaign_id=campaign.id, bound_by=1, bound_at=BEGINS))  # fmt: skip


class TrueClock(MovableClock):
    """The platform's clock, which is never wrong."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline

    def now(self) -> float:
        return self._timeline.now


class HeldUp(Updates):
    """News of which some is held up on its way, so that what was said later comes first (F21, F24)."""

    def __init__(self, clock: MovableClock, world: World, faults: Faults) -> None:
        super().__init__(clock, world.faults)
        self._accidents = faults
        self.later: Callable[[float, Callable[[], None]], None] = lambda _, release: release()
        self.all: list[int] = []
        self.calm = False

    def _enqueue(self, kind: str, payload: bytes, chat: int) -> None:
        if kind != "callback_query" and not self.calm and self._accidents.strikes("reorder", 0.4):
            seconds = self._accidents.chance.choice((0.3, 1.0, 3.0, 8.0))
            self.later(seconds, lambda: self._number(kind, payload, chat))
            return
        self._number(kind, payload, chat)

    def _number(self, kind: str, payload: bytes, chat: int) -> None:
        super()._enqueue(kind, payload, chat)
        self.all.append(self._last_id)


@dataclass
class Town:
    """The platform and its people, seen from outside the program."""

    timeline: Timeline
    faults: Faults
    chance: Random
    world: World = field(init=False)
    photos: int = 0
    gone: set[str] = field(default_factory=set)  # hashes of photos the platform will not give any more

    def __post_init__(self) -> None:
        self.world = World(TrueClock(self.timeline), TOKEN)
        self.world.updates = HeldUp(self.world.clock, self.world, self.faults)
        self.world.photos[hashlib.sha256(PICTURE).hexdigest()] = self._photo(PICTURE)
        known = {ADMIN: "管理员", OFFICE: "办公室", LEAD: "老李", VERIFIER: "老王", STRANGER: "路人"}
        for number, name in (known | {number: f"整改员{number}" for number in FIXERS}).items():
            self.does(number, "add_person", id=number, name=name)
        for number in INSPECTORS:
            self.does(number, "add_person", id=number, name=f"巡查员{number}")
        for number in (ADMIN, OFFICE, LEAD, VERIFIER, *FIXERS, *INSPECTORS):
            chat = self.world.private_chat(self.world.people[number])
            chat.bot_status, chat.met_bot = type(chat.bot_status).MEMBER, True
        self.does(ADMIN, "add_group", id=GROUP, title="太和群", members=[LEAD, 2001, self.world.bot.id])
        self.does(ADMIN, "add_group", id=UNIT_GROUP, title="城管局整改群", members=[*FIXERS, self.world.bot.id])
        self.world.updates.take_all()
        self.world.updates.all.clear()

    def _photo(self, content: bytes) -> Photo:
        return Photo((PhotoSize(self.world.files.keep(content, FileKind.PHOTO, mime="image/jpeg"), 1280, 960),))

    def new_photo(self) -> tuple[str, str]:
        """A picture nobody has sent before: what it is sent as, and the hash of its bytes."""
        self.photos += 1
        content = numbered_jpeg(self.photos)
        name = f"sample:{self.photos}"
        photo = self.world.photos[name] = self._photo(content)
        self.world.photos[photo.sizes[0].file.file_id] = photo
        return name, hashlib.sha256(content).hexdigest()

    def does(self, who: int, what: str, **values: Any) -> Any:
        return at_once(perform(self.world, {"do": what, "as": who, **values}))

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing is held up on its way."""
        self.world.updates.calm = True
        try:
            yield
        finally:
            self.world.updates.calm = False

    def somebody(self, number: int) -> Somebody:
        return self.world.people[number]

    def shown_in(self, chat: int) -> list[Message]:
        """What the bot shows in a chat now, newest first."""
        messages = self.world.chats[chat].messages if chat in self.world.chats else {}
        return [m for m in reversed(list(messages.values())) if m.sender is self.world.bot]

    def sent_as(self, file_id: str) -> str:
        """The hash of the bytes that a file id stands for."""
        file = self.world.files.find(file_id)
        return file.digest if file is not None else ""
