"""Photos and files that are not what they should be: kept, weighed, answered in words, nothing else lost (B01-B29)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.media import SIZE_BELIEVED
from models.checks import CheckState
from models.evidence import Photo, PhotoState, PhotoVerdict
from tests.bad_input import nasty
from tests.bad_input.office import Office, Worker

pytestmark = pytest.mark.asyncio(loop_scope="module")

LARGEST = 20_971_520
SOUND, ORIGINAL = PhotoVerdict.SOUND, PhotoVerdict.ORIGINAL
INCOMPLETE, QUARANTINED = PhotoVerdict.INCOMPLETE, PhotoVerdict.QUARANTINED
HALF = nasty.jpeg(5)[: len(nasty.jpeg(5)) // 2]
JPEG_AND_ZIP = nasty.jpeg(14) + nasty.zipped(evil_exe=b"MZ")

Made = Callable[[], bytes]

# What comes as a picture: its bytes, name and type; what it turns out to be; the sentence it is answered with.
AS_PICTURES: dict[str, tuple[Made, str, str, PhotoVerdict, str]] = {
    "B03-400-megapixels": (lambda: nasty.png(20_000, 20_000, 2), ".png", "image/png", QUARANTINED, "too_many_pixels"),
    "B04-81-megapixels": (lambda: nasty.png(9_000, 9_000, 9), ".png", "image/png", QUARANTINED, "too_many_pixels"),
    "B05-cut-in-half": (lambda: HALF, ".jpg", "image/jpeg", INCOMPLETE, "cut_off"),
    "B05-header-only": (lambda: nasty.jpeg(6)[:12], ".jpg", "image/jpeg", INCOMPLETE, "cut_off"),
    "B05-png-without-data": (lambda: nasty.png(99, 99, 99)[:40], ".png", "image/png", INCOMPLETE, "cut_off"),
    "B06-rows-missing": (lambda: nasty.png(200, 100, 50), ".png", "image/png", SOUND, ""),
    "B07-empty": (lambda: b"", ".jpg", "image/jpeg", INCOMPLETE, "empty"),
    "B08-heic": (lambda: nasty.boxed(b"heic"), ".heic", "image/heic", ORIGINAL, ""),
    "B08-heic-untold": (lambda: nasty.boxed(b"heix"), ".HEIC", "", ORIGINAL, ""),
    "B09-avif": (lambda: nasty.boxed(b"avif"), ".avif", "image/avif", ORIGINAL, ""),
    "B09-webp": (lambda: nasty.picture("RGB", "red", "WEBP"), ".webp", "image/webp", SOUND, ""),
    "B09-tiff": (lambda: nasty.picture("RGB", "red", "TIFF"), ".tif", "image/tiff", QUARANTINED, "no_photo"),
    "B10-gif-as-file": (lambda: nasty.picture("L", 9, "GIF"), ".gif", "image/gif", QUARANTINED, "no_photo"),
    "B11-film-as-jpg": (lambda: nasty.boxed(b"isom").replace(b"mif1", b"mp42"), ".jpg", "image/jpeg", QUARANTINED,
                        "no_photo"),
    "B12-pdf-as-jpg": (lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 99, ".jpg", "image/jpeg", QUARANTINED, "no_photo"),
    "B12-xlsm-as-jpg": (lambda: nasty.office("xl"), ".jpg", "image/jpeg", QUARANTINED, "no_photo"),
    "B13-exe-as-jpg": (lambda: b"MZ\x90\x00" + bytes(900), ".jpg", "image/jpeg", QUARANTINED, "no_photo"),
    "B13-html-as-png": (lambda: b"<!DOCTYPE html>" + nasty.SCRIPT, ".png", "image/png", QUARANTINED, "no_photo"),
    "B13-svg-with-script": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + nasty.SCRIPT + b"</svg>", ".svg",
                            "image/svg+xml", QUARANTINED, "no_photo"),
    "B14-jpeg-and-zip": (lambda: JPEG_AND_ZIP, ".jpg", "image/jpeg", SOUND, ""),
    "B15-zip-bomb-as-jpg": (nasty.bomb, ".jpg", "image/jpeg", QUARANTINED, "no_photo"),
    "B20-notes-of-garbage": (nasty.with_notes_of_garbage, ".jpg", "image/jpeg", SOUND, ""),
    "B21-cmyk": (lambda: nasty.jpeg(21, mode="CMYK"), ".jpg", "image/jpeg", SOUND, ""),
    "B21-16-bit": (lambda: nasty.picture("I;16", 40_000, "PNG"), ".png", "image/png", SOUND, ""),
    "B21-1-bit": (lambda: nasty.picture("1", 1, "PNG"), ".png", "image/png", SOUND, ""),
}  # fmt: skip


# What says itself that it is no picture.
AS_FILES: dict[str, tuple[Made, str, str]] = {
    "B12-pdf": (lambda: b"%PDF-1.7\n%%EOF", ".pdf", "application/pdf"),
    "B12-docx": (lambda: nasty.office("word"), ".docx", "application/vnd.openxmlformats-officedocument"),
    "B12-xlsm": (lambda: nasty.office("xl"), ".xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    "B15-zip-bomb": (nasty.bomb, ".zip", "application/zip"),
    "B23-exe": (lambda: b"MZ\x90", ".exe", "application/x-msdownload"),
}


@dataclass
class Sent:
    """All the cases, sent in one go: half to a reader of Chinese, half to one of English."""

    workers: dict[str, Worker]
    contents: dict[str, bytes]
    texts: dict[str, list[str]]
    photos: dict[str, Photo]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sent(office: Office) -> Sent:
    pair = [await office.hire("zh"), await office.hire("en")]
    for worker in pair:
        await worker.goes_to()
    cases = {name: (make, end, mime) for name, (make, end, mime, *_) in AS_PICTURES.items()} | AS_FILES
    workers = {name: pair[number % 2] for number, name in enumerate(cases)}
    contents = {name: make() for name, (make, _, _) in cases.items()}
    for name, (_, end, mime) in cases.items():
        file = office.upload(contents[name], name + end, mime)
        await office.town.act({"do": "send_file", "as": workers[name].id, "file": file})
    await office.town.settle()
    photos = {photo.file_name.rpartition(".")[0]: photo for worker in pair for photo in worker.photos()}
    return Sent(workers, contents, {worker.language: await worker.texts() for worker in pair}, photos)


@pytest.mark.parametrize("name", AS_PICTURES)
async def test_what_comes_as_a_picture(office: Office, sent: Sent, name: str) -> None:
    """The bytes are kept as they came, whatever they are; what cannot be used is named, with what to do."""
    _, end, _, verdict, key = AS_PICTURES[name]
    worker, photo = sent.workers[name], sent.photos[name]
    assert (photo.state, photo.verdict) == (PhotoState.STORED, verdict)
    assert office.kept(photo) == sent.contents[name]
    assert photo.sha256 == hashlib.sha256(sent.contents[name]).hexdigest()
    told = [text for text in sent.texts[worker.language] if name + end in text]
    which = worker.named(photo, name + end)
    assert told == ([worker.words(f"photo.{key}", which=which)] if key else [])


@pytest.mark.parametrize("name", AS_FILES)
async def test_a_file_that_is_no_picture_is_kept_unopened_and_is_no_part_of_the_check(
    office: Office, sent: Sent, name: str
) -> None:
    _, end, _ = AS_FILES[name]
    worker, photo = sent.workers[name], sent.photos[name]
    assert (photo.state, photo.verdict, photo.check_id) == (PhotoState.STORED, QUARANTINED, None)
    assert office.kept(photo) == sent.contents[name]
    told = [text for text in sent.texts[worker.language] if name + end in text]
    assert told == [worker.words("photo.no_photo", which=worker.named(photo, name + end))]


async def test_only_what_is_a_photo_counts_and_its_doubts_are_said(sent: Sent) -> None:
    """B06, B20: one draft each, with the good ones of its half on its card; handed in, the receipt says the rest."""
    for worker in {worker.language: worker for worker in sent.workers.values()}.values():
        (check,) = worker.checks()
        assert check.state is CheckState.DRAFT
        good = [n for n, w in sent.workers.items() if w is worker and n in AS_PICTURES and not AS_PICTURES[n][4]]
        assert any(f"📷 {len(good)}/2" in text for text in await worker.texts())
        await worker.taps("✅")
        (receipt,) = [text for text in await worker.texts() if text.startswith("✅")]
        remarks = {word for n in good for word in sent.photos[n].remarks.split()}
        for remark in remarks:
            assert worker.words(f"remark.{remark}") in receipt
    assert sent.photos["B06-rows-missing"].remarks == "rows_missing"
    assert sent.photos["B20-notes-of-garbage"].remarks == "exif_unreadable"


@pytest.mark.parametrize("act", ["send_sticker", "send_animation", "send_video_note", "send_video"])
async def test_b10_b11_moving_pictures_are_asked_for_as_photos(office: Office, act: str) -> None:
    worker = await office.hire()
    await worker.goes_to()
    await worker.news()
    await worker.does(act)
    what = worker.words("help.unsupported_sticker" if act == "send_sticker" else "help.unsupported_video")
    assert await worker.news() == [worker.words("help.unsupported", what=what)]
    assert worker.photos() == []


async def _hands_in(worker: Worker, *seeds: int) -> str:
    """Good photos, and the check handed in; the receipt."""
    office = worker.office
    files = [office.upload(nasty.jpeg(seed), "p.jpg", "image/jpeg") for seed in seeds]
    await worker.does("send_album", files=files) if len(files) > 1 else await worker.does("send_photo", file=files[0])
    await worker.taps("✅")
    return next(text for text in await worker.texts() if text.startswith(("✅", "☑")))


@pytest.mark.parametrize("language", ["en"])
async def test_b05_t06_bad_photos_do_not_count_and_good_ones_take_their_place(office: Office, language: str) -> None:
    worker = await office.hire(language)
    await worker.goes_to()
    await worker.does("send_photo", file=office.upload(nasty.jpeg(30), "p.jpg", "image/jpeg"))
    await worker.sends_file(HALF)
    await worker.sends_file(b"MZ" + bytes(99), "x.jpg")
    with pytest.raises(AssertionError, match="no button"):
        await worker.taps("✅")
    receipt = await _hands_in(worker, 31)
    bad = [photo for photo in worker.photos() if photo.verdict in {INCOMPLETE, QUARANTINED}]
    assert [photo.replaced_at is not None for photo in bad] == [True, True]
    assert worker.words("receipt.photos_stored", n=2) in receipt
    await worker.news()
    await worker.taps(worker.words("button.photos"))
    shown = office.town.running.world.calls.since(0)[-3:]
    assert not any(bad[1].file_id in str(call["params"]) for call in shown)


async def test_b05_a_photo_found_bad_after_the_check_was_handed_in_is_asked_for_and_joins_it(office: Office) -> None:
    worker = await office.hire()
    town = office.town
    await worker.goes_to()
    town.faults({"method": "download", "kind": "error", "code": 502, "times": 3})
    await worker.sends_file(HALF, "a.jpg")
    for seed in (40, 41):
        await worker.sends_file(nasty.jpeg(seed), f"{seed}.jpg")
    await worker.taps("✅")
    assert worker.checks()[0].state is CheckState.SUBMITTED
    town.faults()
    await town.act({"do": "clock", "by": 6})
    await town.settle()
    texts = await worker.texts()
    assert any("3 张照片，第 1 张不完整，请补发" in text for text in texts), texts
    which = worker.named(worker.photos()[0], "a.jpg")
    assert worker.words("photo.cut_off", which=which) in texts
    await worker.does("send_photo", file=office.upload(nasty.jpeg(42), "p.jpg", "image/jpeg"))
    assert any("3 张照片已存" in text for text in await worker.texts())
    assert [check.state for check in worker.checks()] == [CheckState.SUBMITTED]


async def test_b01_f30_over_twenty_megabytes_is_refused_before_it_is_fetched(office: Office) -> None:
    worker = await office.hire("en")
    await worker.goes_to()
    await worker.news()
    calls = len(_downloads(office))
    await worker.sends_file(b"\x89PNG\r\n\x1a\n" + bytes(LARGEST - 7), "a.png", "image/png")
    assert worker.words("photo.too_large") in await worker.news()
    assert len(_downloads(office)) == calls
    (photo,) = worker.photos()
    assert (photo.state, photo.size) == (PhotoState.REFUSED, LARGEST + 1)
    assert worker.checks()[0].state is CheckState.DRAFT


def _downloads(office: Office) -> list[Any]:
    return [call for call in office.town.running.world.calls.since(0) if call["method"].lower() == "getfile"]


async def test_b02_without_a_size_the_file_is_streamed_and_kept(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    await worker.sends_file(nasty.jpeg(50), told_size="none")
    (photo,) = worker.photos()
    assert (photo.state, photo.verdict, photo.size) == (PhotoState.STORED, SOUND, len(nasty.jpeg(50)))


async def test_b02_larger_than_it_said_is_refused_at_the_cap(office: Office) -> None:
    """Neither message nor server say how large it is: the stream is cut one byte after the limit."""
    worker = await office.hire()
    await worker.goes_to()
    await worker.news()
    await worker.sends_file(b"\x89PNG\r\n\x1a\n" + bytes(LARGEST), "a.png", "image/png", told_size=1000)
    assert worker.words("photo.too_large") in await worker.news()
    assert worker.photos()[0].state is PhotoState.REFUSED


async def test_b02_of_another_size_than_announced_is_believed_in_the_end(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    await worker.sends_file(nasty.jpeg(51), told_size=77)
    assert (worker.photos()[0].state, worker.photos()[0].tries) == (PhotoState.PENDING, 1)
    await office.town.act({"do": "clock", "by": 6})
    await office.town.settle()
    await office.town.act({"do": "clock", "by": 21})
    await office.town.settle()
    (photo,) = worker.photos()
    assert (photo.state, photo.verdict, photo.tries) == (PhotoState.STORED, SOUND, SIZE_BELIEVED)
    assert office.kept(photo) == nasty.jpeg(51)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("图" * 300 + ".jpg", "图" * 27 + "…" + "图" * 8 + ".jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u0000b\u0007.jpg", "ab.jpg"),
        ("C:\\temp\\现场.jpg", "现场.jpg"),
    ],
)
async def test_b23_names_are_for_words_only(office: Office, name: str, shown: str) -> None:
    worker = await office.hire()
    await worker.goes_to()
    await worker.news()
    await worker.sends_file(b"MZ no picture", name)
    (photo,) = worker.photos()
    assert worker.words("photo.no_photo", which=worker.named(photo, shown)) in await worker.news()
    assert "\0" not in photo.file_name
    stored = office.town.app.settings.photos
    assert {len(path.name) for path in stored.rglob("*") if path.is_file()} == {64}


async def test_b24_the_same_photo_twice_is_one_file_and_two_photos(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    same = office.upload(nasty.jpeg(60), "p.jpg", "image/jpeg")
    await worker.does("send_album", files=[same, same])
    first, second = worker.photos()
    assert first.sha256 == second.sha256
    assert first.message_id != second.message_id
    await worker.taps("✅")
    assert any("2 张照片已存" in text for text in await worker.texts())


async def test_b25_thirty_photos_in_a_minute_with_one_that_fails(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    await worker.does("send_album", files=_fresh(office, 100, 10))
    await worker.does("send_album", files=_fresh(office, 110, 10))
    office.town.faults({"method": "getFile", "kind": "error", "code": 400, "times": 1,
                        "description": "Bad Request: invalid file_id"})  # fmt: skip
    await worker.does("send_album", files=_fresh(office, 120, 10))
    lost = [number for number, photo in enumerate(worker.photos(), 1) if photo.state is PhotoState.LOST]
    assert len(lost) == 1
    time = worker.sent(worker.photos()[lost[0] - 1])
    which = worker.words("photo.which_of", time=time, number=lost[0] - 20)
    assert worker.words("photo.lost", which=which) in await worker.texts()
    await worker.taps("✅")
    (receipt,) = [text for text in await worker.texts() if text.startswith("✅")]
    assert f"30 张照片，第 {lost[0]} 张取不回，请补发" in receipt
    assert sum(photo.state is PhotoState.STORED for photo in worker.photos()) == 29


def _fresh(office: Office, first: int, n: int) -> list[str]:
    return [office.upload(nasty.jpeg(seed, 60), "p.jpg", "image/jpeg") for seed in range(first, first + n)]


async def test_b26_a_caption_on_the_third_photo_is_the_albums(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    files = [{"file": file} for file in _fresh(office, 200, 4)]
    files[2]["caption"] = "13 灯坏"
    await worker.does("send_album", files=files)
    assert len({photo.item_id for photo in worker.photos()}) == 1
    assert worker.photos()[0].item_id is not None
    assert any("✗ 13" in text and "灯坏" in text for text in await worker.texts())


@pytest.mark.parametrize("language", ["zh"])
async def test_b27_a_photo_without_a_check_asks_which_site_and_is_kept(office: Office, language: str) -> None:
    worker = await office.hire(language)
    await worker.does("send_photo", file=office.upload(nasty.jpeg(70), "p.jpg", "image/jpeg"))
    assert worker.words("check.ask_site_or_location") in (await worker.texts())[-1]
    await worker.taps(worker.words("button.other_site"))
    assert len((await worker.messages())[-1]["buttons"]) > 5
    await worker.goes_to()
    assert any("📷 1/2" in text for text in await worker.texts())
    assert [photo.check_id for photo in worker.photos()] == [worker.checks()[0].id]


@pytest.mark.parametrize("how", ["a_person", "hidden", "a_channel", "via_bot"])
async def test_b28_what_is_passed_on_is_kept_but_no_evidence(office: Office, how: str) -> None:
    worker = await office.hire()
    await worker.goes_to()
    photo = {"file": office.upload(nasty.jpeg(80), "p.jpg", "image/jpeg")}
    if how == "via_bot":
        await worker.does("send_photo", **photo, via_bot="gif")
    else:
        other = await office.hire()
        sent = await other.does("send_photo", **photo)
        await _passes_on(worker, other, sent["id"], how)
    (kept,) = worker.photos()
    assert (kept.forwarded, kept.state) == (True, PhotoState.STORED)
    assert any(worker.words("photo.forwarded") in text and "📷 0/2" in text for text in await worker.texts())


async def _passes_on(worker: Worker, other: Worker, message: int, how: str) -> None:
    """From a group both are in."""
    more = {"hidden": {"hidden": True}, "a_channel": {"channel": "清新发布"}}.get(how, {})
    group = await worker.office.town.act(
        {"do": "add_group", "title": "同事", "members": [worker.id, other.id], "as": other.id}
    )
    there = await other.does("forward", from_chat=other.id, message_id=message, chat=group["id"])
    await worker.does("forward", from_chat=group["id"], message_id=there["id"], **more)


async def test_b29_protected_and_hidden_photos_are_photos(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    await worker.does("send_photo", file=office.upload(nasty.jpeg(90), "p.jpg", "image/jpeg"), protected=True)
    await worker.does("send_photo", file=office.upload(nasty.jpeg(91), "p.jpg", "image/jpeg"), spoiler=True)
    assert [photo.verdict for photo in worker.photos()] == [SOUND, SOUND]
    await worker.taps("✅")
    assert any("2 张照片已存" in text for text in await worker.texts())


async def test_b29_f29_one_that_cannot_be_fetched_is_asked_for(office: Office) -> None:
    worker = await office.hire("en")
    await worker.goes_to()
    office.town.faults({"method": "getFile", "kind": "error", "code": 400, "times": 1,
                        "description": "Bad Request: wrong file_id or the file is unavailable"})  # fmt: skip
    await worker.does("send_photo", file=office.upload(nasty.jpeg(92), "p.jpg", "image/jpeg"), protected=True)
    which = worker.words("photo.which", time=worker.sent(worker.photos()[0]))
    assert worker.words("photo.lost", which=which) in await worker.texts()


async def test_t01_nothing_of_a_strangers_is_fetched_or_kept(office: Office) -> None:
    stranger = await office.hire(role=None)
    before = len(_downloads(office)), len(office.town.all_of(Photo))
    await stranger.sends_file(nasty.jpeg(95))
    await stranger.sends_file(b"%PDF", "a.pdf", "application/pdf")
    await stranger.does("send_photo", file=office.upload(nasty.jpeg(96), "p.jpg", "image/jpeg"))
    assert set(await stranger.texts()) == {stranger.words("stranger.neutral")}
    assert (len(_downloads(office)), len(office.town.all_of(Photo))) == before
