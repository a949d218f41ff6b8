"""Records made once in each process that runs tests and copied for every test: migrating and importing take long."""

import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN
from models.campaign_import import apply
from models.database import open_database

plan_of = cache(read_campaign)


def copy_empty(path: Path) -> None:
    """A record with nothing in it, as the migrations leave it."""
    shutil.copy(_empty(), path)


def copy_imported(path: Path, at: datetime, campaign: Path = CAMPAIGN, positions: str | None = None) -> None:
    """A record into which one campaign was imported `at` that moment."""
    shutil.copy(_imported(campaign, positions, at), path)


@cache
def _empty() -> Path:
    path = Path(mkdtemp(prefix="xuncha-tests-")) / "record.db"
    open_database(f"sqlite:///{path}").close()
    return path


@cache
def _imported(campaign: Path, positions: str | None, at: datetime) -> Path:
    path = Path(mkdtemp(prefix="xuncha-tests-")) / "record.db"
    copy_empty(path)
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        apply(session, plan_of(campaign, positions), at)
    database.close()
    return path
