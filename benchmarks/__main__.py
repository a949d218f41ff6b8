"""`python -m benchmarks`: our program and its peers, turn by turn, on the same platform under the same load.

A step is one update stored and committed before it is confirmed, worked, committed, and its card shown.
"""

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import record
from benchmarks.parts import QUICK, WHOLE, Part, Size
from benchmarks.parts.backlog import measure_backlog
from benchmarks.parts.figures import measure_figures
from benchmarks.parts.resting import measure_growth, measure_rest
from benchmarks.parts.stalls import measure_stall
from benchmarks.parts.steps import measure_steps, measure_wait
from benchmarks.parts.waits import measure_flood, measure_pace
from benchmarks.profiling import CLOCKS, profile
from benchmarks.programs import ROOT, NoAnswer
from benchmarks.rows import Row, table, write

PARTS: dict[str, Part] = {
    "steps": measure_steps,
    "wait": measure_wait,
    "pace": measure_pace,
    "flood": measure_flood,
    "backlog": measure_backlog,
    "stall": measure_stall,
    "rest": measure_rest,
    "growth": measure_growth,
    "figures": measure_figures,
}

OURS = ("bot", "handlers", "models", "benchmarks")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="How fast, beside its peers.")
    parser.add_argument("--only", type=_parts, default=list(PARTS), help=f"some of {','.join(PARTS)}; else all of them")
    parser.add_argument("--quick", action="store_true", help="few people, one round: only shows that it runs")
    parser.add_argument("--people", type=int, help=f"how many inspect at once ({WHOLE.people}; quick: {QUICK.people})")
    parser.add_argument("--rounds", type=int, help=f"how often all is measured ({WHOLE.rounds}; quick: {QUICK.rounds})")
    parser.add_argument("--profile", nargs="?", choices=CLOCKS, const="wall",
                        help="instead: where the time of our steps goes, and its SQL; by which clock")  # fmt: skip
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    return parser.parse_args(argv)


def _parts(given: str) -> list[str]:
    names = given.split(",")
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return names


def _size(options: argparse.Namespace) -> Size:
    usual = QUICK if options.quick else WHOLE
    return replace(usual, people=options.people or usual.people, rounds=options.rounds or usual.rounds)


def measure(folder: Path, names: Sequence[str], size: Size) -> tuple[list[Row], list[str]]:
    """The rows, and what is wrong with the parts that could not be measured."""
    for ours in OURS:  # as the peers' libraries were when they were installed, whatever the shell says of bytecode
        compileall.compile_dir(ROOT / ours, quiet=1)
    prepared = folder / "prepared"
    record.prepare(prepared, max(size.people, size.flood_people) + size.warm_up + 1)
    rows: list[Row] = []
    amiss: list[str] = []
    for name in names:
        began = time.monotonic()
        try:
            rows += PARTS[name](folder / name, prepared, size)
        except NoAnswer as error:
            amiss.append(f"{name} was not measured: {error}")
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows, amiss


def main(argv: Sequence[str] | None = None) -> int:
    options = _options(argv)
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        size = _size(options)
        try:
            if options.profile:
                print(profile(Path(folder), options.profile, size.people, size.warm_up, options.out))
                return 0
            rows, amiss = measure(Path(folder), options.only, size)
        except NoAnswer as error:
            print(f"nothing measured: {error}", file=sys.stderr)
            return 1
    write(rows, options.out)
    print(table(rows))
    for line in amiss:  # a table that lacks a part must not be taken for the whole
        print(line, file=sys.stderr)
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
