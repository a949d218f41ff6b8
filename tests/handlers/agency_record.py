"""A record with people of every role in several areas, and work of each area that others must never see."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.places import CAMPAIGN, POSITIONS
from handlers.agency import Agency
from handlers.dispatch import dispatch
from handlers.messages import ChatKind, Incoming, Kind, Outcome, Sender, SentPhoto, SentPlace
from models.campaign_import import Action, Change, Changes, Part, apply, consent
from models.campaigns import Campaign
from models.checks import Check
from models.complaints import Complaint, ComplaintState
from models.database import Database, open_database
from models.escalations import Escalation
from models.findings import CaseRequest, Finding, FindingState, Verification
from models.incidents import Incident
from models.listing import ListEntry
from models.messages import OutboxRow
from models.notices import Notice
from models.people import Account, Conversation, Expecting, GroupChat, Person, Posting, Role
from models.places import Area, Site, Unit
from models.returns import Return
from models.sightings import Sighting
from tests.campaign_files.folders import DATA
from tests.stage.records import copy_imported, plan_of

NOW = datetime(2018, 8, 6, 1, 0, tzinfo=UTC)
DAY = date(2018, 8, 6).toordinal()
AGENCY = Agency(name="清新区", bot_name="xuncha_bot", admins=frozenset({"telegram:1"}))
_numbers = count(1)


@dataclass(frozen=True)
class Who:
    """Somebody who asks. `areas`: names of the areas they see; None: all; empty: nothing."""

    name: str
    account: int
    role: Role | None
    areas: frozenset[str] | None = field(default_factory=frozenset)
    campaign: str | None = None
    has_left: bool = False
    unit: str | None = None  # whose cases they may act on, and see nothing else


TAIHE, SANKENG, HEYUN = frozenset({"太和镇"}), frozenset({"三坑镇"}), frozenset({"禾云镇"})
PEOPLE = (
    Who("太和巡查甲", 11, Role.INSPECTOR, TAIHE),
    Who("太和巡查乙", 12, Role.INSPECTOR, TAIHE),
    Who("三坑巡查甲", 13, Role.INSPECTOR, SANKENG),
    Who("禾云巡查甲", 14, Role.INSPECTOR, HEYUN),
    Who("太和组长甲", 15, Role.LEAD, TAIHE),
    Who("三坑组长甲", 16, Role.LEAD, SANKENG),
    Who("三坑办公甲", 17, Role.OFFICE, SANKENG),
    Who("三坑审计甲", 18, Role.AUDITOR, SANKENG),
    Who("单位人员甲", 19, Role.UNIT, unit="区城市综合管理局"),
    Who("单位人员乙", 25, Role.UNIT, unit="三坑镇人民政府"),
    Who("离任单位甲", 26, Role.UNIT, unit="区城市综合管理局", has_left=True),
    Who("离任巡查甲", 20, Role.INSPECTOR, has_left=True),
    Who("母婴组长甲", 21, Role.LEAD, TAIHE, campaign="mother-baby-rooms-2018"),
    Who("全区审计甲", 22, Role.AUDITOR, None),
    Who("全区办公甲", 23, Role.OFFICE, None),
    Who("全区管理甲", 24, Role.ADMIN, None),
)
STRANGER = Who("陌生人某", 99, None)
GROUPS = {"-301": "三坑镇", "-302": None}  # bound to an area's part of the toilets; not bound at all
UNIT_GROUP = "-303"


def incoming(who: Who, kind: Kind, chat: str = "", **given: Any) -> Incoming:
    """A message of theirs, in private unless a group is named."""
    given.setdefault("message_id", next(_numbers) + 1000)
    return Incoming(
        channel="telegram",
        chat=chat or str(who.account),
        chat_kind=ChatKind.GROUP if chat else ChatKind.PRIVATE,
        kind=kind,
        sent_at=NOW,
        received_at=NOW,
        sender=Sender(str(who.account), who.name),
        **given,
    )


def photo(caption: str = "", **given: Any) -> dict[str, Any]:
    n = next(_numbers)
    return {"photo": SentPhoto(f"file-{n}-canary", f"unique-{n}"), "text": caption} | given


def turn(session: Session, message: Incoming) -> Outcome:
    return dispatch(session, message, f"in:{next(_numbers)}", AGENCY)


def _people(session: Session) -> None:
    areas = {area.name: area.id for area in session.scalars(select(Area))}
    campaigns = {campaign.code: campaign.id for campaign in session.scalars(select(Campaign))}
    units = {unit.name: unit.id for unit in session.scalars(select(Unit))}
    for who in PEOPLE:
        person = Person(name=who.name, language="zh", joined_at=NOW, left_at=NOW if who.has_left else None)
        session.add(person)
        session.flush()
        area = next(iter(who.areas), None) if who.areas else ("太和镇" if who.has_left else None)
        session.add(Account(channel="telegram", external_id=str(who.account), person_id=person.id, name=who.name))
        session.add(
            Posting(
                person_id=person.id,
                role=who.role,
                area_id=areas[area] if area else None,
                campaign_id=campaigns[who.campaign] if who.campaign else None,
                unit_id=units[who.unit] if who.unit else None,
                since=NOW,
            )
        )
    for chat, name in GROUPS.items():
        group = GroupChat(channel="telegram", external_id=chat, title="群", language="zh")
        if name is not None:
            group.area_id, group.campaign_id, group.bound_at = areas[name], campaigns["toilets-2018"], NOW
        session.add(group)
    session.add(
        GroupChat(
            channel="telegram",
            external_id=UNIT_GROUP,
            title="城管局整改群",
            language="zh",
            unit_id=units["区城市综合管理局"],
            campaign_id=campaigns["toilets-2018"],
            bound_at=NOW,
        )
    )


def _work(session: Session, who: Who, first: str, second: str, canary: str) -> None:
    """A check with a problem at one site, a draft with a note at another."""
    site = session.scalars(select(Site).where(Site.name == first)).one()
    assert site.latitude is not None
    assert site.longitude is not None
    turn(session, incoming(who, Kind.LOCATION, place=SentPlace(site.latitude, site.longitude, 10)))
    for _ in range(2):
        turn(session, incoming(who, Kind.PHOTO, **photo()))
    turn(session, incoming(who, Kind.TEXT, text=f"13 {canary}灯坏"))
    turn(session, incoming(who, Kind.TEXT, text="提交"))
    turn(session, incoming(who, Kind.TEXT, text=second))
    turn(session, incoming(who, Kind.PHOTO, **photo()))
    turn(session, incoming(who, Kind.TEXT, text=f"5 {canary}蚊子"))


def _fix_and_verify(session: Session) -> None:
    """The newest case is said to be fixed, and somebody is about to decide whether it is."""
    case = session.scalars(select(Finding).order_by(Finding.id.desc()).limit(1)).one()
    fixer, verifier = next(who for who in PEOPLE if who.unit), PEOPLE[0]
    turn(session, incoming(fixer, Kind.TAP, UNIT_GROUP, button=f"v1:take:{case.id}", tap="t"))
    turn(session, incoming(fixer, Kind.TAP, UNIT_GROUP, button=f"v1:fixed:{case.id}", tap="t"))
    turn(session, incoming(fixer, Kind.PHOTO, **photo()))
    turn(session, incoming(verifier, Kind.TAP, button=f"v1:verify:{case.id}", tap="t"))
    turn(session, incoming(verifier, Kind.PHOTO, **photo()))
    turn(session, incoming(verifier, Kind.TEXT, text="门锁着，从对面看"))
    assert session.scalars(select(Verification)).one().reason
    assert case.state is FindingState.FIXED_CLAIMED
    talk = session.get_one(Conversation, session.scalars(select(Person.id).where(Person.name == verifier.name)).one())
    talk.expecting, talk.expecting_id = Expecting.NOTHING, None


def _see_again(session: Session) -> None:
    """The second inspector finds the same lamp out, and hands that in."""
    site = session.scalars(select(Site).where(Site.name == "玄真公厕")).one()
    assert site.latitude is not None
    assert site.longitude is not None
    turn(session, incoming(PEOPLE[1], Kind.LOCATION, place=SentPlace(site.latitude, site.longitude, 10)))
    for _ in range(2):
        turn(session, incoming(PEOPLE[1], Kind.PHOTO, **photo()))
    turn(session, incoming(PEOPLE[1], Kind.TEXT, text="13 金丝雀太和灯还坏"))
    turn(session, incoming(PEOPLE[1], Kind.TEXT, text="提交"))
    assert session.scalars(select(Sighting)).one().counts


def _ask(session: Session) -> None:
    """A unit says of the oldest case it has that it is another's; nobody has answered."""
    asker = next(who for who in PEOPLE if who.unit)
    units = select(Posting.unit_id).join(Person, Person.id == Posting.person_id).where(Person.name == asker.name)
    case = session.scalars(
        select(Finding).where(Finding.unit_id.in_(units), Finding.state == FindingState.OPEN).order_by(Finding.id)
    ).first()
    assert case is not None
    turn(session, incoming(asker, Kind.TAP, UNIT_GROUP, button=f"v1:not_ours:{case.id}", tap="t"))
    turn(session, incoming(asker, Kind.TEXT, text="已移交镇里"))
    assert session.scalars(select(CaseRequest)).one().finding_id == case.id


