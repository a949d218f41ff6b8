"""Starting the emulator: from the command line, or inside another program."""

import argparse
import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.emulator.clock import MovableClock
from bot.emulator.server import build_app
from bot.emulator.world import World
from bot.emulator.worlds import TOKEN

__all__ = ["Running", "build_app", "main", "serve"]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers; close() ends it."""

    host: str
    port: int
    world: World
    runner: web.AppRunner

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def close(self) -> None:
        await self.runner.cleanup()


async def serve(
    port: int, host: str = "127.0.0.1", clock_file: Path | str | None = None, token: str | None = None
) -> Running:
    """Port 0 takes any that is free."""
    if token and not TOKEN.fullmatch(token):
        raise ValueError("this does not look like a bot's token")
    world = World(MovableClock(clock_file), token or "")
    # No access log: it would write the token down with every call.
    runner = web.AppRunner(build_app(world), access_log=None, shutdown_timeout=1.0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return Running(host, runner.addresses[0][1], world, runner)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="emulator", description="A Bot API server on this machine, with a page.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--token", help="the only token accepted; otherwise any that looks like one")
    parser.add_argument("--clock-file", type=Path, help="a file that keeps how far the clock is moved")
    return parser.parse_args(argv)


async def _run(options: argparse.Namespace) -> None:
    running = await serve(options.port, options.host, options.clock_file, options.token)
    print(f"{running.url}/", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await running.close()


def main(argv: Sequence[str]) -> int:
    try:
        asyncio.run(_run(_options(argv)))
    except (OSError, ValueError) as error:
        print(error)
        return 1
    return 0
