"""Refusals, worded as the real server words them, because bots match on the words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApiError(Exception):
    """What the Bot API answers instead of a result."""

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


class ActError(Exception):
    """A person was asked to do what cannot be done."""


def bad_request(words: str) -> ApiError:
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    return ApiError(403, f"Forbidden: {words}")


def too_many_requests(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def upgraded(new_chat_id: int) -> ApiError:
    words = "group chat was upgraded to a supergroup chat"
    return ApiError(400, f"Bad Request: {words}", {"migrate_to_chat_id": new_chat_id})


UNAUTHORIZED = (401, "Unauthorized")
NOT_FOUND = (404, "Not Found")
TOO_LARGE = (413, "Request Entity Too Large")
