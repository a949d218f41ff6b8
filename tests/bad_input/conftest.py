"""A talk in Chinese, one in either language, the whole program over HTTP; and one for all the cases of a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.stage import Stage
from tests.bad_input.office import Office
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """At the end it must be as well as at the beginning."""
    office = await Office.open(tmp_path_factory.mktemp("town"))
    yield office
    office.is_well()
    await office.town.close()
