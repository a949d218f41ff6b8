"""What all tests share."""

import gc


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for garbage would only take time."""
    gc.collect()
    gc.freeze()
