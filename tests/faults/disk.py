"""A disk that loses power: what was not synced is kept, dropped or torn, in any order, files and names alike.

The files are real ones in a real folder; beside them this remembers what a disk would be sure to hold.
"""

import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

SECTOR = 512


class PowerCut(BaseException):
    """Nothing runs any more."""


@dataclass
class File:
    """`sure`: what a sync has put on the disk. `later`: writes (offset, bytes) and lengths (number) since then."""

    sure: bytes = b""
    later: list[tuple[int, bytes] | int] = field(default_factory=list)
    begun: bool = True  # its name is not on the disk yet

    def after_cut(self, chance: random.Random, mood: float) -> bytes:
        """Changes are kept with a probability of `mood`, some of them in part, and not in their order."""
        content = bytearray(self.sure)
        later = list(self.later)
        if chance.random() < 0.5:
            chance.shuffle(later)
        for change in later:
            if chance.random() > mood:
                continue
            if isinstance(change, int):
                _cut_to(content, change, chance)
            else:
                for offset, part in _torn(*change, chance):
                    if offset > len(content):
                        _cut_to(content, offset, chance)
                    content[offset : offset + len(part)] = part
        return bytes(content)


def _cut_to(content: bytearray, length: int, chance: random.Random) -> None:
    """What a file gains without being written to holds nothing, or what lay there before."""
    if length > len(content):
        gap = length - len(content)
        content += bytes(gap) if chance.random() < 0.5 else chance.randbytes(gap)
    del content[length:]


def _torn(offset: int, data: bytes, chance: random.Random) -> list[tuple[int, bytes]]:
    """The whole of it, or any of its sectors."""
    if chance.random() < 0.5:
        return [(offset, data)]
    first = SECTOR - offset % SECTOR
    edges = [0, *range(first, len(data), SECTOR), len(data)]
    parts = [(offset + a, data[a:b]) for a, b in pairwise(edges) if b > a]
    return [part for part in parts if chance.random() < 0.5]


@dataclass
class Folder:
    """Names on the disk for sure, and what was done to names since its last sync."""

    sure: dict[str, "File | Folder"] = field(default_factory=dict)
    later: list[tuple[str, "File | Folder | None"]] = field(default_factory=list)

    def sync(self) -> None:
        self.sure = self.now()
        self.later = []

    def now(self) -> dict[str, "File | Folder"]:
        return _named(self.sure, self.later)

    def after_cut(self, chance: random.Random, mood: float) -> dict[str, "File | Folder"]:
        return _named(self.sure, [change for change in self.later if chance.random() <= mood])


def _named(
    names: dict[str, File | Folder], changes: list[tuple[str, File | Folder | None]]
) -> dict[str, File | Folder]:
    names = dict(names)
    for name, thing in changes:
        if thing is None:
            names.pop(name, None)
        else:
            names[name] = thing
    return names


