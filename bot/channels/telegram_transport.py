"""The road to Telegram: python-telegram-bot's own transport interface on reqwest: its network has its own thread.

It keeps apart what never left (safe to repeat) from what was written without an answer (perhaps delivered).
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import certifi
import orjson
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import BuilderError, PyreqwestError, RequestError, RequestTimeoutError
from pyreqwest.multipart import FormBuilder, PartBuilder
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.request import RequestBuilder
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT = timedelta(seconds=10)
KEPT_OPEN = timedelta(seconds=60)
ANSWER_SECONDS = 20.0
LONGEST_CALL = 300.0  # a ledger on its way up a slow line; a server that trickles its answer for ever
SLOWEST_LINE = 8 * 1024  # bytes a second
AT_ONCE = 128  # calls under way: each holds a socket, of which a process has about a thousand, for files too
# The library's errors are named for where it was when it gave up, and not for what had been written by then: one that
# is called ConnectError may be an answer that never came. Only this cause says that there was no connection.
NO_CONNECTION = "client error (Connect)"


class NeverLeft(NetworkError):
    """No connection was made, so nothing can have been delivered (F18)."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes up with a call."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a call with files carries."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(len(file.content) for file in self.files.values())


Body = dict[str, Any] | Form | None


class ReqwestRequest(BaseRequest):
    """One pool of connections. `silence`: instead of a time for the whole answer, the longest without a part of it, in
    seconds; for polls, whose answer may be much on a slow line.

    A task that is cancelled waits for its call no longer, but the call goes on until its time is over: what became of
    it is unknown, as of any other without an answer.
    """

    def __init__(self, proxy: str | None = None, silence: float | None = None) -> None:
        self._proxy = proxy
        self._silence = silence
        self._client: Client | None = None
        self._closed = False
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def read_timeout(self) -> float | None:
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        self._closed = False
        self._opened()

    async def shutdown(self) -> None:
        """Waits for no call that is under way; one that begins later never leaves."""
        self._closed = True
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _opened(self) -> Client:
        """A machine that knows no certificate authorities, as a bare image does not, is lent those of certifi."""
        if self._client is None:
            try:
                self._client = self._building().build()
            except BuilderError:
                lent = Path(certifi.where()).read_bytes()
                self._client = self._building().add_root_certificate_pem(lent).build()
        return self._client

    def _building(self) -> ClientBuilder:
        """Follows nobody elsewhere and names no page it came from: the address holds the token."""
        building = ClientBuilder().user_agent("xuncha").follow_redirects(enable=False).referer(enable=False)
        building = building.connect_timeout(CONNECT).pool_idle_timeout(KEPT_OPEN).no_proxy()
        if self._silence is not None:
            building = building.read_timeout(timedelta(seconds=self._silence))
        return building.proxy(ProxyBuilder.all(self._proxy)) if self._proxy else building

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,  # noqa: ARG002 - the interface is the library's
        connect_timeout: Any = None,  # noqa: ARG002
        pool_timeout: Any = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        answer_seconds = (
            ANSWER_SECONDS if read_timeout is None or isinstance(read_timeout, DefaultValue) else float(read_timeout)
        )
        async with self._room:
            return await self.call(url, method, _body(request_data), answer_seconds)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The interface's place for a quicker parser; what that refuses is judged by the library's own."""
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError:
            return BaseRequest.parse_json_payload(payload)

    async def ask(self, url: str, values: dict[str, Any]) -> Any:
        """The result of a call with words and plain data both ways; any other answer is the library's to judge."""
        plain = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in values.items()
        }
        async with self._room:
            status, payload = await self.call(url, "POST", plain, ANSWER_SECONDS)
        if status != 200:
            return await _Answered(status, payload).post(url)
        return self.parse_json_payload(payload)["result"]

    async def call(self, url: str, method: str, body: Body, answer_seconds: float) -> tuple[int, bytes]:
        """Status and body of one call. Errors never carry the URL: it holds the token."""
        request = self._begin(method, url)
        if isinstance(body, Form):
            request = request.multipart(_multipart(body))
            answer_seconds = min(answer_seconds + body.size / SLOWEST_LINE, LONGEST_CALL)
        elif body is not None:  # a form would spell every Chinese character as nine
            request = request.header("Content-Type", "application/json").body_bytes(orjson.dumps(body))
        seconds = answer_seconds if self._silence is None else LONGEST_CALL
        try:
            answer = await request.timeout(timedelta(seconds=seconds)).build().send()
            return answer.status, bytes(await answer.bytes())
        except PyreqwestError as error:
            failed = _meaning(error)
        raise failed  # here, where the library's error, which knows the address, is not behind it

    async def download(self, url: str, limit: int, seconds: float = 120.0) -> tuple[int, bytes]:
        """A file of at most `limit` bytes, and some bytes more when it is larger."""
        whole = bytearray()
        try:
            async with self._begin("GET", url).timeout(timedelta(seconds=seconds)).build_streamed() as answer:
                while len(whole) <= limit and (part := await answer.body_reader.read_chunk()) is not None:
                    whole += part
                return answer.status, bytes(whole)
        except PyreqwestError as error:
            failed = _meaning(error)
        raise failed

    def _begin(self, method: str, url: str) -> RequestBuilder:
        if self._closed:
            raise NeverLeft("closed")
        client = self._opened()
        try:
            return client.request(method, url)
        except ValueError:
            pass
        raise NeverLeft("no such address")


def _meaning(error: PyreqwestError) -> NetworkError:
    """Without its words: they hold the address."""
    name = type(error).__name__
    causes = error.details["causes"] or [] if isinstance(error, RequestError) else []
    if any(cause["message"] == NO_CONNECTION for cause in causes):
        return NeverLeft(f"no connection: {name}")
    return (
        TimedOut(f"no answer: {name}")
        if isinstance(error, RequestTimeoutError)
        else NetworkError(f"connection broke: {name}")
    )


class _Answered(BaseRequest):
    """What the library makes of an answer that is here already."""

    def __init__(self, status: int, payload: bytes) -> None:
        self._answer = (status, payload)

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return self._answer


def _body(request_data: RequestData | None) -> Body:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters or None
    files = {}
    for name, (file_name, content, mime) in (request_data.multipart_data or {}).items():
        files[name] = File(file_name, content if isinstance(content, bytes) else content.read(), mime)
    return Form(request_data.json_parameters, files)


def _multipart(form: Form) -> FormBuilder:
    built = FormBuilder().percent_encode_noop()  # names of files as they are, 厕所.xlsx and not %E5%8E%95…
    for name, value in form.values.items():
        built = built.text(name, value)
    for name, file in form.files.items():
        built = built.part(name, PartBuilder.from_bytes(file.content).file_name(file.name).mime(file.mime))
    return built
