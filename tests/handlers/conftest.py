"""A conversation to begin with."""

from pathlib import Path

import pytest

from tests.handlers.conversing import Talk


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(tmp_path)
    await talk.begin()
    return talk
