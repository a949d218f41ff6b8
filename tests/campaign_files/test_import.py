"""Campaign files into a real record: what is shown is what happens, twice changes nothing, nothing is deleted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.campaign_files import read_campaign
from models.campaign_import import Action, ImportRefused, Part, apply, plan_changes
from models.campaign_plan import CampaignPlan, Datum, Severity
from models.campaigns import Campaign, Checklist, DeadlineRule, Phase, Target, Task, TaskRole
from models.database import Database, open_database
from models.journal import JournalEntry
from models.judging import item_plan
from models.places import Area, Site, SiteKind, Unit
from tests.campaign_files.folders import DATA, ROOT, TOILETS, copy, spoil

NOW = datetime(2018, 8, 1, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened


@pytest.fixture(scope="module")
def toilets() -> CampaignPlan:
    return read_campaign(TOILETS, positions="demo_positions.csv")


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as the database itself keeps it."""
    session.flush()
    names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
    rows = {name: [tuple(row) for row in session.execute(text(f"SELECT * FROM {name}"))] for name in names}
    return {name: sorted(kept, key=repr) for name, kept in rows.items()}


def test_the_record_holds_what_the_files_say(session: Session, toilets: CampaignPlan) -> None:
    campaign = apply(session, toilets, NOW)
    assert (campaign.code, campaign.starts_on, campaign.ends_on) == (
        "toilets-2018",
        date(2018, 1, 1),
        date(2018, 12, 31),
    )
    assert (campaign.radius_m, campaign.photos_required, campaign.digest_at, campaign.cadence_days) == (
        150,
        2,
        "18:00",
        7,
    )
    assert campaign.settings["cadence_source"] == "office"
    site = session.scalars(select(Site).filter_by(code="C01")).one()
    assert (site.name, site.area.name, site.kind and site.kind.code) == ("体育馆五星公厕", "太和镇", "city")
    assert (site.datum, site.position_source) == (Datum.WGS84, "invented for the demonstration")
    town = session.scalars(select(Site).filter_by(code="Z04")).one()
    assert town.attributes["grant_yuan"] == 350_000
    assert session.scalar(select(func.count(Site.id))) == 32
    assert len(set(session.scalars(select(Site.token)))) == 32


