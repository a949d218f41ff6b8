"""The photo store: every file under the hash of its bytes, exactly as received, whole even after a power cut."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path


class PhotoStore:
    """`root/ab/cd/<sha256>`. The same bytes are kept once, however often they were sent."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def keep(self, content: bytes) -> str:
        """The hash, once bytes and name are on the disk: temporary file, fsync, rename, fsync of the folder."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.exists() and path.stat().st_size == len(content):
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o440)
            os.rename(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        for folder in (path.parent, path.parent.parent, self.root):
            _sync_folder(folder)
        return sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
