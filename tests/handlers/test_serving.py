"""送达: what shows that a notice was served, what does not, and who may say so."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import moments
from handlers.messages import Kind
from handlers.pictures.looking import Look
from models.evidence import Photo, PhotoMoment, PhotoVerdict
from models.findings import FindingStep
from models.notices import Notice, Service
from models.people import Conversation, Expecting, Person
from models.places import Site
from tests.handlers.agency_record import (
    AGENCY,
    NOW,
    Who,
    incoming,
    photo,
    turn,
)
from tests.handlers.noticing import BY_NAME, INSPECTOR, LEAD, issued, outbox, tap

BROKEN = Look(PhotoVerdict.INCOMPLETE, "cut_off")


def _serve(session: Session, who: Who, notice: Notice, caption: str = "", **given: Any) -> str:
    """What is answered to the photo."""
    tap(session, who, f"served:{notice.id}")
    turn(session, incoming(who, Kind.PHOTO, **photo(caption, **given)))
    session.flush()
    return str(outbox(session, str(who.account))[-1]["text"])


def _stored(session: Session, sent: Photo, look: Look | None = None) -> None:
    moments.photo_stored(session, AGENCY, NOW + timedelta(minutes=1), sent.id, f"{sent.id:064x}", 1000, look)
    session.flush()


def _shown(session: Session) -> list[Photo]:
    query = select(Photo).where(Photo.moment == PhotoMoment.DELIVERED).order_by(Photo.id)
    return list(session.scalars(query))


@pytest.mark.parametrize(
    ("caption", "service", "receiver"),
    [
        ("签收 张三", Service.SIGNATURE, "张三"),
        ("已签收：张三", Service.SIGNATURE, "张三"),
        ("签收", Service.SIGNATURE, ""),
        ("signed by Zhang San", Service.SIGNATURE, "Zhang San"),
        ("拒签，张贴在门口", Service.PHOTO, "拒签，张贴在门口"),
        ("", Service.PHOTO, ""),
    ],
)
def test_a_caption_says_how_it_was_served(session: Session, caption: str, service: Service, receiver: str) -> None:
    notice = issued(session)
    assert _serve(session, INSPECTOR, notice, caption).startswith("已记送达：TH-0806-T01 灯明 · 玄真公厕")
    assert (notice.service, notice.receiver) == (service, receiver)
    assert notice.delivered_at == NOW
    (sent,) = _shown(session)
    assert (notice.delivery_photo_id, sent.finding_id, sent.check_id) == (sent.id, notice.finding_id, None)


def test_the_photo_is_shown_among_those_of_the_case(session: Session) -> None:
    notice = issued(session)
    _serve(session, INSPECTOR, notice)
    tap(session, LEAD, f"evidence:{notice.finding_id}")
    files = [each["file_id"] for each in outbox(session, str(LEAD.account))[-1]["photos"]]
    assert _shown(session)[0].file_id in files


def test_a_photo_that_shows_nothing_has_served_nothing(session: Session) -> None:
    notice = issued(session)
    _serve(session, INSPECTOR, notice, "签收 张三")
    _stored(session, _shown(session)[0], BROKEN)
    assert (notice.delivered_at, notice.delivered_by, notice.service, notice.receiver) == (None, None, None, "")
    steps = [
        one.step for one in session.scalars(select(FindingStep).where(FindingStep.finding_id == notice.finding_id))
    ]
    assert steps[-1] == "service_photo_unusable"
    inspector = session.scalars(select(Person.id).where(Person.name == INSPECTOR.name)).one()
    assert session.get_one(Conversation, inspector).expecting is Expecting.SERVICE
    turn(session, incoming(INSPECTOR, Kind.PHOTO, **photo("签收 张三")))
    session.flush()
    assert notice.delivery_photo_id == _shown(session)[-1].id
    assert notice.receiver == "张三"


def test_another_of_the_album_takes_the_place_of_one_that_shows_nothing(session: Session) -> None:
    notice = issued(session)
    _serve(session, INSPECTOR, notice, "签收 张三", album="a1")
    turn(session, incoming(INSPECTOR, Kind.PHOTO, **photo(album="a1")))
    session.flush()
    first, second = _shown(session)
    _stored(session, first, BROKEN)
    assert notice.delivery_photo_id == second.id
    assert notice.delivered_at is not None
    _stored(session, second, BROKEN)
    assert notice.delivered_at is None


def test_what_somebody_else_took_shows_nothing(session: Session) -> None:
    notice = issued(session)
    said = _serve(session, INSPECTOR, notice, forwarded=True)
    assert said == "转发的照片已留存，但不能证明送达。请发自己拍的"
    assert notice.delivered_at is None
    assert _shown(session) == []


def test_it_is_served_once(session: Session) -> None:
    notice = issued(session)
    tap(session, LEAD, f"served:{notice.id}")
    _serve(session, INSPECTOR, notice)
    turn(session, incoming(LEAD, Kind.PHOTO, **photo()))
    session.flush()
    assert outbox(session, str(LEAD.account))[-1]["text"] == "太和巡查甲 已记送达（08-06 09:00）"
    assert len(_shown(session)) == 1
    assert tap(session, LEAD, f"served:{notice.id}") == ["太和巡查甲 已记送达（08-06 09:00）"]


@pytest.mark.parametrize("name", ["三坑巡查甲", "单位人员甲", "全区审计甲", "母婴组长甲", "离任巡查甲"])
def test_who_does_not_see_the_site_serves_nothing(session: Session, name: str) -> None:
    notice = issued(session)
    before = len(session.scalars(select(Photo.id)).all())
    toasts = tap(session, BY_NAME[name], f"served:{notice.id}")
    assert toasts == ["这个按钮已失效。请打“我的”看现在的情况"] or set(toasts) <= {""}
    turn(session, incoming(BY_NAME[name], Kind.PHOTO, **photo()))
    session.flush()
    assert notice.delivered_at is None
    assert _shown(session) == []
    assert len(session.scalars(select(Photo.id)).all()) - before <= 1


def test_whose_right_has_ended_since_the_question_serves_nothing(session: Session) -> None:
    notice = issued(session)
    tap(session, INSPECTOR, f"served:{notice.id}")
    person = session.scalars(select(Person).where(Person.name == INSPECTOR.name)).one()
    person.postings[0].area_id = session.scalars(select(Site.area_id).where(Site.code == "Z04")).one()
    session.flush()
    turn(session, incoming(INSPECTOR, Kind.PHOTO, **photo()))
    session.flush()
    assert outbox(session, str(INSPECTOR.account))[-1]["text"] == "这个按钮已失效。请打“我的”看现在的情况"
    assert notice.delivered_at is None
