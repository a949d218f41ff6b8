"""The [[notice]] tables: kept with the campaign, and every mistake in them named."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.campaign_files import read_campaign
from models.campaign_import import apply, plan_changes
from models.campaign_plan import NoticeKind, Source
from models.campaigns import Campaign
from models.database import Database, open_database
from models.notices import form_of
from tests.campaign_files.folders import DATA, TOILETS, copy, errors_of, only_error, spoil

FARMS = DATA / "livestock-farms"
NOW = datetime(2018, 8, 1, 1, 0, tzinfo=UTC)
TWICE = """

[[notice]]
code = "stop-2"
kind = "停产停业"
title = "停产通知"
body = ["{site}"]
source = "81号 二"
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()


def test_a_form_is_kept_with_the_campaign_and_read_back(database: Database) -> None:
    plan = read_campaign(FARMS)
    with database.writing() as session:
        apply(session, plan, NOW)
        session.flush()
        session.expire_all()
        campaign = session.scalars(select(Campaign)).one()
        assert form_of(campaign, NoticeKind.STOP) == plan.forms[0]
        assert form_of(campaign, NoticeKind.RECTIFY) is None
        assert plan_changes(session, plan).nothing


def test_a_plan_without_one_has_none() -> None:
    assert read_campaign(TOILETS, "demo_positions.csv").forms == ()


def test_the_shipped_notice_to_stop_is_the_town_s(tmp_path: Path) -> None:
    (form,) = read_campaign(TOILETS.parent / "qingxin-livestock-2018").forms
    assert (form.title, form.territorial, form.signed_by, form.to) == ("停产停业整顿通知书", True, None, "{site}")
    assert form.source == Source("清新府办函〔2018〕81号", "四（一）2（15）")


SLIPS = [
    ("item}”不符合", "itme}”不符合", "blank_unknown", "notice[1].body", "item"),
    ("item}”不符合", "item.name}”不符合", "blank_unknown", "notice[1].body", None),
    ("item}”不符合", "item”不符合", "blank_broken", "notice[1].body", None),
    ('to = "{site}"', 'to = "{sites}"', "blank_unknown", "notice[1].to", "site"),
    ('title = "停产停业整顿通知书"', "", "key_missing", "notice[1].title", None),
    ('title = "停产停业整顿通知书"', 'title = " "', "value_empty", "notice[1].title", None),
    ('title = "停产停业整顿通知书"', 'titel = "停产停业整顿通知书"', "key_unknown", "notice[1].titel", "title"),
    ('kind = "停产"', 'kind = "停业"', "word_unknown", "notice[1].kind", "停产"),
    ('code = "stop"\nkind = "停产"', 'code = "stop"', "key_missing", "notice[1].kind", None),
    ('signed_by = "属地"', 'signed_by = "区农业部"', "reference_unknown", "notice[1].signed_by", "区农业局"),
    ('signed_by = "属地"\nsource = "81号', 'signed_by = "属地"\nsource = "82号', "source_unknown", "notice[1].source",
     "81号"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "key", "meant"), SLIPS)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, code: str, key: str, meant: str | None) -> None:
    folder = copy(tmp_path, FARMS)
    spoil(folder, old, new)
    found = next(error for error in errors_of(folder) if error.code == code)
    assert found.key == key
    if code != "word_unknown":
        assert found.suggestion == meant
    assert found.text("zh")
    assert found.text("en")


def test_a_form_without_words_is_none(tmp_path: Path) -> None:
    folder = copy(tmp_path, FARMS)
    text = (folder / "campaign.toml").read_text(encoding="utf-8")
    begin, end = text.index("body = ["), text.index('signed_by = "属地"')
    (folder / "campaign.toml").write_text(text[:begin] + text[end:], encoding="utf-8")
    assert (only_error(folder).code, only_error(folder).key) == ("key_missing", "notice[1].body")


def test_two_forms_of_a_kind_are_one_too_many(tmp_path: Path) -> None:
    folder = copy(tmp_path, FARMS)
    with (folder / "campaign.toml").open("a", encoding="utf-8") as file:
        file.write(TWICE)
    error = only_error(folder)
    assert (error.code, error.key) == ("duplicate", "notice[2].kind")


def test_book_marks_are_no_part_of_a_title(tmp_path: Path) -> None:
    folder = copy(tmp_path, FARMS)
    spoil(folder, 'title = "停产停业整顿通知书"', 'title = "《停产停业整顿通知书》"')
    assert read_campaign(folder).forms[0].title == "停产停业整顿通知书"
