"""The page: files that a browser shows as a phone."""

from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).parent / "page"


def add_page(app: web.Application) -> None:
    app.router.add_get("/", _index)
    app.router.add_get("/favicon.ico", _icon)
    app.router.add_get("/page/{path:.+}", _file)


def _answer(path: Path) -> web.StreamResponse:
    inside = path.resolve().is_relative_to(PAGE.resolve())
    if not inside or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def _index(_: web.Request) -> web.StreamResponse:
    return _answer(PAGE / "index.html")


async def _icon(_: web.Request) -> web.StreamResponse:
    icon = PAGE / "favicon.ico"
    return _answer(icon) if icon.is_file() else web.Response(status=204)


async def _file(request: web.Request) -> web.StreamResponse:
    return _answer(PAGE / request.match_info["path"])
