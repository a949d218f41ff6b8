"""What is to be shown, as Telegram takes it: lengths in UTF-16 units, 64 bytes of data, entities by position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_writing import (
    LONGEST_TEXT,
    first_line_bold,
    inline,
    markup,
    shortened,
    shows,
    split,
    utf16_length,
)
from handlers.messages import Button, Reply

_words = st.text(alphabet=st.sampled_from("ab灯𠮷🖼\n \u200b"), max_size=400)


@given(_words, st.integers(2, 60))
def test_parts_fit_and_together_are_the_whole(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert all(utf16_length(part) <= longest for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


@given(_words, st.integers(2, 60))
def test_what_is_shortened_fits_and_says_so(text: str, longest: int) -> None:
    short = shortened(text, longest)
    assert utf16_length(short) <= longest
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_text_of_just_the_length_is_one_part_and_an_emoji_counts_two() -> None:
    assert split("灯" * LONGEST_TEXT, LONGEST_TEXT) == ["灯" * LONGEST_TEXT]
    assert [len(part) for part in split("🖼" * LONGEST_TEXT, LONGEST_TEXT)] == [2048, 2048]
    assert utf16_length("🖼") == 2


def test_it_is_cut_at_the_end_of_a_line() -> None:
    assert split("one\ntwo\nthree", 9) == ["one\ntwo", "three"]


@given(_words)
def test_the_bold_line_ends_where_the_first_line_ends(text: str) -> None:
    for entity in first_line_bold(text):
        whole = text.encode("utf-16-le")
        assert whole[: entity["length"] * 2].decode("utf-16-le") == text.partition("\n")[0]
        assert entity["offset"] == 0


def test_a_single_line_is_not_shouted() -> None:
    assert first_line_bold("今天没有问题") == []


def test_markup_in_names_stays_what_it_is() -> None:
    shown = shows(Reply("<b>公厕</b> & _*[x](y)\n第二行"))
    assert shown["text"] == "<b>公厕</b> & _*[x](y)\n第二行"
    assert "parse_mode" not in shown


def test_data_of_a_button_has_64_bytes_and_no_more() -> None:
    fits = inline(((Button("灯", data="d" * 64),),))
    assert fits is not None
    for data in ("d" * 65, "灯" * 22):
        with pytest.raises(ValueError, match="64 bytes"):
            inline(((Button("灯", data=data),),))


def test_rows_without_buttons_are_no_rows() -> None:
    assert inline(((), ())) is None
    assert markup(Reply("words")) is None
    shown = inline((((Button("a", data="1")), Button("b", url="https://t.me/x")), ()))
    assert shown is not None
    assert [[button["text"] for button in row] for row in shown["inline_keyboard"]] == [["a", "b"]]
