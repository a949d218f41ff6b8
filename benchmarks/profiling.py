"""`python -m benchmarks --profile`: where the time of a step goes, by thread; which SQL it runs, and how often."""

import io
import marshal
import pstats
import signal
import sysconfig
import time
from pathlib import Path
from typing import Any

import orjson

from benchmarks import record
from benchmarks.programs import ROOT, NoAnswer, Platform, Program, stopping
from benchmarks.rounds import UPDATES_OF_A_CHECK, Crowd

PATIENCE = 20.0  # seconds for the observer to write what it saw
LINES = 40
CLOCKS = {"wall": "calls", "own": "own-time"}


def profile(folder: Path, clock: str, people: int, warm_up: int, out: Path) -> str:
    """The report; the raw profile of each thread is left beside `out`, for pstats or snakeviz."""
    record.prepare(folder / "prepared", people + warm_up)
    crowd = Crowd(people, warm_up, turns=3)
    counted, seconds, processor = _observe("statements", folder, crowd)
    called, slowed, _ = _observe(CLOCKS[clock], folder, crowd)
    steps = people * UPDATES_OF_A_CHECK
    return "\n".join([
        f"{steps} updates in {seconds:.2f} s ({steps / seconds:.0f}/s), {processor / steps * 1e6:,.0f} µs of "
        f"processor each; under the profiler {slowed:.2f} s",
        *_statements(orjson.loads(counted), steps),
        *_calls(marshal.loads(called), steps, out.parent),
    ])  # fmt: skip


def _observe(kind: str, folder: Path, crowd: Crowd) -> tuple[bytes, float, float]:
    """What the observer saw between the first update after the warm-up and the last answer; seconds; processor's."""
    here = folder / kind
    here.mkdir()
    platform = Platform(here / "platform.log", *crowd.options(folder / "prepared" / record.PLACES))
    config = record.settle_in(folder / "prepared", here, platform.url)
    seen = here / "seen"
    bot = Program(here / "bot.log", "benchmarks.profiled", kind, str(seen), "run", "--config", str(config))
    with stopping(bot, platform):
        platform.tells("began", bot)
        bot.signal(signal.SIGUSR1)
        before = bot.processor_seconds() or 0.0
        platform.tells("ended", bot)
        processor = (bot.processor_seconds() or 0.0) - before
        bot.signal(signal.SIGUSR2)
        until = time.monotonic() + PATIENCE
        while not seen.exists():
            if time.monotonic() > until or bot.ended:
                raise NoAnswer(f"the observer wrote nothing\n{bot.said()[-2000:]}")
            time.sleep(0.05)
        measured = platform.tells("measured", bot)["measured"]
    return seen.read_bytes(), measured["seconds"], processor


def _statements(seen: dict[str, Any], steps: int) -> list[str]:
    total = sum(seen["statements"].values())
    lines = ["", "processor by thread, µs for each update (without the profiler):"]
    lines += [f"{seconds / steps * 1e6:>10,.0f}  {name}" for name, seconds in
              sorted(seen["threads"].items(), key=lambda pair: -pair[1])]  # fmt: skip
    lines += ["", f"SQL: {total} statements, {total / steps:.2f} for each update; times for each update:"]
    ranked = sorted(seen["statements"].items(), key=lambda pair: -pair[1])
    return lines + [f"{times / steps:>8.3f}  {text[:230]}" for text, times in ranked]


def _calls(threads: dict[str, Any], steps: int, folder: Path) -> list[str]:
    lines: list[str] = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, stats in threads.items():
        kept = folder / f"profile-{name}.pstats"
        kept.write_bytes(marshal.dumps(stats))
        said = io.StringIO()
        table = pstats.Stats(str(kept), stream=said)
        for order in ("tottime", "cumulative"):
            said.write(f"\n=== thread {name}, by {order}; seconds for {steps} updates ===\n")
            table.sort_stats(order).print_stats(LINES)
        lines.append(said.getvalue())
    return [_compact(text) for text in lines]


def _compact(text: str) -> str:
    text = text.replace(f"{sysconfig.get_path('purelib')}/", "").replace(f"{ROOT}/", "")
    return "\n".join(line for line in text.splitlines() if line.strip() and "Ordered by" not in line)
