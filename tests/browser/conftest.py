"""A world to look at and a Chromium to look with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_driver import DESK, PLACES, ROOT, EchoBot, Opener, Screen, World, emulator, post
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with emulator(0) as (url, _):
        world = World(url)
        world.bot("setMyCommands", commands=[{"command": "check", "description": "开始检查"}])
        post(f"{url}/emulator/places", PLACES)
        bot = EchoBot(world)
        bot.start()
        yield world
        bot.stopped.set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def look(world: World, browser: Browser) -> Iterator[Opener]:
    """Opens the page on a screen; any error in its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(screen: Screen = DESK) -> Page:
        context = browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme="dark" if screen.dark else "light",
            locale=screen.locale,
            reduced_motion="no-preference" if screen.lively else "reduce",
            has_touch=screen.width < 720,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(6000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((world.url, "data:", "blob:")) else complaints.append(asked.url),
        )
        page.goto(f"{world.url}/")
        page.locator("body[data-connection=open]").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def shots() -> Path:
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
