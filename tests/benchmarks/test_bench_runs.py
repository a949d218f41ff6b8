"""The benchmark still runs from end to end, and writes what it measured in the shape that is agreed."""

import json
import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS
from benchmarks.rows import Bar, Row, percentile, row, table, write

ROOT = Path(__file__).parents[2]
FIELDS = ["name", "value", "unit", "against", "peer", "ratio", "bar", "met"]
STEPS, COST, WHOLE = (
    "full inspection steps per second",
    "processor time of a step",
    "the same until the last photo is safe",
)
ECHO, CONVERSATION, AIOGRAM = "bare echo", "ConversationHandler bot", "aiogram FSM bot"


# part → its rows: name, beside whom, under which bar
MEASURED: dict[str, list[tuple[str, str, str | None]]] = {
    "steps": [
        (STEPS, ECHO, "≥ 1.00 ×"),
        (STEPS, CONVERSATION, "≥ 4.00 ×"),
        (STEPS, AIOGRAM, "≥ 1.40 ×"),
        (COST, ECHO, None),
        (COST, CONVERSATION, None),
        (COST, AIOGRAM, None),
        (WHOLE, CONVERSATION, None),
        (WHOLE, AIOGRAM, None),
        ("from the last answer to that", "", None),
    ],
    "wait": [("steps per second, the API answering after 50 ms", ECHO, "≥ 20.00 ×")],
    "pace": [
        ("p95 update to answer at 50 updates/s", ECHO, "≤ 100 ms"),
        ("p95 album to card, of which 800 ms wait for its other parts", "", None),
    ],
    "flood": [("others' p95 while one person sends 100 messages/s", "ours, no flood", "≤ 2.00 ×")],
    "backlog": [
        ("a backlog of 30 updates, until all is worked and sent", "", "≥ 300 1/s"),
        ("the same until the last photo is safe and said to be", "", None),
        ("messages each person got for 1 checks of 5 updates", "", None),
    ],
    "stall": [
        ("longest stall: 1 photos of 20 megapixels, a ledger of 60 rows", "", "≤ 250 ms"),
        ("processor time of the program in it", "", None),
    ],
    "rest": [
        ("memory at rest", ECHO, "≤ 120 MB"),
        ("start to first answer", ECHO, "≤ 1.80 s"),
        ("processor time of that", ECHO, None),
    ],
    "growth": [("memory after 60 updates", "after 12", "≤ 1.10 ×")],
}
WHOLE_BENCH = bool(os.environ.get("BENCH_PARTS"))  # all of them; else others on every day


def _parts() -> list[str]:
    others = [name for name in MEASURED if name != "steps"]
    today = random.Random(date.today().toordinal()).sample(others, 2)
    return [name for name in MEASURED if WHOLE_BENCH or name in {"steps", *today}]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], list[dict[str, object]]]:
    out = tmp_path_factory.mktemp("bench") / "bench.json"
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", ",".join([*_parts(), "figures"]), "--out", str(out)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended, json.loads(out.read_text(encoding="utf-8"))


def test_every_part_can_be_measured_and_is_told_of_here():
    assert [*MEASURED, "figures"] == list(PARTS)


@pytest.mark.timeout(310)
def test_every_row_is_measured_beside_its_peer_and_under_its_bar(quick):
    """Of all parts with BENCH_PARTS=all; in `make test` steps, figures and two more."""
    _, rows = quick
    expected = [told for name in _parts() for told in MEASURED[name]]
    assert [list(row) for row in rows] == [FIELDS] * len(rows)
    assert [(row["name"], row["against"], row["bar"]) for row in rows[: len(expected)]] == expected
    assert ("a digest's figures, the whole district, 200 checks", "≤ 25.00 ms") in [
        (row["name"], row["bar"]) for row in rows[len(expected) :]
    ]


def test_the_figures_are_there(quick):
    _, rows = quick
    assert all(isinstance(row["value"], float) and row["value"] >= 0 for row in rows)
    assert [row["ratio"] is None for row in rows] == [not row["against"] for row in rows]


def test_the_table_shows_every_row(quick):
    ended, rows = quick
    assert [line.split("  ")[0] for line in ended.stdout.splitlines()[-len(rows) :]] == [row["name"] for row in rows]


def test_a_ratio_is_the_median_of_the_pairs_and_not_of_the_figures():
    assert row("speed", "1/s", [100.0, 10.0, 50.0], "echo", [50.0, 40.0, 100.0], Bar(1.0)) == Row(
        "speed", 50.0, "1/s", "echo", 50.0, 0.5, Bar(1.0)
    )


def test_what_the_system_does_not_tell_is_left_out_and_meets_nothing():
    unknown = row("memory", "MB", [None, None], "echo", [None, 60.0], Bar(120.0, at_most=True, of_ratio=False))
    assert (unknown.value, unknown.peer, unknown.ratio, unknown.met) == (None, 60.0, None, None)


@pytest.mark.parametrize(
    ("value", "ratio", "bar", "met"),
    [
        (9.0, 1.0, Bar(1.0), True),
        (9.0, 0.99, Bar(1.0), False),
        (9.0, 2.0, Bar(2.0, at_most=True), True),
        (9.0, 2.1, Bar(2.0, at_most=True), False),
        (100.0, None, Bar(100.0, at_most=True, of_ratio=False), True),
        (299.0, 7.0, Bar(300.0, of_ratio=False), False),
    ],
)
def test_a_bar_is_met_when_it_is_just_reached(tmp_path: Path, value, ratio, bar, met):
    rows = [Row("a", value, "s", "echo", 1.0, ratio, bar)]
    write(rows, tmp_path / "new" / "bench.json")
    assert [told["met"] for told in json.loads((tmp_path / "new" / "bench.json").read_text())] == [met]
    assert table(rows).splitlines()[1].split("  ")[-1] == ("met" if met else "not met")


@pytest.mark.parametrize(("share", "value"), [(0.95, 19.0), (0.5, 10.0), (1.0, 20.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float):
    assert percentile([float(n) for n in range(20, 0, -1)], share) == value
