"""A ledger is read back by another program and must say exactly what was recorded."""

import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from handlers.sheets import (
    Column,
    Kind,
    Ledger,
    Sheet,
    check_columns,
    check_sheet_name,
    finding_columns,
    finding_sheet_name,
    write_ledger,
)
from handlers.sheets.columns import _CHECK, _FINDING

AS_OF = datetime(2018, 8, 6, 18, 5)
ROWS = int(os.environ.get("LEDGER_ROWS") or 5_000)
NOTE = (Column("no", "序号", 6, Kind.NUMBER), Column("note", "说明", 30))


def picture(color: str, size: tuple[int, int] = (640, 480)) -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", size, color).save(stored, "JPEG")
    return stored.getvalue()


def check_row(number: int, **extra: object) -> dict[str, object]:
    return {
        "no": number,
        "number": f"TH-0806-{number:03}",
        "campaign": "清新区厕所革命 2018",
        "area": "太和镇",
        "site_code": "TH001",
        "site": "体育馆五星公厕",
        "kind": "中心城区",
        "inspector": "小陈",
        "started": datetime(2018, 8, 6, 8, 30),
        "submitted": datetime(2018, 8, 6, 8, 31),
        "distance_m": 35,
        "flags": "离点位远",
        "passed": 11,
        "failed": 2,
        "failed_items": "3 无烟蒂：有烟蒂\n13 灯明：灯不亮",
        "photos": 2,
        "sent_late": "",
        "corrections": 0,
    } | extra


def ledger_of(*sheets: Sheet, **extra: object) -> Ledger:
    return Ledger("厕所革命_2018-08_台账", sheets, AS_OF, **extra)


def notes(*texts: object) -> Ledger:
    return ledger_of(Sheet("检查", NOTE, [{"no": place, "note": text} for place, text in enumerate(texts, 1)]))


def read_back(xlsx: bytes, sheet: int = 0) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(sheet).to_python()


def table(xlsx: bytes, sheet: int = 0) -> list[list[object]]:
    """The rows under the column titles."""
    rows = read_back(xlsx, sheet)
    return rows[next(place for place, row in enumerate(rows) if row[0] in ("序号", "No.")) + 1 :]


def part(xlsx: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(xlsx)) as parts:
        return parts.read(name).decode()


def names_in(xlsx: bytes, pattern: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(xlsx)) as parts:
        return [name for name in parts.namelist() if re.fullmatch(pattern, name)]


def test_what_was_recorded_is_read_back():
    xlsx = write_ledger(ledger_of(Sheet("检查", check_columns("zh"), [check_row(1), check_row(2, distance_m=None)])))
    first, second = table(xlsx)
    assert first[:14] == [
        1, "TH-0806-001", "清新区厕所革命 2018", "太和镇", "TH001", "体育馆五星公厕", "中心城区", "小陈",
        datetime(2018, 8, 6, 8, 30), datetime(2018, 8, 6, 8, 31), 35, "离点位远", 11, 2,
    ]  # fmt: skip
    assert first[14] == "3 无烟蒂：有烟蒂\n13 灯明：灯不亮"
    assert second[10] == ""


def test_the_head_says_what_is_inside_who_took_it_and_how_much():
    rows = [check_row(number, thumbnails=(picture("#c80000"),) * 2) for number in range(1, 42)]
    ledger = ledger_of(
        Sheet("检查", check_columns("zh"), rows), filter="厕所 8月", exported_by="办公室 小李", reference="EX-0012"
    )
    assert [row[0] for row in read_back(write_ledger(ledger))[:4]] == [
        "厕所革命_2018-08_台账",
        "范围：厕所 8月",
        "截至 2018-08-06 18:05    导出人：办公室 小李    导出编号：EX-0012",
        "共 41 条，含 82 张缩略图",
    ]


def test_an_english_reader_gets_english():
    sheet = Sheet(check_sheet_name("en"), check_columns("en"), [check_row(1)])
    xlsx = write_ledger(ledger_of(sheet, filter="toilets, August", lang="en"))
    head = [row[0] for row in read_back(xlsx)[:4]]
    assert head[1:] == ["Covers: toilets, August", "As of 2018-08-06 18:05", "Records: 1"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).sheet_names == ["Checks"]


