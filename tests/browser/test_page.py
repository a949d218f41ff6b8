"""The page in a real browser, against the real emulator and a bot that answers."""

from pathlib import Path

import pytest
from page_driver import (
    PHONE,
    Opener,
    Screen,
    World,
    become,
    has_no_sideways_scroll,
    last_from_bot,
    say,
    started,
)
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_words_buttons_and_the_card_edited_in_place(world: World, look: Opener, shots: Path) -> None:
    person = world.person("小陈")
    page = look(Screen(1280, 800, lively=True))
    started(page, person)
    say(page, "3 有烟蒂")
    card = last_from_bot(page)
    expect(card).to_contain_text("卡片：3 有烟蒂")
    number = card.get_attribute("data-testid") or ""
    count = page.locator(".log .row").count()
    button = card.get_by_role("button", name="合格")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(page.get_by_test_id("toast")).to_have_text("已记下")
    same_card = page.get_by_test_id(number)
    expect(same_card.locator(".text")).to_have_text("卡片：已提交")
    expect(same_card.locator(".edited")).to_have_text("已编辑")
    expect(same_card.locator(".inline-button")).to_have_count(0)
    assert page.locator(".log .row").count() == count
    page.screenshot(path=shots / "desk-light-zh.png")


def test_an_alert_waits_to_be_read(world: World, look: Opener) -> None:
    person = world.person("老李")
    page = look()
    started(page, person)
    say(page, "灯")
    last_from_bot(page).get_by_role("button", name="说明").click()
    expect(page.get_by_test_id("alert")).to_contain_text("因为灯不亮")
    page.get_by_test_id("alert-ok").click()
    expect(page.get_by_test_id("alert")).to_have_count(0)


def test_an_album_of_two_samples(world: World, look: Opener, shots: Path) -> None:
    person = world.person("小王")
    page = look()
    started(page, person)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("attach-photo").click()
    samples = page.locator('[data-testid^="sample-"]')
    samples.nth(0).click()
    samples.nth(1).click()
    page.get_by_test_id("caption").fill("体育馆公厕 全部合格")
    expect(page.locator(".sample.loaded")).to_have_count(samples.count(), timeout=15_000)
    page.screenshot(path=shots / "desk-album-sheet.png")
    page.get_by_test_id("send-photos").click()
    album = page.locator(".row.own .bubble.album")
    expect(album.locator(".tile")).to_have_count(2)
    expect(album.locator(".text")).to_have_text("体育馆公厕 全部合格")
    expect(last_from_bot(page)).to_contain_text("照片 3 种尺寸")
    album.locator("button.photo").first.click()
    expect(page.get_by_test_id("lightbox").locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("lightbox")).to_have_count(0)


def test_a_location_from_the_keyboard_by_picking_a_place(world: World, look: Opener, shots: Path) -> None:
    person = world.person("小林")
    page = look(PHONE)
    started(page, person)
    page.get_by_role("button", name="检查", exact=True).click()
    page.get_by_test_id("place-玄真公厕").click()
    page.get_by_test_id("offset-500").click()
    page.screenshot(path=shots / "phone-location-sheet.png")
    page.get_by_test_id("send-location").click()
    expect(page.locator(".row.own .location")).to_contain_text("距玄真公厕 500 m")
    expect(last_from_bot(page)).to_contain_text("位置 23.707,113.024")
    page.screenshot(path=shots / "phone-light-zh.png")


def test_a_location_from_the_map_and_one_typed(world: World, look: Opener) -> None:
    person = world.person("小赵")
    page = look()
    started(page, person)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("attach-location").click()
    page.get_by_test_id("tab-map").click()
    page.get_by_test_id("map").click(position={"x": 150, "y": 150})
    page.get_by_test_id("send-location").click()
    expect(page.locator(".row.own .location")).to_have_count(1)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("attach-location").click()
    page.get_by_test_id("tab-coordinates").click()
    page.get_by_test_id("coordinates").fill("here")
    expect(page.get_by_test_id("send-location")).to_be_disabled()
    page.get_by_test_id("coordinates").fill("23.7,113.0")
    page.get_by_test_id("accuracy").fill("30")
    page.get_by_test_id("send-location").click()
    expect(page.locator(".row.own .location").last).to_contain_text("23.70000, 113.00000 · 精度 30 米")
    expect(last_from_bot(page)).to_contain_text("位置 23.700,113.000")


def test_the_clock_moves(world: World, look: Opener) -> None:
    world.person("办公室")
    world.act("clock", to="2018-08-06T08:30")
    page = look()
    expect(page.get_by_test_id("clock")).to_contain_text("08:30")
    page.get_by_test_id("clock").click()
    page.get_by_test_id("clock-evening").click()
    expect(page.get_by_test_id("clock")).to_contain_text("08-06")
    expect(page.get_by_test_id("clock")).to_contain_text("18:00")
    page.get_by_test_id("clock").click()
    page.get_by_test_id("clock-morning").click()
    expect(page.get_by_test_id("clock")).to_contain_text("08-07")
    expect(page.get_by_test_id("clock")).to_contain_text("08:00")


