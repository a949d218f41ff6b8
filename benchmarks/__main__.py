"""`python -m benchmarks`: our program and a bare python-telegram-bot echo, turn by turn, on the same platform.

A step is one update stored and committed before it is confirmed, worked, committed, and its card shown.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import record
from benchmarks.profiling import CLOCKS, profile
from benchmarks.programs import ROOT, NoAnswer
from benchmarks.rounds import Beginning, Crowd, Ours, Round, begin, play_echo, play_ours, start_echo
from benchmarks.rows import Row, percentile, row, table, write

RATE = 50.0  # updates a second, far more than an agency's busiest minute
STEPS_BAR = 1.0  # a whole inspection step at least as quick as the peer's echo of a text


@dataclass(frozen=True, slots=True)
class Size:
    people: int
    warm_up: int
    rounds: int


WHOLE = Size(people=200, warm_up=10, rounds=3)
QUICK = Size(people=20, warm_up=2, rounds=1)


@dataclass
class Pair:
    """The rounds of both programs, each with its neighbour in time."""

    ours: list[Round] = field(default_factory=list)
    echo: list[Round] = field(default_factory=list)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="How fast, beside its peers.")
    parser.add_argument("--quick", action="store_true", help="few people, one round: only shows that it runs")
    parser.add_argument("--people", type=int, help=f"how many inspect at once ({WHOLE.people}; quick: {QUICK.people})")
    parser.add_argument("--rounds", type=int, help=f"how often all is measured ({WHOLE.rounds}; quick: {QUICK.rounds})")
    parser.add_argument("--profile", nargs="?", choices=CLOCKS, const="wall",
                        help="instead: where the time of our steps goes, and its SQL; by which clock")  # fmt: skip
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    return parser.parse_args(argv)


def _size(options: argparse.Namespace) -> Size:
    usual = QUICK if options.quick else WHOLE
    return replace(usual, people=options.people or usual.people, rounds=options.rounds or usual.rounds)


def measure(folder: Path, size: Size) -> list[Row]:
    record.prepare(folder / "prepared", size.people + size.warm_up)
    ours = Ours(folder / "prepared")
    full, paced = Pair(), Pair()
    beginnings: list[tuple[Beginning, Beginning]] = []
    for number in range(size.rounds):
        here = folder / str(number)
        _tell(f"round {number + 1} of {size.rounds}: {size.people} people as quickly as they are answered …")
        _play_both(here / "full", ours, Crowd(size.people, size.warm_up), full)
        _tell(f"round {number + 1} of {size.rounds}: {RATE:.0f} updates a second …")
        _play_both(here / "paced", ours, Crowd(size.people // 2, size.warm_up, RATE), paced)
        beginnings.append((begin(here / "begin-ours", ours), begin(here / "begin-echo", start_echo)))
    return [*_throughput(full), *_waits(paced), *_beginnings(beginnings)]


def _play_both(folder: Path, ours: Ours, crowd: Crowd, into: Pair) -> None:
    into.echo.append(play_echo(folder / "echo", crowd))
    into.ours.append(play_ours(folder / "ours", ours, crowd))


def _throughput(full: Pair) -> list[Row]:
    speed, peer = [r.per_second for r in full.ours], [r.per_second for r in full.echo]
    cost, peer_cost = [_cost(r) for r in full.ours], [_cost(r) for r in full.echo]
    return [
        row("full inspection steps per second", "1/s", speed, peer, STEPS_BAR),
        row("processor time of a step", "µs", cost, peer_cost),
        row("photos safe and receipts final after the last answer", "s", [r.rest for r in full.ours]),
    ]


def _cost(done: Round) -> float | None:
    return done.processor / done.updates * 1e6 if done.processor is not None else None


def _waits(paced: Pair) -> list[Row]:
    steps = [percentile(r.waited("location", "line", "submit"), 0.95) for r in paced.ours]
    albums = [percentile(r.waited("album"), 0.95) for r in paced.ours]
    peer = [percentile(r.waited("text"), 0.95) for r in paced.echo]
    return [
        row(f"p95 update to answer at {RATE:.0f} updates/s", "ms", steps, peer),
        row("p95 album to card, of which 800 ms wait for its other parts", "ms", albums),
    ]


def _beginnings(beginnings: Sequence[tuple[Beginning, Beginning]]) -> list[Row]:
    ours, echo = [pair[0] for pair in beginnings], [pair[1] for pair in beginnings]
    return [
        row("memory at rest", "MB", [b.megabytes for b in ours], [b.megabytes for b in echo]),
        row("start to first answer", "s", [b.seconds for b in ours], [b.seconds for b in echo]),
    ]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    options = _options(argv)
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        size = _size(options)
        try:
            if options.profile:
                print(profile(Path(folder), options.profile, size.people, size.warm_up, options.out))
                return 0
            rows = measure(Path(folder), size)
        except NoAnswer as error:
            print(f"nothing measured: {error}", file=sys.stderr)
            return 1
    write(rows, options.out)
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