def test_the_problems_have_a_sheet_of_their_own():
    finding = {
        "no": 1,
        "number": "TH-0806-002-1",
        "problem": "灯不亮",
        "measure": "更换灯管",
        "deadline": date(2018, 8, 13),
        "responsible_unit": "区城市综合管理局",
    }
    xlsx = write_ledger(
        ledger_of(
            Sheet(check_sheet_name("zh"), check_columns("zh"), [check_row(1)]),
            Sheet(finding_sheet_name("zh"), finding_columns("zh"), [finding]),
        )
    )
    assert CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).sheet_names == ["检查", "问题"]
    row = table(xlsx, 1)[0]
    assert row[4:7] + row[8:9] == ["灯不亮", "更换灯管", date(2018, 8, 13), "区城市综合管理局"]


@pytest.mark.parametrize(
    "written",
    [
        '=HYPERLINK("http://x?"&A1)',
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1+1}",
        "http://example.org/x",
        "mailto:a@b",
        "00123",
        "1e5",
        "<b>&amp;",
        "%s {0} ${jndi:ldap}",
        "_x0041_",
        "𠮷🙂",
        "'; DROP TABLE checks;--",
        " 前后空格 ",
    ],
)
def test_every_text_stays_text(written):
    xlsx = write_ledger(notes(written))
    assert table(xlsx) == [[1, written]]
    sheet = part(xlsx, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("有\x00烟\x0b蒂\x1f", "有烟蒂"),
        ("半个\ud83d字", "半个\ufffd字"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("有\ufffe烟\uffff蒂", "有烟蒂"),
        ("一\t二", "一\t二"),
        (12345, "12345"),
        (None, ""),
    ],
)
def test_what_would_break_the_file_is_mended(written, stored):
    assert table(write_ledger(notes(written))) == [[1, stored]]


@pytest.mark.parametrize("char", ["长", "🙂"])
def test_a_text_too_long_for_a_cell_says_that_it_was_cut(char):
    stored = str(table(write_ledger(notes(char * 40_000)))[0][1])
    assert stored.endswith("……（已截断，全文见原记录）")
    assert 32_700 < len(stored.encode("utf-16-le")) // 2 <= 32_767


def test_the_longest_text_that_fits_is_left_whole():
    assert table(write_ledger(notes("长" * 32_767)))[0][1] == "长" * 32_767


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (Kind.NUMBER, 3.5, 3.5),
        (Kind.NUMBER, float("nan"), "nan"),
        (Kind.NUMBER, 440102199001011234, "440102199001011234"),
        (Kind.NUMBER, "约 30", "约 30"),
        (Kind.DATE, date(2018, 8, 13), date(2018, 8, 13)),
        (Kind.DATE, "2018-08-13", date(2018, 8, 13)),
        (Kind.DATE, "按方案", "按方案"),
        (Kind.DATE, date(1899, 1, 1), "1899-01-01"),
        (Kind.DATETIME, "2018-08-06T08:31:00+08:00", datetime(2018, 8, 6, 8, 31)),
    ],
)
def test_a_column_takes_what_it_is_for_and_keeps_the_rest_as_text(kind, value, stored):
    columns = (NOTE[0], Column("value", "值", 20, kind))
    xlsx = write_ledger(ledger_of(Sheet("检查", columns, [{"no": 1, "value": value}])))
    assert table(xlsx) == [[1, stored]]


def test_sheet_names_are_made_fit_and_different():
    wanted = ["检查[一]:*?/\\", "", "检查一", "长" * 40, "长" * 40, "History", "A", "a"]
    xlsx = write_ledger(ledger_of(*[Sheet(name, NOTE, []) for name in wanted]))
    names = CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).sheet_names
    assert names == ["检查一", "台账", "检查一 2", "长" * 31, "长" * 27 + " 2", "History 2", "A", "a 2"]


def test_the_page_is_ready_for_screen_and_printer():
    sheet = part(write_ledger(notes("一", "二")), "xl/worksheets/sheet1.xml")
    assert re.search(r'<pane [^>]*ySplit="5"[^>]*state="frozen"', sheet)
    assert '<autoFilter ref="A5:B7"/>' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert re.search(r'<pageSetup paperSize="9" [^>]*fitToHeight="0" orientation="landscape"', sheet)
    book = part(write_ledger(notes("一")), "xl/workbook.xml")
    assert "_xlnm.Print_Titles" in book
    assert "检查!$5:$5" in book


def test_a_long_note_gets_a_taller_row():
    sheet = part(write_ledger(notes("短", "长长的说明" * 30)), "xl/worksheets/sheet1.xml")
    heights = [float(height) for height in re.findall(r'<row r="[67]"[^>]* ht="([\d.]+)"', sheet)]
    assert heights[0] == pytest.approx(20, abs=0.5)
    assert 150 < heights[1] <= 405


