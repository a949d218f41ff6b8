"""What is written to the log, and what never is: a bot's token is redacted last of all, in tracebacks too."""

import logging
import re
from typing import Any

_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
TOKEN = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}")
SECRET_IN_URL = re.compile(r"(secret_token=|key=|access_token=)[^&\s\"']+")


def redacted(text: str) -> str:
    return SECRET_IN_URL.sub(r"\1…", TOKEN.sub("<token>", text))


def _escaped(sign: re.Match[str]) -> str:
    return sign[0].encode("unicode_escape").decode()


class RedactingFormatter(logging.Formatter):
    """A formatter, since filters do not see tracebacks. One record is one line unless it has a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _BREAKS.sub(_escaped, super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """A traceback has lines of its own; the words of an error in it must not begin one that looks like ours."""
        return "\n".join(f"  | {_BREAKS.sub(_escaped, line)}" for line in super().formatException(ei).split("\n"))


def set_up(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "apscheduler", "alembic", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Of an answer that is no JSON it writes the whole body and a traceback (F17); what became of it is said by ours.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # one late tick stands for many: nothing to warn of
