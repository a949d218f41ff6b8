"""How long people wait: at a steady rate, and while one of them floods the bot."""

from pathlib import Path

from benchmarks.parts import Size
from benchmarks.rounds import Crowd, Echo, Ours, Round, play, play_all
from benchmarks.rows import Bar, Row, percentile, row

RATE = 50.0  # updates a second, far more than an agency's busiest minute
FLOOD = 100.0  # texts a second of one person
BESIDE_FLOOD = 20.0  # updates a second of all others meanwhile
SETTLED = ("location", "line", "submit")  # steps whose answer does not wait for an album's other parts
AT_MOST, FLOODED = Bar(100.0, at_most=True, of_ratio=False), Bar(2.0, at_most=True)


def measure_pace(folder: Path, prepared: Path, size: Size) -> list[Row]:
    ours, echo = Ours(prepared), Echo()
    played: dict[str, list[Round]] = {}
    for number in range(size.rounds):
        crowd = Crowd(max(4, size.people // 2), size.warm_up, RATE)
        play_all(folder / str(number), [echo, ours], crowd, played)
    steps, peer = [_p95(r, *SETTLED) for r in played[ours.name]], [_p95(r, "text") for r in played[echo.name]]
    albums = [_p95(r, "album") for r in played[ours.name]]
    return [
        row(f"p95 update to answer at {RATE:.0f} updates/s", "ms", steps, echo.name, peer, AT_MOST),
        row("p95 album to card, of which 800 ms wait for its other parts", "ms", albums),
    ]


def measure_flood(folder: Path, prepared: Path, size: Size) -> list[Row]:
    """The same people at the same rate, without a flood and beside one."""
    ours = Ours(prepared)
    calm, flooded = [], []
    for number in range(size.rounds):
        crowd = Crowd(size.flood_people, size.warm_up, BESIDE_FLOOD)
        calm.append(_p95(play(folder / f"{number}-calm", ours, crowd), *SETTLED))
        crowd = Crowd(size.flood_people, size.warm_up, BESIDE_FLOOD, flood=FLOOD)
        flooded.append(_p95(play(folder / f"{number}-flood", ours, crowd), *SETTLED))
    name = f"others' p95 while one person sends {FLOOD:.0f} messages/s"
    return [row(name, "ms", flooded, "ours, no flood", calm, FLOODED)]


def _p95(done: Round, *steps: str) -> float:
    return percentile(done.waited(*steps), 0.95)
