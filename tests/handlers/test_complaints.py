"""Complaints beside the dialogues: what is read of a line, who may do what, and what happens meanwhile."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.complaint_lines import read, without_person
from handlers.messages import Kind, SentPlace
from models.campaigns import Campaign
from models.checks import HANDED_IN, Check, CheckState
from models.complaints import Complaint, ComplaintSource, ComplaintState
from models.database import Database
from models.evidence import Photo
from models.findings import Finding, FindingState
from models.journal import JournalEntry
from models.messages import Card, OutboxRow
from models.people import Person
from models.places import Site
from tests.handlers.agency_record import NOW, PEOPLE, STRANGER, Who, incoming, make, photo, turn

TODAY = date(2018, 8, 6)
BY_NAME = {who.name: who for who in PEOPLE}
OFFICE, SANKENG_OFFICE, INSPECTOR = BY_NAME["全区办公甲"], BY_NAME["三坑办公甲"], BY_NAME["太和巡查甲"]
DO = ("complaint_due:{}:3", "complaint_answer:{}", "complaint_case:{}", "complaint_item:{}:13", "visit:{}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make(Path(tmp_path_factory.mktemp("complaints")))
    yield database
    database.close()


@pytest.fixture
def session(made: Database) -> Iterator[Session]:
    with made.writing() as session:
        yield session
        session.rollback()


def says(session: Session, who: Who, text: str) -> list[str]:
    return _said(session, lambda: turn(session, incoming(who, Kind.TEXT, text=text)), who)


def taps(session: Session, who: Who, button: str) -> list[str]:
    toasts: list[str] = []

    def tap() -> None:
        toasts.extend(t.text for t in turn(session, incoming(who, Kind.TAP, button=f"v1:{button}", tap="t")).toasts)

    return [*_said(session, tap, who), *toasts]


def _said(session: Session, act: object, who: Who) -> list[str]:
    """What their chat is shown by it."""
    before = {row.id: json.dumps(row.body) for row in session.scalars(select(Card))}
    last = max([0, *session.scalars(select(OutboxRow.id))])
    assert callable(act)
    act()
    session.flush()
    rows = session.scalars(select(OutboxRow).where(OutboxRow.id > last, OutboxRow.chat == str(who.account)))
    cards = [card for card in session.scalars(select(Card).where(Card.chat == str(who.account)))
             if before.get(card.id) != json.dumps(card.body)]  # fmt: skip
    return [str(row.body["text"]) for row in (*rows, *cards)]


def newest(session: Session) -> Complaint:
    return session.scalars(select(Complaint).order_by(Complaint.id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    ("line", "rest", "source", "reference", "due"),
    [
        ("玄真公厕 12345 灯不亮 8月10日前答复", "玄真公厕 灯不亮", ComplaintSource.HOTLINE, "", date(2018, 8, 10)),
        ("灯不亮，3天内答复", "灯不亮", ComplaintSource.UNSAID, "", date(2018, 8, 9)),
        ("10日前答复 灯不亮", "10日前答复 灯不亮", ComplaintSource.UNSAID, "", None),  # the tenth, or ten days?
        ("5个工作日内答复", "5个工作日内答复", ComplaintSource.UNSAID, "", None),  # nobody has said which days work
        ("灯不亮 8月1日前答复", "灯不亮 8月1日前答复", ComplaintSource.UNSAID, "", None),  # has passed
        ("12331 食品过期 答复期限8月10日", "食品过期", ComplaintSource.FOOD_HOTLINE, "", date(2018, 8, 10)),
        ("公用电话坏了", "公用电话坏了", ComplaintSource.UNSAID, "", None),
        ("电话 灯不亮", "灯不亮", ComplaintSource.PHONE, "", None),
        ("媒体曝光 乱倒垃圾", "乱倒垃圾", ComplaintSource.MEDIA, "", None),
        ("12345 工单 20180806-77 异味", "异味", ComplaintSource.HOTLINE, "20180806-77", None),
        ("GD201808060001 异味", "异味", ComplaintSource.UNSAID, "GD201808060001", None),
        ("passer-by lamp broken, answer by 8-10", "lamp broken", ComplaintSource.PUBLIC, "", date(2018, 8, 10)),
    ],
)
def test_source_number_and_day_are_read_from_one_line(
    line: str, rest: str, source: ComplaintSource, reference: str, due: date | None
) -> None:
    said = read(line, TODAY)
    assert (said.rest, said.source, said.reference, said.due) == (rest, source, reference, due)


@pytest.mark.parametrize(
    "line",
    [
        "投诉 明霞市场公厕 灯不亮，很暗",
        "投诉：明霞市场公厕灯不亮，很暗",
        "投诉明霞市场公厕 灯不亮，很暗",
        "/complaint 明霞市场公厕 灯不亮，很暗",
    ],
)
def test_the_first_word_need_not_stand_apart(session: Session, line: str) -> None:
    says(session, OFFICE, line)
    complaint = newest(session)
    assert complaint.site is not None
    assert (complaint.site.name, complaint.text) == ("明霞市场公厕", "灯不亮，很暗")
    says(session, OFFICE, f"答复{complaint.number}：已换灯，谢谢")
    assert complaint.answer == "已换灯，谢谢"


def test_a_question_registers_nothing(session: Session) -> None:
    before = newest(session).id
    for line in ("投诉", "投诉情况", "投诉有哪些？", "投诉 太和", "投诉太和镇", "complaints"):
        assert any("未答复的投诉" in said for said in says(session, OFFICE, line)), line
    assert newest(session).id == before


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("灯坏 13800138000", "灯坏 ***"),
        ("灯坏，138 0013 8000 李女士", "灯坏，***"),
        ("+86-138-0013-8000灯坏", "***灯坏"),
        ("联系人：张三，0763-5812345", "***"),
        ("欧阳先生反映灯坏", "***反映灯坏"),
        ("lamp broken, Mr Smith, 13800138000", "lamp broken, ***"),
        ("工单2018080600123", "工单2018080600123"),
        ("12345 转来 8月10日", "12345 转来 8月10日"),
        ("女厕灯坏", "女厕灯坏"),
    ],
)
def test_who_complained_is_not_kept(line: str, kept: str) -> None:
    assert without_person(line) == (kept, kept != line)


def test_a_telephone_number_is_nowhere_but_in_what_came_in(session: Session) -> None:
    says(session, OFFICE, "投诉 明霞市场公厕 12345 灯不亮 13800138000 李女士 8月10日前答复")
    complaint = newest(session)
    says(session, OFFICE, f"答复 {complaint.number} 已电话告知13800138000")
    assert complaint.text == "灯不亮 ***"
    assert complaint.answer == "已电话告知***"
    kept = [row.body for row in (*session.scalars(select(OutboxRow)), *session.scalars(select(Card)))]
    kept += [entry.data for entry in session.scalars(select(JournalEntry))]
    assert not [one for one in kept if "13800138000" in json.dumps(one, ensure_ascii=False)]


@pytest.mark.parametrize(
    "who", [*(w for w in PEOPLE if w.name not in {"全区办公甲", "全区管理甲"}), STRANGER], ids=lambda who: f"{who.name}"
)
def test_only_the_office_there_works_on_it(session: Session, who: Who) -> None:
    complaint = newest(session)
    before = (complaint.state, complaint.answer_due_on, complaint.finding_id, complaint.answer)
    for button in DO:
        said = taps(session, who, button.format(complaint.id))
        assert not [words for words in said if (complaint.number or "") in words or "金丝雀" in words]
    says(session, who, f"答复 {complaint.number} 已处理")
    says(session, who, "8月20日")
    session.refresh(complaint)
    assert (complaint.state, complaint.answer_due_on, complaint.finding_id, complaint.answer) == before


def test_who_looks_there_sees_it_and_nobody_else(session: Session) -> None:
    seen = {who.name for who in PEOPLE if any("金丝雀太和异味" in said for said in says(session, who, "投诉"))}
    assert seen == {
        "太和巡查甲", "太和巡查乙", "太和组长甲", "全区审计甲", "全区办公甲", "全区管理甲",
    }  # fmt: skip


def test_an_inspectors_note_may_begin_with_the_word(session: Session) -> None:
    says(session, INSPECTOR, "明霞市场公厕")
    drafts = select(Check).where(Check.state == CheckState.DRAFT).order_by(Check.id)
    before = {check.id: check.note for check in session.scalars(drafts)}
    says(session, INSPECTOR, "投诉 的人已经走了")
    changed = [check.note for check in session.scalars(drafts) if before[check.id] != check.note]
    assert changed == ["投诉 的人已经走了"]
    assert session.scalars(select(Complaint)).one()


def test_a_case_without_a_visit_is_no_check(session: Session) -> None:
    handed_in = session.scalars(select(Check.id).where(HANDED_IN)).all()
    says(session, OFFICE, "投诉 明霞市场公厕 群众 地面有水渍 8月10日前答复")
    complaint = newest(session)
    taps(session, OFFICE, f"complaint_case:{complaint.id}")
    says(session, OFFICE, "4")
    finding = session.get_one(Finding, complaint.finding_id)
    assert (complaint.state, finding.state, finding.note) == (ComplaintState.CASE, FindingState.OPEN, "地面有水渍")
    assert finding.deadline_on is None  # asked for
    assert session.scalars(select(Check.id).where(HANDED_IN)).all() == handed_in
    taps(session, OFFICE, f"due:{finding.id}:7")
    assert finding.deadline_on == date(2018, 8, 13)
    for verb in ("resume", "ok", "show", "undo", "fix", "photos", "cancel"):
        taps(session, OFFICE, f"{verb}:{finding.check_id}")
    assert finding.check.state is CheckState.CANCELLED
    toasts = taps(session, OFFICE, f"complaint_item:{complaint.id}:5")
    assert toasts == [f"已立案 {finding.number}"]


def test_the_desk_of_somebody_who_also_inspects_cannot_be_taken_up_as_a_check(session: Session) -> None:
    admin = session.scalars(select(Person).where(Person.name == INSPECTOR.name)).one()
    finding = session.scalars(select(Finding).limit(1)).one()
    desk = Check(person_id=admin.id, site_id=finding.site_id, campaign_id=finding.campaign_id, kind="complaint",
                 state=CheckState.CANCELLED, started_at=NOW, touched_at=NOW, cancelled_at=NOW, day=TODAY)  # fmt: skip
    session.add(desk)
    session.flush()
    taps(session, INSPECTOR, f"resume:{desk.id}")
    assert desk.state is CheckState.CANCELLED


def test_the_same_item_open_there_is_the_case(session: Session) -> None:
    known = session.scalars(select(Finding).where(Finding.state == FindingState.OPEN).order_by(Finding.id)).first()
    assert known is not None
    says(session, OFFICE, f"投诉 {known.site.name} 群众 又坏了 8月10日前答复")
    complaint = newest(session)
    said = taps(session, OFFICE, f"complaint_item:{complaint.id}:{known.item.number}")
    assert complaint.finding_id == known.id
    assert any("不另立案" in words for words in said)


def _check_at(session: Session, who: Who, name: str, *lines: str) -> Check:
    site = session.scalars(select(Site).where(Site.name == name)).one()
    says(session, who, name)
    turn(session, incoming(who, Kind.LOCATION, place=SentPlace(site.latitude or 0, site.longitude or 0, 10)))
    for _ in range(2):
        turn(session, incoming(who, Kind.PHOTO, **photo()))
    for line in (*lines, "提交"):
        says(session, who, line)
    newest = select(Check).where(Check.site_id == site.id, HANDED_IN).order_by(Check.id.desc()).limit(1)
    return session.scalars(newest).one()


def test_a_check_in_order_is_told_and_a_later_correction_makes_it_a_case(session: Session) -> None:
    complaint = newest(session)
    last = max(session.scalars(select(OutboxRow.id)))
    check = _check_at(session, BY_NAME["太和巡查乙"], "玄真公厕")
    assert (complaint.check_id, complaint.finding_id, complaint.state) == (check.id, None, ComplaintState.VISITING)
    told = session.scalars(select(OutboxRow).where(OutboxRow.id > last, OutboxRow.chat == str(OFFICE.account))).all()
    assert [row.body["text"] for row in told] == [
        f"投诉 {complaint.number} · 玄真公厕：太和巡查乙 已查（{check.number}），全部合格。请答复"
    ]
    says(session, BY_NAME["太和巡查乙"], "更正")
    says(session, BY_NAME["太和巡查乙"], "6 有异味")
    assert complaint.finding_id is not None
    assert complaint.state is ComplaintState.CASE
    says(session, BY_NAME["太和巡查乙"], "更正")
    says(session, BY_NAME["太和巡查乙"], "6 合格")
    assert (complaint.finding_id, complaint.state) == (None, ComplaintState.VISITING)


def test_a_check_taken_back_leaves_it_waiting(session: Session) -> None:
    complaint = newest(session)
    check = _check_at(session, BY_NAME["太和巡查乙"], "玄真公厕", "6 有异味")
    check.undo_until = NOW + timedelta(minutes=9)
    assert complaint.state is ComplaintState.CASE
    taps(session, BY_NAME["太和巡查乙"], f"undo:{check.id}")
    assert (complaint.check_id, complaint.finding_id, complaint.state) == (None, None, ComplaintState.VISITING)
    says(session, BY_NAME["太和巡查乙"], "提交")
    assert (complaint.check_id, complaint.state) == (check.id, ComplaintState.CASE)


def test_a_second_check_does_not_take_it_over_and_an_answered_one_waits_for_none(session: Session) -> None:
    complaint = newest(session)
    first = _check_at(session, BY_NAME["太和巡查乙"], "玄真公厕")
    _check_at(session, INSPECTOR, "玄真公厕", "6 有异味")
    assert complaint.check_id == first.id
    says(session, OFFICE, f"答复 {complaint.number} 已查，无异味")
    assert complaint.state is ComplaintState.ANSWERED
    assert taps(session, OFFICE, f"complaint_answer:{complaint.id}") == [f"{complaint.number} 已答复"]
    assert taps(session, OFFICE, f"visit:{complaint.id}") == [f"{complaint.number} 已派人或已立案"]
    assert "投诉待查看" not in " ".join(says(session, INSPECTOR, "我的"))


def test_between_question_and_answer_it_may_have_been_answered_or_somebody_left(session: Session) -> None:
    complaint = newest(session)
    taps(session, OFFICE, f"complaint_answer:{complaint.id}")
    says(session, BY_NAME["全区管理甲"], f"答复 {complaint.number} 管理员先答")
    says(session, OFFICE, "后答的一句")
    assert complaint.answer == "管理员先答"
    shown = session.scalars(select(Card).where(Card.chat == str(OFFICE.account), Card.key.startswith("complaint:")))
    assert "管理员先答" in json.dumps([one.body for one in shown], ensure_ascii=False)
    says(session, OFFICE, "投诉 明霞市场公厕 群众 灯坏")
    other = newest(session)
    session.scalars(select(Person).where(Person.name == OFFICE.name)).one().left_at = NOW
    session.flush()
    says(session, OFFICE, "8月10日")
    assert other.answer_due_on is None


def test_another_areas_office_registers_only_at_home(session: Session) -> None:
    says(session, SANKENG_OFFICE, "投诉 玄真公厕 群众 灯坏 8月10日前答复")
    assert newest(session).number is None
    says(session, SANKENG_OFFICE, "镇标公园公厕 灯坏")
    assert (newest(session).number or "").startswith("SK-0806-C")
    says(session, SANKENG_OFFICE, "投诉 三坑镇 建设路口 群众 乱倒垃圾 8月10日前答复")
    complaint = newest(session)
    assert (complaint.site_id, complaint.place, complaint.text) == (None, "建设路口", "乱倒垃圾")
    assert taps(session, SANKENG_OFFICE, f"complaint_case:{complaint.id}") == [
        "这个投诉没有写明点位，不能直接立案。请派人去看"
    ]
    assert taps(session, SANKENG_OFFICE, f"visit:{complaint.id}")[-1] == "已通知 1 人：三坑巡查甲"


def test_a_site_of_a_campaign_that_has_ended_takes_no_visit_and_no_case(session: Session) -> None:
    says(session, OFFICE, "投诉 明霞市场公厕 群众 灯坏 8月10日前答复")
    complaint = newest(session)
    for campaign in session.scalars(select(Campaign)):
        campaign.closed_at = NOW
    session.flush()
    session.expire_all()
    taps(session, OFFICE, f"visit:{complaint.id}")
    taps(session, OFFICE, f"complaint_item:{complaint.id}:4")
    assert complaint.state is ComplaintState.OPEN
    says(session, OFFICE, f"答复 {complaint.number} 行动已结束，转城管局")
    assert complaint.state is ComplaintState.ANSWERED


def test_in_english(session: Session) -> None:
    says(session, OFFICE, "language English")
    said = says(session, OFFICE, "complaint 明霞市场公厕 phone lamp broken, answer by 8-10")
    assert said[-1].splitlines()[:1] == [f"Complaint {newest(session).number} · 明霞市场公厕"]
    assert "answer due 08-10 (4 days left)" in said[-1]
    said = says(session, OFFICE, f"answer {newest(session).number} lamp replaced")
    assert "Answered 08-06 09:00 by 全区办公甲: lamp replaced" in said[-1]
    assert session.scalars(select(Photo.id)).first() is not None
