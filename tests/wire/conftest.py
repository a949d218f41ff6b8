"""Programs for the wire tests: a record with the campaign in it, made once; and the search for a token that leaked."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.stage.over_the_wire import CONFIG, TOKEN, OverTheWire
from tests.stage.programs import ROOT

BEGINS = datetime(2018, 8, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the campaign, imported by the command line."""
    folder = tmp_path_factory.mktemp("record")
    config = folder / "config.toml"
    config.write_text(CONFIG.format(token=TOKEN, admin=1, url="http://127.0.0.1:1", telegram="", more=""))
    importing = subprocess.run(
        [
            *(sys.executable, "-m", "bot", "import", "campaigns/qingxin-toilets-2018"),
            *("--positions", "demo_positions.csv", "--yes", "--past", "--config", str(config)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert importing.returncode == 0, importing.stdout + importing.stderr
    return folder / "data"


@pytest_asyncio.fixture
async def wire(tmp_path: Path, record: Path) -> AsyncIterator[OverTheWire]:
    async with opened(tmp_path, record) as drive:
        yield drive


@asynccontextmanager
async def opened(folder: Path, record: Path) -> AsyncIterator[OverTheWire]:
    """The emulator runs, the bot does not yet. Afterwards nothing they left behind may hold the token."""
    shutil.copytree(record, folder / "data")
    drive = OverTheWire(folder, BEGINS)
    try:
        await drive.open()
        yield drive
    finally:
        await drive.close()
    assert leaks(folder) == []


def leaks(folder: Path) -> list[str]:
    """Files, other than the settings, with the secret half of the token in their name or inside."""
    secret = TOKEN.split(":")[1]
    return [
        str(path)
        for path in folder.rglob("*")
        if secret in path.name
        or (path.is_file() and path.name != "config.toml" and secret.encode() in path.read_bytes())
    ]
