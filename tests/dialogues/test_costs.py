"""What a check costs the inspector: actions and bot messages of each path, counted on real updates."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.demo.places import places
from bot.demo.script import Act, read_script
from bot.demo.stage import Stage
from models.places import Site
from tests.stage.in_process import InProcess

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
MOST = {"A": (8, 1), "B": (9, 1), "C": (7, 1), "E": (4, 0)}  # the last: more than path A, for each failed item


@dataclass(frozen=True)
class Cost:
    actions: int
    messages: int


def actions(act: Act) -> int:
    """Taps, shutter presses and sent texts. An album: open, one press a photo, send; a caption is typed once."""
    if act.what == "photos":
        return act.count + 2 + bool(act.text)
    return {"location": 2, "scan": 2, "text": 1, "tap": 1, "open": 1}[act.what]


async def measured(path: str, tmp_path: Path) -> Cost:
    drive = InProcess(tmp_path, datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    drive.begin_imported()
    with drive.database.reading() as session:
        codes = {site.name: site.token for site in session.scalars(select(Site))}
    stage = Stage(drive, places(), patience=0, codes=codes)
    morning = tmp_path / "morning.txt"
    morning.write_text("=== 2018-08-06 08:30\n--- now\n", encoding="utf-8")
    await stage.play(HERE / "cast.txt")
    await stage.play(morning)
    before = len(await stage._messages(stage.people["小陈"]))
    script = HERE / "costs" / f"{path}.txt"
    await stage.play(script)
    standing = (await stage._messages(stage.people["小陈"]))[before:]
    bot = (await drive.state())["bot"]["id"]
    spent = sum(actions(line.step) for line in read_script(script) if isinstance(line.step, Act))
    return Cost(spent, sum(message["from"] == bot for message in standing))


@pytest.mark.parametrize("path", ["A", "B", "C"])
async def test_a_check_costs_no_more_than_promised(path: str, tmp_path: Path) -> None:
    cost = await measured(path, tmp_path)
    assert (cost.actions <= MOST[path][0], cost.messages) == (True, MOST[path][1])
    assert told_in_readme(path) == cost


async def test_a_failed_item_costs_four_actions_more_and_no_message(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "e").mkdir()
    plain, failed = await measured("A", tmp_path / "a"), await measured("E", tmp_path / "e")
    more = Cost(failed.actions - plain.actions, failed.messages - plain.messages)
    assert (more.actions <= MOST["E"][0], more.messages) == (True, MOST["E"][1])
    assert told_in_readme("E") == more


def told_in_readme(path: str) -> Cost:
    """The row of the path: | A … | actions | messages |"""
    found = re.search(
        rf"^\| \**{path}\b.*?\| \+?(\d+)[^|]*\| \+?(\d+)[^|]*\|$", README.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert found is not None, f"no row for path {path} in the README"
    return Cost(int(found[1]), int(found[2]))
