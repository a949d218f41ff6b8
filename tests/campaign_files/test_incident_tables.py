"""[[incident]] tables: the chain of a type, its bounds as printed, and the mistakes made in them."""

from pathlib import Path

from sqlalchemy import select

from bot.campaign_files import read_campaign
from models.campaign_import import apply
from models.campaigns import Campaign
from models.database import open_database
from models.incidents import ChainStep, kinds_of
from tests.campaign_files.folders import ROOT, copy, only_error, spoil
from tests.handlers.agency_record import NOW

TRAFFIC = ROOT / "campaigns" / "qingxin-traffic-2018"
SOURCE = "清新府办函〔2018〕91号 二（四）4"


def test_the_record_keeps_the_chain_as_the_file_gives_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    with database.writing() as session:
        apply(session, read_campaign(TRAFFIC), NOW)
    with database.reading() as session:
        (kind,) = kinds_of(session.scalars(select(Campaign)))
    database.close()
    assert (kind.code, kind.name, kind.told[0]) == ("accident", "交通事故", "区联席会议办公室")
    assert kind.steps == (
        ChainStep("约谈镇政府分管领导、交警中队中队长", SOURCE, 3, 4),
        ChainStep("约谈镇政府主要领导", SOURCE, 5, None),
    )


def test_a_campaign_without_any_keeps_nothing_of_the_kind(tmp_path: Path) -> None:
    plan = read_campaign(ROOT / "campaigns" / "qingxin-livestock-2018")
    assert plan.incidents == ()
    database = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    with database.writing() as session:
        assert "incidents" not in apply(session, plan, NOW).settings
    database.close()


def test_a_unit_that_nobody_declared_is_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path, TRAFFIC)
    line = spoil(folder, 'told = ["区联席会议办公室"', 'told = ["区联席会议办公宝"')
    error = only_error(folder)
    assert (error.code, error.line, error.suggestion) == ("reference_unknown", line, "区联席会议办公室")


def test_bounds_the_wrong_way_round_are_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path, TRAFFIC)
    line = spoil(folder, "deaths_at_least = 3, deaths_at_most = 4", "deaths_at_least = 4, deaths_at_most = 3")
    error = only_error(folder)
    assert (error.code, error.line) == ("number_out_of_range", line)


def test_a_step_says_where_it_is_printed(tmp_path: Path) -> None:
    folder = copy(tmp_path, TRAFFIC)
    spoil(folder, 'deaths_at_least = 5, source = "91号 二（四）4"', "deaths_at_least = 5")
    assert only_error(folder).code == "key_missing"
