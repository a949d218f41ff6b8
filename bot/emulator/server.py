"""The Bot API over HTTP, as the bot meets it."""

import asyncio
from functools import partial

import orjson
from aiohttp import web

from bot.emulator.calling import call, call_back, note, read_params
from bot.emulator.control import WORLDS, add_control
from bot.emulator.errors import NOT_FOUND, TOO_LARGE, UNAUTHORIZED, ApiError, too_many_requests
from bot.emulator.faults import Fault, FaultKind
from bot.emulator.live import add_socket
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.statics import add_page
from bot.emulator.world import World
from bot.emulator.worlds import Worlds

BODY_LIMIT = 50 * 1024 * 1024
REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"


def build_app(world: World) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT)
    app[WORLDS] = Worlds(world)
    app.router.add_route("*", "/bot{token}/{method}", answer_call)
    app.router.add_route("GET", "/file/bot{token}/{path:.+}", answer_download)
    add_control(app)
    add_socket(app)
    add_page(app)
    app.on_shutdown.append(_end_polls)
    app.on_cleanup.append(_close)
    return app


async def _end_polls(app: web.Application) -> None:
    for world in app[WORLDS].all():
        world.updates.wake()


async def _close(app: web.Application) -> None:
    for world in app[WORLDS].all():
        await world.close()


def _json(body: Json) -> web.Response:
    status = body.get("error_code", 200)
    wait = body.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(wait)} if wait is not None else None
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


def _world(request: web.Request) -> World | None:
    world = request.app[WORLDS].of_token(request.match_info["token"])
    if world is not None:
        world.called_back = partial(call_back, world)
    return world


async def answer_call(request: web.Request) -> web.StreamResponse:
    world = _world(request)
    if world is None:
        return _json(ApiError(*UNAUTHORIZED).answer())
    method = request.match_info["method"]
    try:
        params = await read_params(request)
    except web.HTTPRequestEntityTooLarge:
        return _json(ApiError(*TOO_LARGE).answer())
    except ApiError as refusal:
        return _json(refusal.answer())
    answer = _answer(request, world, method, params)
    # Who hangs up on a poll ends it; anything else that arrived is done, whether or not the caller waits for it.
    return await (answer if method.lower() == "getupdates" else asyncio.shield(answer))


async def _answer(request: web.Request, world: World, method: str, params: Params) -> web.StreamResponse:
    fault = world.faults.take(method.lower(), params.integer("chat_id")) if world.faults.ordered else None
    if fault is None:
        return _json(await call(world, method, params))
    return await _badly(request, world, method, params, fault)


async def _badly(request: web.Request, world: World, method: str, params: Params, fault: Fault) -> web.StreamResponse:
    """The same call on a bad day."""
    match fault.kind:
        case FaultKind.DROP:
            note(world, method, params, ApiError(0, "dropped").answer())
            return _cut(request)
        case FaultKind.TOO_MANY:
            return _refused(world, method, params, too_many_requests(int(fault.seconds)))
        case FaultKind.ERROR:
            code = fault.code or 500
            return _refused(world, method, params, ApiError(code, fault.description or REASONS.get(code, "Error")))
        case FaultKind.HTML_5XX:
            code = fault.code or 502
            title = f"{code} {REASONS.get(code, 'Error')}"
            note(world, method, params, ApiError(code, title).answer())
            return web.Response(text=HTML.format(title), status=code, content_type="text/html")
        case FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
            return _json(await call(world, method, params))
    answer = await call(world, method, params)
    if fault.kind is FaultKind.CUT_AFTER_WRITE:
        return _cut(request)
    return await _half(request, orjson.dumps(answer), "application/json", fault.bytes)


def _refused(world: World, method: str, params: Params, refusal: ApiError) -> web.Response:
    note(world, method, params, refusal.answer())
    return _json(refusal.answer())


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    # Nobody is left to read it.
    return web.Response(status=500)


async def _half(request: web.Request, body: bytes, kind: str, size: int | None) -> web.StreamResponse:
    """All of it is promised, a part is sent, then the line is dead."""
    response = web.StreamResponse(headers={"Content-Type": kind, "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2 if size is None else size])
    if request.transport is not None:
        request.transport.close()
    return response


async def answer_download(request: web.Request) -> web.StreamResponse:
    world = _world(request)
    if world is None:
        return _json(ApiError(*UNAUTHORIZED).answer())
    fault = world.faults.take("download", None) if world.faults.ordered else None
    if fault is not None and fault.kind in (FaultKind.DROP, FaultKind.CUT_AFTER_WRITE):
        return _cut(request)
    if fault is not None and fault.kind is FaultKind.DELAY:
        await asyncio.sleep(fault.seconds)
    content = world.files.download(request.match_info["path"], world.clock.now())
    if content is None or (fault is not None and fault.kind in (FaultKind.ERROR, FaultKind.HTML_5XX)):
        code = fault.code or 502 if content is not None and fault is not None else NOT_FOUND[0]
        return _json(ApiError(code, REASONS.get(code, NOT_FOUND[1])).answer())
    if fault is not None and fault.kind is FaultKind.HALF_BODY:
        return await _half(request, content, "application/octet-stream", fault.bytes)
    return web.Response(body=content, content_type="application/octet-stream")
