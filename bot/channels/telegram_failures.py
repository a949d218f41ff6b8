"""What python-telegram-bot's errors mean for the row that was being sent."""

from collections.abc import Awaitable
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.outcomes import AnotherPoller, ChannelStopped, Failure, SendFailed
from bot.channels.telegram_transport import NeverLeft

T = TypeVar("T")
NO_JSON = ". Parsing the server response"  # the library's words for an answer that is none
# In lower case: the library changes the case of Telegram's words.
NO_ENTRY = ("chat not found", "not enough rights to send", "have no rights to send", "chat_write_forbidden")
GONE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
    "message identifier is not specified",
)


async def telling(call: Awaitable[T]) -> T:
    """Waits for the call; its errors as one of the outcomes a sender knows."""
    try:
        return await call
    except TelegramError as error:
        raise _meaning(error) from None
    except (AttributeError, KeyError, TypeError) as error:
        # JSON, but not what the Bot API answers: something took the call.
        raise SendFailed(Failure.UNKNOWN, f"odd answer: {type(error).__name__}") from None


def _meaning(error: TelegramError) -> SendFailed | AnotherPoller | ChannelStopped:
    words = error.message
    if isinstance(error, RetryAfter):
        seconds = error.retry_after
        wait = float(seconds) if isinstance(seconds, int | float) else seconds.total_seconds()
        return SendFailed(Failure.NOT_SENT, "too many requests", retry_after=wait)
    if isinstance(error, ChatMigrated):
        return SendFailed(Failure.MOVED, "group migrated", moved_to=str(error.new_chat_id))
    if isinstance(error, NeverLeft) or "(429)" in words:
        return SendFailed(Failure.NOT_SENT, words)
    if not isinstance(error, (Forbidden, Conflict, InvalidToken, BadRequest)) or isinstance(error, TimedOut):
        return SendFailed(Failure.UNKNOWN, words)
    if NO_JSON in words:  # a proxy refuses in Telegram's place, and knows nothing of this chat or this token
        return SendFailed(Failure.NOT_SENT, words[: words.index(NO_JSON)])
    if isinstance(error, Forbidden):
        return SendFailed(Failure.UNREACHABLE, words)
    if isinstance(error, Conflict):
        return AnotherPoller(words)
    if isinstance(error, BadRequest):
        return SendFailed(_refusal(words), words)
    if "not found" in words.lower():  # a server of one's own may not know every method
        return SendFailed(Failure.REFUSED, f"unknown to this server: {words}")
    return ChannelStopped("the token was refused")


def _refusal(words: str) -> Failure:
    """What a 400 means, by the words Telegram has for it."""
    said = words.lower()
    if any(no in said for no in NO_ENTRY):
        return Failure.UNREACHABLE
    return Failure.GONE if any(gone in said for gone in GONE) else Failure.REFUSED
