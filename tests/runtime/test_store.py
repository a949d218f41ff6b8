"""The photo store: the same bytes once, read-only, whole or not at all."""

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from bot.store import ARRIVING, PhotoStore, make_folder

CONTENT = b"\xff\xd8 a photo of a lamp"


def _files(store: PhotoStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "photos")


def test_bytes_are_kept_under_their_hash_and_nobody_may_change_them(store: PhotoStore) -> None:
    sha256 = store.keep(CONTENT)
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    path = store.path(sha256)
    assert path == store.root / sha256[:2] / sha256[2:4] / sha256
    assert path.read_bytes() == CONTENT
    assert stat.S_IMODE(path.stat().st_mode) == 0o440


def test_the_same_bytes_are_one_file(store: PhotoStore) -> None:
    first = store.keep(CONTENT)
    written = store.path(first).stat().st_ino
    assert [store.keep(CONTENT) for _ in range(3)] == [first] * 3
    assert store.path(first).stat().st_ino == written
    assert len(_files(store)) == 1


@pytest.mark.parametrize("damaged", [b"", CONTENT[:7], b"\x00" * len(CONTENT)])
def test_a_damaged_file_is_replaced_by_what_was_sent(store: PhotoStore, damaged: bytes) -> None:
    path = store.path(store.keep(CONTENT))
    path.chmod(0o640)
    path.write_bytes(damaged)
    store.keep(CONTENT)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("step", ["write", "fsync", "chmod", "rename"])
def test_a_full_disk_leaves_nothing_half_done(store: PhotoStore, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        if step == "write":
            patched.setattr("tempfile.mkstemp", full)
        else:
            patched.setattr(os, step, full)
        with pytest.raises(OSError):
            store.keep(CONTENT)
    assert _files(store) == []
    assert store.path(store.keep(CONTENT)).read_bytes() == CONTENT


def test_what_a_killed_program_was_writing_is_tidied_away(store: PhotoStore) -> None:
    kept = store.keep(CONTENT)
    torn = store.root / ARRIVING / "tmpx1"
    torn.write_bytes(b"half a pho")
    store.tidy()
    assert _files(store) == [store.path(kept)]


def test_there_is_nothing_to_tidy_before_the_first_photo(store: PhotoStore) -> None:
    store.tidy()
    assert not store.root.exists()


def test_name_and_folders_are_on_the_disk_before_anybody_is_told(
    store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this order: the bytes, the name, the folders up to the one that holds the store."""
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename

    def synced(handle: int) -> None:
        steps.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    def renamed(old: str, new: str) -> None:
        steps.append("rename")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    path = store.path(store.keep(CONTENT))
    assert Path(steps[0]).parent == store.root / ARRIVING
    folders = [str(folder) for folder in (path.parent, path.parent.parent, store.root, store.root.parent)]
    assert steps[1:] == ["rename", *folders]
    steps.clear()
    store.keep(CONTENT)
    assert steps == folders


def test_F02_a_new_data_folder_is_on_the_disk_by_every_one_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("bot.store.sync_folder", synced.append)
    make_folder(tmp_path / "var" / "xuncha" / "data")
    assert synced == [tmp_path / "var" / "xuncha", tmp_path / "var", tmp_path]
    make_folder(tmp_path / "var" / "xuncha" / "data")
    assert len(synced) == 3
