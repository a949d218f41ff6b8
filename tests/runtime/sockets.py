"""A server at the level of sockets: what a platform, a proxy or something else on the way may do to a call."""

import asyncio
from collections.abc import Awaitable, Callable

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Listens, and does with each connection what it is told. `heard`: the head and body of each request."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.connections = 0
        self._news = asyncio.Event()
        self._talk: Talk = self.answer
        self._talking: set[asyncio.Task[None]] = set()

    async def start(self, talk: Talk | None) -> str:
        self._talk = talk or self.answer
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            await self._talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def stop(self) -> None:
        self._server.close()
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)

    async def hear(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        sizes = [int(line.split(":")[1]) for line in head.lower().split("\r\n") if line.startswith("content-length:")]
        self.heard.append((head, await reader.readexactly(sizes[0] if sizes else 0)))
        self._news.set()

    async def has_heard(self, count: int) -> None:
        while len(self.heard) < count:
            self._news.clear()
            await self._news.wait()

    async def say_nothing(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.hear(reader)
        await asyncio.sleep(60)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await self.hear(reader)
            writer.write(OK)
