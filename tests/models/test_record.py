"""The session that writes: what it keeps in mind, when it forgets, what it writes together."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Update, bindparam, delete, event, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.database import Database, apart, open_database
from models.journal import JournalEntry, enter
from models.memory import known, remember, unlearn
from models.people import Account, Conversation, Person, Posting, Role, account_of
from models.record import Record, columns, keep, once
from models.rows import AlreadyDone

NOW = datetime(2018, 8, 6, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path / 'xuncha.db'}")


@pytest.fixture
def record(database: Database) -> Record:
    return database.record()


def _employ(record: Record, name: str = "小陈", number: str = "1002") -> Person:
    person = Person(name=name, joined_at=NOW)
    keep(record, person)
    keep(record, Account(channel="telegram", external_id=number, person_id=person.id, name=name))
    return person


def _statements(database: Database) -> list[str]:
    said: list[str] = []

    @event.listens_for(database.writer, "before_cursor_execute")
    def saying(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    return said


def test_what_was_read_is_not_read_again(database: Database, record: Record) -> None:
    record.open()
    _employ(record)
    record.commit()
    record.open()
    assert account_of(record, "telegram", "1002") is not None
    record.commit()
    said = _statements(database)
    record.open()
    account = account_of(record, "telegram", "1002")
    assert account is not None
    assert account.person.name == "小陈"
    record.commit()
    assert [line for line in said if line.startswith("SELECT")] == []


def test_it_forgets_when_anybody_else_has_written(database: Database, record: Record) -> None:
    record.open()
    person = _employ(record).id
    record.commit()
    with database.writing() as other:
        other.get_one(Person, person).name = "陈主任"
    record.open()
    assert record.get_one(Person, person).name == "陈主任"
    record.commit()


def test_it_forgets_what_somebody_wrote_while_it_waited_for_its_turn(database: Database, record: Record) -> None:
    record.open()
    person = _employ(record).id
    record.commit()
    other = Database(database.url)

    @event.listens_for(database.writer, "before_cursor_execute")
    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            with other.writing() as session:
                session.get_one(Person, person).name = "陈主任"

    record.open()
    assert record.get_one(Person, person).name == "陈主任"
    record.commit()
    other.close()


def test_what_was_undone_is_not_remembered(database: Database, record: Record) -> None:
    record.open()
    person = _employ(record)
    remember(record, ("a",), 1)
    number = person.id
    record.undo()
    record.open()
    assert record.get(Person, number) is None
    assert account_of(record, "telegram", "1002") is None
    assert known(record, ("a",), lambda: 2) == 2
    record.commit()


def test_ids_are_given_before_anything_is_written_and_never_twice(database: Database, record: Record) -> None:
    said = _statements(database)
    record.open()
    people = [_employ(record, f"p{n}", str(n)) for n in range(5)]
    assert [person.id for person in people] == [1, 2, 3, 4, 5]
    assert not [line for line in said if line.startswith("INSERT")]
    record.add(Person(name="without keep", joined_at=NOW))
    record.commit()
    with database.writing() as other:
        other.add(Person(name="another program's", joined_at=NOW))
    record.open()
    assert _employ(record, "p9", "9").id == 8
    record.commit()
    with database.reading() as session:
        assert list(session.scalars(select(Person.id).order_by(Person.id))) == list(range(1, 9))


def test_rows_that_are_only_added_are_written_together(database: Database, record: Record) -> None:
    said = _statements(database)
    record.open()
    person = _employ(record)
    for n in range(7):
        enter(record, NOW, person.id, "test", "person", n, {"n": n})
    record.commit()
    assert len([line for line in said if line.startswith("INSERT INTO journal")]) == 1
    with database.reading() as session:
        assert list(session.scalars(select(JournalEntry.subject_id).order_by(JournalEntry.id))) == list(range(7))


def test_a_question_sees_what_was_only_queued(record: Record) -> None:
    record.open()
    person = _employ(record)
    enter(record, NOW, person.id, "test", "person", 1, {})
    assert record.scalars(select(JournalEntry.action)).all() == ["test"]
    record.commit()


RENAME: Update = (
    update(Person.__table__)
    .where(Person.__table__.c.id == bindparam("number"), Person.__table__.c.name == "小陈")
    .values(name=bindparam("new"))
)


def test_what_may_happen_once_happens_once(record: Record) -> None:
    record.open()
    person = _employ(record).id
    record.commit()
    record.open()
    once(record, RENAME, number=person, new="陈")
    once(record, RENAME, number=person, new="陈主任")
    with pytest.raises(AlreadyDone):
        record.commit()
    record.undo()
    record.open()
    assert record.get_one(Person, person).name == "小陈"
    record.commit()


def test_a_relation_follows_a_row_that_only_names_a_number(record: Record) -> None:
    """A posting that was added by its person's number gives rights at once, not after a restart."""
    record.open()
    person = _employ(record)
    record.commit()
    record.open()
    assert person.postings == []
    record.add(Posting(person_id=person.id, role=Role.LEAD, since=NOW))
    record.commit()
    record.open()
    assert [posting.role for posting in person.postings] == [Role.LEAD]
    record.commit()


