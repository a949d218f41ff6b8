"""The time everybody here agrees on: the machine's own, moved by an offset that other processes can share."""

import os
import time
from pathlib import Path


class MovableClock:
    """Seconds since 1970, moved by an offset kept in a small text file when a path is given."""

    def __init__(self, path: Path | str | None = None) -> None:
        self._path = Path(path) if path is not None else None
        self._offset = 0.0
        self._seen: tuple[int, int, int] | None = None

    @property
    def offset(self) -> float:
        self._read_again()
        return self._offset

    def now(self) -> float:
        return time.time() + self.offset

    def move_to(self, epoch: float) -> None:
        self._keep(epoch - time.time())

    def move_by(self, seconds: float) -> None:
        self._keep(self.offset + seconds)

    def _keep(self, offset: float) -> None:
        self._offset = offset
        if self._path is None:
            return
        # Replaced in one step, so that a reader never meets half a number.
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        draft.write_text(f"{offset!r}\n", encoding="ascii")
        draft.replace(self._path)

    def _read_again(self) -> None:
        if self._path is None:
            return
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return
        # The inode changes with every replacement, even within one tick of the file system's clock.
        seen = (status.st_mtime_ns, status.st_ino, status.st_size)
        if seen == self._seen:
            return
        try:
            self._offset = float(self._path.read_text(encoding="ascii"))
        except (ValueError, FileNotFoundError):
            return
        self._seen = seen
