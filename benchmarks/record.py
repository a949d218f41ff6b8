"""The record our program begins with: a real campaign and its inspectors; and settings that lead to the platform."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import func, select

from benchmarks.echo import TOKEN
from benchmarks.people import FIRST_PERSON, name_of
from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN, POSITIONS, places
from models.campaign_import import apply
from models.checks import Check, CheckState
from models.database import Database, open_database
from models.evidence import Photo, PhotoState
from models.messages import InboxRow, InboxState
from models.people import Account, Person, Posting, Role

FILE = "xuncha.db"
PLACES = "places.json"
CONFIG = """[agency]
name = "清新区"
[telegram]
token = "{token}"
base_url = "{url}"
messages_per_second = 1000000
messages_per_chat = 1000000
[data]
folder = "data"
[times]
morning_at = "23:59"
[log]
level = "WARNING"
"""  # the morning's messages would come in between, at some hours of the day and not at others


def prepare(folder: Path, people: int) -> None:
    """Once for all rounds."""
    folder.mkdir(parents=True)
    (folder / PLACES).write_bytes(orjson.dumps(list(places().values())))
    database = open_database(f"sqlite:///{folder / FILE}")
    now = datetime.now(UTC)
    with database.writing() as session:
        apply(session, read_campaign(CAMPAIGN, POSITIONS), now)
        for number in range(FIRST_PERSON, FIRST_PERSON + people):
            person = Person(name=name_of(number), joined_at=now)
            person.postings.append(Posting(role=Role.INSPECTOR, since=now - timedelta(days=1)))
            session.add(Account(channel="telegram", external_id=str(number), name=name_of(number), person=person))
    database.close()


def settle_in(prepared: Path, folder: Path, url: str) -> Path:
    """A copy of the record for one round; the settings."""
    shutil.copytree(prepared, folder / "data")
    config = folder / "config.toml"
    config.write_text(CONFIG.format(token=TOKEN, url=url), encoding="utf-8")
    return config


def shortcomings(folder: Path, checks: int, updates: int) -> list[str]:
    """What a round that counts has in its record, and this one has not."""
    database = Database(f"sqlite:///{folder / 'data' / FILE}")
    with database.reading() as session:
        found = {
            "checks handed in": (
                checks,
                session.scalar(select(func.count(Check.id)).where(Check.state == CheckState.SUBMITTED)),
            ),
            "updates done": (
                updates,
                session.scalar(select(func.count(InboxRow.id)).where(InboxRow.state == InboxState.DONE)),
            ),
            "photos stored": (
                checks * 2,
                session.scalar(select(func.count(Photo.id)).where(Photo.state == PhotoState.STORED)),
            ),
        }
    database.close()
    return [f"{there} {what} instead of {due}" for what, (due, there) in found.items() if there != due]
