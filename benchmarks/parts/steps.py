"""Whole inspections as quickly as they are answered, beside the peers; the same with an API that takes its time."""

from pathlib import Path

from benchmarks.parts import Size
from benchmarks.rounds import Crowd, Echo, Ours, Peer, Round, play_all
from benchmarks.rows import Bar, Row, row

DELAY = 0.05  # seconds until a real Bot API has answered
CONVERSATION, AIOGRAM = "ConversationHandler bot", "aiogram FSM bot"
TO_ECHO, TO_CONVERSATION, TO_AIOGRAM = Bar(1.0), Bar(4.0), Bar(1.4)
TO_SLOW_ECHO = Bar(20.0)


def measure_steps(folder: Path, prepared: Path, size: Size) -> list[Row]:
    ours, echo = Ours(prepared), Echo()
    peers = [
        Peer(prepared, CONVERSATION, "benchmarks.conversation_bot"),
        Peer(prepared, AIOGRAM, "benchmarks.aiogram_bot"),
    ]
    played: dict[str, list[Round]] = {}
    for number in range(size.rounds):
        crowd = Crowd(size.people, size.warm_up, turns=size.turns)
        play_all(folder / str(number), [echo, ours, *peers], crowd, played)
    name = "full inspection steps per second"
    speeds = {bot: [r.per_second for r in rounds] for bot, rounds in played.items()}
    costs = {bot: [r.cost for r in rounds] for bot, rounds in played.items()}
    to_the_end = {bot: [r.updates / (r.seconds + r.rest) for r in rounds] for bot, rounds in played.items()}
    bars = [(echo.name, TO_ECHO), (CONVERSATION, TO_CONVERSATION), (AIOGRAM, TO_AIOGRAM)]
    mine = ours.name
    return [
        *(row(name, "1/s", speeds[mine], peer, speeds[peer], bar) for peer, bar in bars),
        *(row("processor time of a step", "µs", costs[mine], peer, costs[peer]) for peer, _ in bars),
        *(row("the same until the last photo is safe", "1/s", to_the_end[mine], peer, to_the_end[peer])
          for peer, _ in bars[1:]),
        row("from the last answer to that", "s", [r.rest for r in played[mine]]),
    ]  # fmt: skip


def measure_wait(folder: Path, prepared: Path, size: Size) -> list[Row]:
    ours, echo = Ours(prepared), Echo()
    played: dict[str, list[Round]] = {}
    for number in range(size.rounds):
        here = folder / str(number)
        # An echo that does one thing after the other is as quick with few people as with many, so minutes are spared.
        play_all(here, [echo], Crowd(max(4, size.people // 10), min(2, size.warm_up), delay=DELAY), played)
        play_all(here, [ours], Crowd(size.people, size.warm_up, delay=DELAY, turns=size.turns), played)
    mine, peer = played[ours.name], played[echo.name]
    return [
        row("steps per second, the API answering after 50 ms", "1/s", [r.per_second for r in mine], echo.name,
            [r.per_second for r in peer], TO_SLOW_ECHO),
        row("processor time of such a step", "µs", [r.cost for r in mine], echo.name, [r.cost for r in peer]),
    ]  # fmt: skip