LADDER = {
    "code": "enforcement", "name": "处置阶梯", "source": {"document": "清新府办〔2018〕24号", "article": "六"},
    "steps": [
        {"no": 1, "name": "依法进行查处", "triggers": ["found"], "unit": None},
        {"no": 2, "name": "从严从重", "triggers": ["recurred"], "unit": None},
    ],
}  # fmt: skip


def _propose_steps(session: Session) -> None:
    """As if the plan had a ladder: its first step is proposed for every case, and nobody has decided."""
    toilets = session.scalars(select(Campaign).where(Campaign.code == "toilets-2018")).one()
    toilets.settings = {**toilets.settings, "ladders": [LADDER]}
    session.add_all(
        Escalation(finding_id=finding, ladder="enforcement", step=1, name="依法进行查处", basis="24号 六",
                   trigger="found", proposed_at=NOW)
        for finding in session.scalars(select(Finding.id))
    )  # fmt: skip


def _give_notice(session: Session) -> None:
    """A notice for the case of the other town, not served yet."""
    lead = next(who for who in PEOPLE if who.name == "三坑组长甲")
    case = session.scalars(select(Finding).join(Site, Site.id == Finding.site_id).where(Site.code == "Z04")).one()
    turn(session, incoming(lead, Kind.TAP, button=f"v1:notice:{case.id}:rectify:{DAY + 7}", tap="t"))
    session.flush()
    preview = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
    turn(session, incoming(lead, Kind.TAP, button=preview.body["buttons"][0][0]["data"], tap="t"))
    assert session.scalars(select(Notice)).one().number == "SK-0806-T01"


