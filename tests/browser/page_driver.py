"""What the tests of the page share: the emulator in its own process, a small bot, and what a hand does on the page."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).parents[2]
TOKEN = "7000000001:page-test-token-page-test-token"
Body = dict[str, Any]

PLACES = [
    {"name": "体育馆五星公厕", "latitude": 23.7, "longitude": 113.01, "note": "太和镇"},
    {"name": "玄真公厕", "latitude": 23.705, "longitude": 113.02, "note": "太和镇"},
    {"name": "龙颈圩镇公厕", "latitude": 23.72, "longitude": 113.0, "note": "龙颈镇"},
]


def post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["result"]


@dataclass
class World:
    """The emulator, driven as the page drives it."""

    url: str

    def act(self, do: str, **fields: Any) -> Any:
        return post(f"{self.url}/emulator/act", {"do": do, **fields})

    def bot(self, method: str, **fields: Any) -> Any:
        return post(f"{self.url}/bot{TOKEN}/{method}", fields)

    def person(self, name: str) -> int:
        return int(self.act("add_person", name=name)["id"])


class EchoBot(threading.Thread):
    """Answers words with two buttons, a tap with a notice and an edit, a photo or a place with what it got."""

    def __init__(self, world: World) -> None:
        super().__init__(daemon=True)
        self.world = world
        self.stopped = threading.Event()

    def run(self) -> None:
        offset = 0
        while not self.stopped.is_set():
            try:
                updates = self.world.bot("getUpdates", offset=offset, timeout=1)
            except OSError:
                return
            for update in updates:
                offset = update["update_id"] + 1
                if "callback_query" in update:
                    self.on_tap(update["callback_query"])
                elif "message" in update:
                    self.on_message(update["message"])

    def on_message(self, message: Body) -> None:
        chat = message["chat"]["id"]
        if message.get("text", "").startswith("/start"):
            keyboard = [[{"text": "检查", "request_location": True}, {"text": "我的"}]]
            self.world.bot(
                "sendMessage",
                chat_id=chat,
                text=f"你好：{message['text']}",
                reply_markup={"keyboard": keyboard, "resize_keyboard": True},
            )
        elif "text" in message:
            buttons = [[{"text": "合格", "callback_data": "pass"}, {"text": "说明", "callback_data": "why"}]]
            self.world.bot(
                "sendMessage", chat_id=chat, text=f"卡片：{message['text']}", reply_markup={"inline_keyboard": buttons}
            )
        elif "photo" in message:
            self.world.bot("sendMessage", chat_id=chat, text=f"照片 {len(message['photo'])} 种尺寸")
        elif "location" in message:
            place = message["location"]
            self.world.bot("sendMessage", chat_id=chat, text=f"位置 {place['latitude']:.3f},{place['longitude']:.3f}")

    def on_tap(self, query: Body) -> None:
        card = query["message"]
        time.sleep(0.4)
        alert = query["data"] == "why"
        self.world.bot(
            "answerCallbackQuery",
            callback_query_id=query["id"],
            text="因为灯不亮" if alert else "已记下",
            show_alert=alert,
        )
        if not alert:
            self.world.bot(
                "editMessageText", chat_id=card["chat"]["id"], message_id=card["message_id"], text="卡片：已提交"
            )


@contextmanager
def emulator(port: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The real server in a process of its own; port 0 takes any that is free."""
    command = [sys.executable, "-m", "bot.emulator", "--port", str(port), "--token", TOKEN]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/"), server
        server.terminate()


@dataclass(frozen=True)
class Screen:
    width: int
    height: int
    dark: bool = False
    locale: str = "zh-CN"
    lively: bool = False


DESK = Screen(1280, 800)
PHONE = Screen(390, 844)

Opener = Callable[..., Page]


def become(page: Page, person: int) -> None:
    """Choose the person, then their chat with the bot."""
    page.get_by_test_id(f"person-{person}").click()
    page.get_by_test_id(f"chat-{person}").click()


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("composer-input").press("Enter")


def last_from_bot(page: Page) -> Locator:
    return page.locator('.log .row:not(.own):not(.is-service)[data-testid^="message-"]').last


def started(page: Page, person: int) -> None:
    become(page, person)
    page.get_by_test_id("start").click()
    expect(last_from_bot(page)).to_contain_text("你好：/start")


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))
