"""The WebSocket of the page: events out, acts in."""

import asyncio
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from bot.emulator.acts import perform
from bot.emulator.control import from_elsewhere, world_of
from bot.emulator.errors import ActError
from bot.emulator.messages import Json
from bot.emulator.views import state_view
from bot.emulator.world import World

HEARTBEAT = 20.0
SOCKETS = web.AppKey("sockets", set[web.WebSocketResponse])


def add_socket(app: web.Application) -> None:
    app[SOCKETS] = set()
    app.router.add_get("/emulator/ws", _socket)
    app.on_shutdown.append(_hang_up)


async def _hang_up(app: web.Application) -> None:
    sockets = app[SOCKETS]
    for socket in tuple(sockets):
        await socket.close(code=1001)


async def _socket(request: web.Request) -> web.StreamResponse:
    if from_elsewhere(request):
        raise web.HTTPForbidden
    world = world_of(request)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT)
    await socket.prepare(request)
    request.app[SOCKETS].add(socket)
    events: asyncio.Queue[Json] = asyncio.Queue()
    events.put_nowait({"event": "state", **state_view(world)})
    world.listeners.add(events.put_nowait)
    writer = asyncio.create_task(_write(socket, events))
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                events.put_nowait(await _done(world, message.data))
    finally:
        world.listeners.discard(events.put_nowait)
        request.app[SOCKETS].discard(socket)
        writer.cancel()
    return socket


async def _write(socket: web.WebSocketResponse, events: "asyncio.Queue[Json]") -> None:
    while not socket.closed:
        await socket.send_str(orjson.dumps(await events.get()).decode())


async def _done(world: World, text: str) -> Json:
    """What became of an act, under the number it came with."""
    given: Any = None
    try:
        given = orjson.loads(text)
        if not isinstance(given, dict):
            raise ActError("an act is an object")
        # "id" numbers the act here; somebody new gets theirs as "new_id".
        act = given | {"id": given.get("new_id")}
        return {"event": "done", "id": given.get("id"), "ok": True, "result": await perform(world, act)}
    except orjson.JSONDecodeError:
        return {"event": "done", "id": None, "ok": False, "error": "this is not JSON"}
    except ActError as error:
        number = given.get("id") if isinstance(given, dict) else None
        return {"event": "done", "id": number, "ok": False, "error": str(error)}
