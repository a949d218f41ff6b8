"""Groups: who is in them, what the bot learns of them, and their move to a new number."""

import pytest

from tests.emulator.driving import BOT_ID, CHEN, LI, WANG, ActRefused, Api, Refused, Town


async def test_the_bot_is_added_hears_everything_and_is_removed(api: Api, town: Town, refuses):
    group = await town.group(CHEN, LI, bot="absent")
    await refuses(api.sendMessage(chat_id=group, text="x"), "Bad Request: chat not found")
    await town.act("send_text", LI, chat=group, text="unheard")
    await town.act("add_bot", CHEN, chat=group)
    await town.act("send_text", LI, chat=group, text="heard")
    added, hello, heard = await api.updates()
    change = added["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("left", "member")
    assert [user["id"] for user in hello["message"]["new_chat_members"]] == [BOT_ID]
    assert heard["message"]["text"] == "heard"
    assert heard["message"]["chat"] == {"id": group, "title": "太和镇巡查", "type": "group"}
    await api.sendMessage(chat_id=group, text="x")
    await town.act("remove_bot", CHEN, chat=group)
    left, gone = await api.updates()
    assert left["message"]["left_chat_member"]["id"] == BOT_ID
    assert gone["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    words = "Forbidden: bot was kicked from the group chat"
    await refuses(api.sendMessage(chat_id=group, text="x"), words, 403)
    await refuses(api.getChat(chat_id=group), words, 403)


async def test_added_by_a_link(api: Api, town: Town):
    group = await town.group(CHEN, bot="absent")
    await town.act("add_bot", CHEN, chat=group, payload="bind_7", admin=True)
    added, _, started = await api.updates()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "administrator"
    name = (await api.getMe())["username"]
    assert started["message"]["text"] == f"/start@{name} bind_7"
    assert started["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 7 + len(name)}]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ({"keyboard": [[{"text": "📍", "request_location": True}]]}, "location can be requested in private chats only"),
        (
            {"keyboard": [[{"text": "☎", "request_contact": True}]]},
            "phone number can be requested in private chats only",
        ),
        ({"inline_keyboard": [[{"text": "m", "web_app": {"url": "https://a.org/"}}]]}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_some_buttons_are_for_two_only(api: Api, town: Town, refuses, markup: dict, words: str):
    group = await town.group(CHEN)
    await refuses(api.sendMessage(chat_id=group, text="x", reply_markup=markup), f"Bad Request: {words}")
    await api.sendMessage(chat_id=CHEN, text="x", reply_markup=markup)


async def test_leaving(api: Api, town: Town, refuses):
    group = await town.group(CHEN, kind="supergroup")
    await api.updates()
    assert await api.leaveChat(chat_id=group) is True
    assert [c["new_chat_member"]["status"] for c in await api.news("my_chat_member")] == ["left"]
    words = "Forbidden: bot is not a member of the supergroup chat"
    await refuses(api.sendMessage(chat_id=group, text="x"), words, 403)


async def test_removed_from_a_supergroup(api: Api, town: Town, refuses):
    group = await town.group(CHEN, kind="supergroup")
    await api.updates()
    await town.act("remove_bot", CHEN, chat=group)
    assert [sorted(update)[0] for update in await api.updates()] == ["my_chat_member"]
    words = "Forbidden: bot was kicked from the supergroup chat"
    await refuses(api.sendMessage(chat_id=group, text="x"), words, 403)


@pytest.mark.parametrize(("order", "kinds"), [("old_first", ["to", "from"]), ("new_first", ["from", "to"])])
async def test_a_group_becomes_a_supergroup(api: Api, town: Town, refuses, order: str, kinds: list[str]):
    group = await town.group(CHEN, LI)
    await api.updates()
    new = (await town.act("migrate", CHEN, chat=group, order=order))["id"]
    assert str(new).startswith("-100")
    messages = await api.news("message")
    assert [kind for m in messages for kind in ("to", "from") if f"migrate_{kind}_chat_id" in m] == kinds
    by_chat = {message["chat"]["id"]: message for message in messages}
    assert by_chat[group]["migrate_to_chat_id"] == new
    assert by_chat[new]["migrate_from_chat_id"] == group
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    await refuses(api.sendMessage(chat_id=group, text="x"), words, migrate_to_chat_id=new)
    sent = await api.sendMessage(chat_id=new, text="x")
    assert sent["chat"]["type"] == "supergroup"
    # People do not notice: the number they knew still leads to the group.
    await town.act("send_text", LI, chat=group, text="hello")
    assert (await api.news("message"))[0]["chat"]["id"] == new


async def test_a_move_the_bot_learns_of_only_by_an_error(api: Api, town: Town):
    group = await town.group(CHEN)
    await api.updates()
    new = (await town.act("migrate", CHEN, chat=group, tell=False))["id"]
    assert await api.updates() == []
    with pytest.raises(Refused) as caught:
        await api.sendMessage(chat_id=group, text="x")
    assert caught.value.parameters == {"migrate_to_chat_id": new}
    await api.sendMessage(chat_id=new, text="x")


async def test_people_come_and_go(api: Api, town: Town):
    group = await town.group(CHEN)
    await api.updates()
    await town.act("join", LI, chat=group)
    await town.act("join", WANG, chat=group, by=CHEN)
    await town.act("leave", LI, chat=group)
    came, brought, left = await api.news("message")
    assert (came["from"]["id"], came["new_chat_members"][0]["id"]) == (LI, LI)
    assert (brought["from"]["id"], brought["new_chat_members"][0]["id"]) == (CHEN, WANG)
    assert left["left_chat_member"]["id"] == LI
    assert await api.getChatMemberCount(chat_id=group) == 3
    statuses = [(await api.getChatMember(chat_id=group, user_id=who))["status"] for who in (CHEN, LI, WANG, BOT_ID)]
    assert statuses == ["creator", "left", "member", "member"]
    with pytest.raises(ActRefused, match="is not in"):
        await town.act("send_text", LI, chat=group, text="x")


async def test_admins(api: Api, town: Town, refuses):
    group = await town.group(CHEN, LI, WANG)
    await town.act("promote", CHEN, chat=group, user=LI)
    admins = await api.getChatAdministrators(chat_id=group)
    assert [(admin["user"]["id"], admin["status"]) for admin in admins] == [(CHEN, "creator"), (LI, "administrator")]
    await town.act("promote", CHEN, chat=group, user=BOT_ID)
    await town.act("demote", CHEN, chat=group, user=LI)
    admins = await api.getChatAdministrators(chat_id=group)
    assert [admin["user"]["id"] for admin in admins] == [CHEN, BOT_ID]
    assert admins[1]["can_delete_messages"] is True
    words = "Bad Request: there are no administrators in the private chat"
    await refuses(api.getChatAdministrators(chat_id=CHEN), words)
    call = api.getChatMember(chat_id=group, user_id=987654)
    await refuses(call, "Bad Request: PARTICIPANT_ID_INVALID")


async def test_what_a_chat_is(api: Api, town: Town, refuses):
    chat = await api.getChat(chat_id=CHEN)
    assert (chat["type"], chat["first_name"], chat["active_usernames"]) == ("private", "小陈", ["chen_xj"])
    group = await town.group(CHEN, LI, kind="supergroup")
    await town.act("rename", CHEN, chat=group, title="高新区")
    assert (await api.getChat(chat_id=group))["title"] == "高新区"
    assert (await api.news("message"))[-1]["new_chat_title"] == "高新区"
    assert await api.getChatMemberCount(chat_id=CHEN) == 2
    assert (await api.getChatMember(chat_id=CHEN, user_id=CHEN))["status"] == "member"
    await refuses(api.getChat(chat_id=-12345), "Bad Request: chat not found")


async def test_pins(api: Api, town: Town, refuses):
    group = await town.group(CHEN, LI)
    await api.updates()
    card = await api.sendMessage(chat_id=group, text="今日")
    other = await api.sendMessage(chat_id=group, text="明日")
    for message in (card, other):
        pin = {"chat_id": group, "message_id": message["message_id"], "disable_notification": True}
        assert await api.pinChatMessage(**pin) is True
    assert (await api.getChat(chat_id=group))["pinned_message"]["text"] == "明日"
    assert await api.updates() == []
    assert await api.unpinChatMessage(chat_id=group) is True
    assert (await town.chat(group))["pinned"] == [card["message_id"]]
    await api.deleteMessage(chat_id=group, message_id=card["message_id"])
    assert (await town.chat(group))["pinned"] == []
    await refuses(api.unpinChatMessage(chat_id=group), "Bad Request: message to unpin not found")
    missing = api.pinChatMessage(chat_id=group, message_id=9999)
    await refuses(missing, "Bad Request: message to pin not found")
    assert await api.unpinAllChatMessages(chat_id=group) is True


async def test_groups_that_cannot_be_made(town: Town):
    for fields in ({"kind": "private"}, {"id": 5}, {"members": [987654]}):
        with pytest.raises(ActRefused):
            await town.act("add_group", CHEN, title="x", **fields)
    with pytest.raises(ActRefused, match="needs a member"):
        await town.act("add_group", title="x", members=[BOT_ID])
