"""However a campaign's folder is damaged, it comes in whole or is refused with its mistakes listed.

XUNCHA_CASES says how many cases all fuzzing has, of which a quarter are folders; `make fuzz` is the deep run.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.campaign_files import CampaignFileErrors, notice_text, read_campaign
from models.campaign_import import apply, plan_changes
from models.campaign_plan import CampaignPlan
from models.campaigns import Campaign, Checklist
from models.database import Database, open_database
from models.places import Site
from tests.fuzz.damaged_folders import damaged_folder, written
from tests.stage.records import copy_empty

CASES = max(10, int(os.environ.get("XUNCHA_CASES", "400")) // 4)
NOW = datetime(2018, 8, 1, tzinfo=UTC)
# What is said of a file as a whole, or of one that ends too soon; all else is on a line.
WHOLE = {"file_missing", "file_too_big", "file_empty", "encoding_unreadable", "toml_deep", "sheet_no_rows"}
seen: Counter[str] = Counter()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("record") / "record.db"
    copy_empty(path)
    opened = open_database(f"sqlite:///{path}")
    yield opened
    opened.close()
    print("\nfuzz:", ", ".join(f"{what} {count:,}" for what, count in sorted(seen.items())))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campaign")


@given(st.integers(0, 2**63))
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck),
          phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink))  # fmt: skip
@example(0)
def test_a_damaged_folder_comes_in_whole_or_not_at_all(database: Database, folder: Path, seed: int) -> None:
    files = damaged_folder(Random(seed))
    written(files, folder)
    try:
        plan = read_campaign(folder)
    except CampaignFileErrors as refused:
        seen["refused"] += 1
        check_mistakes(refused, files)
        return
    seen["imported"] += 1
    for notice in plan.notices:
        assert notice_text(notice, "zh")
        assert notice_text(notice, "en")
    with Session(database.writer) as session:
        check_whole(session, plan)
        session.rollback()


def check_mistakes(refused: CampaignFileErrors, files: dict[str, bytes]) -> None:
    """Each has its place and its words in both languages, and no more are shown than can be read."""
    assert refused.errors
    for error in refused.errors:
        assert error.file in files
        assert error.line or error.code in WHOLE, error
        assert 0 <= error.line <= files[error.file].count(b"\n") + files[error.file].count(b"\r") + 1, error
        for language in ("zh", "en"):
            assert len(error.text(language)) > len(error.file) + 5
    for language in ("zh", "en"):
        refused.text(language).encode()


def check_whole(session: Session, plan: CampaignPlan) -> None:
    """All of it is in the record, as was shown before, and a second time there is nothing to do."""
    shown = plan_changes(session, plan)
    assert session.scalar(select(func.count(Campaign.id))) == 0
    campaign = apply(session, plan, NOW, expected=shown)
    codes = set(session.scalars(select(Site.code).filter_by(campaign_id=campaign.id)))
    assert codes == {site.code for site in plan.sites}
    checklists = set(session.scalars(select(Checklist.code).filter_by(campaign_id=campaign.id)))
    assert checklists == {checklist.code for checklist in plan.checklists}
    session.expire_all()
    assert plan_changes(session, plan).nothing
