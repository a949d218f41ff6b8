"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.naming import chinese_number, clean, fold, initials, pinyin


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("体育馆 公厕", "体育馆公厕"),
        ("体\u200b育\ufeff馆", "体育馆"),
        ("“体育馆”（公厕）", "体育馆公厕"),
        ("Straße", "strasse"),
        ("C-01", "c01"),
        ("\u202e体育馆\u202c", "体育馆"),
        ("体育馆。", "体育馆"),
        ("①", "1"),
        ("  ", ""),
        ("\u200b\u200d", ""),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(alphabet="体育馆公厕廁ＡｂＣaBc１2（)“、。 \u200b\u3000·-5①号ß", max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_what_is_kept_can_be_written_and_has_no_control_characters(text: str) -> None:
    kept = clean(text)
    kept.encode()
    assert not any(ord(c) < 32 and c not in "\n\t" for c in kept)


def test_half_a_surrogate_becomes_a_replacement_sign() -> None:
    """B50, B51, B52: what breaks databases and spreadsheets does not come in."""
    assert clean("灯\ud83d坏") == "灯\ufffd坏"
    assert clean("灯\x00坏\x0b\x1f") == "灯坏"
    assert clean("𠮷野家 🚻\n第二行\t") == "𠮷野家 🚻\n第二行\t"


def test_sounds() -> None:
    assert pinyin("体育馆") == "tiyuguan"
    assert initials("体育馆") == "tyg"
    assert pinyin("abc") == "abc"


TENS = ["", "十", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十"]
ONES = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]


@pytest.mark.parametrize("number", range(1, 100))
def test_chinese_numbers(number: int) -> None:
    assert chinese_number(TENS[number // 10] + ONES[number % 10]) == number
    assert chinese_number(str(number)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("廿三", 23),
        ("卅一", 31),
        ("两", 2),
        ("〇", 0),
        ("一百二十三", 123),
        ("一百零三", 103),
        ("两千", 2000),
        ("１３", 13),
        (" 7 ", 7),
    ],
)
def test_other_ways_to_write_numbers(written: str, number: int) -> None:
    assert chinese_number(written) == number


@pytest.mark.parametrize("written", ["", "  ", "三坑", "-3", "3.5", "x", "1234567890123", "第三"])
def test_what_is_no_number(written: str) -> None:
    assert chinese_number(written) is None


@given(st.text(max_size=10))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    number = chinese_number(text)
    assert number is None or number >= 0
