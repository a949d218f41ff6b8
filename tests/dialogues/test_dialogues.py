"""Every dialogue, played against dispatch in one process."""

import sqlite3
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.places import places
from bot.demo.stage import Stage
from tests.stage import mind
from tests.stage.in_process import InProcess

HERE = Path(__file__).parent
PLACES = places()
DIALOGUES = sorted(path for path in HERE.glob("*.txt") if path.name != "cast.txt")


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
async def test_dialogue_in_one_process(path: Path, tmp_path: Path) -> None:
    drive = InProcess(tmp_path, datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    drive.begin_imported()
    await Stage(drive, dict(PLACES), patience=0).play(path)
    with sqlite3.connect(drive.settings.database_url.removeprefix("sqlite:///")) as record:
        assert mind.missing(drive.record, lambda question, *values: record.execute(question, values)) == []
