"""Programs of our own as people would start them, each in a process of its own.

Most of a start is the reading of modules. Where that is not what a test is about, the program begins as a copy of a
process that has read them and done nothing yet; what it then does is the same from the first line of `bot/__main__.py`.
"""

import asyncio
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
READ = ("tests.stage.programs", "bot.app", "bot.logs", "bot.emulator.command", "uvloop")


class Process(Protocol):
    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


class Copied:
    """A process that began as a copy, told of as `subprocess` would."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


@dataclass
class Running:
    """One program: its process, and the file that all it says goes to."""

    process: Process
    output: Path

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    async def ended(self, seconds: float = 20.0) -> int:
        return await asyncio.to_thread(self.process.wait, seconds)

    def ends(self, seconds: float) -> int:
        """Asked to end, and made to if it does not."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            return self.process.wait()


def start(output: Path, *words: str, settings: dict[str, str] | None = None, anew: bool = False) -> Running:
    """`python -m bot …`; what it says is added to the file. `settings` are given in its environment. `anew`: modules
    are read by the program itself."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(settings or {})}
    output.touch()
    if not anew and sys.platform == "linux":
        process = _forks().Process(target=_become, args=(str(output), words, environment), daemon=False)
        process.start()
        return Running(Copied(process), output)
    with output.open("ab") as file:
        begun = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    return Running(begun, output)


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(READ))
    return context


def _become(output: str, words: tuple[str, ...], environment: dict[str, str]) -> None:
    """In the copy: what `python -m bot` does when it begins."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(file, number)
    os.close(file)
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)  # a file, as at the start
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["bot", *words]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
