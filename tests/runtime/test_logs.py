"""The log: no token in it, ever, and one record is one line."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import RedactingFormatter, redacted

SECRET = "AAcanary_TOKEN_that_must_never_be_seen_0"
TOKEN = f"7000000001:{SECRET}"


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("tests.logs")
    logger.propagate = False
    logger.setLevel("DEBUG")
    logger.handlers[:] = [handler]
    yield logger, out
    logger.handlers.clear()


def test_tokens_are_redacted_in_messages_arguments_and_tracebacks(
    written: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, out = written
    logger.info("POST https://api.telegram.org/bot%s/getUpdates", TOKEN)
    logger.warning({"url": f"/file/bot{TOKEN}/photos/1.jpg"})
    try:
        try:
            raise ValueError(f"bad url: bot{TOKEN}")
        except ValueError as error:
            raise RuntimeError("wrapped") from error
    except RuntimeError:
        logger.exception("it broke for %r", f"bot{TOKEN}")
    logger.error("stack", stack_info=True)
    text = out.getvalue()
    assert SECRET not in text
    assert text.count("<token>") == 4
    assert "Traceback" in text


@pytest.mark.parametrize("around", ["{}", "bot{}/x", "'{}'", "a=b&t={}", "(\n{}\n)"])
def test_a_token_is_found_wherever_it_stands(around: str) -> None:
    assert SECRET not in redacted(around.format(TOKEN))


def test_other_secrets_in_addresses_are_redacted() -> None:
    assert redacted("?secret_token=abc123&x=1 key=zzz access_token='q'") == "?secret_token=…&x=1 key=… access_token='q'"


def test_times_and_hashes_are_no_tokens() -> None:
    line = "2018-08-06 08:30:15,123 sha 0123456789abcdef0123456789abcdef 12345:67890"
    assert redacted(line) == line


def test_what_people_write_cannot_forge_a_line(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = written
    logger.info("renamed to %s", "小陈\nINFO root: 管理员 logged in\r\nfake")
    assert out.getvalue().count("\n") == 1
    assert "\r" not in out.getvalue()