def test_text_is_text(world: World, look: Opener) -> None:
    person = world.person("<b>坏人</b>")
    page = look()
    started(page, person)
    said = '<img src=x onerror="document.title=1"> <script>document.title=2</script>'
    say(page, said)
    expect(page.locator(".row.own .text").last).to_have_text(said)
    assert page.locator(".log script, .log .text img").count() == 0
    assert page.title() == "巡查 · 本地聊天"


def test_a_long_chat_is_drawn_from_its_end(world: World, look: Opener) -> None:
    person = world.person("话多的人")
    world.act("block", **{"as": person})
    world.act("unblock", **{"as": person})
    group = world.act("add_group", **{"as": person}, title="长群", members=[person], admins=[person])["id"]
    for number in range(240):
        world.act("send_text", **{"as": person}, chat=group, text=f"第 {number} 条")
    page = look()
    page.get_by_test_id(f"person-{person}").click()
    page.get_by_test_id(f"chat-{group}").click()
    expect(page.get_by_text("第 239 条", exact=True).last).to_be_visible()
    assert page.locator(".log .row").count() < 120
    for _ in range(6):
        page.locator("#scroller").evaluate("box => { box.scrollTop = 0 }")
        page.wait_for_timeout(60)
    expect(page.locator(".log").get_by_text("第 0 条", exact=True)).to_have_count(1)
    texts = page.locator(".log .row.own .text").all_inner_texts()
    assert texts == [f"第 {number} 条" for number in range(240)]


@pytest.mark.parametrize("width", [360, 390, 430])
def test_nothing_is_wider_than_a_phone(world: World, look: Opener, width: int) -> None:
    person = world.person("很长很长的名字不换行的人")
    page = look(Screen(width, 800))
    assert has_no_sideways_scroll(page)
    started(page, person)
    say(page, "https://example.org/" + "a" * 120)
    expect(last_from_bot(page)).to_contain_text("卡片：https")
    assert has_no_sideways_scroll(page)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("attach-location").click()
    assert has_no_sideways_scroll(page)
    for small in page.locator("button:visible, select:visible").all():
        box = small.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44 or "actions" in (small.get_attribute("class") or "")


def test_both_languages_and_both_looks(world: World, look: Opener, shots: Path) -> None:
    person = world.person("Alice")
    page = look(Screen(390, 844, dark=True, locale="en-GB"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
    started(page, person)
    say(page, "status")
    expect(last_from_bot(page)).to_contain_text("卡片：status")
    expect(page.get_by_test_id("composer-input")).to_have_attribute("placeholder", "Message")
    page.screenshot(path=shots / "phone-dark-en.png")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("composer-input")).to_have_attribute("placeholder", "发消息")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_test_id("language").click()
    page.get_by_test_id("theme").click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.screenshot(path=shots / "phone-light-en.png")
    desk = look(Screen(1280, 800, dark=True, locale="en-GB"))
    become(desk, person)
    expect(last_from_bot(desk)).to_contain_text("卡片：status")
    desk.screenshot(path=shots / "desk-dark-en.png")


def test_a_file_from_this_device_goes_whole(world: World, look: Opener) -> None:
    person = world.person("小钱")
    page = look()
    started(page, person)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("attach-photo").click()
    page.get_by_test_id("file-input").set_input_files(
        {"name": "台账 8月.csv", "mimeType": "text/csv", "buffer": "点位,次数\n玄真公厕,2\n".encode()}
    )
    page.get_by_test_id("send-photos").click()
    file = page.locator(".row.own").last.get_by_test_id("download")
    expect(file).to_contain_text("台账 8月.csv")
    with page.expect_download() as saved:
        file.click()
    assert saved.value.path().read_text(encoding="utf-8") == "点位,次数\n玄真公厕,2\n"


def test_a_live_location_moves_and_stops(world: World, look: Opener) -> None:
    person = world.person("走动的人")
    page = look()
    started(page, person)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("attach-location").click()
    page.get_by_test_id("tab-places").click()
    page.get_by_test_id("offset-0").click()
    page.get_by_test_id("place-玄真公厕").click()
    page.get_by_test_id("live-period").select_option("900")
    page.get_by_test_id("send-location").click()
    bubble = page.locator(".row.own").last
    expect(bubble.locator(".living")).to_have_text("实时位置")
    for choice in ("act-move-live", "act-stop-live"):
        bubble.hover()
        bubble.locator(".actions").click()
        page.get_by_test_id(choice).click()
        if choice == "act-move-live":
            page.get_by_test_id("place-龙颈圩镇公厕").click()
            page.get_by_test_id("send-location").click()
            expect(bubble).to_contain_text("距龙颈圩镇公厕 0 m")
    expect(bubble.locator("b").first).to_have_text("实时位置（已结束）")


def test_back_on_the_phone_leads_to_the_list(world: World, look: Opener) -> None:
    person = world.person("翻页的人")
    page = look(PHONE)
    page.get_by_test_id(f"person-{person}").click()
    for _ in range(2):
        page.get_by_test_id(f"chat-{person}").click()
        expect(page.locator("#chat-head")).to_be_visible()
        page.go_back()
        expect(page.locator("#chat-head")).to_be_hidden()
    page.get_by_test_id(f"chat-{person}").click()
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id(f"chat-{person}")).to_be_visible()
