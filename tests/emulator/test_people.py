"""What people do besides writing: edit, forward, move about, lose the connection."""

import pytest

from tests.emulator.driving import CHEN, LI, WANG, ActRefused, Api, Town


async def test_an_edited_text(api: Api, town: Town):
    said = await town.act("send_text", CHEN, text="3 坏", at=1_700_000_000)
    await town.act("edit_text", CHEN, message_id=said["id"], text="3 灯坏", at=1_700_000_060)
    new, edited = await api.updates()
    assert new["message"]["date"] == 1_700_000_000
    message = edited["edited_message"]
    assert (message["text"], message["date"], message["edit_date"]) == ("3 灯坏", 1_700_000_000, 1_700_000_060)
    sent = await api.sendMessage(chat_id=CHEN, text="x")
    with pytest.raises(ActRefused, match="one's own"):
        await town.act("edit_text", CHEN, message_id=sent["message_id"], text="y")


async def test_an_edited_caption(api: Api, town: Town):
    sent = await town.act("send_photo", CHEN, file="sample:door", caption="3")
    await town.act("edit_caption", CHEN, message_id=sent["id"], text="4")
    messages = [update.get("message") or update["edited_message"] for update in await api.updates()]
    assert [message["caption"] for message in messages] == ["3", "4"]
    assert messages[0]["photo"] == messages[1]["photo"]
    with pytest.raises(ActRefused, match="has no text"):
        await town.act("edit_text", CHEN, message_id=sent["id"], text="y")


async def test_what_the_server_marks_in_plain_text(api: Api, town: Town):
    await town.act("send_text", CHEN, text="🚽 /check 给 @chen_xj 看 https://example.org/a，#厕所革命 a@b.cn 1/2")
    marks = (await api.news("message"))[0]["entities"]
    assert [(mark["type"], mark["offset"], mark["length"]) for mark in marks] == [
        ("bot_command", 3, 6), ("mention", 12, 8), ("url", 23, 21), ("hashtag", 45, 5), ("email", 51, 6),
    ]  # fmt: skip


async def test_a_long_text_is_several_messages(api: Api, town: Town):
    await town.act("send_text", CHEN, text="检" * 5000)
    assert [len(message["text"]) for message in await api.news("message")] == [4096, 904]


async def test_forwarding_by_people(api: Api, town: Town):
    group = await town.group(CHEN, LI)
    said = await town.act("send_photo", LI, chat=group, file="sample:basins", caption="好", at=1_700_000_000)
    await town.act("forward", CHEN, from_chat=group, message_id=said["id"])
    await town.act("forward", CHEN, from_chat=group, message_id=said["id"], hidden=True)
    _, known, hidden = (await api.news("message"))[-3:]
    assert known["forward_origin"]["sender_user"]["id"] == LI
    assert known["forward_origin"]["date"] == 1_700_000_000
    assert known["caption"] == "好"
    assert hidden["forward_origin"] == {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "Li Na"}


async def test_people_delete_without_the_bot_knowing(api: Api, town: Town, refuses):
    said = await town.act("send_text", CHEN, text="oops")
    await api.updates()
    await town.act("delete", CHEN, message_id=said["id"])
    assert await api.updates() == []
    call = api.sendMessage(chat_id=CHEN, text="x", reply_parameters={"message_id": said["id"]})
    await refuses(call, "Bad Request: message to be replied not found")


async def test_people_answer_messages(api: Api, town: Town):
    card = await api.sendMessage(chat_id=CHEN, text="3. 灯")
    await town.act("send_photo", CHEN, file="sample:lamp_off", reply_to=card["message_id"])
    assert (await api.news("message"))[0]["reply_to_message"]["text"] == "3. 灯"


async def test_a_location_with_its_uncertainty(api: Api, town: Town):
    await town.act("send_location", CHEN, latitude=30.6561, longitude=104.0672, horizontal_accuracy=18)
    place = (await api.news("message"))[0]["location"]
    assert place == {"latitude": 30.6561, "longitude": 104.0672, "horizontal_accuracy": 18}
    await town.act("send_venue", CHEN, latitude=30.6, longitude=104.1, title="体育馆", address="东门")
    venue = (await api.news("message"))[0]
    assert venue["venue"]["title"] == "体育馆"
    with pytest.raises(ActRefused):
        await town.act("send_location", CHEN, latitude=99, longitude=0)


async def test_a_live_location_moves_and_ends(api: Api, town: Town):
    sent = await town.act("send_location", CHEN, latitude=30, longitude=104, live_period=900)
    await town.act("move_live", CHEN, message_id=sent["id"], latitude=30.001, longitude=104.002, horizontal_accuracy=7)
    await town.act("move_live", CHEN, message_id=sent["id"], stop=True)
    first, moved, stopped = await api.updates()
    assert first["message"]["location"]["live_period"] == 900
    step = moved["edited_message"]
    assert (step["location"]["latitude"], step["location"]["live_period"]) == (30.001, 900)
    assert step["message_id"] == sent["id"]
    assert "live_period" not in stopped["edited_message"]["location"]
    assert (await town.message(CHEN, sent["id"]))["location"]["ended"] is True
    with pytest.raises(ActRefused):
        await town.act("move_live", CHEN, message_id=sent["id"], latitude=30, longitude=104)
    again = await town.act("send_location", CHEN, latitude=30, longitude=104, live_period=900)
    await town.act("clock", by=901)
    with pytest.raises(ActRefused, match="has ended"):
        await town.act("move_live", CHEN, message_id=again["id"], latitude=30, longitude=104)


