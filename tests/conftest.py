"""What all tests share."""

import gc
import os
import tempfile
from pathlib import Path

import pytest

from tests.stage import statements

HERE, MEMORY = Path(__file__).parent, Path("/dev/shm")
# First what takes longest, so that two workers end together; and what copies its own process while that is small.
FIRST = (
    "faults/test_killed_lines.py", "simulator/test_planted_bugs.py", "benchmarks", "replicas", "simulator",
    "faults", "wire", "handlers/test_rights.py", "dialogues", "bad_input",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Where there is a file system in memory, no test waits for the disk: what a disk forgets is for tests/faults."""
    if os.access(MEMORY, os.W_OK) and "TMPDIR" not in os.environ:
        tempfile.tempdir = str(MEMORY)
    statements.share()


def _turn(item: pytest.Item) -> int:
    path = item.path.relative_to(HERE)
    return next((n for n, first in enumerate(FIRST) if path.is_relative_to(first)), len(FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for garbage would only take time."""
    gc.collect()
    gc.freeze()
