"""After an outage: everything that people sent meanwhile waits on the platform when the program starts."""

import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import record
from benchmarks.parts import Size
from benchmarks.programs import NoAnswer, Platform, stopping
from benchmarks.rounds import UPDATES_OF_A_CHECK, Ours, finish
from benchmarks.rows import Bar, Row, row

AT_LEAST = Bar(300.0, of_ratio=False)


@dataclass(frozen=True, slots=True)
class Drained:
    """Seconds from the first poll. `shown`: every update worked, all that was due sent; `safe`: every photo too."""

    updates: int
    shown: float
    safe: float
    messages: float  # new messages sent to each person


def measure_backlog(folder: Path, prepared: Path, size: Size) -> list[Row]:
    drained = [_drain(folder / str(number), prepared, size) for number in range(min(2, size.rounds))]
    updates = drained[0].updates
    return [
        row(f"a backlog of {updates:,} updates, until all is worked and sent", "1/s",
            [d.updates / d.shown for d in drained], bar=AT_LEAST),
        row("the same until the last photo is safe and said to be", "1/s", [d.updates / d.safe for d in drained]),
        row(f"messages each person got for {size.backlog} checks of {UPDATES_OF_A_CHECK} updates", "",
            [d.messages for d in drained]),
    ]  # fmt: skip


def _drain(folder: Path, prepared: Path, size: Size) -> Drained:
    folder.mkdir(parents=True)
    ours = Ours(prepared)
    people, checks = size.people, size.people * size.backlog
    platform = Platform(
        folder / "platform.log", "--places", str(prepared / record.PLACES), "--count", str(people), "--backlog",
        str(size.backlog),
    )  # fmt: skip
    bot = ours.start(folder, platform.url)
    with stopping(bot, platform):
        try:
            updates = platform.tells("began", bot)["waiting"]
            began = time.perf_counter()
            platform.tells("fetched", bot)
            finish(bot, lambda: record.still_to_do(folder)[:2])
            shown = time.perf_counter() - began
            finish(bot, lambda: record.still_to_do(folder))
            safe = time.perf_counter() - began
        except NoAnswer as error:
            raise NoAnswer(f"{error}\n{bot.said()[-2000:]}") from None
        messages = platform.calls()["sendMessage"]
    if lacking := record.shortcomings(folder, checks, updates):
        raise NoAnswer("; ".join(lacking))
    return Drained(updates, shown, safe, messages / people)
