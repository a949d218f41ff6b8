"""F18, F19: what never left is told from what may have arrived, at the socket; no error says where a call went."""

import asyncio
import socket
import struct
import traceback
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram.error import NetworkError, TimedOut

from bot.channels.telegram_transport import File, Form, NeverLeft, ReqwestRequest
from tests.runtime.sockets import OK, Server

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
NOBODY = "http://127.0.0.1:9"  # discard: nobody listens there
SOON = 0.4  # seconds in which an answer has to be there


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    yield server
    await server.stop()


async def _refused(request: ReqwestRequest, root: str) -> NetworkError:
    """How a call fails; the token is nowhere in it."""
    try:
        with pytest.raises(NetworkError) as caught:
            await request.call(f"{root}/bot{TOKEN}/sendMessage", "POST", {"chat_id": "7", "text": "灯"}, SOON)
    finally:
        await request.shutdown()
    error: BaseException | None = caught.value
    while error is not None:  # nor in what is behind it
        assert "canary" not in "".join(traceback.format_exception(error)) + repr(error)
        error = error.__cause__ or error.__context__
    return caught.value


@pytest.mark.parametrize("root", [
    NOBODY, "https://127.0.0.1:9", "http://nowhere.invalid", "http://no such address", "nothing at all",
])  # fmt: skip
async def test_without_a_connection_nothing_has_left(root: str) -> None:
    assert type(await _refused(ReqwestRequest(), root)) is NeverLeft


async def test_a_server_that_cannot_speak_tls_has_been_told_nothing(server: Server) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    root = (await server.start(hang_up)).replace("http:", "https:")
    assert type(await _refused(ReqwestRequest(), root)) is NeverLeft


@pytest.mark.parametrize(("scheme", "answer"), [("http", None), ("https", None), ("https", b"HTTP/1.1 403 No\r\n\r\n")])
async def test_a_proxy_that_is_not_there_or_lets_nobody_through(
    server: Server, scheme: str, answer: bytes | None
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        assert answer is not None
        writer.write(answer)

    proxy = NOBODY if answer is None else await server.start(refuse)
    if answer is None:
        await server.start(None)
    assert type(await _refused(ReqwestRequest(proxy), f"{scheme}://api.telegram.org")) is NeverLeft
    assert all(head.startswith("CONNECT api.telegram.org:443") for head, _ in server.heard)


async def test_through_a_proxy_with_a_name_and_a_password(server: Server) -> None:
    proxy = (await server.start(None)).replace("//", "//somebody:secret@")
    request = ReqwestRequest(proxy)
    assert await request.call(f"http://api.telegram.org/bot{TOKEN}/getMe", "POST", None, 5.0) == (200, b'{"ok":true}')
    await request.shutdown()
    head = server.heard[0][0]
    assert head.startswith(f"POST http://api.telegram.org/bot{TOKEN}/getMe")
    assert "proxy-authorization: basic c29tzwjvzhk6c2vjcmv0" in head.lower()


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("said", [
    b"", b"reset", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
    b"SSH-2.0 x\r\n\r\n",
])  # fmt: skip
async def test_what_was_written_and_not_answered_may_have_arrived(server: Server, said: bytes) -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        if said == b"reset":
            _reset(writer)
        else:
            writer.write(said)

    error = await _refused(ReqwestRequest(), await server.start(break_off))
    assert not isinstance(error, NeverLeft | TimedOut)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
async def test_an_answer_that_does_not_come_in_time_may_have_arrived(server: Server, said: bytes) -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(said)
        await asyncio.sleep(60)

    assert type(await _refused(ReqwestRequest(), await server.start(wait))) is TimedOut


async def test_a_kept_connection_that_is_closed_while_a_call_is_written_may_have_carried_it(server: Server) -> None:
    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(OK)
        await server.hear(reader)

    root, request = await server.start(answer_once), ReqwestRequest()
    assert (await request.call(f"{root}/bot{TOKEN}/sendMessage", "POST", {"text": "x"}, 5.0))[0] == 200
    assert not isinstance(await _refused(request, root), NeverLeft)
    assert (server.connections, len(server.heard)) == (1, 2), "it must not be repeated by itself"


async def test_one_that_was_closed_long_before_is_not_used_again(server: Server) -> None:
    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(OK)

    root, request = await server.start(answer_once), ReqwestRequest()
    for _ in range(3):
        assert (await request.call(f"{root}/bot{TOKEN}/sendMessage", "POST", {"text": "x"}, 5.0))[0] == 200
        await asyncio.sleep(0.1)
    await request.shutdown()
    assert (server.connections, len(server.heard)) == (3, 3)


async def test_nobody_is_followed_elsewhere_with_the_token(server: Server) -> None:
    elsewhere = Server()
    away = await elsewhere.start(None)

    async def send_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {away}/\r\nContent-Length: 0\r\n\r\n".encode())

    root, request = await server.start(send_away), ReqwestRequest()
    assert (await request.call(f"{root}/bot{TOKEN}/getMe", "POST", None, 5.0))[0] == 302
    await request.shutdown()
    await elsewhere.stop()
    assert elsewhere.heard == []


async def test_words_go_as_they_are_and_so_do_the_names_of_files(server: Server) -> None:
    root, request = await server.start(None), ReqwestRequest()
    url = f"{root}/bot{TOKEN}/sendDocument"
    ledger = File("厕所 台账.xlsx", b"PK\x03\x04\r\n--", "application/vnd.ms-excel")
    await request.call(url, "POST", {"text": "灯不亮"}, 5.0)
    await request.call(url, "POST", Form({"caption": "台账"}, {"document": ledger}), 5.0)
    await request.shutdown()
    (plain, words), (head, form) = server.heard
    assert "content-type: application/json" in plain.lower()
    assert words == '{"text":"灯不亮"}'.encode()
    assert "content-type: multipart/form-data; boundary=" in head.lower()
    assert 'name="caption"\r\n\r\n台账\r\n'.encode() in form
    assert 'name="document"; filename="厕所 台账.xlsx"\r\n'.encode() in form
    assert b"application/vnd.ms-excel\r\n\r\nPK\x03\x04\r\n--\r\n" in form


async def test_a_file_comes_whole_and_of_one_that_is_too_large_not_much_more_than_wanted(server: Server) -> None:
    async def give(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n" + bytes(8_000_000))
        await writer.drain()

    root, request = await server.start(give), ReqwestRequest()
    assert await request.download(f"{root}/file/bot{TOKEN}/p.jpg", 9_000_000) == (200, bytes(8_000_000))
    status, content = await request.download(f"{root}/file/bot{TOKEN}/p.jpg", 100_000)
    assert status == 200
    assert 100_000 < len(content) < 2_000_000
    with pytest.raises(NetworkError) as caught:
        await request.download(f"{NOBODY}/file/bot{TOKEN}/p.jpg", 9)
    await request.shutdown()
    assert "canary" not in str(caught.value)


async def test_a_download_that_is_cut_short_is_no_file(server: Server) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + bytes(4000))

    root, request = await server.start(cut), ReqwestRequest()
    with pytest.raises(NetworkError):
        await request.download(f"{root}/file/bot{TOKEN}/p.jpg", 9000)
    await request.shutdown()
