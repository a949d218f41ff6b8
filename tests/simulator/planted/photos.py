"""Bugs in keeping photos."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import bot.media
from bot.looking import Looker
from handlers.pictures.looking import first_look
from tests.simulator.disk import SimOs


@contextmanager
def photo_told_before_kept() -> Iterator[None]:
    """The record hears that a photo is safe while its bytes are still in memory."""

    def keep(self: Any, content: bytes, re_encoded: bool) -> Any:
        def write() -> None:
            with suppress(Exception):
                self._store.keep(content)

        asyncio.get_running_loop().call_later(1.0, write)
        return hashlib.sha256(content).hexdigest(), first_look(content, re_encoded)

    with patch.object(Looker, "keep", keep):
        yield


@contextmanager
def photo_without_fsync() -> Iterator[None]:
    """Bytes and names are left to the system, which writes them when it likes."""
    with patch.object(SimOs, "fsync", lambda *_: None):
        yield


@contextmanager
def photo_lost_at_once() -> Iterator[None]:
    """A photo that does not come at the first try is given up."""
    with patch.object(bot.media, "_pause", lambda *_: None):
        yield
