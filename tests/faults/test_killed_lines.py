"""F01, F04: the program is killed at every line that receives, works, writes, sends and stores; nothing is lost.

One inspector's check: location, album, typed exception, photo with caption, submit, time limit, the group's card.
Before each act the town is copied as often as there are lines to be killed at; the program begins, does that act,
dies before the line, begins again and comes to rest; then record, photos and chats are as if it had lived.
Some go on to the end.
`make torture` kills at every line; `make test` at a few, and which ones changes from day to day.
"""

import random
import time
from collections.abc import Iterator
from datetime import date

import pytest

from tests.faults.acts import ACTS, Acts, found_acts
from tests.faults.amounts import amount, at_most, part_of
from tests.faults.forked import after, at
from tests.faults.killing import Line

SINGLE = amount("LINE_KILLS", 6)  # 0 for all there are
TIMES = amount("LINE_TIMES", 1)  # how often at every line
DOUBLE = amount("DOUBLE_KILLS", 4)
TO_THE_END = 24  # one in so many goes on to the end of the check
SEED = 20180806


@pytest.fixture
def acts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    with found_acts(tmp_path_factory.mktemp("kills"), count=True) as acts:
        yield acts


@pytest.mark.timeout(at_most(300))
def test_F01_killed_at_every_line_once_and_twice(acts: Acts) -> None:
    chance, today, begin = random.Random(SEED), date.today().toordinal(), time.monotonic()
    single = double = 0
    lines = {line for counts, _ in acts.without for line in counts}
    met: set[Line] = set()
    chosen = [acts.targets(chance) for _ in range(TIMES)]
    for number in range(len(ACTS)):
        targets = [target for each in chosen for target in each[number]]
        for n, (line, count) in enumerate(part_of(targets, -(-SINGLE // len(ACTS)), today + number)):
            kills = acts.run(number, [at(line, count)], n % TO_THE_END == 0, f"killed at {line}, time {count}")
            single += kills
            if kills:
                met.add(line)
        for n in range(-(-DOUBLE // len(ACTS))):
            first, second = chance.choice(targets), chance.randint(1, acts.without[number][0].total())
            what = f"killed at {first}, and {second} lines later"
            double += acts.run(number, [at(*first), after(second)], n % TO_THE_END == 0, what) == 2
        if number + 1 < len(ACTS):
            acts.move_on(number)
        print(
            f"seed {SEED}, act {number + 1} of {len(ACTS)} done: {acts.runs} runs, {single} killed once at {len(met)} "
            f"of {len(lines)} lines, {double} killed twice; 0 lost, 0 doubled, {acts.repeats} messages shown once "
            f"more; {time.monotonic() - begin:.0f} s",
            flush=True,
        )
    assert single + double > acts.runs / 2
