"""Files of the platform: where one lies for an hour, and its bytes, whole."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import TelegramError

from bot.channels.outcomes import AnotherSize, Failure, SendFailed
from bot.channels.telegram_failures import telling
from bot.channels.telegram_transport import ReqwestRequest

LARGEST_FILE = 20_971_520


async def download(
    request: ReqwestRequest, call: Callable[..., Awaitable[Any]], root: str, file_id: str, came_before: str = ""
) -> bytes:
    """The bytes, whole (F31). Raises SendFailed; a file that the platform says is too large is refused.

    A file of another size than announced has not come whole, unless the very same came before (its sha256): then
    the announcement is wrong. A line that breaks off is told by the transport in any case.
    """
    path, size = await telling(_place(call, file_id))
    url = path if path.startswith("http") else f"{root}/{path}"
    try:
        status, content = await request.download(url, LARGEST_FILE)
    except TelegramError as error:
        raise SendFailed(Failure.NOT_SENT, str(error)) from None
    if status != 200:
        raise SendFailed(Failure.NOT_SENT, f"download answered {status}")
    if len(content) > LARGEST_FILE:
        raise SendFailed(Failure.REFUSED, "file is too big")
    if size is not None and len(content) != size and (sha256 := hashlib.sha256(content).hexdigest()) != came_before:
        raise AnotherSize(Failure.NOT_SENT, f"{len(content)} of {size} bytes", sha256=sha256)
    return content


async def _place(call: Callable[..., Awaitable[Any]], file_id: str) -> tuple[str, int | None]:
    """Where a file lies for an hour, and how large it is said to be."""
    file = await call("getFile", file_id=file_id)
    size = file.get("file_size")
    return str(file.get("file_path") or ""), size if type(size) is int else None
