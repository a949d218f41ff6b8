"""What the program takes to begin and to rest; and whether its memory grows with what it has done."""

from pathlib import Path

from benchmarks import record
from benchmarks.parts import Size
from benchmarks.programs import NoAnswer, Platform, stopping
from benchmarks.rounds import UPDATES_OF_A_CHECK, Beginning, Crowd, Echo, Ours, begin, finish
from benchmarks.rows import Bar, Row, row

IDLE = Bar(120.0, at_most=True, of_ratio=False)
STARTED = Bar(1.8, at_most=True, of_ratio=False)
GROWN = Bar(1.1, at_most=True)
PATIENCE = "1800"  # seconds
SETTLING = 0.2  # of all updates are done before memory is looked at for the first time


def measure_rest(folder: Path, prepared: Path, size: Size) -> list[Row]:
    ours, echo = Ours(prepared), Echo()
    mine: list[Beginning] = []
    theirs: list[Beginning] = []
    for number in range(size.rounds):
        mine.append(begin(folder / f"{number}-ours", ours))
        theirs.append(begin(folder / f"{number}-echo", echo))
    return [
        row("memory at rest", "MB", [b.megabytes for b in mine], echo.name, [b.megabytes for b in theirs], IDLE),
        row("start to first answer", "s", [b.seconds for b in mine], echo.name, [b.seconds for b in theirs], STARTED),
        row("processor time of that", "s", [b.processor for b in mine], echo.name, [b.processor for b in theirs]),
    ]


def measure_growth(folder: Path, prepared: Path, size: Size) -> list[Row]:
    """Memory after a fifth of the updates, when all that is kept for good is there, and after all of them."""
    folder.mkdir(parents=True)
    ours = Ours(prepared)
    repeat = size.soak // UPDATES_OF_A_CHECK // size.people
    checks, early = repeat * size.people, int(size.soak * SETTLING)
    platform = Platform(
        folder / "platform.log", *ours.options(Crowd(size.people, 0, turns=repeat)), "--tell-at", str(early),
        "--patience", PATIENCE,
    )  # fmt: skip
    bot = ours.start(folder, platform.url)
    with stopping(bot, platform):
        try:
            platform.tells("reached", bot)
            before = bot.megabytes()
            platform.tells("measured", bot)
            finish(bot, lambda: ours.still_to_do(folder))
            after = bot.megabytes()
        except NoAnswer as error:
            raise NoAnswer(f"{error}\n{bot.said()[-2000:]}") from None
    if lacking := record.shortcomings(folder, checks, checks * UPDATES_OF_A_CHECK):
        raise NoAnswer("; ".join(lacking))
    name = f"memory after {checks * UPDATES_OF_A_CHECK:,} updates"
    return [row(name, "MB", [after], f"after {early:,}", [before], GROWN)]
