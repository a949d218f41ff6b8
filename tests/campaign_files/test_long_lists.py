"""B90: a list of a hundred thousand sites comes in whole or not at all, and few of its mistakes are listed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.importing import Exit
from models.campaigns import Campaign
from models.places import Site
from tests.campaign_files.desk import Desk, empty_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = empty_desk(tmp_path)
    yield desk
    desk.database.close()


def long_list(folder: Path, count: int, bad: range) -> None:
    rows = (f"S{n:06},点位{n},{'泰和镇' if n in bad else '太和镇'},中心城区" for n in range(2, count + 2))
    (folder / "sites.csv").write_text("编号,名称,镇街,类别\n" + "\n".join(rows), encoding="utf-8")


def test_b90_of_a_hundred_thousand_rows_fifty_mistakes_are_listed_and_none_is_written(desk: Desk) -> None:
    long_list(desk.folder, 100_000, range(73_412, 73_472))
    assert desk.imports("en") is Exit.MISTAKES
    assert desk.said[0] == "There are 60 mistakes in the files; nothing was written:"
    listed = desk.said[1].splitlines()
    assert listed[0].startswith('sites.csv line 73412 area: there is no area named "泰和镇".')
    assert (len(listed), listed[-1]) == (51, "… and 10 more; mend these first and look again.")
    assert desk.count(Site) == 0


def test_b90_a_long_list_comes_in_whole_or_not_at_all(desk: Desk) -> None:
    """Even when the disk fails under it half-way. XUNCHA_ROWS makes it as long as one likes."""
    count = int(os.environ.get("XUNCHA_ROWS", "3000"))
    long_list(desk.folder, count, range(0))
    with desk.database.writing() as session:
        session.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON sites WHEN NEW.code = 'S{count - 10:06}' "
                             "BEGIN SELECT RAISE(ABORT, 'disk full'); END"))  # fmt: skip
    with pytest.raises(DBAPIError):
        desk.imports()
    assert (desk.count(Campaign), desk.count(Site)) == (0, 0)
    with desk.database.writing() as session:
        session.execute(text("DROP TRIGGER full"))
    assert desk.imports() is Exit.DONE
    assert desk.count(Site) == count
