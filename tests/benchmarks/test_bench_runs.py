"""The benchmark still runs from end to end, and writes what it measured in the shape that is agreed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.rows import Row, percentile, row, table, write

ROOT = Path(__file__).parents[2]
FIELDS = ["name", "value", "unit", "peer", "ratio", "bar", "met"]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], list[dict[str, object]]]:
    out = tmp_path_factory.mktemp("bench") / "bench.json"
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--out", str(out)],
        cwd=ROOT, capture_output=True, text=True, timeout=110,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended, json.loads(out.read_text(encoding="utf-8"))


def test_every_row_has_the_agreed_fields(quick):
    _, rows = quick
    assert [list(row) for row in rows] == [FIELDS] * len(rows)


def test_the_figures_are_there(quick):
    _, rows = quick
    assert [row["name"] for row in rows] == [
        "full inspection steps per second",
        "processor time of a step",
        "photos safe and receipts final after the last answer",
        "p95 update to answer at 50 updates/s",
        "p95 album to card, of which 800 ms wait for its other parts",
        "memory at rest",
        "start to first answer",
    ]
    assert all(isinstance(row["value"], float) and row["value"] >= 0 for row in rows)


def test_the_bar_is_judged_by_the_ratio(quick):
    _, rows = quick
    steps, *others = rows
    assert (steps["bar"], steps["met"]) == (1.0, steps["ratio"] >= 1.0)
    assert [row["met"] for row in others if row["bar"] is None] == [None] * len(others)


def test_the_table_shows_every_row(quick):
    ended, rows = quick
    assert [line.split("  ")[0] for line in ended.stdout.splitlines()[1:]] == [row["name"] for row in rows]


def test_a_ratio_is_the_median_of_the_pairs_and_not_of_the_figures():
    assert row("speed", "1/s", [100.0, 10.0, 50.0], [50.0, 40.0, 100.0], bar=1.0) == Row(
        "speed", 50.0, "1/s", 50.0, 0.5, 1.0
    )


def test_what_the_system_does_not_tell_is_left_out():
    unknown = row("memory", "MB", [None, None], [None, 60.0])
    assert (unknown.value, unknown.peer, unknown.ratio, unknown.met) == (None, 60.0, None, None)


def test_a_bar_is_met_when_it_is_just_reached(tmp_path: Path):
    rows = [Row("a", 1.0, "s", 1.0, 1.0, bar=1.0), Row("b", 1.0, "s", 2.0, 0.5, bar=1.0)]
    write(rows, tmp_path / "new" / "bench.json")
    assert [told["met"] for told in json.loads((tmp_path / "new" / "bench.json").read_text())] == [True, False]
    assert [line.split("  ")[-1].strip() for line in table(rows).splitlines()[1:]] == ["met", "not met"]


@pytest.mark.parametrize(("share", "value"), [(0.95, 19.0), (0.5, 10.0), (1.0, 20.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float):
    assert percentile([float(n) for n in range(20, 0, -1)], share) == value
