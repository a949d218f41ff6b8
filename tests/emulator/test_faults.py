"""Bad days on order."""

import asyncio
import time

import aiohttp
import pytest

from tests.emulator.driving import CHEN, LI, TOKEN, ActRefused, Api, Refused, Town


async def texts(town: Town, chat: int = CHEN) -> list[str]:
    return [message["text"] for message in (await town.chat(chat))["messages"]]


async def test_cut_after_the_effect(api: Api, town: Town):
    await town.faults({"method": "sendMessage", "kind": "cut_after_write", "times": 1})
    with pytest.raises(aiohttp.ClientError):
        await api.sendMessage(chat_id=CHEN, text="did it arrive?")
    assert await texts(town) == ["/start", "did it arrive?"]
    await api.sendMessage(chat_id=CHEN, text="once more")
    assert await texts(town) == ["/start", "did it arrive?", "once more"]


async def test_dropped_before_the_effect(api: Api, town: Town):
    await town.faults({"method": "sendMessage", "kind": "drop", "times": 2})
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await api.sendMessage(chat_id=CHEN, text="x")
    assert await texts(town) == ["/start"]
    assert [call["description"] for call in await town.calls("sendMessage")] == ["dropped"] * 2


async def test_delay(api: Api, town: Town):
    await town.faults({"method": "getMe", "kind": "delay", "seconds": 0.3, "times": 1})
    began = time.monotonic()
    await api.getMe()
    assert time.monotonic() - began >= 0.3


async def test_who_stops_waiting_does_not_stop_the_effect(api: Api, town: Town):
    await town.faults({"method": "sendMessage", "kind": "delay", "seconds": 0.3, "times": 1})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await api.sendMessage(chat_id=CHEN, text="late")
    assert await texts(town) == ["/start"]
    await asyncio.sleep(0.4)
    assert await texts(town) == ["/start", "late"]


async def test_errors(api: Api, town: Town):
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    await town.faults(
        {"method": "sendMessage", "kind": "error", "code": 502, "times": 1},
        {"method": "sendMessage", "kind": "error", "times": 1},
        {"method": "getFile", "kind": "error", "code": 400, "description": gone},
    )
    seen = []
    for method, params in [("sendMessage", {"chat_id": CHEN, "text": "x"})] * 2 + [("getFile", {"file_id": "x"})] * 2:
        with pytest.raises(Refused) as caught:
            await api.raw(method, params)
        seen.append((caught.value.code, caught.value.description))
    assert seen == [(502, "Bad Gateway"), (500, "Internal Server Error"), (400, gone), (400, gone)]
    assert await texts(town) == ["/start"]


async def test_html_instead_of_json(api: Api, town: Town, session: aiohttp.ClientSession):
    await town.faults({"method": "*", "kind": "html_5xx", "code": 504, "times": 1})
    async with session.get(f"{api.url}/bot{TOKEN}/getMe") as answer:
        assert (answer.status, answer.content_type) == (504, "text/html")
        assert "504 Gateway Timeout" in await answer.text()


async def test_half_an_answer(api: Api, town: Town, session: aiohttp.ClientSession):
    await town.faults({"method": "sendMessage", "kind": "half_body", "times": 1})
    async with session.post(f"{api.url}/bot{TOKEN}/sendMessage", json={"chat_id": CHEN, "text": "x"}) as answer:
        assert answer.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    assert await texts(town) == ["/start", "x"]


async def test_too_many_requests_for_one_chat(api: Api, town: Town, refuses):
    await town.faults({"method": "sendMessage", "kind": "429", "seconds": 3600, "chat": CHEN, "times": None})
    await api.sendMessage(chat_id=LI, text="x")
    for _ in range(2):
        words = "Too Many Requests: retry after 3600"
        await refuses(api.sendMessage(chat_id=CHEN, text="x"), words, 429, retry_after=3600)
    await town.control("DELETE", "faults")
    await api.sendMessage(chat_id=CHEN, text="x")


async def test_downloads_break_off_anywhere(api: Api, town: Town, session: aiohttp.ClientSession):
    await town.act("send_file", CHEN, file="sample:door")
    document = (await api.news("message"))[0]["document"]
    url = f"{api.url}/file/bot{TOKEN}/" + (await api.getFile(file_id=document["file_id"]))["file_path"]
    await town.faults(
        {"method": "download", "kind": "half_body", "bytes": 4096, "times": 1},
        {"method": "download", "kind": "error", "code": 503, "times": 1},
        # Twice, because the client itself tries once more when an old connection turns out to be dead.
        {"method": "download", "kind": "drop", "times": 2},
        {"method": "download", "kind": "delay", "seconds": 0.01, "times": 1},
    )
    async with session.get(url) as answer:
        assert answer.content_length == document["file_size"]
        assert len(await answer.content.readexactly(4096)) == 4096
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.content.readexactly(1)
    async with session.get(url) as answer:
        assert answer.status == 503
    with pytest.raises(aiohttp.ClientError):
        await session.get(url)
    async with session.get(url) as answer:
        assert len(await answer.read()) == document["file_size"]


async def test_confirmed_updates_come_again(api: Api, town: Town):
    await town.act("send_text", CHEN, text="a")
    first = await api.updates()
    await town.faults({"method": "getUpdates", "kind": "duplicate", "times": 1})
    assert await api.updates() == first
    assert await api.updates() == []


async def test_updates_overtake_each_other(api: Api, town: Town):
    await town.faults({"method": "getUpdates", "kind": "reorder", "times": 1, "seconds": 5})
    for text in "abc":
        await town.act("send_text", CHEN, text=text)
    updates = await api.updates()
    assert [update["message"]["text"] for update in updates] == ["b", "a", "c"]
    numbers = [update["update_id"] for update in updates]
    assert numbers == sorted(numbers)


async def test_nothing_overtakes_what_comes_alone(api: Api, town: Town):
    await town.faults({"method": "getUpdates", "kind": "reorder", "times": 1, "seconds": 0.2})
    await town.act("send_text", CHEN, text="a")
    assert await api.updates() == []
    assert [update["message"]["text"] for update in await api.updates(timeout=5)] == ["a"]


@pytest.mark.parametrize("fault", [{"method": "*"}, {"method": "*", "kind": "fire"}])
async def test_faults_that_do_not_exist(town: Town, fault: dict[str, str]):
    with pytest.raises(ActRefused):
        await town.faults(fault)
