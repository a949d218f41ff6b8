"""Our program with a probe in its event loop: `python -m benchmarks.probed OUT run --config …`.

SIGUSR1 begins anew, SIGUSR2 writes to OUT for how long the loop did not come round at most, in milliseconds; and how
long the program itself was at work meanwhile: where that is far less, the machine was busy with others.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path

from bot import __main__ as command

EVERY = 0.005  # seconds between two looks


class Probe:
    def __init__(self) -> None:
        self.longest = (0.0, 0.0)  # seconds, and of the processor's

    async def watch(self) -> None:
        while True:
            before, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(EVERY)
            late = time.perf_counter() - before - EVERY
            self.longest = max(self.longest, (late, time.process_time() - used))


def main(out: Path, words: list[str]) -> int:
    from bot import app

    run, probe = app.run_until_signalled, Probe()

    async def run_watched(program: app.App) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, setattr, probe, "longest", (0.0, 0.0))
        loop.add_signal_handler(signal.SIGUSR2, lambda: _write(out, *probe.longest))
        watching = asyncio.create_task(probe.watch())
        await run(program)
        watching.cancel()

    app.run_until_signalled = run_watched
    return command.main(words)


def _write(out: Path, late: float, used: float) -> None:
    half = out.with_suffix(".half")
    half.write_text(f"{late * 1000} {used * 1000}")
    half.rename(out)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
