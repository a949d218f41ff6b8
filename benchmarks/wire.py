"""Just enough HTTP/1.1 for bots on this machine: whole requests in, whole answers out, connections kept."""

import asyncio
import re
from typing import cast
from urllib.parse import parse_qsl

import orjson

from benchmarks.bot_api import Platform

FIELD = re.compile(rb'name="([^"]+)"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)\r\n')


class Connection(asyncio.Protocol):
    """`/bot<token>/<method>` and `/file/bot<token>/<path>`, with parameters as a form or in parts."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._came = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            first, *headers = bytes(self._came[:end]).split(b"\r\n")
            size = _length(headers)
            if len(self._came) < end + 4 + size:
                return
            body = bytes(self._came[end + 4 : end + 4 + size])
            del self._came[: end + 4 + size]
            self._take(first.split(b" ")[1].decode(), body)

    def _take(self, path: str, body: bytes) -> None:
        _, folder, rest = path.split("/", 2)
        if folder == "file":
            return self._platform.file(rest.split("/", 1)[1], lambda content: self._write(content, b"image/jpeg"))
        given = _parts(body) if body.startswith(b"--") else _parameters(body)
        return self._platform.call(rest, given, lambda answer: self._write(answer, b"application/json"))

    def _write(self, body: bytes, kind: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(body), body)
            )


def _parameters(body: bytes) -> dict[str, str]:
    """Of a form, or of a JSON object."""
    if body.startswith(b"{"):
        given: dict[str, str] = orjson.loads(body)
        return given
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _parts(body: bytes) -> dict[str, str]:
    """What comes with a file; not the file."""
    return {name.decode(): value.decode() for name, value in FIELD.findall(body)}


def _length(headers: list[bytes]) -> int:
    for header in headers:
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
