"""F36: four programs, one thousand occurrences: each happens exactly once."""

import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime

from models.database import Database
from models.occurrences import Occurrence, claim

PROGRAMS = 4
OCCURRENCES = 1000
IN_A_TICK = 10
DAY = date(2018, 8, 6)
NOW = datetime(2018, 8, 6, 10, 0, tzinfo=UTC)


def _claimed(url: str, seed: int) -> list[int]:
    """Those this program may make happen, some in a transaction as in a tick of the clock."""
    database = Database(url)
    scopes = list(range(OCCURRENCES))
    random.Random(seed // 2).shuffle(scopes)  # two and two in the same order, so that they meet at every row
    mine = []
    for start in range(0, OCCURRENCES, IN_A_TICK):
        with database.writing() as session:
            mine += [n for n in scopes[start : start + IN_A_TICK] if claim(session, "digest", str(n), DAY, NOW)]
    database.close()
    return mine


def test_F36_four_programs_claim_a_thousand_occurrences_once(database: str) -> None:
    with ProcessPoolExecutor(PROGRAMS, multiprocessing.get_context("fork")) as pool:
        shares = list(pool.map(_claimed, [database] * PROGRAMS, range(PROGRAMS)))
    assert sorted(scope for share in shares for scope in share) == list(range(OCCURRENCES))
    assert sum(bool(share) for share in shares) >= 2
    opened = Database(database)
    with opened.reading() as session:
        assert session.query(Occurrence).count() == OCCURRENCES
    opened.close()
