"""One call of the Bot API: parameters read from the request, the method run, the outcome noted."""

import logging
from typing import Any

import orjson
from aiohttp import web

from bot.emulator.errors import NOT_FOUND, ApiError
from bot.emulator.messages import Json
from bot.emulator.methods import METHODS
from bot.emulator.params import Params, Upload
from bot.emulator.world import World

log = logging.getLogger(__name__)


async def read_params(request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    kind = request.content_type
    if request.method != "POST" or not request.can_read_body:
        return Params(values)
    if kind == "application/json":
        values |= _read_json(await request.read())
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return Params(values, files)


def _read_json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise ApiError(400, "Bad Request: can't parse JSON object")
    return given


async def call(world: World, method: str, params: Params) -> Json:
    """The whole answer, refusals included; nothing that goes wrong here reaches the caller as an exception."""
    name = method.lower()
    try:
        function = METHODS.get(name)
        if function is None:
            raise ApiError(*NOT_FOUND)
        answer: Json = {"ok": True, "result": await function(world, params)}
    except ApiError as refusal:
        answer = refusal.answer()
    except Exception:
        log.exception("method %s failed", name)
        answer = ApiError(500, "Internal Server Error").answer()
    note(world, method, params, answer)
    return answer


def note(world: World, method: str, params: Params, answer: Json) -> None:
    shown = {name: f"<{file.name}, {len(file.data)} bytes>" for name, file in params.files.items()}
    code, words = answer.get("error_code", 200), answer.get("description", "")
    world.calls.add(world.clock.now(), method, params.values | shown, code, words)


async def call_back(world: World, given: Json) -> None:
    """A call that came in a webhook's answer."""
    await call(world, str(given["method"]), Params({key: value for key, value in given.items() if key != "method"}))
