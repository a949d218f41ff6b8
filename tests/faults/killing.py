"""Deaths to order: a forked copy of this process works until it reaches a chosen line, and the kernel kills it there.

SIGKILL rather than an exception: no `finally` runs, nobody rolls a transaction back, nothing can be swallowed.
"""

import os
import select
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NoReturn

Line = tuple[str, int]  # file, number
PATIENCE = 60.0  # seconds a copy may take


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("outlived SIGKILL")


class Lines:
    """Counts the lines that are executed in some files, on every thread, and calls `reached` before each of them."""

    def __init__(self, files: Iterable[Path], reached: Callable[[Line, int], object]) -> None:
        self._files = {str(path): path.name for path in files}
        self._reached = reached
        self._watched: dict[CodeType, str | None] = {}
        self.total = 0
        self.counts: Counter[Line] = Counter()

    def watch(self) -> None:
        threading.settrace(self._call)
        sys.settrace(self._call)

    def stop(self) -> None:
        threading.settrace(None)
        sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        code = frame.f_code
        try:
            name = self._watched[code]
        except KeyError:
            name = self._watched[code] = self._files.get(code.co_filename)
        return self._line if name is not None else None

    def _line(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            name = self._watched[frame.f_code]
            assert name is not None
            line = (name, frame.f_lineno)
            self.total += 1
            self.counts[line] += 1
            self._reached(line, self.total)
        return self._line


def copy_of_this(work: Callable[[], object]) -> int:
    """Runs `work` in a copy of this process that ends with it; the copy's process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def was_killed(process: int) -> bool:
    """Waits for a copy: True when it was killed, False when it finished its work. Anything else is a failure."""
    status = _ended(process)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"a copy ended by signal {os.WTERMSIG(status)}"
        return True
    assert os.WEXITSTATUS(status) == 0, f"a copy failed with {os.WEXITSTATUS(status)}; see its traceback"
    return False


def _ended(process: int) -> int:
    handle = os.pidfd_open(process)
    try:
        if not select.select([handle], [], [], PATIENCE)[0]:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            raise AssertionError(f"a copy did not end within {PATIENCE:.0f} s")
        return os.waitpid(process, 0)[1]
    finally:
        os.close(handle)
