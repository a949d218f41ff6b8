"""Photos and files, from people and from the bot, and how they are fetched."""

import base64
import io

import aiohttp
import pytest
from PIL import ExifTags, Image

from bot.emulator.files import DOWNLOAD_LIMIT
from bot.emulator.samples import sample_names
from tests.emulator.driving import BOT_ID, CHEN, LI, TOKEN, ActRefused, Api, Town


def jpeg(width: int = 400, height: int = 300, colour: str = "#3a6", exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", **({"exif": exif} if exif else {}))
    return out.getvalue()


def as_base64(data: bytes) -> str:
    return "base64:" + base64.b64encode(data).decode()


async def download(api: Api, file_id: str) -> bytes:
    file = await api.getFile(file_id=file_id)
    async with api.session.get(f"{api.url}/file/bot{TOKEN}/{file['file_path']}") as answer:
        assert answer.status == 200
        data = await answer.read()
    assert len(data) == file["file_size"]
    return data


async def test_a_photo_comes_in_three_sizes_without_the_cameras_notes(api: Api, town: Town):
    await town.act("send_photo", CHEN, file="sample:sign", caption="3 有烟蒂")
    message = (await api.news("message"))[0]
    assert message["caption"] == "3 有烟蒂"
    sizes = message["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(90, 68), (320, 240), (1280, 960)]
    assert len({size["file_unique_id"] for size in sizes}) == 3
    data = await download(api, sizes[-1]["file_id"])
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 960))
        assert dict(picture.getexif()) == {}


async def test_a_file_keeps_every_byte(api: Api, town: Town):
    await town.act("send_file", CHEN, file="sample:sign")
    document = (await api.news("message"))[0]["document"]
    assert (document["file_name"], document["mime_type"]) == ("sign.jpg", "image/jpeg")
    data = await download(api, document["file_id"])
    assert len(data) == document["file_size"]
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (1600, 1200)
        place = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        assert (place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLongitudeRef]) == ("N", "E")
        taken = picture.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
        assert taken == "2026:09:21 08:42:10"
    assert (document["thumbnail"]["width"], document["thumbnail"]["height"]) == (320, 240)


async def test_a_lying_photo_stands_up(api: Api, town: Town):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    await town.act("send_photo", CHEN, file=as_base64(jpeg(400, 200, exif=exif)))
    sizes = (await api.news("message"))[0]["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(45, 90), (160, 320), (200, 400)]


async def test_the_same_content_is_the_same_file(api: Api, town: Town):
    await town.act("send_photo", CHEN, file="sample:basins")
    await town.act("send_photo", LI, file="sample:basins")
    await town.act("send_photo", LI, file="sample:door")
    one, again, other = ([size["file_unique_id"] for size in m["photo"]] for m in await api.news("message"))
    assert one == again
    assert not set(one) & set(other)


async def test_the_bot_sends_a_photo_and_sends_it_again(api: Api, town: Town, refuses):
    sent = await api.upload(
        "sendPhoto", {"photo": ("card.png", png(), "image/png")}, chat_id=CHEN, caption="<b>日报</b>", parse_mode="HTML"
    )
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    again = await api.sendPhoto(chat_id=LI, photo=sent["photo"][-1]["file_id"], has_spoiler=True)
    assert again["photo"] == sent["photo"]
    assert again["has_media_spoiler"] is True
    with Image.open(io.BytesIO(await download(api, sent["photo"][-1]["file_id"]))) as picture:
        assert picture.format == "JPEG"
    attached = await api.upload("sendPhoto", {"f1": ("a.png", png(), "image/png")}, chat_id=CHEN, photo="attach://f1")
    assert attached["photo"] == sent["photo"]


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (640, 480), (20, 120, 80, 128)).save(out, "PNG")
    return out.getvalue()


async def test_the_bot_sends_a_file(api: Api, town: Town, refuses):
    table = ("台账.xlsx", b"PK\x03\x04 not really", "application/vnd.ms-excel")
    sent = await api.upload("sendDocument", {"document": table}, chat_id=CHEN, caption="台账")
    assert sent["document"]["file_name"] == "台账.xlsx"
    assert await download(api, sent["document"]["file_id"]) == table[1]
    again = await api.sendDocument(chat_id=CHEN, document=sent["document"]["file_id"])
    assert again["document"] == sent["document"]
    call = api.sendPhoto(chat_id=CHEN, photo=sent["document"]["file_id"])
    await refuses(call, "Bad Request: can't use file of type Document as Photo")
    async with api.session.get(f"{town.url}/emulator/file/{sent['document']['file_id']}") as answer:
        assert await answer.read() == table[1]


