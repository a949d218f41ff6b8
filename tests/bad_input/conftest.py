"""A talk in Chinese, one in either language, and the whole program over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from tests.bad_input.speaking import Wild, begin
from tests.runtime.town import Town, open_town


@pytest.fixture
async def talk(tmp_path: Path) -> Wild:
    return await begin(tmp_path)


@pytest.fixture(params=["zh", "en"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> Wild:
    return await begin(tmp_path, request.param)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Town, Stage]]:
    town, stage = await open_town(tmp_path)
    yield town, stage
    await town.close()
