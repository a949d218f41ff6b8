"""The command line: demo, run, import, campaign, inbox, check-config, emulator."""

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from models.database import Database

EX_CONFIG = 78


def main(argv: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["emulator"]:
        from bot.emulator.command import main as emulate  # it has options of its own

        return emulate(given[1:])
    options = _parser(given[0] if given else "").parse_args(given)
    command: int = options.command(options)
    return command


def _parser(wanted: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Xuncha 巡查: field inspections by chat.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the bot")
    _with_config(run)
    run.add_argument(
        "--clock-file", type=Path, help="a file with the seconds by which the clock is moved (for trying things out)"
    )
    run.set_defaults(command=_run)
    check = commands.add_parser("check-config", help="check config.toml and say what is wrong with it")
    _with_config(check)
    check.set_defaults(command=_check)
    reading = commands.add_parser("import", help="import a campaign's folder")
    if wanted == "import":
        from bot import importing  # a running bot has no use for it

        importing.add_arguments(reading)
    _with_config(reading)
    reading.set_defaults(command=_import)
    campaign = commands.add_parser("campaign", help="list campaigns, end one, reopen one")
    _with_config(campaign)
    if wanted == "campaign":
        from bot import campaigns

        campaigns.add_arguments(campaign)
    campaign.set_defaults(command=_campaign)
    dead = commands.add_parser("inbox", help="list messages that failed three times, try one again")
    _with_config(dead)
    if wanted == "inbox":
        from bot import dead_rows

        dead_rows.add_arguments(dead)
    dead.set_defaults(command=_inbox)
    demo = commands.add_parser("demo", help="try everything on this machine, without a token")
    demo.add_argument("--port", type=int, default=8081)
    demo.add_argument("--script", action="store_true", help="plays the dialogues by itself")
    demo.add_argument(
        "--pace", type=float, default=1.0, help="how quickly the dialogues are played: 2 is twice as fast"
    )
    demo.add_argument("--keep", type=Path, help="a folder for the demo's data, kept for the next time")
    demo.set_defaults(command=_demo)
    commands.add_parser(
        "emulator", help="only the local Bot API server and its page: --port, --host, --token, --clock-file"
    )
    return parser


def _with_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=Path("config.toml"))


def _run(options: argparse.Namespace) -> int:
    gc.disable()  # what is imported stays: to look through it again and again makes the start a tenth longer
    from bot import logs
    from bot.app import AlreadyRunning, App, run_until_signalled
    from bot.config import ConfigError, read_settings
    from bot.wallclock import MovedClock, SystemClock
    from models.database import DatabaseNotReady

    try:
        settings = read_settings(options.config)
        logs.set_up(settings.log.level)
        clock = MovedClock(options.clock_file) if options.clock_file else SystemClock()
        return _in_loop(lambda: App(settings, clock), run_until_signalled)
    except ConfigError as error:
        print(error, file=sys.stderr)
    except (AlreadyRunning, DatabaseNotReady, OSError) as error:
        print(error, file=sys.stderr)
    return EX_CONFIG


def _in_loop(build: object, run: object) -> int:
    """On uvloop where there is one: it halves the cost of every call."""
    assert callable(build)
    assert callable(run)

    async def alive() -> int:
        app = build()
        gc.freeze()  # nor is it looked through later, while people wait
        # What the session holds is looked through ever again: seldom, but often enough to give back the checks it has
        # let go of, which hold their photos and are held by them.
        gc.set_threshold(10_000, 1, 1)
        gc.enable()
        await run(app)
        if app.failure:
            print(app.failure, file=sys.stderr)
        return EX_CONFIG if app.failure else 0

    try:
        import uvloop
    except ImportError:
        return asyncio.run(alive())
    return uvloop.run(alive())


def _check(options: argparse.Namespace) -> int:
    from bot.config import ConfigError, read_settings

    try:
        settings = read_settings(options.config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    told = f"mode {settings.telegram.mode}, data in {settings.folder}, zone {settings.agency.timezone}"
    print(f"{options.config}: fine; {told}.")
    return 0


def _import(options: argparse.Namespace) -> int:
    from bot import importing

    return _on_record(options, importing.run)


def _campaign(options: argparse.Namespace) -> int:
    from bot import campaigns

    return _on_record(options, campaigns.run)


def _inbox(options: argparse.Namespace) -> int:
    from bot import dead_rows

    return _on_record(options, dead_rows.run)


def _on_record(
    options: argparse.Namespace, run: "Callable[[argparse.Namespace, Database, Callable[[], datetime]], int]"
) -> int:
    """A command that works on the record itself, whether a bot is running on it or not."""
    from datetime import UTC, datetime

    from bot.config import ConfigError, read_settings
    from bot.store import make_folder
    from models.database import DatabaseNotReady, open_database

    try:
        settings = read_settings(options.config)
        make_folder(settings.folder)
        database = open_database(settings.database_url)
    except (ConfigError, DatabaseNotReady, OSError) as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    try:
        return run(options, database, lambda: datetime.now(UTC))
    finally:
        database.close()


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import demo

    return demo(options.port, options.script, options.pace, options.keep)


if __name__ == "__main__":
    sys.exit(main())
