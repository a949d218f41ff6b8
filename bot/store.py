"""The photo store: every file under the hash of its bytes, exactly as received, whole even after a power cut."""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

ARRIVING = "arriving"  # on the same file system, so that a rename is one step


class PhotoStore:
    """`root/ab/cd/<sha256>`. The same bytes are kept once, however often they were sent."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def tidy(self, age: float = 0.0) -> None:
        """Files that were being written when a program died: nobody was told of them, so nobody misses them.

        `age` in seconds: where other programs share the store, what is younger may be under way.
        """
        for torn in (self.root / ARRIVING).glob("*"):
            if not age or torn.stat().st_mtime < time.time() - age:
                torn.unlink()

    def keep(self, content: bytes) -> str:
        """The hash, once bytes and name are on the disk: temporary file, fsync, rename, fsync of the folders."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if not _holds(path, sha256):
            self._write(path, content)
        # Even where the file was there: whoever wrote it may have died before its name was safe.
        for folder in (path.parent, path.parent.parent, self.root, self.root.parent):
            sync_folder(folder)
        return sha256

    def _write(self, path: Path, content: bytes) -> None:
        arriving = self.root / ARRIVING
        path.parent.mkdir(parents=True, exist_ok=True)
        arriving.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=arriving)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                _sync_file(file)
            os.chmod(temporary, 0o440)
            os.rename(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise


def _holds(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _sync_file(file: IO[bytes]) -> None:
    os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """With its name, and those of the folders around it, on the disk: what is kept in it is kept by its name."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in new:
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
