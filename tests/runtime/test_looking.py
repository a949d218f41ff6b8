"""The process that opens files: it may be killed, starved or kept too long, and the file alone pays for it (T06)."""

import asyncio
import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot import looking
from bot.aside import Aside
from bot.looking import Looker
from bot.store import PhotoStore
from handlers.pictures.looking import Look, first_look, second_look
from models.evidence import PhotoVerdict
from tests.bad_input import nasty


@pytest.fixture
def looker(tmp_path: Path) -> Iterator[Looker]:
    looker = Looker(PhotoStore(tmp_path))
    yield looker
    looker.close()


async def test_a_photo_the_channel_made_anew_needs_no_process(looker: Looker) -> None:
    _, look = looker.keep(nasty.jpeg(1), re_encoded=True)
    assert look is not None
    assert look.verdict is PhotoVerdict.SOUND
    assert looker._aside._pool is None
    _, cut = looker.keep(nasty.jpeg(1)[:-2], re_encoded=True)
    assert cut is None  # without its end mark even such a one is opened


async def test_a_process_that_dies_by_chance_is_tried_again(looker: Looker) -> None:
    sha256, _ = looker.keep(nasty.jpeg(2), re_encoded=False)
    assert (await looker.open(sha256)).verdict is PhotoVerdict.SOUND
    assert looker._aside._pool is not None
    (process,) = looker._aside._pool._processes
    os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert (await looker.open(sha256)).verdict is PhotoVerdict.SOUND


async def test_a_file_that_needs_too_much_memory_is_never_opened_again(looker: Looker) -> None:
    looker._aside = Aside(60.0, 230 << 20)
    large = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(large, "PNG", compress_level=1)
    sha256, look = looker.keep(large.getvalue(), re_encoded=False)
    assert look is None
    assert (await looker.open(sha256)).verdict is PhotoVerdict.QUARANTINED


def _open_for_ever(path: str) -> Look:
    """In the process that opens files: one that takes for ever, and a second to do it in."""
    import handlers.pictures.looking as opening

    looking.CPU_SECONDS = 1
    opening.second_look = _for_ever
    return looking._open(path)


def _for_ever(content: bytes) -> Look:
    while True:
        len(content)


async def test_a_file_that_takes_too_long_is_given_up(looker: Looker, tmp_path: Path) -> None:
    """The process's own seconds are counted, not those of a machine that is busy with others."""
    path = tmp_path / "slow.jpg"
    path.write_bytes(nasty.jpeg(4))
    assert await looker._aside.run(_open_for_ever, str(path)) == looking.BROKE


@pytest.mark.parametrize("size", [0, 1, 2, 3, 11, 12, 20, 100, 300])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_beginning_of_a_picture_is_taken_for_a_picture_and_none_breaks_the_look(kind: str, size: int) -> None:
    whole = nasty.picture("RGB", "red", kind, (300, 200))
    assert second_look(whole).verdict is PhotoVerdict.SOUND
    look = second_look(whole[:size] if size < len(whole) else whole[:-20])
    assert look.verdict in {PhotoVerdict.INCOMPLETE, PhotoVerdict.QUARANTINED}


def test_a_jpeg_of_a_million_segments_is_not_walked_to_its_end() -> None:
    look = first_look(b"\xff\xd8" + b"\xff\xe1\x00\x02" * 1_000_000, re_encoded=False)
    assert look is not None
    assert look.verdict is PhotoVerdict.INCOMPLETE
