"""The questions' statements on PostgreSQL, against SQLite; and the tables that the migrations make there."""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import column, inspect, select
from sqlalchemy import table as table_named
from sqlalchemy.orm import Session

from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN
from handlers.day_cards import bounds
from handlers.questions import read_question
from models.campaign_import import apply
from models.campaigns import Campaign
from models.database import Database, _alembic, open_database
from models.figures import campaigns_within, coverage, coverage_by_area, coverage_in_kinds, day_figures, due_on
from models.ledgers import ledger_count, ledger_rows
from models.places import Site
from models.rights import Scope
from models.rules.geofence import Point
from models.search import site_index
from models.sites import known_before, last_checked_days, nearest_sites, planned_sites
from models.tables import Base
from tests.models.random_records import AGENCY, DAYS, FIRST, Record, make, moment
from tests.replicas.replicas import DEEP

SEEDS = range(8 if DEEP else 1)
VERSIONS = ("0005", "0007", "0008") if DEEP else ("0005",)
TYPED = ("体育馆五星公厕", "tyg", "清泉", "xuanzhen", "公廁", "三坑", "C05", "墟镇公测", "市场", "not there")


def test_the_migrations_make_the_tables_the_program_believes_in(empty_database: str) -> None:
    database = open_database(empty_database)
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        made = {index["name"] for table in Base.metadata.tables for index in inspect(connection).get_indexes(table)}
    believed = {index.name for table in Base.metadata.tables.values() for index in table.indexes}
    assert believed <= made
    database.close()


def _figures(record: Record) -> list[Any]:
    """What is asked of a record in a week, by somebody who sees all, a part, nothing."""
    session, told = record.session, list[Any]()
    some = frozenset(area.id for area in record.areas[:2])
    for granted in (
        [Scope()],
        [Scope(some)],
        [Scope(some, record.campaigns[0].id), Scope(None, record.campaigns[1].id)],
        [],
    ):
        told.append([campaign.id for campaign in campaigns_within(session, granted)])
        told.append([site.id for site in planned_sites(session, granted, FIRST + timedelta(days=DAYS))])
        for campaign in record.campaigns:
            told += [coverage(session, campaign.id, granted), coverage_by_area(session, campaign.id, granted)]
            told.append(coverage_in_kinds(session, campaign.id, granted, "zh"))
            last = FIRST + timedelta(days=DAYS)
            for as_of in (moment(Random(1)), moment(Random(2))):
                told.append(ledger_count(session, campaign.id, granted, FIRST, last, as_of))
                rows = ledger_rows(session, campaign.id, granted, FIRST, last, as_of)
                told.append([(row.check.id, len(row.results), row.corrections) for row in rows.checks])
                told.append([(row.finding.id, row.state, row.closed_at) for row in rows.findings])
            for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
                told.append(day_figures(session, campaign.id, granted, day, bounds(AGENCY, day)))
                told.append([finding.id for finding in due_on(session, campaign.id, granted, day, 9)])
    told.append(last_checked_days(session, [site.id for site in record.sites]))
    told += [known_before(session, site.id) for site in record.sites]
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_and_ledgers_are_the_same_on_both(seed: int, empty_database: str) -> None:
    database = open_database(empty_database)
    there = make(seed, database.writer)
    assert _figures(there) == _figures(make(seed))
    there.session.close()
    database.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_record_with_something_in_it_is_brought_up_to_date(version: str, empty_database: str) -> None:
    """What was written before the tables changed is answered as if it had been written since."""
    here = make(3)
    old = Database(empty_database)
    command.upgrade(_alembic(old), version)
    with old.writer.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if not inspect(connection).has_table(table.name):
                continue
            known = {column["name"] for column in inspect(connection).get_columns(table.name)}
            rows = here.session.connection().execute(select(table)).mappings().all()
            kept = [{name: value for name, value in row.items() if name in known} for row in rows]
            if kept:  # without what is filled in by itself in columns of later versions
                then = table_named(table.name, *(column(c.name, c.type) for c in table.columns if c.name in known))
                connection.execute(then.insert(), kept)
    old.close()
    database = open_database(empty_database)
    with Session(database.writer) as session:
        there = Record(session, Random(0), here.areas, here.kinds, here.sites, here.campaigns, here.items, [], [])
        assert _figures(there) == _figures(here)
    database.close()


def _answers(session: Session, chance: Random) -> list[Any]:
    """Names as people type them; places round about; what a line asks."""
    names = {site.id: site.code for site in session.scalars(select(Site))}
    index, told = site_index(session), list[Any]()
    for typed in TYPED:
        told.append([(names[hit.site_id], round(hit.score, 3)) for hit in index.search(typed)])
    for _ in range(60):
        here = Point(chance.uniform(23.6, 23.9), chance.uniform(112.9, 113.2))
        near = nearest_sites(session, [Scope()], here, within_m=chance.choice((300, 5000, 60_000)))
        told.append([(one.site.code, round(one.metres, 3)) for one in near])
    code = session.scalars(select(Campaign.code)).one()
    for line in ("厕所 进度", "太和镇 未整改", "三坑 公厕", "谁负责厕所 验收"):
        question = read_question(session, line)
        told.append((code, question.intent, question.by_area, question.name, question.kind is not None))
    return told


def test_names_places_and_questions_are_found_the_same_on_both(database: str, tmp_path: Path) -> None:
    here = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    with here.writing() as session:
        apply(session, read_campaign(CAMPAIGN, "demo_positions.csv"), moment(Random(0)))
    there = open_database(database)
    with here.reading() as one, there.reading() as other:
        assert _answers(one, Random(5)) == _answers(other, Random(5))
    here.close()
    there.close()
