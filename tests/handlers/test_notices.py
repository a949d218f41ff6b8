"""Notices between a look and a tap, and after: what changes meanwhile, who may, what shows that one was served."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rendering import set_letter
from handlers.messages import Kind
from models.campaign_plan import CountedFrom
from models.campaigns import Campaign, DeadlineRule
from models.findings import DeadlineSource, Finding, FindingState, FindingStep
from models.memory import unlearn
from models.messages import Card
from models.notices import CaseCode, Notice
from models.people import GroupChat, Person
from models.places import Unit
from tests.handlers.agency_record import (
    AGENCY,
    DAY,
    NOW,
    STRANGER,
    UNIT_GROUP,
    incoming,
    turn,
)
from tests.handlers.noticing import (
    BY_NAME,
    LEAD,
    OFFICE,
    OTHER_LEAD,
    UNIT,
    WEEK,
    case_of,
    issued,
    notices,
    outbox,
    preview,
    tap,
)
from tests.handlers.test_rights import NEUTRAL

# between the look and the tap


def test_what_has_changed_since_is_looked_at_again(session: Session) -> None:
    case = case_of(session)
    send = preview(session, LEAD, case)
    case.unit = session.scalars(select(Unit).where(Unit.name == "太和镇人民政府")).one()
    session.flush()
    assert tap(session, LEAD, send) == ["情况有变，请再看一遍"]
    assert notices(session, case) == []
    again = outbox(session, str(LEAD.account))[-1]
    assert again["picture"]["data"]["to"] == "太和镇人民政府："
    assert tap(session, LEAD, again["buttons"][0][0]["data"].removeprefix("v1:")) == ["已发出 TH-0806-T01"]


def test_a_case_that_is_said_to_be_fixed_meanwhile_gets_none(session: Session) -> None:
    case = case_of(session)
    send = preview(session, LEAD, case)
    case.state = FindingState.FIXED_CLAIMED
    session.flush()
    assert tap(session, LEAD, send) == ["灯明 · 玄真公厕：期限待定"]
    assert notices(session, case) == []


def test_the_second_tap_and_the_second_lead_issue_no_second_one(session: Session) -> None:
    case = case_of(session)
    send = preview(session, LEAD, case)
    assert tap(session, LEAD, send) == ["已发出 TH-0806-T01"]
    assert tap(session, LEAD, send) == ["已发过 TH-0806-T01（08-06），期限 08-13"]
    assert tap(session, OFFICE, send) == ["已发过 TH-0806-T01（08-06），期限 08-13"]
    assert len(notices(session, case)) == 1
    assert [one.step for one in session.scalars(select(FindingStep).where(FindingStep.finding_id == case.id))][-2:] == [
        "deadline_set",
        "notice_issued",
    ]


@pytest.mark.parametrize("name", ["三坑组长甲", "三坑办公甲", "太和巡查甲", "单位人员甲", "全区审计甲", "离任巡查甲"])
def test_who_does_not_oversee_the_site_sends_nothing(session: Session, name: str) -> None:
    case, who = case_of(session), BY_NAME[name]
    send = preview(session, LEAD, case)
    toasts = tap(session, who, send)
    assert toasts == ["这个按钮已失效。请打“我的”看现在的情况"] or set(toasts) <= {""}
    assert notices(session, case) == []


def test_who_has_left_between_question_and_day_is_not_heard(session: Session) -> None:
    case = case_of(session)
    tap(session, LEAD, f"notice:{case.id}:rectify:0")
    person = session.scalars(select(Person).where(Person.name == LEAD.name)).one()
    person.left_at = NOW
    session.flush()
    turn(session, incoming(LEAD, Kind.TEXT, text="8月20日"))
    assert outbox(session, str(LEAD.account))[-1]["text"] == NEUTRAL
    assert case.deadline_on is None


def test_a_day_gone_by_or_out_of_all_years_is_asked_for_again(session: Session) -> None:
    case = case_of(session)
    for day in (DAY - 1, 10**7):
        tap(session, LEAD, f"notice:{case.id}:rectify:{day}")
        assert "哪天前改好" in outbox(session, str(LEAD.account))[-1]["text"]
    assert tap(session, LEAD, f"issue:{case.id}:rectify:{DAY - 1}:1") == ["情况有变，请再看一遍"]
    assert notices(session, case) == []


def test_a_stop_is_ordered_only_where_the_plan_has_such_a_notice(session: Session) -> None:
    case = case_of(session)
    for data in (f"notice:{case.id}:stop:0", f"until:{case.id}:stop", f"issue:{case.id}:stop:{WEEK}:1"):
        assert tap(session, LEAD, data) == ["这个按钮已失效。请打“我的”看现在的情况"]


def test_a_site_named_instead_of_a_day_begins_a_check(session: Session) -> None:
    case = case_of(session)
    tap(session, LEAD, f"notice:{case.id}:rectify:0")
    turn(session, incoming(LEAD, Kind.TEXT, text="清泉公园公厕"))
    session.flush()
    card = session.scalars(select(Card).where(Card.chat == str(LEAD.account)).order_by(Card.id.desc())).first()
    assert card is not None
    assert card.body["text"].startswith("清泉公园公厕")


def test_nothing_is_issued_in_a_campaign_that_has_ended(session: Session) -> None:
    case = case_of(session)
    send = preview(session, LEAD, case)
    session.get_one(Campaign, case.campaign_id).closed_at = NOW
    unlearn(session, "ended campaigns")
    session.flush()
    assert "不再改动" in tap(session, LEAD, send)[0]
    assert notices(session, case) == []


# what was issued


def test_what_was_issued_stays_what_it_was(session: Session) -> None:
    notice = issued(session)
    before = dict(notice.page)
    case = session.get_one(Finding, notice.finding_id)
    campaign = session.get_one(Campaign, case.campaign_id)
    form = {"code": "r", "kind": "rectify", "title": "整改令", "to": "{site}", "body": ["{item} {note} {case}"],
            "signed_by": None, "territorial": False,
            "source": {"document": "24号", "article": "五"}}  # fmt: skip
    campaign.settings = campaign.settings | {"notices": [form]}
    case.note = "已改"
    session.flush()
    session.expire(notice)
    assert notice.page == before
    tap(session, LEAD, preview(session, LEAD, case, WEEK + 1))
    later = notices(session, case)[-1]
    assert (later.page["title"], later.page["body"], later.basis) == ("整改令", ["灯明 已改 TH-0806-W01"], "24号 五")
    assert (notice.due_on, later.due_on) == (date(2018, 8, 13), date(2018, 8, 14))


def test_what_was_typed_is_no_blank(session: Session) -> None:
    case = case_of(session)
    case.note = "{number} {unit.__class__} {"
    session.flush()
    notice = issued(session)
    assert "不符合要求：{number} {unit.__class__} {。" in notice.page["body"][0]


def test_a_limit_that_counts_from_the_notice_is_the_plan_s_own(session: Session) -> None:
    case = case_of(session)
    rule = {
        "code": "n", "name": "限期整改", "checklist": None, "items": [], "kinds": [], "severities": [],
        "condition": "", "counted_from": CountedFrom.NOTICE, "event": "", "days": 10, "working_days": None, "on": None,
        "measured": "", "unit": "", "bands": [], "printed": "自通知之日起10日内",
        "source": {"document": "清新府办〔2018〕24号", "article": "六"},
    }  # fmt: skip
    session.add(DeadlineRule(campaign_id=case.campaign_id, code="n", rule=rule))
    unlearn(session, "deadline rules", case.campaign_id)
    session.flush()
    tap(session, LEAD, preview(session, LEAD, case, 0))
    notice = notices(session, case)[-1]
    assert (notice.due_on, notice.due_basis) == (date(2018, 8, 16), "清新府办〔2018〕24号 六")
    assert (case.deadline_on, case.deadline_source) == (date(2018, 8, 16), DeadlineSource.PLAN)
    assert case.deadline_basis == "清新府办〔2018〕24号 六"
    assert "整改期限：清新府办〔2018〕24号 六" in notice.page["body"][1]
    assert tap(session, LEAD, f"notice:{case.id}:rectify:0") == ["已发过 TH-0806-T01（08-06），期限 08-16"]


def test_a_limit_of_the_plan_is_not_changed_by_a_notice(session: Session) -> None:
    case = case_of(session)
    case.deadline_on, case.deadline_source = date(2018, 9, 30), DeadlineSource.PLAN
    case.deadline_basis = "清新府办〔2018〕24号 五"
    session.flush()
    tap(session, LEAD, preview(session, LEAD, case, WEEK))
    (notice,) = notices(session, case)
    assert (notice.due_on, notice.due_basis) == (date(2018, 9, 30), "清新府办〔2018〕24号 五")
    assert (case.deadline_on, case.deadline_source) == (date(2018, 9, 30), DeadlineSource.PLAN)


def test_who_reads_english_gets_english_around_the_same_page(session: Session) -> None:
    session.scalars(select(Person).where(Person.name == LEAD.name)).one().language = "en"
    session.scalars(select(GroupChat).where(GroupChat.external_id == UNIT_GROUP)).one().language = "en"
    session.flush()
    notice = issued(session)
    *_, picture, letter = outbox(session, str(LEAD.account))
    assert picture["text"].startswith("限期整改通知 TH-0806-T01: ")
    assert letter["buttons"][0][0]["text"] == "Served TH-0806-T01"
    assert "please put it right by 08-13" in outbox(session, UNIT_GROUP)[-2]["text"]
    assert notice.page["to"] == "区城市综合管理局："


def test_an_office_that_speaks_english_has_the_page_in_english(session: Session) -> None:
    from handlers.dispatch import dispatch

    case, english = case_of(session), replace(AGENCY, language="en")
    dispatch(
        session, incoming(LEAD, Kind.TAP, button=f"v1:notice:{case.id}:rectify:{WEEK}", tap="t"), "in:en", english
    )  # fmt: skip
    session.flush()
    drawn = outbox(session, str(LEAD.account))[-1]["picture"]["data"]
    assert (drawn["title"], drawn["date"], drawn["to"]) == ("Rectification notice", "2018-8-6", "To: 区城市综合管理局")


def test_a_unit_without_a_group_is_served_on_paper(session: Session) -> None:
    case = case_of(session)
    case.unit = session.scalars(select(Unit).where(Unit.name == "太和镇人民政府")).one()
    session.flush()
    issued(session)
    said = outbox(session, str(LEAD.account))[-1]["text"]
    assert said == "太和镇人民政府 没有绑定的群，群里看不到这份通知：请打印送达"


def test_the_document_says_what_the_picture_says(session: Session) -> None:
    notice = issued(session)
    letter = next(body["letter"] for body in outbox(session, UNIT_GROUP) if "letter" in body)
    assert letter == {"name": "限期整改通知_TH-0806-T01_玄真公厕.docx", "page": notice.page}
    with zipfile.ZipFile(io.BytesIO(set_letter(letter["page"]))) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    lines = ["".join(part.itertext()) for part in root.iter() if part.tag.endswith("}p")]
    assert [line for line in lines if line][:5] == [notice.page["title"], "编号：TH-0806-T01", notice.page["to"],
                                                   *notice.page["body"][:2]]  # fmt: skip


# the code of the case


def test_the_code_shows_the_case_to_who_may_see_it(session: Session) -> None:
    issued(session)
    case = case_of(session)
    code = session.scalars(select(CaseCode).where(CaseCode.finding_id == case.id)).one()
    shown = {}
    for who in (LEAD, UNIT, OTHER_LEAD, BY_NAME["离任单位甲"], STRANGER):
        for token in (code.token, "nothing"):
            turn(session, incoming(who, Kind.START, text=f"c_{token}"))
            session.flush()
            shown[who.name, token == code.token] = json.dumps(
                [*outbox(session, str(who.account))[-1:],
                 *(card.body for card in session.scalars(select(Card).where(Card.chat == str(who.account))))],
                ensure_ascii=False,
            )  # fmt: skip
    assert case.number in shown[LEAD.name, True]
    assert case.number in shown[UNIT.name, True]
    for name in (OTHER_LEAD.name, "离任单位甲", STRANGER.name):
        assert case.number not in shown[name, True]
        assert shown[name, True] == shown[name, False]


def test_every_case_has_one_code_of_its_own(session: Session) -> None:
    first = issued(session)
    case = case_of(session)
    tap(session, LEAD, preview(session, LEAD, case, WEEK + 3))
    other = session.scalars(select(Notice).where(Notice.number == "SK-0806-T01")).one()
    links = [one.page["link"] for one in (*notices(session, case), other)]
    assert links[0] == links[1] == first.page["link"] != links[2]
