"""The record each program begins with: a real campaign and its inspectors; and what must be in it at the end."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import TOKEN
from benchmarks.people import FIRST_PERSON, name_of
from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN, POSITIONS, places
from models.campaign_import import apply
from models.campaigns import ChecklistItem
from models.checks import Check, CheckState
from models.database import Database, open_database
from models.evidence import Photo, PhotoState
from models.messages import InboxRow, InboxState
from models.people import Account, Person, Posting, Role

FILE = "xuncha.db"
PEERS_FILE = "inspections.db"
PLACES = "places.json"
CAMPAIGN_FILE = "campaign.json"  # for the peers: the same sites, the same questions
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
        session.flush()
        (folder / CAMPAIGN_FILE).write_bytes(orjson.dumps(_for_peers(session)))
    database.close()


def _for_peers(session: Session) -> dict[str, Any]:
    items = session.scalars(select(ChecklistItem).where(ChecklistItem.checklist_id == 1).order_by(ChecklistItem.number))
    sites = [{"name": name, "latitude": place[0], "longitude": place[1]} for name, place in places().items()]
    return {"sites": sites, "items": [{"number": item.number, "name": item.name} for item in items]}


def settle_in(prepared: Path, folder: Path, url: str) -> Path:
    """A copy of the record for one round; the settings."""
    shutil.copytree(prepared, folder / "data", dirs_exist_ok=True)
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


def shortcomings_of_a_peer(folder: Path, checks: int) -> list[str]:
    """The same of a peer: every check with its answers, every photo in the record and on disk."""
    items = len(orjson.loads((folder / CAMPAIGN_FILE).read_bytes())["items"])
    found = sqlite3.connect(folder / PEERS_FILE)
    counts = {
        "checks handed in": (checks, "SELECT count(*) FROM checks WHERE submitted_at IS NOT NULL"),
        "answers": (checks * items, "SELECT count(*) FROM results"),
        "exceptions": (checks, "SELECT count(*) FROM results WHERE NOT passed"),
        "photos": (checks * 2, "SELECT count(*) FROM photos"),
    }
    lacking = [(found.execute(question).fetchone()[0], what, due) for what, (due, question) in counts.items()]
    found.close()
    lacking.append((len(list((folder / "photos").iterdir())), "photos on disk", checks * 2))
    return [f"{there} {what} instead of {due}" for there, what, due in lacking if there != due]


def still_to_do(folder: Path) -> tuple[int, int, int]:
    """Updates not worked yet, messages and cards not shown yet, photos not stored yet."""
    found = sqlite3.connect(f"file:{folder / 'data' / FILE}?mode=ro", uri=True)
    try:
        return tuple(found.execute(question).fetchone()[0] for question in (
            "SELECT count(*) FROM inbox WHERE (state = 'new')",
            "SELECT (SELECT count(*) FROM cards WHERE (wish <> shown OR stale_message_id IS NOT NULL)) + "
            "(SELECT count(*) FROM outbox WHERE (state IN ('due', 'sending', 'unknown')))",
            "SELECT count(*) FROM photos WHERE state = 'pending'",
        ))  # fmt: skip
    finally:
        found.close()
