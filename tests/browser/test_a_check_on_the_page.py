"""A newcomer's first check: the real demo, the page on a phone, dialogue 2 by hand, and the digest at six."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_driver import PHONE, ROOT, Screen, become, has_no_sideways_scroll, last_from_bot, say
from playwright.sync_api import Browser, Page, expect

expect.set_options(timeout=15000)  # a slow machine is slow, not wrong

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """`make demo` without make: the address it prints."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        if found := re.search(r"http://\S+/", line):
            address = found[0]
        if "Ctrl-C" in line:
            break
    assert address
    yield address
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.fixture
def phone(demo: str, browser: Browser) -> Iterator[Page]:
    complaints: list[str] = []
    screen: Screen = PHONE
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        locale="zh-CN",
        has_touch=True,
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(20000)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(demo)
    page.locator("body[data-connection=open]").wait_for()
    yield page
    context.close()
    assert complaints == []


def person(page: Page, name: str) -> int:
    testid = page.locator("[data-testid^=person-]").filter(has_text=name).first.get_attribute("data-testid")
    assert testid is not None
    return int(testid.removeprefix("person-"))


def button(page: Page, label: str) -> None:
    last_from_bot(page).get_by_role("button", name=re.compile(label)).click()


def test_dialogue_two_by_hand(phone: Page, shots: Path) -> None:
    become(phone, person(phone, "小陈"))
    phone.get_by_role("button", name="📍 检查").click()
    phone.get_by_test_id("place-search").fill("体育馆")
    phone.get_by_test_id("place-体育馆五星公厕").click()
    phone.get_by_test_id("offset-35").click()
    phone.screenshot(path=shots / "check-1-location.png")
    phone.get_by_test_id("send-location").click()
    expect(last_from_bot(phone)).to_contain_text("距点位 35 米", timeout=20000)
    expect(last_from_bot(phone)).to_contain_text("请发 2 张照片")
    phone.screenshot(path=shots / "check-2-card.png")

    phone.get_by_test_id("attach").click()
    phone.get_by_test_id("attach-photo").click()
    phone.get_by_test_id("sample-sign").click()
    phone.get_by_test_id("sample-clean_floor").click()
    phone.get_by_test_id("send-photos").click()
    expect(last_from_bot(phone)).to_contain_text("📷 2/2")
    phone.screenshot(path=shots / "check-3-photos.png")

    button(phone, "其余 13 项均合格，提交")
    expect(last_from_bot(phone)).to_contain_text("已记录 No. TH-0806-001")
    expect(last_from_bot(phone)).to_contain_text("2 张照片已存")
    assert has_no_sideways_scroll(phone)
    phone.screenshot(path=shots / "check-4-receipt.png")


def test_an_exception_the_digest_and_the_map(phone: Page, shots: Path) -> None:
    become(phone, person(phone, "小陈"))
    say(phone, "玄真公厕")
    expect(last_from_bot(phone)).to_contain_text("请发位置")
    phone.get_by_test_id("attach").click()
    phone.get_by_test_id("attach-location").click()
    phone.get_by_test_id("place-玄真公厕").click()
    phone.get_by_test_id("send-location").click()
    phone.get_by_test_id("attach").click()
    phone.get_by_test_id("attach-photo").click()
    phone.get_by_test_id("sample-lamp_off").click()
    phone.get_by_test_id("sample-cigarette_ends").click()
    phone.get_by_test_id("send-photos").click()
    expect(last_from_bot(phone)).to_contain_text("📷 2/2")
    say(phone, "13 灯不亮")
    expect(last_from_bot(phone)).to_contain_text("✗ 13 灯明：灯不亮")
    button(phone, "其余 12 项")
    expect(last_from_bot(phone)).to_contain_text("整改期限？")
    phone.screenshot(path=shots / "check-5-problem.png")
    button(phone, "7天")
    expect(last_from_bot(phone)).to_contain_text("期限 08-13")

    phone.get_by_test_id("clock").click()
    phone.get_by_test_id("clock-evening").click()
    phone.get_by_test_id("back").click()
    phone.locator("[data-testid^=chat--]").first.click()
    expect(last_from_bot(phone)).to_contain_text("日报", timeout=15000)
    phone.wait_for_timeout(600)
    phone.screenshot(path=shots / "digest-phone.png")
    button(phone, "地图")
    expect(last_from_bot(phone)).to_contain_text("14 个点位", timeout=15000)
    phone.wait_for_timeout(600)
    phone.screenshot(path=shots / "map-phone.png")
    assert has_no_sideways_scroll(phone)
