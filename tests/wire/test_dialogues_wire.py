"""The main dialogues again, over the wire: the real program, the real clock, the platform's limits."""

import asyncio
from pathlib import Path

import pytest

from bot.demo.places import places
from bot.demo.stage import Stage
from tests.wire.conftest import opened

# One of each kind of conversation; what the others add lies in handlers/ and models/, which know of no wire.
SCRIPTS = Path(__file__).parents[1] / "dialogues"
DIALOGUES = sorted(
    path for pattern in ("[23457]", "2[2347]", "30", "35", "39") for path in SCRIPTS.glob(f"{pattern}-*.txt")
)

TOGETHER = 3  # each in a town of its own: most of the time they wait for what takes its time
SOME = [DIALOGUES[n :: -(-len(DIALOGUES) // TOGETHER)] for n in range(-(-len(DIALOGUES) // TOGETHER))]
AT_REAL_PACE = {"2-all-fine", "3-two-exceptions"}  # a message a second; the others may be answered more quickly


@pytest.mark.wire
@pytest.mark.parametrize("paths", SOME, ids=lambda paths: "+".join(path.stem for path in paths))
async def test_dialogues_over_the_wire(paths: list[Path], tmp_path: Path, record: Path) -> None:
    async with asyncio.TaskGroup() as playing:
        for path in paths:
            playing.create_task(_played(path, tmp_path / path.stem, record), name=path.stem)


async def _played(path: Path, folder: Path, record: Path) -> None:
    async with opened(folder, record) as wire:
        if path.stem not in AT_REAL_PACE:
            await wire.quicken()
        await wire.up()
        await Stage(wire, places(), patience=10).play(path)
        assert "Traceback" not in (wire.folder / "bot.log").read_text()
