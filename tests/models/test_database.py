"""The tables: the migrations make what the program believes in, everything has a name, times have a zone."""

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from models.database import PRAGMAS, DatabaseNotReady, open_database
from models.messages import OutboxRow
from models.occurrences import Occurrence, claim, has_occurred
from models.people import Person, Posting, Role
from models.tables import Base

NOW = datetime(2018, 8, 6, 1, 0, tzinfo=UTC)
DAY = date(2018, 8, 6)


def test_migrations_from_nothing_make_the_tables_the_program_believes_in(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_indexes_and_constraints_are_the_same_by_name_and_condition(tmp_path: Path) -> None:
    """What alembic does not compare: names of keys, and the conditions of partial indexes."""
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    made = create_engine("sqlite://")
    Base.metadata.create_all(made)

    def described(engine: object) -> dict[str, object]:
        found: dict[str, object] = {}
        inspector = inspect(engine)
        assert inspector is not None
        for table in sorted(Base.metadata.tables):
            uniques = {(u["name"], tuple(u["column_names"])) for u in inspector.get_unique_constraints(table)}
            foreign = {
                (f["name"], tuple(f["constrained_columns"]), f["referred_table"])
                for f in inspector.get_foreign_keys(table)
            }
            where = {
                (
                    i["name"],
                    tuple(i["column_names"]),
                    bool(i["unique"]),
                    str(i.get("dialect_options", {}).get("sqlite_where")),
                )
                for i in inspector.get_indexes(table)
            }
            found[table] = (inspector.get_pk_constraint(table)["name"], uniques, foreign, where)
        return found

    assert described(database.writer) == described(made)
    database.close()


def test_everything_that_a_migration_may_have_to_name_has_a_name() -> None:
    for table in Base.metadata.tables.values():
        assert table.primary_key.name == f"pk_{table.name}"
        for constraint in table.constraints:
            assert constraint.name, (table.name, constraint)
            if isinstance(constraint, UniqueConstraint):
                assert str(constraint.name).startswith(f"uq_{table.name}_")
            if isinstance(constraint, ForeignKeyConstraint):
                column, target = constraint.column_keys[0], constraint.elements[0].column.table.name
                assert constraint.name == f"fk_{table.name}_{column}_{target}"
        for index in table.indexes:
            assert str(index.name).startswith(("ix_", "uq_")), index.name


def test_every_foreign_key_that_is_searched_by_names_a_table_that_is_there() -> None:
    tables = set(Base.metadata.tables)
    assert {f.column.table.name for t in Base.metadata.tables.values() for f in t.foreign_keys} <= tables


def test_the_settings_that_keep_a_receipt_through_a_power_cut(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    for engine in (database.writer, database.reader):
        with engine.connect() as connection:
            for name, value in PRAGMAS.items():
                assert connection.execute(text(f"PRAGMA {name}")).scalar() == value, name
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Posting(person_id=77, role=Role.ADMIN, since=NOW))
    database.close()


def test_a_record_in_memory_cannot_keep_its_promises() -> None:
    """No write-ahead log there: refused before anything is lost."""
    with pytest.raises(DatabaseNotReady, match="journal_mode"):
        open_database("sqlite://")


def test_an_older_program_refuses_a_newer_record(tmp_path: Path) -> None:
    """F45."""
    url = f"sqlite:///{tmp_path / 'record.db'}"
    database = open_database(url)
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(DatabaseNotReady, match="9999"):
        open_database(url)


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.db'}"
    open_database(url).close()
    database = open_database(url)
    with database.reader.connect() as connection:
        assert len(inspect(connection).get_table_names()) == len(Base.metadata.tables) + 1
    database.close()


# times


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    with pytest.raises(StatementError, match="a time without a zone"), database.writing() as session:
        session.add(Person(name="小陈", joined_at=datetime(2018, 8, 6, 9, 0)))
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []
        with pytest.raises(StatementError, match="a time without a zone"):
            session.scalars(select(Person).where(Person.joined_at > datetime(2018, 8, 6))).all()
    database.close()


def test_a_time_comes_back_as_the_same_moment_in_utc(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    shanghai = datetime(2018, 8, 6, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with database.writing() as session:
        session.add(Person(name="小陈", joined_at=shanghai))
    with database.reading() as session:
        kept = session.scalars(select(Person.joined_at)).one()
        assert kept == shanghai
        assert kept.tzinfo is UTC
        assert session.scalars(select(Person.name).where(Person.joined_at == shanghai)).all() == ["小陈"]
        assert (
            session.connection().execute(text("SELECT joined_at FROM people")).scalar() == "2018-08-06 01:00:00.123456"
        )
    database.close()


def test_a_word_outside_the_vocabulary_is_refused(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    with pytest.raises(StatementError), database.writing() as session:
        session.add(OutboxRow(key="k", channel="t", chat="1", body={}, state="lost", due_at=NOW, created_at=NOW))
    database.close()


# once


def test_one_of_many_threads_may_make_it_happen(tmp_path: Path) -> None:
    """F36, on a file, with transactions as the program opens them."""
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    threads, days = 4, 12
    start, got = threading.Barrier(threads), [[False] * days for _ in range(threads)]

    def run(number: int) -> None:
        start.wait()
        for n in range(days):
            day = DAY + timedelta(days=n)
            with database.writing() as session:
                got[number][n] = claim(session, "digest", "3", day, NOW)

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert [sum(each[n] for each in got) for n in range(days)] == [1] * days
    with database.reading() as session:
        assert len(session.scalars(select(Occurrence)).all()) == days
    database.close()


def test_what_was_rolled_back_has_not_happened(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")

    def claim_and_fail(session: Session) -> None:
        assert claim(session, "digest", "3", DAY, NOW)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        database.write(claim_and_fail)
    with database.reading() as session:
        assert not has_occurred(session, "digest", "3", DAY)
    assert database.write(lambda session: claim(session, "digest", "3", DAY, NOW))
    assert not database.write(lambda session: claim(session, "digest", "3", DAY, NOW))
    assert database.write(lambda session: claim(session, "digest", "4", DAY, NOW))
    assert database.write(lambda session: claim(session, "morning", "3", DAY, NOW))
    database.close()