def test_what_is_not_so_any_more_is_asked_again(record: Record) -> None:
    record.open()
    assert known(record, ("n", 1), lambda: 1) == 1
    assert known(record, ("n", 1), lambda: 2) == 1
    unlearn(record, "n", 1)
    assert known(record, ("n", 1), lambda: 2) == 2
    record.commit()


def test_what_is_kept_is_known_before_it_is_written(database: Database, record: Record) -> None:
    said = _statements(database)
    record.open()
    person = _employ(record)
    assert record.get(Person, person.id) is person
    assert person.postings == []
    assert [line for line in said if "people" in line and not line.startswith("SELECT max")] == []
    record.commit()
    assert len([line for line in said if line.startswith("INSERT INTO people")]) == 1


def test_a_change_writes_what_has_changed_and_nothing_else(database: Database, record: Record) -> None:
    record.open()
    people = [_employ(record, f"p{n}", str(n)) for n in range(3)]
    record.commit()
    said = _statements(database)
    record.open()
    for person in people:
        person.name = f"new {person.id}"
    people[0].language = "zh"  # as it was
    record.commit()
    assert [line for line in said if line.startswith("UPDATE")] == ["UPDATE people SET name=? WHERE people.id = ?"]
    with database.reading() as session:
        assert list(session.scalars(select(Person.name).order_by(Person.id))) == ["new 1", "new 2", "new 3"]


def test_a_row_that_is_gone_is_not_changed_in_silence(record: Record) -> None:
    record.open()
    person = _employ(record)
    record.commit()
    record.open()
    record.execute(delete(Account.__table__))
    record.execute(delete(Person.__table__))
    person.name = "nobody"
    with pytest.raises(StaleDataError):
        record.commit()
    record.undo()


def test_a_savepoint_gone_back_to_takes_what_was_kept_since_with_it(database: Database, record: Record) -> None:
    record.open()
    first = _employ(record, "first", "1")
    with apart(record, "what fails"):
        second = _employ(record, "second", "2").id
        enter(record, NOW, first.id, "test", "person", 1, {})
        first.name = "changed"
        raise RuntimeError
    assert record.get(Person, second) is None
    assert first.name == "first"
    third = _employ(record, "third", "3")
    assert third.id == second  # the number was never used
    record.commit()
    with database.reading() as session:
        assert list(session.scalars(select(Person.name).order_by(Person.id))) == ["first", "third"]
        assert list(session.scalars(select(JournalEntry.id))) == []


def test_a_value_the_record_refuses_is_refused_as_the_library_would(record: Record) -> None:
    record.open()
    _employ(record, number="1")
    _employ(record, number="1")
    with pytest.raises(IntegrityError):
        record.commit()
    record.undo()


def test_a_list_in_a_question_made_beforehand(record: Record) -> None:
    asked = select(Person.name).where(Person.name.in_(["a", "b", "c"]), Person.joined_at <= bindparam("until"))
    record.open()
    for number, name in enumerate("abd"):
        _employ(record, name, str(number))
    record.flush()
    assert sorted(columns(record, asked, until=NOW).scalars()) == ["a", "b"]
    assert columns(record, select(func.min(Person.joined_at))).scalar_one() == NOW
    record.commit()


def test_what_was_only_written_to_since_it_was_to_be_read_anew_is_written(database: Database, record: Record) -> None:
    record.open()
    person = _employ(record)
    keep(record, Conversation(person_id=person.id))
    record.commit()
    record.open()
    talk = record.get_one(Conversation, person.id)
    record.expire_all()
    talk.asked = 7
    person.name = "小王"
    record.commit()
    with database.reading() as session:
        assert session.scalars(select(Conversation.asked)).one() == 7
        assert session.scalars(select(Person.name)).one() == "小王"


def test_a_savepoint_gone_back_to_takes_what_was_written_past_the_session_with_it(
    database: Database, record: Record
) -> None:
    """What is asked and written by the driver alone must not come before the savepoint itself."""
    record.open()
    person = _employ(record)
    record.commit()
    record.open()
    with apart(record, "what fails"):
        person.name = "小王"
        record.flush()
        raise RuntimeError
    record.commit()
    with database.reading() as session:
        assert session.scalars(select(Person.name)).all() == ["小陈"]
