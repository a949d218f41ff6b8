"""The main dialogues again, over the wire: the real program, the real clock, the platform's limits."""

from pathlib import Path

import pytest

from bot.demo.places import places
from bot.demo.stage import Stage
from tests.stage.over_the_wire import OverTheWire

# One of each kind of conversation; what the others add lies in handlers/ and models/, which know of no wire.
SCRIPTS = Path(__file__).parents[1] / "dialogues"
DIALOGUES = sorted(
    path for pattern in ("[23457]", "2[2347]", "30", "35", "39") for path in SCRIPTS.glob(f"{pattern}-*.txt")
)

AT_REAL_PACE = {"2-all-fine", "3-two-exceptions"}  # a message a second; the others may be answered more quickly


@pytest.mark.wire
@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
async def test_dialogue_over_the_wire(path: Path, wire: OverTheWire) -> None:
    if path.stem not in AT_REAL_PACE:
        await wire.quicken()
    await wire.up()
    await Stage(wire, places(), patience=10).play(path)
    assert "Traceback" not in (wire.folder / "bot.log").read_text()
