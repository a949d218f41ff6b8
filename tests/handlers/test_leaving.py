"""Who may end whose access: the office as far as it reaches, and never above it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.messages import Kind
from models.database import Database
from models.findings import STILL_OPEN, Finding
from models.people import Person
from tests.handlers.agency_record import NOW, PEOPLE, STRANGER, UNIT_GROUP, Who, incoming, make, turn

TODAY = NOW.astimezone().toordinal()
NAMES = {who.name for who in PEOPLE}
OF_SANKENG = {"三坑巡查甲", "三坑组长甲", "单位人员乙"}
OF_OFFICE = {who.name for who in PEOPLE if who.role is not None and who.role.value in {"inspector", "lead", "unit"}}
MAY = {
    "三坑办公甲": OF_SANKENG,
    "全区办公甲": OF_OFFICE - {"离任单位甲", "离任巡查甲"},
    "全区管理甲": NAMES - {"离任单位甲", "离任巡查甲", "全区管理甲"},
}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make(Path(tmp_path_factory.mktemp("leaving")))
    yield database
    database.close()


def _ended(session: Session, who: Who) -> set[str]:
    """Whose access who could end: each tried alone."""
    ended = set()
    for person in session.scalars(select(Person).order_by(Person.id)).all():
        before = person.left_at
        with session.begin_nested() as tried:
            for day in (TODAY - 1, TODAY, TODAY + 1):
                turn(session, incoming(who, Kind.TAP, button=f"v1:leave:{person.id}:{day}", tap="t"))
            if person.left_at != before:
                ended.add(person.name)
            tried.rollback()
        session.expire_all()
    return ended


@pytest.mark.parametrize("who", [*PEOPLE, STRANGER], ids=lambda who: f"{who.name}")
def test_an_office_ends_what_it_may_invite_to_and_where_it_reaches(record: Database, who: Who) -> None:
    with record.writing() as session:
        assert _ended(session, who) == MAY.get(who.name, set())
        session.rollback()


def test_an_old_button_ends_nothing(record: Database) -> None:
    with record.writing() as session:
        person = session.scalars(select(Person).where(Person.name == "太和巡查甲")).one()
        for day in (TODAY - 9, TODAY + 9, 0):
            turn(session, incoming(PEOPLE[-2], Kind.TAP, button=f"v1:leave:{person.id}:{day}", tap="t"))
        assert person.left_at is None
        session.rollback()


def test_what_was_taken_goes_to_colleagues_only_and_only_once_they_have_left(record: Database) -> None:
    with record.writing() as session:
        unit, office = next(who for who in PEOPLE if who.unit), PEOPLE[-2]
        people = {person.name: person for person in session.scalars(select(Person))}
        case = session.scalars(select(Finding).where(STILL_OPEN, Finding.taken_by == people[unit.name].id)).first()
        assert case is not None
        here, stranger = people[unit.name], people["单位人员乙"]

        def hand_over(to: int) -> None:
            turn(session, incoming(office, Kind.TAP, button=f"v1:hand_over:{here.id}:{to}", tap="t"))

        hand_over(0)
        assert case.taken_by == here.id  # still at work
        turn(session, incoming(office, Kind.TAP, button=f"v1:leave:{here.id}:{TODAY}", tap="t"))
        turn(session, incoming(unit, Kind.TAP, UNIT_GROUP, button=f"v1:take:{case.id}", tap="t"))
        hand_over(stranger.id)
        assert case.taken_by == here.id
        for who in PEOPLE:
            if who.role is None or who.role.value in {"inspector", "unit", "auditor"}:
                turn(session, incoming(who, Kind.TAP, button=f"v1:hand_over:{here.id}:0", tap="t"))
        assert case.taken_by == here.id
        hand_over(0)
        assert case.taken_by is None
        session.rollback()