def _list(session: Session) -> None:
    """A site of each town is on the key supervision list; whether one is to come off it has been asked, not said."""
    leads = {who.name: who for who in PEOPLE if who.role is Role.LEAD}
    taihe = leads["太和组长甲"]
    turn(session, incoming(taihe, Kind.TEXT, text="列入 重点监管清单 玄真公厕 金丝雀太和投诉"))
    turn(session, incoming(leads["三坑组长甲"], Kind.TEXT, text="列入 重点监管清单 镇标公园公厕 金丝雀三坑投诉"))
    turn(session, incoming(taihe, Kind.TEXT, text="移出 重点监管清单 玄真公厕"))
    assert len(session.scalars(select(ListEntry)).all()) == 2
    talk = session.get_one(Conversation, session.scalars(select(Person.id).where(Person.name == taihe.name)).one())
    assert talk.expecting is Expecting.LIST_REASON
    talk.expecting, talk.expecting_id = Expecting.NOTHING, None


def _complain_and_raise(session: Session) -> None:
    """A complaint somebody was sent for, and a serious incident that its lead has seen."""
    office, lead = (next(who for who in PEOPLE if who.name == name) for name in ("全区办公甲", "太和组长甲"))
    turn(session, incoming(office, Kind.TEXT, text="投诉 玄真公厕 12345 金丝雀太和异味，8月10日前答复"))
    complaint = session.scalars(select(Complaint)).one()
    turn(session, incoming(office, Kind.TAP, button=f"v1:visit:{complaint.id}", tap="t"))
    assert complaint.state is ComplaintState.VISITING
    turn(session, incoming(PEOPLE[0], Kind.TEXT, text="重大情况 太和镇 2伤 金丝雀太和塌方"))
    incident = session.scalars(select(Incident)).one()
    turn(session, incoming(lead, Kind.TAP, button=f"v1:seen:{incident.id}", tap="t"))
    assert [one.step for one in incident.steps].count("seen") == 1


