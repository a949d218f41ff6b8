"""Two photos side by side, whole, upright, and never a reason to fail."""

import io
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from handlers.pictures import BeforeAfter, Role, draw_before_after, photos
from handlers.pictures.photos import PhotoRefused, open_photo, thumbnail

CASE = BeforeAfter(
    None,
    None,
    site="玄真公厕",
    item="一明·灯明",
    number="TH-0806-002-1",
    before_time="2018-08-06 09:12",
    after_time="2018-08-12 10:05",
    people=(Role("发现", "小陈"), Role("整改", "老李"), Role("复查", "小王")),
)
RED, BLUE = (200, 0, 0), (0, 0, 200)


def spots(jpeg: bytes, color: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    """The box in which the picture shows this colour."""
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    bands = [
        band.point(lambda value, wanted=wanted: 255 if abs(value - wanted) < 40 else 0)
        for band, wanted in zip(picture.split(), color, strict=True)
    ]
    mask = Image.merge("RGB", bands).convert("L").point(lambda value: 255 if value == 255 else 0)
    return mask.getbbox()


def shape(box: tuple[int, int, int, int]) -> float:
    return (box[2] - box[0]) / (box[3] - box[1])


@pytest.mark.parametrize(
    ("before", "after", "shapes"),
    [
        ((1200, 1600), (1200, 1600), (0.75, 0.75)),
        ((1600, 1200), (1600, 1200), (1.33, 1.33)),
        ((1600, 1200), (1200, 1600), (1.33, 0.75)),
        ((1600, 400), (300, 300), (4.0, 1.0)),
    ],
)
def test_both_photos_are_shown_whole_side_by_side(photograph, before, after, shapes):
    jpeg = draw_before_after(replace(CASE, before=photograph(before, "#c80000"), after=photograph(after, "#0000c8")))
    left, right = spots(jpeg, RED), spots(jpeg, BLUE)
    assert left is not None
    assert right is not None
    assert left[2] <= 640 <= right[0]
    assert shape(left) == pytest.approx(shapes[0], rel=0.04)
    assert shape(right) == pytest.approx(shapes[1], rel=0.04)


def test_a_camera_held_upright_gives_an_upright_photo(photograph):
    lying = photograph((1600, 1200), "#c80000", orientation=6)
    box = spots(draw_before_after(replace(CASE, before=lying, after=lying)), RED)
    assert open_photo(lying, (400, 400)).size == (300, 400)
    assert box is not None
    assert box[3] - box[1] > 700


@pytest.mark.parametrize("broken", [b"", b"not a photo", None, "/nowhere/photo.jpg"])
def test_a_photo_that_cannot_be_shown_leaves_its_place_grey(photograph, broken):
    good = photograph((1600, 1200), "#0000c8")
    jpeg = draw_before_after(replace(CASE, before=broken, after=good))
    assert spots(jpeg, BLUE) is not None
    assert jpeg != draw_before_after(replace(CASE, before=good, after=good))


def test_a_photo_cut_off_in_transit_is_no_reason_to_fail(photograph):
    noise = io.BytesIO()
    Image.effect_noise((800, 800), 80).save(noise, "JPEG")
    half = noise.getvalue()[: len(noise.getvalue()) // 2]
    with pytest.raises(PhotoRefused):
        open_photo(half, (400, 400))
    assert draw_before_after(replace(CASE, before=half)) == draw_before_after(CASE)


@pytest.mark.parametrize("fmt", ["GIF", "BMP", "TIFF"])
def test_formats_off_the_list_are_refused(photograph, fmt):
    stored = io.BytesIO()
    Image.new("RGB", (20, 20)).save(stored, fmt)
    with pytest.raises(PhotoRefused):
        open_photo(stored.getvalue(), (10, 10))


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_formats_on_the_list_are_shown(photograph, fmt):
    assert open_photo(photograph((200, 100), "#c80000", fmt=fmt), (100, 100)).size == (100, 50)


def test_too_many_pixels_are_refused_from_the_header_alone(photograph):
    small = bytearray(photograph((16, 16), "#c80000", fmt="PNG"))
    start = small.index(b"IHDR") + 4
    small[start : start + 8] = (7072).to_bytes(4, "big") + (7072).to_bytes(4, "big")
    small[start + 13 : start + 17] = zlib.crc32(small[start - 4 : start + 13]).to_bytes(4, "big")
    assert photos.MAX_PIXELS < 7072 * 7072
    with pytest.raises(PhotoRefused, match="7072 x 7072"):
        open_photo(bytes(small), (100, 100))


def test_a_transparent_drawing_lies_on_white():
    stored = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(stored, "PNG")
    assert open_photo(stored.getvalue(), (20, 20)).getpixel((10, 10)) == (255, 255, 255)


def test_a_thumbnail_fits_its_box_and_forgets_where_it_was_taken(photograph):
    small = Image.open(io.BytesIO(thumbnail(photograph((4000, 3000), "#c80000", orientation=6), (96, 96))))
    assert (small.size, small.format, dict(small.getexif())) == ((72, 96), "JPEG", {})
