"""Several people and chats on one page: who sees what, invitations, groups, and lines that break."""

import re

import pytest
from page_driver import (
    PHONE,
    Opener,
    World,
    become,
    emulator,
    last_from_bot,
    say,
    started,
)
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


def test_an_invitation_opens_as_the_person_who_has_it(world: World, look: Opener) -> None:
    first, second = world.person("请柬甲"), world.person("请柬乙")
    link = f"https://t.me/{world.bot('getMe')['username']}?start=inv_42"
    page = look()
    started(page, first)
    world.bot("sendMessage", chat_id=first, text=f"邀请：{link}")
    last_from_bot(page).get_by_test_id("start-link").click()
    expect(last_from_bot(page)).to_have_text(re.compile("你好：/start inv_42"))
    become(page, second)
    page.get_by_test_id("start").click()
    expect(last_from_bot(page)).to_contain_text("你好：/start")
    say(page, link)
    page.get_by_test_id("open-start-link").click()
    expect(last_from_bot(page)).to_have_text(re.compile("你好：/start inv_42"))


def test_reply_edit_forward_delete(world: World, look: Opener) -> None:
    person = world.person("小周")
    group = world.act("add_group", **{"as": person}, title="太和镇群", members=[person], admins=[person])["id"]
    page = look()
    started(page, person)
    say(page, "三号")
    card = last_from_bot(page)
    expect(card).to_contain_text("卡片：三号")
    own = page.locator(".row.own").last
    own.hover()
    own.locator(".actions").click()
    page.get_by_test_id("act-edit").click()
    say(page, "四号")
    expect(own.locator(".text")).to_have_text("四号")
    own.hover()
    own.locator(".actions").click()
    page.get_by_test_id("act-forward").click()
    page.get_by_test_id(f"forward-to-{group}").click()
    card.hover()
    card.locator(".actions").click()
    page.get_by_test_id("act-reply").click()
    say(page, "好的")
    expect(page.locator(".row.own").last.locator(".quote")).to_contain_text("卡片：三号")
    gone = own.get_attribute("data-testid") or ""
    own = page.get_by_test_id(page.locator(".row.own").last.get_attribute("data-testid") or "")
    own.hover()
    own.locator(".actions").click()
    page.get_by_test_id("act-delete").click()
    expect(own).to_have_count(0)
    assert gone
    page.get_by_test_id(f"chat-{group}").click()
    expect(page.locator(".row.own .forwarded")).to_contain_text("转发自 小周")


def test_offline_words_wait_and_then_leave(world: World, look: Opener) -> None:
    person = world.person("山里人")
    page = look()
    started(page, person)
    page.get_by_test_id("chat-menu").click()
    page.get_by_test_id("go-offline").click()
    say(page, "没有信号")
    expect(page.locator("#pending .bubble")).to_contain_text("没有信号")
    expect(page.locator("#offline")).to_contain_text("1 条待发")
    page.get_by_test_id("go-online").click()
    page.get_by_test_id("online-sent").click()
    expect(page.locator("#pending .bubble")).to_have_count(0)
    expect(last_from_bot(page)).to_contain_text("卡片：没有信号")


def test_somebody_new_and_a_new_group(world: World, look: Opener) -> None:
    world.person("组长")
    page = look(PHONE)
    page.get_by_test_id("acting").click()
    page.get_by_test_id("switch-add-person").click()
    page.get_by_test_id("person-name").fill("新来的")
    page.get_by_test_id("person-sheet-go").click()
    expect(page.get_by_test_id("acting")).to_contain_text("新来的")
    page.get_by_test_id("new-group").click()
    page.get_by_test_id("group-title").fill("巡查一组")
    page.get_by_test_id("group-sheet-go").click()
    expect(page.locator("#chat-head h1")).to_have_text("巡查一组")
    expect(page.locator("#subtitle")).to_have_text("2 位成员")
    page.get_by_test_id("chat-menu").click()
    page.get_by_test_id("migrate").click()
    expect(page.locator(".log .service").last).to_contain_text("群已升级为超级群")
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("clock")).to_be_visible()


def test_the_keyboard_comes_while_somebody_types(world: World, look: Opener) -> None:
    person = world.person("手快的人")
    page = look()
    started(page, person)
    page.get_by_test_id("composer-input").press_sequentially("还没")
    world.bot("sendMessage", chat_id=person, text="新键盘", reply_markup={"keyboard": [[{"text": "进度"}]]})
    expect(page.get_by_role("button", name="进度", exact=True)).to_be_visible()
    page.keyboard.type("写完")
    expect(page.get_by_test_id("composer-input")).to_have_value("还没写完")


def test_who_writes_to_whom_is_kept_apart(world: World, look: Opener) -> None:
    first, second = world.person("甲"), world.person("乙")
    page = look()
    started(page, first)
    say(page, "只给机器人看")
    expect(last_from_bot(page)).to_contain_text("卡片：只给机器人看")
    page.get_by_test_id(f"person-{second}").click()
    expect(page.get_by_test_id(f"chat-{first}")).to_have_count(0)
    expect(page.get_by_text("只给机器人看")).to_have_count(0)
    world.bot("sendMessage", chat_id=first, text="给甲的消息")
    expect(page.get_by_test_id(f"person-{first}").locator(".badge")).to_have_text("1")
    page.get_by_test_id(f"person-{first}").click()
    page.get_by_test_id(f"chat-{first}").click()
    expect(page.get_by_test_id(f"person-{first}").locator(".badge")).to_have_count(0)


def test_the_line_to_the_server_mends_itself(browser: Browser) -> None:
    with emulator(0) as (url, server):
        page = browser.new_page()
        page.goto(url)
        page.locator("body[data-connection=open]").wait_for()
        server.kill()
        expect(page.get_by_test_id("status")).to_be_visible()
        with emulator(int(url.rsplit(":", 1)[1])) as (same_url, _):
            assert same_url == url
            page.locator("body[data-connection=reopened]").wait_for()
            expect(page.get_by_test_id("status")).to_be_hidden()
        page.close()
