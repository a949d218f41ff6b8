"""Driving the people from outside, for the page and for tests."""

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from aiohttp import web

from bot.emulator.acts import perform
from bot.emulator.errors import ActError
from bot.emulator.params import Upload
from bot.emulator.pictures import shrink
from bot.emulator.samples import sample
from bot.emulator.views import state_view
from bot.emulator.world import World
from bot.emulator.worlds import Worlds

WORLDS: web.AppKey[Worlds] = web.AppKey("worlds", Worlds)
SAMPLE_SIDE = 480
LIMITS = {"per_chat": float, "burst": int, "per_group_minute": int, "overall": float, "on": bool}

Control = Callable[[World, web.Request], Awaitable[Any]]


def add_control(app: web.Application) -> None:
    for verb, path, control in (
        ("POST", "/emulator/act", _act),
        ("GET", "/emulator/state", _state),
        ("GET", "/emulator/calls", _calls),
        ("POST", "/emulator/calls/clear", _clear_calls),
        ("POST", "/emulator/places", _places),
        ("POST", "/emulator/faults", _faults),
        ("DELETE", "/emulator/faults", _no_faults),
        ("POST", "/emulator/limits", _limits),
        ("POST", "/emulator/upload", _upload),
    ):
        app.router.add_route(verb, path, _answered(control))
    app.router.add_get("/emulator/file/{file_id}", _file)
    app.router.add_get("/emulator/sample/{name}", _sample)


def from_elsewhere(request: web.Request) -> bool:
    """Another site's page, open in the same browser, must not act for anybody here."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def world_of(request: web.Request) -> World:
    world = request.app[WORLDS].of_bot(request.query.get("bot", ""))
    if world is None:
        raise ActError("there is no such bot")
    return world


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _answered(control: Control) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        if from_elsewhere(request):
            return _json({"ok": False, "error": "not from another site"}, 403)
        try:
            return _json({"ok": True, "result": await control(world_of(request), request)})
        except ActError as error:
            return _json({"ok": False, "error": str(error)}, 400)
        except web.HTTPRequestEntityTooLarge:
            return _json({"ok": False, "error": "too large"}, 413)

    return answer


async def _body(request: web.Request) -> Any:
    try:
        return orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise ActError("the body is not JSON") from None


async def _act(world: World, request: web.Request) -> Any:
    given = await _body(request)
    if not isinstance(given, dict):
        raise ActError("an act is an object")
    return await perform(world, given)


async def _state(world: World, _: web.Request) -> Any:
    return state_view(world)


async def _calls(world: World, request: web.Request) -> Any:
    since = request.query.get("since", "0")
    return world.calls.since(int(since) if since.isdigit() else 0)


async def _clear_calls(world: World, _: web.Request) -> Any:
    world.calls.clear()
    return True


async def _places(world: World, request: web.Request) -> Any:
    given = await _body(request)
    if not isinstance(given, list) or not all(isinstance(place, dict) for place in given):
        raise ActError("places are a list of objects")
    world.places = given
    world.tell("places", places=given)
    return given


async def _faults(world: World, request: web.Request) -> Any:
    given = await _body(request)
    if not isinstance(given, list) or not all(isinstance(fault, dict) for fault in given):
        raise ActError("faults are a list of objects")
    world.faults.replace_all(given)
    return len(world.faults.ordered)


async def _no_faults(world: World, _: web.Request) -> Any:
    world.faults.replace_all([])
    return 0


async def _limits(world: World, request: web.Request) -> Any:
    given = await _body(request)
    unknown = set(given) - set(LIMITS) if isinstance(given, dict) else {"no object"}
    if unknown:
        raise ActError(f"not a limit: {', '.join(sorted(unknown))}")
    world.limits.change(**{name: LIMITS[name](value) for name, value in given.items()})
    return {name: getattr(world.limits, name) for name in LIMITS}


async def _upload(world: World, request: web.Request) -> Any:
    name = unquote(request.headers.get("X-File-Name", "file"))
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    number = str(world.next_number())
    world.uploads[number] = Upload(name, mime, await request.read())
    return {"id": number}


@lru_cache
def _small_sample(name: str) -> bytes | None:
    found = sample(name)
    return shrink(found.data, (SAMPLE_SIDE,))[0][0] if found is not None else None


async def _sample(request: web.Request) -> web.Response:
    """A sample small enough to choose from."""
    data = await asyncio.to_thread(_small_sample, request.match_info["name"])
    if data is None:
        raise web.HTTPNotFound
    return web.Response(body=data, content_type="image/jpeg", headers={"Cache-Control": "max-age=3600"})


async def _file(request: web.Request) -> web.Response:
    world = world_of(request)
    file = world.files.find(request.match_info["file_id"])
    if file is None:
        raise web.HTTPNotFound
    # A file sent by somebody is never run as a page of ours.
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=world.files.content(file), content_type=file.mime, headers=headers)