def drawings(xlsx: bytes) -> list[dict[str, int]]:
    """Where each picture starts and ends, by row."""
    found = []
    for anchor in re.findall(r"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", part(xlsx, "xl/drawings/drawing1.xml")):
        columns = [int(number) for number in re.findall(r"<xdr:col>(\d+)", anchor)]
        rows = [int(number) for number in re.findall(r"<xdr:row>(\d+)", anchor)]
        found.append({"top": rows[0], "bottom": rows[1], "left": columns[0], "right": columns[1]})
    return found


def test_photos_lie_inside_the_cell_they_belong_to():
    rows = [check_row(number, thumbnails=(picture("#c80000"), picture("#0000c8", (480, 640)))) for number in (1, 2)]
    xlsx = write_ledger(ledger_of(Sheet("检查", check_columns("zh"), rows)))
    assert drawings(xlsx) == [{"top": row, "bottom": row, "left": 18, "right": 18} for row in (5, 5, 6, 6)]
    xml = part(xlsx, "xl/drawings/drawing1.xml")
    assert 'descr="照片 2，TH-0806-002"' in xml
    assert 'editAs="absolute"' not in xml
    assert 'editAs="oneCell"' not in xml


def test_a_photo_that_cannot_be_shown_says_so_in_its_cell():
    rows = [check_row(1, thumbnails=(b"broken",)), check_row(2, thumbnails=("/nowhere.jpg", picture("#c80000")))]
    xlsx = write_ledger(ledger_of(Sheet("检查", check_columns("zh"), rows)))
    assert [row[18] for row in table(xlsx)] == ["照片无法显示", ""]
    assert len(drawings(xlsx)) == 1
    assert read_back(xlsx)[2][0] == "共 2 条，含 1 张缩略图"


def test_six_hundred_rows_with_photos_store_each_picture_once(tmp_path):
    paths = []
    for number in range(10):
        paths.append(str(tmp_path / f"{number}.jpg"))
        (tmp_path / f"{number}.jpg").write_bytes(picture(f"#{number * 20:02x}8040", (1280, 960)))
    rows = [check_row(number, thumbnails=(paths[number % 10], paths[(number + 1) % 10])) for number in range(1, 601)]
    xlsx = write_ledger(ledger_of(Sheet("检查", check_columns("zh"), rows)))
    assert len(table(xlsx)) == 600
    assert len(drawings(xlsx)) == 1200
    assert len(names_in(xlsx, r"xl/media/.*")) == 10
    assert len(xlsx) < 1_000_000


def test_fifty_thousand_rows_are_written_and_counted():
    """A tenth of them in `make test`; all with LEDGER_ROWS=50000."""
    rows = [check_row(number) for number in range(1, ROWS + 1)]
    xlsx = write_ledger(ledger_of(Sheet("检查", check_columns("zh"), rows)))
    written = table(xlsx)
    assert len(written) == ROWS
    assert written[-1][:2] == [ROWS, f"TH-0806-{ROWS}"]
    assert f"共 {ROWS} 条" in [row[0] for row in read_back(xlsx)[:4]]


def test_an_empty_ledger_opens_and_says_so():
    xlsx = write_ledger(ledger_of(Sheet("检查", check_columns("zh"), [])))
    assert table(xlsx) == []
    assert read_back(xlsx)[2][0] == "共 0 条"


def test_a_ledger_that_travelled_as_json_is_the_same_file(tmp_path):
    (tmp_path / "a.jpg").write_bytes(picture("#c80000"))
    rows = [check_row(1, thumbnails=(str(tmp_path / "a.jpg"),))]
    ledger = ledger_of(Sheet("检查", check_columns("zh"), rows), filter="8月")
    travelled = Ledger.from_data(json.loads(json.dumps(ledger.to_data())))
    assert write_ledger(travelled) == write_ledger(ledger)


Columns = Callable[[str], tuple[Column, ...]]


@pytest.mark.parametrize(("columns", "source"), [(check_columns, _CHECK), (finding_columns, _FINDING)])
def test_both_languages_have_the_same_columns(columns: Columns, source):
    chinese, english = columns("zh"), columns("en")
    assert [column.key for column in chinese] == [column.key for column in english]
    assert len({column.key for column in chinese}) == len(chinese) == len(source)
    assert all(column.title.isascii() for column in english)
    assert not any(column.title.isascii() for column in chinese)