@pytest.mark.parametrize(("order", "expected"), [("sent", ["a", "b", "c"]), ("reversed", ["c", "b", "a"])])
async def test_no_connection(api: Api, town: Town, order: str, expected: list[str]):
    await town.act("clock", to=1_800_000_000)
    await town.act("offline", CHEN)
    for text in "abc":
        assert "waiting" in await town.act("send_text", CHEN, text=text)
        await town.act("clock", by=60)
    assert await api.updates() == []
    assert (await town.act("online", CHEN, order=order))["delivered"] == 3
    messages = await api.news("message")
    assert [message["text"] for message in messages] == expected
    dates = {message["text"]: message["date"] - 1_800_000_000 for message in messages}
    assert [round(dates[text] / 60) for text in "abc"] == [0, 1, 2]
    numbers = [message["message_id"] for message in messages]
    assert numbers == sorted(numbers)


async def test_shuffled_by_a_seed(api: Api, town: Town):
    async def order(seed: int) -> list[str]:
        await town.act("offline", CHEN)
        for text in "abcdef":
            await town.act("send_text", CHEN, text=text)
        await town.act("online", CHEN, order="shuffled", seed=seed)
        return [message["text"] for message in await api.news("message")]

    first = await order(5)
    assert (sorted(first), first) == (list("abcdef"), await order(5))
    assert first != list("abcdef")


async def test_what_went_wrong_meanwhile_is_told(api: Api, town: Town):
    sent = await api.sendMessage(
        chat_id=CHEN, text="x", reply_markup={"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]}
    )
    await town.act("offline", CHEN)
    await town.act("tap", CHEN, message_id=sent["message_id"], data="d")
    await town.act("send_text", CHEN, text="y")
    await api.deleteMessage(chat_id=CHEN, message_id=sent["message_id"])
    result = await town.act("online", CHEN)
    assert (result["delivered"], len(result["failed"])) == (1, 1)


async def test_one_who_never_opened_the_bot_just_writes(api: Api, town: Town):
    await town.act("send_text", WANG, text="你好")
    assert (await api.news("message"))[0]["chat"]["id"] == WANG
    await api.sendMessage(chat_id=WANG, text="x")


async def test_one_who_blocked_the_bot_cannot_write(town: Town):
    await town.act("block", CHEN)
    with pytest.raises(ActRefused, match="blocked"):
        await town.act("send_text", CHEN, text="x")


async def test_people_are_known_by_what_they_are_called(api: Api, town: Town):
    await town.act("add_person", id=CHEN, name="陈", last_name="静", username="@cj", language="en")
    await town.act("send_text", CHEN, text="x")
    sender = (await api.news("message"))[0]["from"]
    assert sender == {
        "id": CHEN, "is_bot": False, "first_name": "陈", "last_name": "静", "username": "cj", "language_code": "en",
    }  # fmt: skip


@pytest.mark.parametrize(
    "act",
    [
        {"do": "fly"}, {"do": "send_text", "as": 987, "text": "x"}, {"do": "send_text", "as": CHEN, "text": " "},
        {"do": "send_text", "text": "x"}, {"do": "send_text", "as": CHEN, "chat": -5, "text": "x"},
        {"do": "add_person", "id": -1, "name": "x"}, {"do": "add_person", "id": 9}, {"do": "clock", "to": "noon"},
        {"do": "online", "as": CHEN, "order": "odd"}, {"do": "delete", "as": CHEN, "message_id": 999},
    ],
)  # fmt: skip
async def test_acts_that_make_no_sense(town: Town, act: dict):
    with pytest.raises(ActRefused):
        await town.control("POST", "act", act)


async def test_people_speak_as_the_group_as_a_channel_and_through_a_bot(api: Api, town: Town):
    group = await town.group(CHEN, kind="supergroup")
    await api.updates()
    for guise in ({"anonymous": True}, {"as_channel": "清新发布"}, {"linked_channel": "清新发布"}, {"via_bot": "gif"}):
        await town.act("send_text", CHEN, text="/status", chat=group, **guise)
    itself, channel, linked, through = await api.news("message")
    assert (itself["from"]["username"], itself["sender_chat"]["id"]) == ("GroupAnonymousBot", group)
    assert (channel["from"]["username"], channel["sender_chat"]["type"]) == ("Channel_Bot", "channel")
    assert (linked["from"]["id"], linked["is_automatic_forward"]) == (777000, True)
    assert (through["from"]["id"], through["via_bot"]["username"]) == (CHEN, "gif")
    with pytest.raises(ActRefused, match="speaks for themselves"):
        await town.act("send_text", CHEN, text="x", anonymous=True)


async def test_films_channels_posts_and_files_of_another_size_than_told(api: Api, town: Town):
    await town.act("send_video_note", CHEN)
    await town.act("send_animation", CHEN)
    note, film = await api.news("message")
    assert (note["video_note"]["length"], film["animation"]["file_id"]) == (240, film["document"]["file_id"])
    sent = await town.act("send_photo", CHEN, file="sample:door", protected=True)
    assert (await api.news("message"))[0]["has_protected_content"] is True
    sent = await town.act("send_photo", CHEN, file="sample:door")
    await town.act("forward", CHEN, from_chat=CHEN, message_id=sent["id"], channel="清新发布")
    assert (await api.news("message"))[1]["forward_origin"]["chat"]["title"] == "清新发布"
    for told, size in ((7, 7), ("none", None)):
        await town.act("send_file", CHEN, file="base64:AAAA", name="a.bin", mime="", told_size=told)
        (message,) = await api.news("message")
        assert (message["document"].get("file_size"), message["document"].get("mime_type")) == (size, None)
