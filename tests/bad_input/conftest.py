"""A talk in Chinese, and one in either language."""

from pathlib import Path

import pytest

from tests.bad_input.speaking import Wild, begin


@pytest.fixture
async def talk(tmp_path: Path) -> Wild:
    return await begin(tmp_path)


@pytest.fixture(params=["zh", "en"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> Wild:
    return await begin(tmp_path, request.param)
