"""The dialogues once more, with the record on PostgreSQL: every sentence is the same there."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.places import places
from bot.demo.stage import Stage
from tests.replicas.replicas import DEEP
from tests.stage.in_process import InProcess

DIALOGUES = sorted(path for path in (Path(__file__).parents[1] / "dialogues").glob("*.txt") if path.name != "cast.txt")
ALWAYS = ("3-", "7-")  # an album with exceptions and problems; a phone that was offline
PLAYED = [path for path in DIALOGUES if DEEP or path.name.startswith(ALWAYS)]


@pytest.mark.parametrize("path", PLAYED, ids=lambda path: path.stem)
async def test_dialogue_on_postgresql(path: Path, tmp_path: Path, database: str) -> None:
    begins = datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    drive = InProcess(tmp_path, begins, database=database)
    try:
        await Stage(drive, places(), patience=0).play(path)
    finally:
        drive.database.close()