async def test_photos_that_are_none(api: Api, refuses):
    call = api.upload("sendPhoto", {"photo": ("a.jpg", b"no picture", "image/jpeg")}, chat_id=CHEN)
    await refuses(call, "Bad Request: IMAGE_PROCESS_FAILED")
    call = api.upload("sendPhoto", {"photo": ("a.jpg", jpeg(2100, 100), "image/jpeg")}, chat_id=CHEN)
    await refuses(call, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    big = 10 * 1024 * 1024 + 1
    call = api.upload("sendPhoto", {"photo": ("a.jpg", bytes(big), "image/jpeg")}, chat_id=CHEN)
    words = f"file of size {big} bytes is too big for a photo; the maximum size is 10485760 bytes"
    await refuses(call, f"Bad Request: {words}")
    await refuses(api.raw("sendPhoto", {"chat_id": CHEN}), "Bad Request: there is no photo in the request")
    words = "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
    await refuses(api.sendPhoto(chat_id=CHEN, photo="AgACnonsense"), f"Bad Request: {words}")
    call = api.sendPhoto(chat_id=CHEN, photo="https://example.org/a.jpg")
    await refuses(call, "Bad Request: failed to get HTTP URL content")
    call = api.upload("sendDocument", {"document": ("a.txt", b"", "text/plain")}, chat_id=CHEN)
    await refuses(call, "Bad Request: file must be non-empty")


async def test_captions_have_their_own_limit(api: Api, refuses):
    photo = {"photo": ("a.jpg", jpeg(), "image/jpeg")}
    sent = await api.upload("sendPhoto", photo, chat_id=CHEN, caption="检" * 1024)
    words = "Bad Request: message caption is too long"
    await refuses(api.upload("sendPhoto", photo, chat_id=CHEN, caption="检" * 1025), words)
    call = api.editMessageCaption(chat_id=CHEN, message_id=sent["message_id"], caption="检" * 1025)
    await refuses(call, words)
    edited = await api.editMessageCaption(chat_id=CHEN, message_id=sent["message_id"], caption="短")
    assert (edited["caption"], edited["photo"]) == ("短", sent["photo"])


async def test_a_message_gets_another_picture(api: Api, town: Town):
    sent = await api.upload("sendPhoto", {"photo": ("a.jpg", jpeg(), "image/jpeg")}, chat_id=CHEN)
    edited = await api.upload(
        "editMessageMedia",
        {"new": ("b.jpg", jpeg(colour="#a33"), "image/jpeg")},
        chat_id=CHEN,
        message_id=sent["message_id"],
        media={"type": "photo", "media": "attach://new", "caption": "后"},
    )
    assert edited["caption"] == "后"
    assert edited["photo"][-1]["file_unique_id"] != sent["photo"][-1]["file_unique_id"]
    text = await api.sendMessage(chat_id=CHEN, text="x")
    media = {"type": "photo", "media": sent["photo"][-1]["file_id"]}
    filled = await api.editMessageMedia(chat_id=CHEN, message_id=text["message_id"], media=media)
    assert filled["photo"] == sent["photo"]


async def test_downloads_end_at_20_megabytes(api: Api, town: Town, session: aiohttp.ClientSession, refuses):
    async def sent(size: int) -> str:
        async with session.post(
            f"{town.url}/emulator/upload", data=bytes(size), headers={"X-File-Name": "%E5%BD%95.bin"}
        ) as answer:
            upload = (await answer.json())["result"]["id"]
        await town.act("send_file", CHEN, file=f"upload:{upload}")
        document = (await api.news("message"))[0]["document"]
        assert (document["file_size"], document["file_name"]) == (size, "录.bin")
        return str(document["file_id"])

    assert len(await download(api, await sent(DOWNLOAD_LIMIT))) == DOWNLOAD_LIMIT == 20_971_520
    await refuses(api.getFile(file_id=await sent(DOWNLOAD_LIMIT + 1)), "Bad Request: file is too big")
    await refuses(api.getFile(file_id="nonsense"), "Bad Request: invalid file_id")


async def test_a_link_lasts_an_hour(api: Api, town: Town, session: aiohttp.ClientSession):
    await town.act("send_photo", CHEN, file="sample:door")
    photo = (await api.news("message"))[0]["photo"][0]
    link = f"{api.url}/file/bot{TOKEN}/" + (await api.getFile(file_id=photo["file_id"]))["file_path"]

    async def status(url: str) -> int:
        async with session.get(url) as answer:
            return answer.status

    await town.act("clock", by=3590)
    assert await status(link) == 200
    await town.act("clock", by=20)
    assert await status(link) == 404
    await api.getFile(file_id=photo["file_id"])
    assert await status(link) == 200
    assert await status(link.replace(TOKEN, "1:" + "x" * 30)) == 401


async def test_bodies_end_at_50_megabytes(api: Api, session: aiohttp.ClientSession):
    form = aiohttp.FormData()
    form.add_field("chat_id", str(CHEN))
    form.add_field("document", bytes(50 * 1024 * 1024), filename="a.bin")
    async with session.post(f"{api.url}/bot{TOKEN}/sendDocument", data=form) as answer:
        assert answer.status == 413
        words = {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}
        assert await answer.json() == words


async def test_wrong_input_is_valid_too(api: Api, town: Town):
    """Voices, videos, stickers and contacts: what an inspector may send where a photo was asked for."""
    for act in ("send_voice", "send_video", "send_sticker"):
        await town.act(act, CHEN)
    await town.act("send_contact", CHEN)
    await town.act("send_contact", CHEN, name="物业", phone="+8602812345")
    voice, video, sticker, own, other = await api.news("message")
    for kind, message in (("voice", voice), ("video", video), ("sticker", sticker)):
        assert await download(api, message[kind]["file_id"])
    assert (own["contact"]["user_id"], own["contact"]["first_name"]) == (CHEN, "小陈")
    assert other["contact"] == {"phone_number": "+8602812345", "first_name": "物业"}
    kinds = [message["kind"] for message in (await town.chat(CHEN))["messages"]]
    assert kinds == ["text", "voice", "video", "sticker", "contact", "contact"]


async def test_samples_can_be_told_apart(api: Api, town: Town):
    names = sample_names()
    assert len(names) >= 10
    assert (await town.control("GET", "state"))["samples"] == names
    for name in names:
        await town.act("send_photo", CHEN, file=f"sample:{name}")
    photos = [message["photo"] for message in await api.news("message")]
    assert len({photo[-1]["file_unique_id"] for photo in photos}) == len(names)
    looks: list[bytes] = []
    for photo in photos:
        with Image.open(io.BytesIO(await download(api, photo[0]["file_id"]))) as picture:
            looks.append(picture.convert("L").resize((8, 8)).tobytes())
    for one in range(len(looks)):
        for other in range(one):
            apart = sum(abs(a - b) for a, b in zip(looks[one], looks[other], strict=True)) / 64
            assert apart > 2, (names[one], names[other])


async def test_a_sample_to_choose_from(api: Api, session: aiohttp.ClientSession):
    async with session.get(f"{api.url}/emulator/sample/door") as answer:
        with Image.open(io.BytesIO(await answer.read())) as picture:
            assert (answer.content_type, picture.size) == ("image/jpeg", (480, 360))
    async with session.get(f"{api.url}/emulator/sample/none") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("file", ["sample:none", "upload:77", "base64:***", "elsewhere"])
async def test_files_that_do_not_exist(town: Town, file: str):
    with pytest.raises(ActRefused):
        await town.act("send_file", CHEN, file=file)


async def test_not_every_file_is_a_photo(town: Town):
    with pytest.raises(ActRefused, match="IMAGE_PROCESS_FAILED"):
        await town.act("send_photo", CHEN, file=as_base64(b"text"))


async def test_an_album_of_the_bot(api: Api, town: Town, refuses):
    files = {
        f"p{number}": (f"{number}.jpg", jpeg(colour=f"#{number}{number}{number}"), "image/jpeg") for number in range(3)
    }
    media = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in files]
    sent = await api.upload("sendMediaGroup", files, chat_id=CHEN, media=media)
    assert [message["caption"] for message in sent] == ["p0", "p1", "p2"]
    assert len({message["media_group_id"] for message in sent}) == 1
    assert all(message["from"]["id"] == BOT_ID for message in sent)
    file_id = sent[0]["photo"][-1]["file_id"]
    alone = await api.sendMediaGroup(chat_id=CHEN, media=[{"type": "photo", "media": file_id}])
    assert "media_group_id" not in alone[0]
    await refuses(api.sendMediaGroup(chat_id=CHEN, media=[]), "Bad Request: there are no messages to send")
    call = api.sendMediaGroup(chat_id=CHEN, media=[{"type": "photo", "media": file_id}] * 11)
    await refuses(call, "Bad Request: too many messages to send as an album")
    call = api.sendMediaGroup(chat_id=CHEN, media=[{"type": "photo", "media": "attach://none"}] * 2)
    await refuses(call, "Bad Request: can't parse InputMedia: media not found")
    document = (await api.upload("sendDocument", {"document": ("a.txt", b"a", "text/plain")}, chat_id=CHEN))["document"]
    mixed = [{"type": "photo", "media": file_id}, {"type": "document", "media": document["file_id"]}]
    call = api.sendMediaGroup(chat_id=CHEN, media=mixed)
    await refuses(call, "Bad Request: document can't be mixed with other media types")
    turned = {"type": "document", "media": document["file_id"]}
    call = api.editMessageMedia(chat_id=CHEN, message_id=sent[0]["message_id"], media=turned)
    await refuses(call, "Bad Request: can't change media type in the album")


@pytest.mark.parametrize("as_files", [False, True])
async def test_an_album_of_a_person_is_as_many_updates(api: Api, town: Town, as_files: bool):
    files = [{"file": "sample:door"}, {"file": "sample:stall", "caption": "二"}, {"file": "sample:basins"}]
    await town.act("send_album", CHEN, files=files, caption="体育馆公厕 全部合格", as_files=as_files)
    updates = await api.updates()
    messages = [update["message"] for update in updates]
    assert len(messages) == 3
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["体育馆公厕 全部合格", "二", None]
    assert all(("document" in message) == as_files for message in messages)
    with pytest.raises(ActRefused, match="2 to 10"):
        await town.act("send_album", CHEN, files=files[:1])
