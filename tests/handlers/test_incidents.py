"""Serious incidents beside the dialogues: what is read of a line, who is told and may answer, and old buttons."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.places import CAMPAIGNS
from handlers.incident_lines import Figures, bare_figure, corrected, figures, raised, without_figures
from handlers.messages import Kind
from models.campaign_import import apply
from models.campaigns import Campaign
from models.checks import Check
from models.database import Database
from models.incidents import ChainStep, Incident, IncidentStep, kinds_of, steps_of
from models.messages import Card, OutboxRow
from models.people import Account, Person, Posting, Role
from models.places import Area, Unit
from tests.handlers.agency_record import NOW, PEOPLE, STRANGER, Who, incoming, make, photo, turn
from tests.stage.records import plan_of

BY_NAME = {who.name: who for who in PEOPLE}
POLICE = Who("分局人员", 41, Role.UNIT, unit="市公安局清新分局")
INSPECTOR, LEAD, OFFICE = BY_NAME["太和巡查甲"], BY_NAME["太和组长甲"], BY_NAME["全区办公甲"]
TOLD = {"太和组长甲", "全区办公甲", "全区管理甲"}
DEPUTY, MAIN = "约谈镇政府分管领导、交警中队中队长", "约谈镇政府主要领导"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make(Path(tmp_path_factory.mktemp("incidents")))
    with database.writing() as session:
        apply(session, plan_of(CAMPAIGNS / "qingxin-traffic-2018"), NOW)
        session.flush()
        person = Person(name=POLICE.name, language="zh", joined_at=NOW)
        session.add(person)
        session.flush()
        unit = session.scalars(select(Unit).where(Unit.name == POLICE.unit)).one()
        session.add(Account(channel="telegram", external_id=str(POLICE.account), person_id=person.id, name=person.name))
        session.add(Posting(person_id=person.id, role=Role.UNIT, unit_id=unit.id, since=NOW))
    yield database
    database.close()


@pytest.fixture
def session(made: Database) -> Iterator[Session]:
    with made.writing() as session:
        yield session
        session.rollback()


def says(session: Session, who: Who, text: str) -> None:
    turn(session, incoming(who, Kind.TEXT, text=text))


def taps(session: Session, who: Who, button: str) -> list[str]:
    outcome = turn(session, incoming(who, Kind.TAP, button=f"v1:{button}", tap="t"))
    return [toast.text for toast in outcome.toasts]


def newest(session: Session) -> Incident:
    session.flush()
    return session.scalars(select(Incident).order_by(Incident.id.desc()).limit(1)).one()


def card(session: Session, who: Who, incident: Incident) -> str:
    """What their card of it shows; empty where they have none."""
    keys = Card.key.startswith(f"incident:{incident.id}:")
    found = session.scalars(select(Card).where(keys, Card.chat == str(who.account))).first()
    return str(found.body["text"]) if found is not None else ""


def names_told(session: Session, incident: Incident) -> set[str]:
    people = {person.id: person.name for person in session.scalars(select(Person))}
    return {people[one.person_id or 0] for one in steps_of(session, incident.id, "told")}


def proposals(session: Session, incident: Incident) -> list[IncidentStep]:
    return steps_of(session, incident.id, "proposed")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("太和镇 3死 客车侧翻", Figures(3, None)),
        ("3死2伤", Figures(3, 2)),
        ("死3伤2", Figures(3, 2)),
        ("死亡3人，受伤2人", Figures(3, 2)),
        ("3人死亡，2人受伤", Figures(3, 2)),
        ("三人死亡、十二人受伤", Figures(3, 12)),
        ("无人死亡，1人受伤", Figures(0, 1)),
        ("3 dead 2 injured", Figures(3, 2)),
        ("no deaths", Figures(0, None)),
        ("十多人死亡", Figures()),
        ("至少3人死亡", Figures()),
        ("3死 5死", Figures()),
        ("死亡人数不明", Figures()),
        ("死者35岁", Figures()),
        ("99999死", Figures()),
        ("", Figures()),
    ],
)
def test_how_many_died_is_read_where_it_is_said(line: str, said: Figures) -> None:
    assert figures(line) == said


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("重大", ""),
        ("重大情况：停电", "停电"),
        ("重大 事故 太和镇 3死", "事故 太和镇 3死"),
        ("重大事故 太和镇", "事故 太和镇"),
        ("重大，塌方", "塌方"),
        ("serious accident, 3 dead", "accident, 3 dead"),
        ("Serious incident: fire", "fire"),
        ("重大隐患 未整改", None),
        ("重大问题要及时报告", None),
        ("3 重大", None),
        ("seriously dirty", None),
    ],
)
def test_only_the_word_by_itself_raises_the_alarm(line: str, rest: str | None) -> None:
    assert raised(line) == rest


def test_a_correction_names_its_number() -> None:
    assert corrected("更正 th-0806-z01 5死") == ("TH-0806-Z01", "5死")
    assert corrected("更正 5死") is None
    assert corrected("更正") is None
    assert [bare_figure(line) for line in ("3", "三人", "5死", "没有", "不明", "一车人")] == [3, 3, 5, 0, None, None]
    assert without_figures("太和镇，3死2伤，客车侧翻，司机被困", {"太和镇"}) == "客车侧翻，司机被困"


@pytest.mark.parametrize(
    ("deaths", "ordered"),
    [(None, []), (0, []), (2, []), (3, [DEPUTY]), (4, [DEPUTY]), (5, [MAIN]), (6, [MAIN]), (40, [MAIN])],
)
def test_the_bounds_are_those_that_are_printed(session: Session, deaths: int | None, ordered: list[str]) -> None:
    """3人以上5人以下（不含5人）, 5人以上（含5人）: 清新府办函〔2018〕91号 二（四）4."""
    (kind,) = kinds_of(session.scalars(select(Campaign).where(Campaign.code == "traffic-2018")))
    assert [step.name for step in kind.steps if step.fits(deaths)] == ordered
    assert {step.source for step in kind.steps} == {"清新府办函〔2018〕91号 二（四）4"}
    assert ChainStep("先报告", "91号").fits(deaths)


def test_the_chain_of_its_type_is_told_and_nobody_else(session: Session) -> None:
    before = {account.external_id for account in session.scalars(select(Account))}
    last = (max(session.scalars(select(OutboxRow.id))), max(session.scalars(select(Card.id))))
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    incident = newest(session)
    assert (incident.number, incident.deaths, incident.text) == ("TH-0806-Z02", 3, "客车侧翻")
    assert names_told(session, incident) == {*TOLD, POLICE.name}
    chats = set(session.scalars(select(Card.chat).where(Card.id > last[1])))
    chats |= set(session.scalars(select(OutboxRow.chat).where(OutboxRow.id > last[0])))
    reached = {INSPECTOR, LEAD, OFFICE, BY_NAME["全区管理甲"], POLICE}
    assert chats == {str(who.account) for who in reached} < before
    assert "已通知 4 人" in card(session, INSPECTOR, incident)
    assert "区交通运输局" in card(session, INSPECTOR, incident)  # nobody there to be told


@pytest.mark.parametrize(
    "who",
    [*(w for w in PEOPLE if w.name not in {*TOLD, INSPECTOR.name, "全区审计甲"}), STRANGER],
    ids=lambda w: f"{w.name}",
)
def test_who_is_not_in_the_chain_sees_and_does_nothing(session: Session, who: Who) -> None:
    says(session, INSPECTOR, "重大 事故 太和镇 3死 金丝雀侧翻")
    incident = newest(session)
    (proposal,) = proposals(session, incident)
    before = len(session.scalars(select(IncidentStep.id)).all())
    last = (max(session.scalars(select(OutboxRow.id))), max(session.scalars(select(Card.id))))
    toasts = [*taps(session, who, f"seen:{incident.id}"), *taps(session, who, f"interview:{proposal.id}:1")]
    says(session, who, "TH-0806-Z02")
    says(session, who, "更正 TH-0806-Z02 5死")
    said = [row.body for row in session.scalars(select(OutboxRow).where(OutboxRow.id > last[0]))]
    said += [row.body for row in session.scalars(select(Card).where(Card.id > last[1]))]
    assert "金丝雀" not in json.dumps([said, toasts], ensure_ascii=False)
    assert len(session.scalars(select(IncidentStep.id)).all()) == before
    assert incident.deaths == 3


def test_the_police_see_it_and_decide_nothing(session: Session) -> None:
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    incident = newest(session)
    (proposal,) = proposals(session, incident)
    assert taps(session, POLICE, f"seen:{incident.id}") == ["已记下，大家都看得到"]
    assert taps(session, POLICE, f"seen:{incident.id}") == ["您 09:00 已收到"]
    old = "这个按钮已失效。请打“我的”看现在的情况"
    assert taps(session, POLICE, f"interview:{proposal.id}:1") == [old]
    assert taps(session, LEAD, f"interview:{proposal.id}:1") == [old]
    assert taps(session, BY_NAME["三坑办公甲"], f"interview:{proposal.id}:1") == [old]
    says(session, POLICE, "更正 TH-0806-Z02 5死")
    assert incident.deaths == 3
    for reader in (OFFICE, LEAD, INSPECTOR):
        assert "已收到：分局人员 09:00" in card(session, reader, incident)


def test_a_step_is_taken_once_by_a_person(session: Session) -> None:
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    incident = newest(session)
    (proposal,) = proposals(session, incident)
    assert steps_of(session, incident.id, "taken", "declined") == []
    assert taps(session, OFFICE, f"interview:{proposal.id}:7") == ["这个按钮已失效。请打“我的”看现在的情况"]
    assert taps(session, OFFICE, f"interview:{proposal.id}:1") == ["已记下：采取"]
    assert taps(session, BY_NAME["全区管理甲"], f"interview:{proposal.id}:0") == ["已采取：全区办公甲 08-06 09:00"]
    (taken,) = steps_of(session, incident.id, "taken", "declined")
    assert (taken.why, taken.proposal_id) == (DEPUTY, proposal.id)
    other = steps_of(session, incident.id, "told")[0]
    assert taps(session, OFFICE, f"interview:{other.id}:1") == ["这个按钮已失效。请打“我的”看现在的情况"]


def test_figures_that_change_change_what_is_proposed(session: Session) -> None:
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    incident = newest(session)
    for line in ("5死", "2死", "3死", "6死"):
        says(session, INSPECTOR, f"更正 TH-0806-Z02 {line}")
    deputy, main = proposals(session, incident)
    assert (deputy.why, main.why) == (DEPUTY, MAIN)  # each once
    assert taps(session, OFFICE, f"interview:{deputy.id}:1") == ["人数已更正，这一步不再适用"]
    assert taps(session, OFFICE, f"interview:{main.id}:1") == ["已记下：采取"]
    assert [one.why for one in steps_of(session, incident.id, "corrected")] == ["5死", "2死", "3死", "6死"]


def test_who_has_left_is_neither_told_nor_shown_what_is_new(session: Session) -> None:
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    incident = newest(session)
    before = card(session, LEAD, incident)
    session.scalars(select(Person).where(Person.name == LEAD.name)).one().left_at = NOW
    session.flush()
    session.expire_all()
    taps(session, LEAD, f"seen:{incident.id}")
    says(session, INSPECTOR, "更正 TH-0806-Z02 4死")
    assert card(session, LEAD, incident) == before
    assert steps_of(session, incident.id, "seen") == []


def test_a_reporter_who_has_left_corrects_nothing(session: Session) -> None:
    says(session, INSPECTOR, "重大 事故 太和镇 客车侧翻")
    incident = newest(session)
    assert "死亡几人" in card(session, INSPECTOR, incident)
    session.scalars(select(Person).where(Person.name == INSPECTOR.name)).one().left_at = NOW
    session.flush()
    session.expire_all()
    says(session, INSPECTOR, "3")
    assert incident.deaths is None


def test_where_nobody_can_be_told_that_is_said(session: Session) -> None:
    for account in session.scalars(select(Account).where(Account.external_id != str(INSPECTOR.account))):
        account.blocked_at = NOW - timedelta(days=1)
    session.flush()
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    incident = newest(session)
    assert names_told(session, incident) == set()
    assert "没有通知到任何人，请马上打电话报告" in card(session, INSPECTOR, incident)


def test_without_a_place_it_goes_to_where_its_reporter_is_posted(session: Session) -> None:
    says(session, INSPECTOR, "重大 车祸 3死")
    assert newest(session).area_id == session.scalars(select(Area.id).where(Area.name == "太和镇")).one()
    says(session, OFFICE, "重大 车祸 3死")
    incident = newest(session)
    assert (incident.number, incident.area_id) == ("XC-0806-Z01", None)
    assert names_told(session, incident) == {"全区管理甲", POLICE.name}  # no lead: nobody knows of which town
    says(session, OFFICE, "更正 XC-0806-Z01 太和镇")
    assert names_told(session, incident) == {"全区管理甲", POLICE.name, LEAD.name}


def test_a_draft_in_hand_gets_no_note_of_it(session: Session) -> None:
    notes = select(Check.note).order_by(Check.id)
    before = session.scalars(notes).all()
    says(session, INSPECTOR, "重大 事故 太和镇 3死 客车侧翻")
    turn(session, incoming(INSPECTOR, Kind.PHOTO, **photo("重大 事故 太和镇 1死")))
    assert session.scalars(notes).all() == before
    assert newest(session).deaths == 1


def test_an_old_button_of_the_kinds_and_a_line_that_comes_too_late(session: Session) -> None:
    old = "这个按钮已失效。请打“我的”看现在的情况"
    assert taps(session, INSPECTOR, "serious:9") == [old]
    assert taps(session, POLICE, "serious:1") == [old]
    taps(session, INSPECTOR, "serious:1")
    draft = newest(session)
    assert draft.number is None
    session.scalars(select(Posting).join(Person).where(Person.name == INSPECTOR.name)).one().until = NOW
    session.flush()
    session.expire_all()
    says(session, INSPECTOR, "太和镇 3死 客车侧翻")
    assert draft.number is None


def test_in_a_group_it_is_said_that_nothing_was_reported(session: Session) -> None:
    before = newest(session).id
    last = max(session.scalars(select(OutboxRow.id)))
    turn(session, incoming(INSPECTOR, Kind.TEXT, "-301", text="重大 事故 太和镇 3死"))
    turn(session, incoming(STRANGER, Kind.TEXT, "-301", text="重大 事故 太和镇 3死"))
    said = [row.body["text"] for row in session.scalars(select(OutboxRow).where(OutboxRow.id > last))]
    assert said == ["重大情况请私聊我发，群里的没有上报"]
    assert newest(session).id == before


def test_in_english(session: Session) -> None:
    says(session, INSPECTOR, "language English")
    says(session, INSPECTOR, "serious accident 太和镇 3 dead 2 injured, coach overturned")
    incident = newest(session)
    assert card(session, INSPECTOR, incident).splitlines()[:3] == [
        "Serious incident TH-0806-Z02 · traffic accident", "太和镇 · 3 dead, 2 injured", "coach overturned",
    ]  # fmt: skip
    says(session, INSPECTOR, "correct TH-0806-Z02 5 dead")
    assert incident.deaths == 5
