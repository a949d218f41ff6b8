"""Lines fit, start as Chinese typography wants, and lose nothing on the way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.pictures.fonts import missing_glyphs
from handlers.pictures.text import Style, clean, ellipsize, fit, width, wrap

PLAIN = Style(40, "#000000")
SPOKEN = st.text(alphabet="厕所革命清新区太和镇检查abcdefgh 012，。、！（）《》“”%-", max_size=80)


@settings(max_examples=60, deadline=None)
@given(SPOKEN, st.integers(200, 900))
def test_wrapped_lines_fit_and_lose_nothing(words, room):
    text = clean(words)
    lines = wrap(text, room, PLAIN)
    assert all(width(line, PLAIN) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_no_line_starts_with_a_comma_or_ends_with_an_open_bracket():
    sentence = "（中心城区）公厕，地面、洗手台、窗台；均有烟蒂。《清新区公厕管理办法》（试行）！"
    for room in range(200, 1000, 20):
        lines = wrap(sentence, room, PLAIN)
        assert [line for line in lines if line[0] in "，、；。）》！" or line[-1] in "（《"] == []


def test_a_latin_word_is_not_parted():
    assert wrap("公厕 Taihe Town", 240, PLAIN) == ["公厕 Taihe", "Town"]


def test_an_endless_word_is_parted_rather_than_leaving_the_picture():
    assert len(wrap("x" * 200, 400, PLAIN)) > 5


def test_the_last_line_says_that_more_was_written():
    lines = wrap("厕所革命" * 20, 400, PLAIN, max_lines=2)
    assert [len(lines), lines[1][-1]] == [2, "…"]
    assert width(lines[1], PLAIN) <= 400


@settings(max_examples=60, deadline=None)
@given(SPOKEN, st.integers(60, 600))
def test_shortened_text_fits(words, room):
    assert width(ellipsize(words, room, PLAIN), PLAIN) <= room


def test_what_fits_is_not_shortened():
    assert ellipsize("玄真公厕", 160, PLAIN) == "玄真公厕"


def test_a_long_figure_gets_smaller_until_it_fits():
    assert fit("12", 200, PLAIN) == PLAIN
    assert width("1,234,567", fit("1,234,567", 100, PLAIN, smallest=10)) <= 100


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("太和\u202e镇\u2066", "太和镇"),
        ("太\x00和\x07镇\u200b", "太和镇"),
        ("太和\n\t 镇", "太和 镇"),
        ("\ud83d太和", "□太和"),
        ("太和\ufe0f镇", "太和镇"),
        ("a" + "\u0301" * 200 + "b", "á" + "\u0301" * 2 + "b"),
        ("太和 · 镇", "太和·镇"),
        ("", ""),
    ],
)
def test_hostile_names_become_one_drawable_line(written, shown):
    assert clean(written) == shown


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_whatever_is_written_can_be_drawn(written):
    assert missing_glyphs(clean(written)) == ""