class Disk:
    """All there is under `root`. Before its nth step the power goes; from then on every step raises `dead`."""

    def __init__(self, root: Path, cut_before: int = 0) -> None:
        self.root = root
        self.cut_before = cut_before
        self.steps = 0
        self.dead = False
        self.what = ""
        self._lock = threading.RLock()
        self._folders: dict[Path, Folder] = {}
        self._files: dict[Path, File] = {}
        self._take_in(root)

    def _take_in(self, path: Path) -> Folder:
        """What lies there already has lain there long enough."""
        folder = self._folders[path] = Folder()
        for each in path.iterdir():
            if each.is_dir():
                folder.sure[each.name] = self._take_in(each)
            else:
                folder.sure[each.name] = self._files[each] = File(each.read_bytes(), begun=False)
        return folder

    def holds(self, path: Path) -> bool:
        return path.is_relative_to(self.root)

    def step(self, what: str, work: Callable[[], Any], note: Callable[[], None] = lambda: None) -> Any:
        """Something done to the disk; `note` says what it means for what is sure."""
        with self._lock:
            self.steps += 1
            if self.steps == self.cut_before:
                self.dead, self.what = True, what
            if self.dead:
                raise PowerCut(what)
            done = work()
            note()
            return done

    # what is done to it

    def opened(self, path: Path) -> None:
        """A file that was not there before has a name that is not on the disk yet."""
        if path not in self._files:
            self._files[path] = file = File()
            self._folders[path.parent].later.append((path.name, file))

    def wrote(self, path: Path, offset: int, data: bytes) -> None:
        self._files[path].later.append((offset, data))

    def cut_short(self, path: Path, length: int) -> None:
        self._files[path].later.append(length)

    def synced(self, path: Path) -> None:
        if path in self._folders:
            self._folders[path].sync()
        elif path in self._files:
            self._files[path].sure, self._files[path].later = path.read_bytes(), []

    def made_folder(self, path: Path) -> None:
        self._folders[path] = folder = Folder()
        self._folders[path.parent].later.append((path.name, folder))

    def renamed(self, old: Path, new: Path) -> None:
        file = self._files[new] = self._files.pop(old)
        self._folders[new.parent].later.append((new.name, file))
        self._folders[old.parent].later.append((old.name, None))

    def removed(self, path: Path) -> None:
        if self._files.pop(path, None) is not None:
            self._folders[path.parent].later.append((path.name, None))

    # afterwards

    def after_cut(self, to: Path, chance: random.Random, mood: float) -> None:
        """One of the many folders that may be found when the power is back."""
        for path, file in self._files.items():
            if not file.later and path.exists():  # written through, not by SQLite: its bytes were not seen coming
                file.later = [(0, path.read_bytes())]
        self._rebuild(self._folders[self.root], to, chance, mood)

    def _rebuild(self, folder: Folder, to: Path, chance: random.Random, mood: float) -> None:
        to.mkdir()
        for name, thing in folder.after_cut(chance, mood).items():
            if isinstance(thing, Folder):
                self._rebuild(thing, to / name, chance, mood)
            elif not name.endswith("-shm"):  # memory, which is gone
                (to / name).write_bytes(thing.after_cut(chance, mood))


def watch_os(disk: Disk, patch: Callable[[Any, str, Any], None]) -> None:
    """Everything that the program does to files by itself goes through the disk: `patch` replaces functions of `os`."""
    real = {name: getattr(os, name) for name in ("open", "fsync", "rename", "unlink", "mkdir", "replace")}

    def opening(path: Any, flags: int, *more: Any, **named: Any) -> Any:
        where = Path(os.fspath(path)) if isinstance(path, str | os.PathLike) else None
        if where is None or not disk.holds(where) or not flags & os.O_CREAT:
            return real["open"](path, flags, *more, **named)
        return disk.step(f"open {where.name}", lambda: real["open"](path, flags, *more, **named),
                         lambda: disk.opened(where))  # fmt: skip

    def syncing(handle: Any) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle if isinstance(handle, int) else handle.fileno()}"))
        if not disk.holds(path):
            return real["fsync"](handle)
        disk.step(f"sync {path.name}", lambda: None, lambda: disk.synced(path))
        return None

    def renaming(old: Any, new: Any, **named: Any) -> None:
        a, b = Path(old), Path(new)
        if not disk.holds(b):
            return real["rename"](old, new, **named)
        disk.step(f"rename to {b.name}", lambda: real["rename"](old, new), lambda: disk.renamed(a, b))
        return None

    def removing(path: Any, **named: Any) -> None:
        where = Path(path)
        if not disk.holds(where):
            return real["unlink"](path, **named)
        disk.step(f"remove {where.name}", lambda: real["unlink"](path), lambda: disk.removed(where))
        return None

    def making(path: Any, *more: Any, **named: Any) -> None:
        where = Path(path)
        if not disk.holds(where):
            return real["mkdir"](path, *more, **named)
        disk.step(f"folder {where.name}", lambda: real["mkdir"](path, *more), lambda: disk.made_folder(where))
        return None

    for name, function in {
        "open": opening, "fsync": syncing, "rename": renaming, "replace": renaming, "unlink": removing, "mkdir": making,
    }.items():  # fmt: skip
        patch(os, name, function)
