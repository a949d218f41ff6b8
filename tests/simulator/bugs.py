"""`python -m tests.simulator.bugs 200 [name …]`: for each planted bug the first seed that finds it, and by what."""

import sys
import time
from pathlib import Path

from tests.simulator.faults import Faults
from tests.simulator.planted import BUGS
from tests.simulator.simulation import Report, play

FOUND = Path(__file__).parent / "planted" / "found.txt"


def play_with(name: str, seed: int) -> Report:
    with BUGS[name][0]():
        return play(seed, enough=1)


def found_seeds() -> dict[str, int]:
    """At which seed each bug was found when it was last searched for."""
    lines = [line.split("|") for line in FOUND.read_text(encoding="utf-8").splitlines() if "|" in line]
    return {name.strip(): int(seed) for name, seed, _ in lines if seed.strip().isdigit()}


def search(name: str, most: int) -> tuple[int | None, str]:
    needs = BUGS[name][1]
    for seed in range(1, most + 1):
        if needs and not set(needs) & set(Faults.drawn(seed).strength):
            continue
        report = play_with(name, seed)
        if report.broken:
            return seed, report.broken[0]
    return None, f"not found in {most} seeds"


def main(most: int, names: list[str]) -> int:
    lines, missed = {}, 0
    for name in names or BUGS:
        began = time.monotonic()
        seed, what = search(name, most)
        missed += seed is None
        lines[name] = f"{name} | {seed or '-'} | {' '.join(what.split())[:110]}"
        print(f"{lines[name]}  ({time.monotonic() - began:.0f} s)", flush=True)
    before = {line.split("|")[0].strip(): line for line in FOUND.read_text(encoding="utf-8").splitlines()}
    told = {**before, **lines}
    FOUND.write_text("\n".join(told[name] for name in BUGS if name in told) + "\n", encoding="utf-8")
    print(f"{len(lines) - missed} of {len(lines)} found")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, sys.argv[2:]))
