"""The dialogues once more, with the record on PostgreSQL: every sentence is the same there."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.places import places
from bot.demo.stage import Stage
from tests.stage.in_process import InProcess

DIALOGUES = sorted(path for path in (Path(__file__).parents[1] / "dialogues").glob("*.txt") if path.name != "cast.txt")
ALWAYS = ("3-", "5-")  # an album with exceptions and problems; groups, digest and clock
PLAYED = [path for path in DIALOGUES if os.environ.get("XUNCHA_TEST_ALL_DIALOGUES") or path.name.startswith(ALWAYS)]


@pytest.mark.parametrize("path", PLAYED, ids=lambda path: path.stem)
async def test_dialogue_on_postgresql(path: Path, tmp_path: Path, database: str) -> None:
    begins = datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    drive = InProcess(tmp_path, begins, database=database)
    try:
        await Stage(drive, places(), patience=0).play(path)
    finally:
        drive.database.close()
