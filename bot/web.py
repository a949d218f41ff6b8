"""The one HTTP server of the program: the webhook, if there is one, and a health page."""

import hmac
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot import inbox
from bot.channels.telegram_json import NotJson, loads_strictly
from bot.receiver import Receiver
from bot.writer import RecordUnavailable

log = logging.getLogger(__name__)
LARGEST_BODY = 1_048_576
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Web:
    def __init__(self, receiver: Receiver, secret: str, health: Callable[[], dict[str, Any]]) -> None:
        self._receiver = receiver
        self._secret = secret
        self._health = health
        self._runner: web.AppRunner | None = None
        self.refused = 0  # calls with the right secret and a body that is no update

    async def start(self, host: str, port: int) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/health", self._show_health)
        if self._secret:
            app.router.add_post("/telegram", self._take_update)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _show_health(self, _: web.Request) -> web.Response:
        return web.json_response(self._health() | {"refused": self.refused})

    def _refuse(self, why: str) -> web.Response:
        """No answer of ours repeats what was sent; the log says what was wrong with it (B103)."""
        self.refused += 1
        log.warning("a call to the webhook was refused: %s", why)
        return web.Response(status=400)

    async def _take_update(self, request: web.Request) -> web.Response:
        """200 only when the update is committed; anything else makes the platform send it again (F32)."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        try:
            update = loads_strictly(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return self._refuse("too large")
        except NotJson as error:
            return self._refuse(str(error))
        if not isinstance(update, dict) or not inbox.is_numbered(update):
            return self._refuse("no update")
        try:
            await self._receiver.keep([update], move_cursor=False)
        except RecordUnavailable as error:
            log.warning("an update cannot be stored (%s); the platform will send it again", error)
            return web.Response(status=503)
        except Exception:
            log.exception("an update could not be stored; the platform will send it again")
            return web.Response(status=503)
        return web.Response()
