"""`python -m tests.simulator 10000 [first]`: so many seeds, those that failed once before all others."""

import gc
import sys
import time
from collections import Counter
from pathlib import Path

from tests.simulator.simulation import Report, play

KEPT = Path(__file__).parents[1] / "seeds.txt"


def kept_seeds() -> list[int]:
    """Seeds that found something once: played again for ever."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    return [int(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]


def keep(report: Report) -> None:
    if report.seed not in kept_seeds():
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{report.seed}  # {report.broken[0][:100]}\n")


def told(report: Report) -> str:
    return f"seed {report.seed} ({report.faults}):\n" + "\n".join(f"  {line}" for line in report.broken)


def main(count: int, first: int) -> int:
    gc.freeze()
    began, totals, failed = time.monotonic(), Counter[str](), []
    seeds = dict.fromkeys([*kept_seeds(), *range(first, first + count)])
    for done, seed in enumerate(seeds, 1):
        report = play(seed)
        totals.update(report.counts | {"steps": report.steps, "deaths": report.deaths, "starts": report.starts})
        if report.broken:
            failed.append(seed)
            keep(report)
            print(told(report), flush=True)
        if done % 100 == 0 or done == len(seeds):
            seconds = time.monotonic() - began
            figures = ", ".join(f"{totals[what]} {what}" for what in ("steps", "deaths", "starts"))
            print(f"{done} seeds, {figures}, {len(failed)} failed; {seconds:.0f} s", flush=True)
    print(dict(totals))
    return 1 if failed else 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 1000, numbers[1] if len(numbers) > 1 else 1))
