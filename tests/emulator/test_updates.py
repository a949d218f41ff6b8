"""How news reaches a bot that asks for it."""

import asyncio
import time

import pytest

from tests.emulator.driving import BOT_ID, CHEN, LI, Api, Refused, Town

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def say(town: Town, *texts: str) -> None:
    for text in texts:
        await town.act("send_text", CHEN, text=text)


def texts(updates: list[dict]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_a_higher_offset_forgets_them(api: Api, town: Town):
    await say(town, "a", "b", "c")
    first = await api.getUpdates()
    assert texts(first) == ["a", "b", "c"]
    assert await api.getUpdates() == first
    numbers = [update["update_id"] for update in first]
    assert numbers == sorted(set(numbers))
    assert texts(await api.getUpdates(offset=numbers[1])) == ["b", "c"]
    assert texts(await api.getUpdates(offset=numbers[0])) == ["b", "c"]
    assert await api.getUpdates(offset=numbers[2] + 1) == []


async def test_limit(api: Api, town: Town):
    await say(town, *(str(number) for number in range(105)))
    assert len(await api.getUpdates()) == 100
    assert texts(await api.getUpdates(limit=2)) == ["0", "1"]
    assert len(await api.getUpdates(limit=1000)) == 100


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(api: Api, town: Town):
    await say(town, "a", "b", "c", "d")
    assert texts(await api.getUpdates(offset=-2)) == ["c", "d"]
    assert texts(await api.getUpdates()) == ["c", "d"]


async def test_a_long_poll_ends_with_the_first_update(api: Api, town: Town):
    began = time.monotonic()
    poll = asyncio.create_task(api.getUpdates(offset=api.offset, timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    await say(town, "now")
    assert texts(await poll) == ["now"]
    assert time.monotonic() - began < 5


async def test_a_long_poll_ends_empty(api: Api):
    began = time.monotonic()
    assert await api.getUpdates(offset=api.offset, timeout=1) == []
    assert 0.9 < time.monotonic() - began < 3


async def test_a_second_poller_ends_the_first(api: Api, town: Town):
    earlier = asyncio.create_task(api.getUpdates(offset=api.offset, timeout=20))
    await asyncio.sleep(0.1)
    later = asyncio.create_task(api.getUpdates(offset=api.offset, timeout=20))
    with pytest.raises(Refused) as caught:
        await earlier
    assert (caught.value.code, caught.value.description) == (409, CONFLICT)
    await say(town, "for the later one")
    assert texts(await later) == ["for the later one"]


async def test_who_hangs_up_leaves_the_place_free(api: Api, town: Town):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await api.getUpdates(offset=api.offset, timeout=20)
    await asyncio.sleep(0.1)
    later = asyncio.create_task(api.getUpdates(offset=api.offset, timeout=20))
    await asyncio.sleep(0.1)
    await say(town, "a")
    assert texts(await later) == ["a"]
    assert [call["code"] for call in await town.calls("getUpdates")] == [200] * 3


async def test_a_day_later_updates_are_gone(api: Api, town: Town):
    await say(town, "old")
    await town.act("clock", by=23 * 3600)
    await say(town, "new")
    assert texts(await api.getUpdates()) == ["old", "new"]
    await town.act("clock", by=2 * 3600)
    assert texts(await api.getUpdates()) == ["new"]


async def test_only_the_kinds_asked_for(api: Api, town: Town):
    await api.getUpdates(allowed_updates=["callback_query", "edited_message"])
    sent = await town.act("send_text", CHEN, text="unheard")
    await town.act("edit_text", CHEN, message_id=sent["id"], text="heard")
    news = await api.updates()
    assert [update["edited_message"]["text"] for update in news] == ["heard"]
    # The list is remembered until another one is given; an empty one means the usual kinds.
    await say(town, "unheard")
    assert await api.updates() == []
    await api.getUpdates(allowed_updates=[])
    await say(town, "heard")
    assert texts(await api.updates()) == ["heard"]


async def test_some_kinds_come_only_on_request(api: Api, town: Town):
    group = await town.group(CHEN, bot="admin")
    await town.act("join", LI, chat=group)
    assert not [update for update in await api.updates() if "chat_member" in update]
    await api.getUpdates(allowed_updates=["chat_member", "message_reaction"])
    await town.act("leave", LI, chat=group)
    change = (await api.news("chat_member"))[0]
    statuses = (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
    assert (change["new_chat_member"]["user"]["id"], statuses) == (LI, ("member", "left"))


async def test_update_numbers_never_return(api: Api, town: Town):
    seen = []
    for text in "abc":
        await say(town, text)
        seen += [update["update_id"] for update in await api.updates()]
    assert seen == list(range(seen[0], seen[0] + 3))


async def test_the_bots_own_words_are_no_news_to_it(api: Api, town: Town):
    group = await town.group(CHEN)
    await api.updates()
    await api.sendMessage(chat_id=group, text="x")
    assert await api.updates() == []
    assert (await api.getMe())["id"] == BOT_ID