def _send_back(session: Session) -> None:
    """Each area's lead has sent back an item of its first check, and is choosing more; nobody has answered."""
    for lead, number in ((PEOPLE[4], "TH-0806-001"), (PEOPLE[5], "SK-0806-001")):
        turn(session, incoming(lead, Kind.TEXT, text=f"退回 {number} 13 金丝雀{lead.name[:2]}看不清"))
        check = session.scalars(select(Check.id).where(Check.number == number)).one()
        turn(session, incoming(lead, Kind.TAP, button=f"v1:send_back:{check}", tap="t"))
    assert len(session.scalars(select(Return)).all()) == 4


def make(folder: Path) -> Database:
    copy_imported(folder / "record.db", NOW, CAMPAIGN, POSITIONS)
    database = open_database(f"sqlite:///{folder / 'record.db'}")
    with database.writing() as session:
        apply(session, plan_of(DATA / "mother-baby-rooms"), NOW)
        session.flush()
        _people(session)
        session.flush()
        _work(session, PEOPLE[0], "玄真公厕", "明霞市场公厕", "金丝雀太和")
        _work(session, PEOPLE[2], "镇标公园公厕", "运动公园公厕", "金丝雀三坑")
        toilets = session.scalars(select(Campaign).where(Campaign.code == "toilets-2018")).one()
        office = session.scalars(select(Person).where(Person.name == "全区办公甲")).one()
        closing = (Change(Part.SITE, Action.CLOSED, "Z04 镇标公园公厕"),)
        consent.ask(session, toilets, Changes(toilets.name, False, closing, 2, ()), office, NOW)
        unplaced = session.scalars(select(Site).where(Site.name == "河堤公园公厕")).one()
        unplaced.latitude = unplaced.longitude = unplaced.datum = None
        turn(session, incoming(PEOPLE[1], Kind.TEXT, text="河堤公园公厕"))
        turn(session, incoming(PEOPLE[1], Kind.LOCATION, place=SentPlace(23.6, 113.1, 10)))
        for _ in range(2):
            turn(session, incoming(PEOPLE[1], Kind.PHOTO, **photo()))
        turn(session, incoming(PEOPLE[1], Kind.TEXT, text="4 金丝雀太和水渍，限7天"))
        turn(session, incoming(PEOPLE[1], Kind.TEXT, text="提交"))
        _fix_and_verify(session)
        _see_again(session)
        _ask(session)
        _propose_steps(session)
        _give_notice(session)
        _list(session)
        _complain_and_raise(session)
        _send_back(session)
    return database
