"""One running program for all the cases of a file; at the end it must be as well as at the beginning."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bad_input.office import Office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path_factory.mktemp("town"))
    yield office
    office.is_well()
    await office.town.close()
