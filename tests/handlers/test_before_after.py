"""One picture of a closed case, once both photos are safe, whatever comes first."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import moments
from handlers.agency import Agency
from handlers.messages import Kind
from models.database import Database
from models.evidence import Photo, PhotoState
from models.findings import Finding, FindingState, Verification
from models.messages import OutboxRow
from tests.handlers.agency_record import NOW, PEOPLE, UNIT_GROUP, incoming, make, turn

CLOSED = NOW + timedelta(minutes=5)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Database]:
    database = make(tmp_path)
    yield database
    database.close()


def _pictures(session: Session) -> list[OutboxRow]:
    rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [row for row in rows if row.body.get("picture", {}).get("kind") == "before_after"]


def _stored(session: Session, photo: Photo) -> None:
    moments.photo_stored(session, Agency(), CLOSED, photo.id, f"{photo.id:064x}", 1000)
    session.flush()


def _close(session: Session) -> Finding:
    verification = session.scalars(select(Verification)).one()
    turn(session, incoming(PEOPLE[0], Kind.TAP, button=f"v1:conforms:{verification.id}", tap="t"))
    case = session.get_one(Finding, verification.finding_id)
    assert case.state is FindingState.VERIFIED_CLOSED
    return case


def test_it_waits_until_both_photos_are_safe_and_is_sent_once(record: Database) -> None:
    with record.writing() as session:
        case = _close(session)
        assert _pictures(session) == []
        pending = list(
            session.scalars(select(Photo).where(Photo.state == PhotoState.PENDING).order_by(Photo.id.desc()))
        )
        for photo in pending:  # the newest first: those of the problem come last
            photo.tries = 1
            _stored(session, photo)
        sent = _pictures(session)
        assert {row.chat for row in sent} == {UNIT_GROUP, str(PEOPLE[0].account)}
        assert len(sent) == 2
        drawn = sent[0].body["picture"]["data"]
        before = session.scalars(select(Photo).where(Photo.check_id == case.check_id).order_by(Photo.id)).first()
        assert before is not None
        assert drawn["before"] == before.sha256
        assert {person["name"] for person in drawn["people"]} >= {PEOPLE[0].name, "单位人员甲"}


def test_it_is_sent_at_once_where_they_are_safe(record: Database) -> None:
    with record.writing() as session:
        for photo in session.scalars(select(Photo).where(Photo.state == PhotoState.PENDING)).all():
            _stored(session, photo)
        assert _pictures(session) == []
        _close(session)
        assert len(_pictures(session)) == 2


def test_the_photo_of_the_fix_is_not_taken_for_what_the_verifier_saw(record: Database) -> None:
    with record.writing() as session:
        for photo in session.scalars(select(Photo).where(Photo.state == PhotoState.PENDING)).all():
            _stored(session, photo)
        case = _close(session)
        drawn = _pictures(session)[0].body["picture"]["data"]
        after = session.scalars(select(Photo).where(Photo.sha256 == drawn["after"])).one()
        verification = session.scalars(select(Verification)).one()
        assert after.person_id == verification.person_id != case.fixed_by
