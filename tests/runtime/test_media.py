"""Photos on a bad day: the receipt says what is safe, and corrects itself when more is (F04, F29-F31)."""

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from bot.channels.outcomes import Failure, SendFailed
from bot.demo.stage import Stage
from bot.emulator.params import Upload
from bot.media import PAUSES, _pause
from bot.store import PhotoStore
from handlers.texts import say
from models.checks import Check, CheckState
from models.evidence import Photo, PhotoState
from models.journal import JournalEntry
from tests.runtime.town import INSPECTOR, Town

CHECK = """小陈 → 📍 35 m from 体育馆五星公厕
小陈 → 🖼🖼
小陈 taps ✅
"""
ALL_SAFE = """小陈 ←
    ✅ 已记录 No. TH-0806-001
    体育馆五星公厕 · 厕所革命 2018
    13 项合格
    2 张照片已存
    …
小陈 ← 1 message
"""


async def _same_as_sent(town: Town) -> None:
    for photo in town.all_of(Photo):
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{town.running.url}/emulator/file/{photo.file_id}") as answer,
        ):
            sent = await answer.read()
        kept = PhotoStore(town.app.settings.photos).path(photo.sha256).read_bytes()
        assert kept == sent
        assert photo.sha256 == hashlib.sha256(sent).hexdigest()


async def test_photos_that_cannot_be_fetched_for_an_hour_are_pending_and_then_safe(town: tuple[Town, Stage]) -> None:
    world, stage = town
    world.faults({"method": "download", "kind": "error", "code": 502})
    await world.play(stage, "--- 检查\n" + CHECK + "小陈 ←\n    …\n    2 张照片，2 张待接收\n    …\n小陈 ← 1 message\n")
    for _ in range(2):
        await world.play(stage, "+ 30 min\n小陈 ←\n    …\n    2 张照片，2 张待接收\n    …\n")
    world.faults()
    await world.play(stage, "+ 60 min\n" + ALL_SAFE)
    await _same_as_sent(world)


async def test_downloads_that_break_off_are_made_again_and_whole(town: tuple[Town, Stage]) -> None:
    world, stage = town
    kinds = ("half_body", "cut_after_write", "drop", "error")
    world.faults(*({"method": "download", "kind": kind, "times": 1} for kind in kinds))
    await world.play(stage, "--- 检查\n" + CHECK + "+ 10 s\n+ 30 s\n" + ALL_SAFE)
    assert world.running.world.faults.ordered == []
    await _same_as_sent(world)


async def test_a_photo_the_platform_will_not_give_is_lost_and_asked_for_at_once(town: tuple[Town, Stage]) -> None:
    world, stage = town
    world.faults({"method": "getFile", "kind": "error", "code": 400, "times": 1,
                  "description": "Bad Request: invalid file_id"})  # fmt: skip
    await world.play(
        stage,
        """--- 检查
小陈 → 📍 35 m from 体育馆五星公厕
小陈 → 🖼🖼
小陈 ← also
    08:30 发的一组照片的第 …取不回来了。请再发一次；检查记录还在
小陈 ← also
    …
    📷 1/2 · 检查项 0/13
    还差 1 张照片
    …
小陈 → 🖼
小陈 taps ✅
"""
        + ALL_SAFE.replace("小陈 ←", "小陈 ← also", 1).replace("小陈 ← 1 message\n", ""),
    )
    assert sorted(photo.state for photo in world.all_of(Photo)) == [PhotoState.LOST, *[PhotoState.STORED] * 2]


async def test_a_file_too_large_to_be_fetched_is_refused_in_words_and_the_check_stays_open(
    town: tuple[Town, Stage],
) -> None:
    world, stage = town
    world.running.world.uploads["big"] = Upload("现场.png", "image/png", _large(20_971_521))
    await world.play(stage, "--- 检查\n小陈 → 📍 35 m from 体育馆五星公厕\n")
    await world.act({"do": "send_file", "as": INSPECTOR, "file": "upload:big"})
    await world.settle()
    await world.play(stage, "小陈 ← also\n    …20 MB…\n    …\n")
    assert [check.state for check in world.all_of(Check)] == [CheckState.DRAFT]
    assert PhotoState.STORED not in {photo.state for photo in world.all_of(Photo)}