def test_flagged_and_superseded_phases(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    rows = session.execute(select(Phase.ends_on, Phase.flag, Phase.suggested_on).order_by(Phase.place)).all()
    july = "superseded_by 清新府办〔2018〕40号"
    assert [tuple(row) for row in rows] == [
        (date(2018, 4, 30), july, None),
        (date(2018, 11, 30), july, None),
        (date(2018, 12, 31), july, None),
        (date(2018, 7, 31), None, None),
        (date(2018, 10, 31), None, None),
        (None, "impossible_date", date(2018, 11, 30)),
    ]


def test_who_is_responsible(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    leads = select(Unit.name).join(TaskRole).join(Task).where(Task.code == "acceptance", TaskRole.role == "lead")
    assert session.scalars(leads).all() == ["区住房城乡建设局"]
    kinds = {kind.code: kind for kind in session.scalars(select(SiteKind))}
    assert kinds["town"].responsible_unit_id is None
    area = session.scalars(select(Area).filter_by(name="三坑镇")).one()
    assert session.scalars(select(Unit.name).filter_by(area_id=area.id)).all() == ["三坑镇人民政府"]


def test_the_headline_target_is_the_governing_one(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    whole = [target for target in session.scalars(select(Target).order_by(Target.id)) if not target.scope]
    assert (whole[0].code, whole[0].comparison, whole[0].value, whole[0].due_on) == (
        "total",
        ">=",
        20.0,
        date(2018, 12, 31),
    )
    each = session.scalars(select(Target).filter_by(code="each-town")).one()
    assert each.scope == {"kind": "town", "each": "town", "except": ["太和镇"]}


def test_a_trial_leaves_no_trace_and_tells_all(session: Session, toilets: CampaignPlan) -> None:
    empty = everything(session)
    changes = plan_changes(session, toilets)
    assert everything(session) == empty
    assert changes.is_new
    assert len(changes.of(Part.SITE, Action.ADDED)) == 32
    assert changes.of(Part.CHECKLIST, Action.ADDED) == ("日常检查（六无四净两通一明） v1", "建设验收 v1")
    assert [flag.code for flag in changes.flags] == ["date_flagged"]


@pytest.mark.parametrize(
    "folder",
    [TOILETS, DATA / "livestock-farms", DATA / "mother-baby-rooms", ROOT / "campaigns" / "yuexiu-premises-2022"],
    ids=lambda path: path.name,
)
def test_a_second_import_changes_nothing(session: Session, folder: Path) -> None:
    apply(session, read_campaign(folder), NOW)
    once = everything(session)
    assert plan_changes(session, read_campaign(folder)).nothing
    apply(session, read_campaign(folder), LATER)
    assert everything(session) == once


def test_a_site_gone_from_the_file_is_closed_and_may_come_back(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    fewer = replace(toilets, sites=toilets.sites[:-2])
    changes = plan_changes(session, fewer)
    assert changes.closing == ("L05 九牛洞生态观光民宿", "L06 浸潭镇虎尾村")
    assert changes.shrink == 2 / 32
    apply(session, fewer, LATER)
    assert [site.closed_at for site in session.scalars(select(Site).order_by(Site.code)) if site.closed_at] == [
        LATER,
        LATER,
    ]
    token = session.scalars(select(Site.token).filter_by(code="L05")).one()
    assert plan_changes(session, toilets).of(Part.SITE, Action.REOPENED) == changes.closing
    apply(session, toilets, LATER)
    assert session.scalars(select(Site).filter_by(code="L05")).one().closed_at is None
    assert session.scalars(select(Site.token).filter_by(code="L05")).one() == token


def test_a_changed_question_is_a_new_version_and_the_old_one_stays(
    session: Session, tmp_path: Path, toilets: CampaignPlan
) -> None:
    apply(session, toilets, NOW)
    old = session.scalars(select(Checklist).filter_by(code="daily")).one()
    folder = copy(tmp_path)
    spoil(folder, 'name = "无烟蒂"', 'severity = "轻微"\nname = "地上无烟蒂"')
    plan = read_campaign(folder, "demo_positions.csv")
    changes = plan_changes(session, plan)
    assert [(change.action, change.name, change.fields) for change in changes.rows] == [
        (Action.NEW_VERSION, "日常检查（六无四净两通一明） v2", ("3 地上无烟蒂",))
    ]
    apply(session, plan, LATER)
    versions = session.scalars(select(Checklist).filter_by(code="daily").order_by(Checklist.version)).all()
    assert [(row.version, row.replaced_at) for row in versions] == [(1, LATER), (2, None)]
    assert versions[0] is old
    assert (old.items[2].name, versions[1].items[2].name) == ("无烟蒂", "地上无烟蒂")
    kept = item_plan(versions[1].items[2])
    assert kept is not None
    assert kept.severity is Severity.SLIGHT
    assert plan_changes(session, plan).nothing


def test_items_listed_out_of_order_are_the_same_questions_the_second_time(session: Session, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    for old, new in (("no = 3\n", "no = 0\n"), ("no = 4\n", "no = 3\n"), ("no = 0\n", "no = 4\n")):
        spoil(folder, old, new)
    plan = read_campaign(folder)
    apply(session, plan, NOW)
    session.expire_all()
    assert plan_changes(session, plan).nothing


def test_a_further_alias_is_no_new_question(session: Session, tmp_path: Path, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    folder = copy(tmp_path)
    spoil(folder, 'aliases = ["烟头"]', 'aliases = ["烟头", "香烟"]')
    apply(session, read_campaign(folder, "demo_positions.csv"), LATER)
    daily = session.scalars(select(Checklist).filter_by(code="daily")).one()
    assert (daily.version, daily.items[2].aliases) == (1, ["烟头", "香烟"])


def test_a_rule_gone_from_the_file_is_taken_away_and_journalled(session: Session) -> None:
    plan = read_campaign(DATA / "livestock-farms")
    apply(session, plan, NOW)
    without = replace(plan, deadlines=plan.deadlines[1:])
    assert plan_changes(session, without).of(Part.DEADLINE, Action.REMOVED) == ("空栏处理",)
    apply(session, without, LATER)
    assert "empty-pens" not in session.scalars(select(DeadlineRule.code)).all()
    entry = session.scalars(select(JournalEntry).filter_by(action="deadline.removed")).one()
    assert (entry.at, entry.data["code"], entry.data["rule"]["bands"][0]["days"]) == (LATER, "empty-pens", 120)


def test_a_position_confirmed_on_site_outlives_the_file(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    site = session.scalars(select(Site).filter_by(code="C01")).one()
    site.latitude, site.position_source = 23.7339, "check 12"
    changes = plan_changes(session, toilets)
    assert [(change.action, change.name) for change in changes.rows] == [(Action.KEPT, "C01 体育馆五星公厕")]
    apply(session, toilets, LATER)
    assert (site.latitude, site.position_source) == (23.7339, "check 12")


def test_a_file_without_positions_takes_none_away(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    assert plan_changes(session, read_campaign(TOILETS)).nothing


def test_campaigns_side_by_side_share_towns_and_units(session: Session, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    rooms = apply(session, read_campaign(DATA / "mother-baby-rooms"), NOW)
    area = session.scalars(select(Area).filter_by(name="三坑镇")).one()
    assert area.aliases == ["三坑", "三塘镇"]
    assert session.scalars(select(Site.name).filter_by(campaign_id=rooms.id, area_id=area.id)).all() == [
        "测试医院母婴室"
    ]
    assert plan_changes(session, toilets).nothing
    assert session.scalar(select(func.count(Campaign.id))) == 2


def test_a_prefix_of_another_area_is_refused(session: Session, tmp_path: Path, toilets: CampaignPlan) -> None:
    apply(session, toilets, NOW)
    before = everything(session)
    folder = copy(tmp_path, DATA / "livestock-farms")
    spoil(folder, 'name = "太和镇"', 'name = "城东街道"')
    spoil(folder, 'area = "太和镇"', 'area = "城东街道"')
    sheet = folder / "sites.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("太和镇", "城东街道"), encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        plan_changes(session, read_campaign(folder))
    [clash] = refused.value.clashes
    assert (clash.key[0], clash.key[2]) == ("area", "prefix")
    assert clash.blanks == {"area": "城东街道", "prefix": "TH", "other": "太和镇"}
    assert everything(session) == before


def test_an_import_is_in_the_journal(session: Session, toilets: CampaignPlan) -> None:
    campaign = apply(session, toilets, NOW)
    entry = session.scalars(select(JournalEntry).filter_by(action="campaign.imported")).one()
    assert (entry.subject_id, entry.at, entry.data["code"]) == (campaign.id, NOW, "toilets-2018")
