"""No word we print may show as an empty box."""

from pathlib import Path

import pytest

from handlers.pictures import fonts, labels
from handlers.pictures.fonts import Weight


@pytest.fixture(autouse=True)
def built_in_order():
    yield
    fonts.prefer(None)


def test_every_printed_word_has_its_glyphs():
    words = [word for catalogue in labels.CATALOGUES.values() for word in catalogue.values()]
    assert fonts.missing_glyphs("".join(words) + "0123456789%,/·…≥—□▲") == ""


def test_both_languages_have_the_same_words():
    assert labels.CATALOGUES["zh"].keys() == labels.CATALOGUES["en"].keys()


def test_names_with_rare_characters_are_drawn():
    assert fonts.missing_glyphs("䶮㙟𬭎𫖯鿍 ①℃㎡") == ""


def test_a_character_no_font_has_is_reported_once():
    assert fonts.missing_glyphs("好\U0010fffe好\U0010fffe") == "\U0010fffe"


def test_another_typeface_lends_what_the_first_lacks():
    face = fonts.face_for("한")
    assert face is not None
    assert face != fonts.faces()[0]


def test_the_font_of_the_settings_comes_first():
    japanese = next(face.regular for face in fonts.faces() if "JP" in face.regular.name)
    fonts.prefer(japanese)
    assert fonts.faces()[0].regular == japanese
    assert fonts.missing_glyphs("巡查日报") == ""


def test_a_font_file_that_is_not_there_is_refused_by_name():
    with pytest.raises(FileNotFoundError, match="nowhere.ttf"):
        fonts.prefer(Path("nowhere.ttf"))


def test_digits_are_equally_wide_so_figures_align():
    for weight in Weight:
        assert len({fonts.font(40, weight).getlength(digit) for digit in "0123456789"}) == 1


def test_bold_is_heavier_than_regular():
    def ink(weight: Weight) -> int:
        return sum(bytes(fonts.font(60, weight).getmask("巡")))

    assert ink(Weight.REGULAR) < ink(Weight.MEDIUM) < ink(Weight.BOLD)