def _large(size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\x00" * (size - 8)


async def test_the_largest_file_the_platform_gives_is_kept(town: tuple[Town, Stage]) -> None:
    world, stage = town
    world.running.world.uploads["big"] = Upload("现场.png", "image/png", _large(20_971_520))
    await world.play(stage, "--- 检查\n小陈 → 📍 35 m from 体育馆五星公厕\n")
    await world.act({"do": "send_file", "as": INSPECTOR, "file": "upload:big"})
    await world.settle()
    (photo,) = world.all_of(Photo)
    assert (photo.state, photo.size) == (PhotoState.STORED, 20_971_520)


SMALL = 64 * 1024  # bytes, in which the folders have room and a photo has none


@contextmanager
def _full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file system of its own, full to the brim; without the right to mount one, a system that says so."""
    folder.mkdir(parents=True, exist_ok=True)
    mounting = ("mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", str(folder))
    if shutil.which("mount") is None or subprocess.run(mounting, check=False, capture_output=True).returncode != 0:
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", _no_space)
            yield
        return
    try:
        with suppress(OSError), (folder / "filling").open("wb", buffering=0) as filling:
            while filling.write(bytes(4096)):
                pass
        yield
    finally:
        subprocess.run(("umount", str(folder)), check=True)


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _told(world: Town, person: int, words: str) -> int:
    messages = world.running.world.chats[person].messages.values() if person in world.running.world.chats else ()
    return sum(words in message.body.text for message in messages)


async def test_f04_a_full_disk_keeps_photos_pending_until_there_is_room(
    town: tuple[Town, Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is recorded; its inspector is told once that the photos are not saved yet, the administrators, too."""
    world, stage = town
    await world.act({"do": "send_text", "as": 1001, "text": "今天"})
    await world.settle()
    with _full_disk(world.app.settings.photos, monkeypatch):
        await world.play(stage, "--- 检查\n" + CHECK)
        for _ in range(3):
            await world.play(stage, "+ 61 s\n小陈 ← also\n    …\n    2 张照片，2 张待接收\n    …\n")
        pending = world.all_of(Photo)
        assert [(photo.state, bool(photo.file_id)) for photo in pending] == [(PhotoState.PENDING, True)] * 2
        assert [check.state for check in world.all_of(Check)] == [CheckState.SUBMITTED]
        assert _told(world, INSPECTOR, say("zh", "photo.not_saved_yet")) == 1
        assert _told(world, 1001, "照片存不下来：No space left on device") == 1
        assert min(photo.tries for photo in pending) >= 3
    await world.play(stage, "+ 61 s\n" + ALL_SAFE.replace("小陈 ←", "小陈 ← also", 1).replace("小陈 ← 1 message\n", ""))
    await _same_as_sent(world)
    told = [entry.action for entry in world.all_of(JournalEntry) if entry.subject == "photo_store"]
    assert told == ["photo_store.full", "photo_store.has_room"]


def test_our_own_disk_never_makes_a_photo_lost_but_the_platform_does_in_the_end() -> None:
    tried = range(1000)
    assert {_pause(OSError(errno.ENOSPC, ""), tries) for tries in tried} == {60}
    assert [_pause(SendFailed(Failure.NOT_SENT, "502"), tries) for tries in range(len(PAUSES) + 1)] == [*PAUSES, None]
    assert _pause(SendFailed(Failure.REFUSED, "file is too big"), 0) is None
    assert _pause(SendFailed(Failure.REFUSED, "wrong file_id or the file is temporarily unavailable"), 0) == PAUSES[0]
    assert _pause(SendFailed(Failure.NOT_SENT, "busy", retry_after=900), 3) == 900
