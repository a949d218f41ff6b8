"""The drawing process: it may die, and goes with its parent."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rendering import Renderer, RenderingBroke
from handlers.agency import Agency
from handlers.messages import Reply


@pytest.fixture
def renderer(tmp_path: Path) -> Iterator[Renderer]:
    renderer = Renderer("sqlite://", Agency(), tmp_path)
    yield renderer
    renderer.close()


def _process(renderer: Renderer) -> int:
    assert renderer._aside._pool is not None
    (number,) = renderer._aside._pool._processes
    return int(number)


async def test_words_need_no_process(renderer: Renderer) -> None:
    assert await renderer.render(Reply("x")) is None
    assert renderer._aside._pool is None


async def test_after_its_process_was_killed_the_next_picture_gets_another(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await renderer._aside.run(os.getpid) == _process(renderer)
    first = _process(renderer)
    waiting = [asyncio.create_task(renderer._aside.run(_sleep, 30)) for _ in range(3)]
    await asyncio.sleep(0.3)
    os.kill(first, signal.SIGKILL)
    for task in waiting:
        with pytest.raises(RenderingBroke):
            await task
    assert await renderer._aside.run(os.getpid) not in {first, os.getpid()}
    monkeypatch.setattr(renderer._aside, "_seconds", 0.3)
    with pytest.raises(RenderingBroke, match="not done"):
        await renderer._aside.run(_sleep, 30)
    with pytest.raises(ProcessLookupError):
        await _gone(first)


async def _gone(process: int) -> None:
    for _ in range(100):
        os.kill(process, 0)
        await asyncio.sleep(0.05)


def _sleep(seconds: float) -> None:
    import time

    time.sleep(seconds)


async def test_a_mistake_in_the_drawing_is_told_as_it_is(renderer: Renderer) -> None:
    with pytest.raises(KeyError):
        await renderer._aside.run(_broken)


def _broken() -> None:
    raise KeyError("no such colour")
