"""sites.csv as spreadsheets save it, and the mistakes people and spreadsheets make in it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.campaign_files import read_campaign
from models.campaign_plan import Datum
from tests.campaign_files.folders import copy, errors_of, only_error, spoil

Rows = list[list[str]]


def rewrite(folder: Path, change: Callable[[Rows], Rows], file: str = "sites.csv", **options: str) -> None:
    path = folder / file
    with path.open(encoding="utf-8", newline="") as old:
        rows = list(csv.reader(old))
    with path.open("w", encoding="utf-8", newline="") as new:
        csv.writer(new, **options).writerows(change(rows))


def with_cell(code: str, heading: str, value: str) -> Callable[[Rows], Rows]:
    """Changes one cell; adds the column when it is not there."""

    def change(rows: Rows) -> Rows:
        if heading not in rows[0]:
            rows = [[*row, heading if number == 0 else ""] for number, row in enumerate(rows)]
        column = rows[0].index(heading)
        return [[*row[:column], value, *row[column + 1 :]] if row[0] == code else row for row in rows]

    return change


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "gbk", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    folder = copy(tmp_path)
    rewrite(folder, lambda rows: rows, delimiter=separator, lineterminator="\r\n")
    path = folder / "sites.csv"
    path.write_bytes(path.read_bytes().decode("utf-8").encode(encoding))
    plan = read_campaign(folder)
    assert [site.name for site in plan.sites][:2] == ["体育馆五星公厕", "清新公园西门公厕"]
    assert len(plan.sites) == 32
    assert ("encoding_guessed" in [notice.code for notice in plan.notices]) == (encoding in {"gbk", "gb18030"})


def test_shape_does_not_matter(tmp_path: Path) -> None:
    """Columns in another order, English headings, trailing blank columns and rows, quoted line breaks."""
    folder = copy(tmp_path)
    plain = read_campaign(folder).sites
    english = {"编号": "code", "名称": "Name ", "镇街": "AREA", "类别": "kind", "建设计划": "plan"}

    def change(rows: Rows) -> Rows:
        rows = [[english.get(cell, cell) for cell in rows[0]], *rows[1:]]
        return [[*row[::-1], "", ""] for row in rows] + [[""] * 5, [" "]]

    rewrite(folder, change)
    assert read_campaign(folder).sites == plain
    spoil(folder, "调整室内布局，升级为二类公厕。", '"调整室内布局，\r\n升级为二类公厕。"', "sites.csv")
    assert read_campaign(folder).sites[3].plan == "调整室内布局，\r\n升级为二类公厕。"


def test_lines_count_quoted_line_breaks(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    spoil(folder, "调整室内布局，升级为二类公厕。", '"调整\n室内\n布局"', "sites.csv")
    spoil(folder, "C06,太和市场公厕,太和镇", "C06,太和市场公厕,泰和镇", "sites.csv")
    error = only_error(folder)
    assert (error.code, error.line, error.key, error.suggestion) == ("reference_unknown", 9, "area", "太和镇")


CELLS = [
    ("C03", "编号", "1.2E+11", "excel_scientific"),
    ("C03", "编号", "3月5日", "excel_date"),
    ("C03", "编号", "45292", "excel_date"),
    ("C03", "编号", "c02", "duplicate"),
    ("C03", "编号", "Ｃ０２", "duplicate"),
    ("C03", "编号", "", "cell_empty"),
    ("C03", "名称", "", "cell_empty"),
    ("C03", "名称", "#REF!", "excel_error_value"),
    ("C03", "验收日期", "45292", "excel_date"),
    ("C03", "镇街", "中心城区", "site_in_zone"),
    ("C03", "类别", "中心成区", "reference_unknown"),
    ("C03", "人流量", "很大", "case_unknown"),
    ("L01", "面积", "60平方米", "cell_not_number"),
    ("L01", "面积", "NaN", "cell_not_number"),
    ("L01", "面积", "-60", "cell_not_number"),
    ("L01", "奖补资金（元）", "300000.5", "cell_not_whole"),
    ("L01", "奖补资金（元）", "1e5000", "number_too_large"),
    ("L01", "档次", "基础版", "reference_unknown"),
]


@pytest.mark.parametrize(("code", "heading", "value", "mistake"), CELLS)
def test_a_cell_is_refused_with_its_line(tmp_path: Path, code: str, heading: str, value: str, mistake: str) -> None:
    folder = copy(tmp_path)
    rewrite(folder, with_cell(code, heading, value))
    error = only_error(folder)
    assert (error.code, error.file, error.line) == (mistake, "sites.csv", {"C03": 4, "L01": 28}[code])


def test_amounts_may_have_thousands_marks(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    rewrite(folder, with_cell("L01", "奖补资金（元）", "300,000"))
    assert read_campaign(folder).sites[26].grant_yuan == 300_000


def test_lost_leading_zeros_are_noticed(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    rewrite(folder, lambda rows: [[str(number) if number else row[0], *row[1:]] for number, row in enumerate(rows)])
    errors = errors_of(folder)
    assert [(error.code, error.args["padded"]) for error in errors][:2] == [
        ("excel_zeros", "01"),
        ("excel_zeros", "02"),
    ]
    assert len(errors) == 9
    rewrite(folder, lambda rows: [[row[0].zfill(2), *row[1:]] for row in rows])
    assert read_campaign(folder).sites[0].code == "01"


COLUMNS = [
    ("编号,名称", "编码号,名称", "column_missing"),
    ("纬度,经度", "latitute,经度", "column_guess"),
    ("级别,档次", "级别,级别", "column_twice"),
    ("纬度,经度", "纬度，经度", None),
]


@pytest.mark.parametrize(("old", "new", "code"), COLUMNS)
def test_headings(tmp_path: Path, old: str, new: str, code: str | None) -> None:
    folder = copy(tmp_path)
    spoil(folder, old, new, "sites.csv")
    found = [error.code for error in errors_of(folder)]
    assert found[:1] == ([code] if code else ["cell_without_column"])


def test_full_width_commas_are_explained(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "sites.csv").write_text("编号，名称，镇街，类别\nC01，公厕，太和镇，中心城区\n", encoding="utf-8")
    assert "sheet_full_width" in [error.code for error in errors_of(folder)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        ("编号,名称,镇街,类别\n".encode(), "sheet_no_rows"),
        ("编号,名称,镇街,类别\nC01,\"公厕,太和镇,中心城区\n".encode(), "csv_broken"),
        ("编号,名称,镇街,类别\nC01,\"公厕\"x,太和镇,中心城区\n".encode(), "csv_broken"),
        (b"\x00\x01\x02\x03\xff\xfe\x80", "encoding_unreadable"),
        ("编号,名称,镇街,类别\nC01,公厕,太和镇,中心城区\n".encode()[:-2] + b"\xff", "encoding_unreadable"),
        (b"code,name,area,kind\nC01," + b"x" * 10_001 + "太和镇,中心城区\n".encode(), "cell_too_long"),
    ],
)  # fmt: skip
def test_sheets_that_cannot_be_used(tmp_path: Path, content: bytes, code: str) -> None:
    folder = copy(tmp_path)
    (folder / "sites.csv").write_bytes(content)
    assert code in [error.code for error in errors_of(folder)]


POSITIONS = [
    ("C03", "纬度", "", "position_half"),
    ("C03", "纬度", "nan", "position_not_degrees"),
    ("C03", "纬度", "Infinity", "position_not_degrees"),
    ("C03", "纬度", "23°43′48″", "position_minutes"),
    ("C03", "纬度", "33.7", "position_outside"),
    ("C03", "坐标系", "", "datum_missing"),
    ("C03", "坐标系", "北京54", "datum_unknown"),
]
CHINESE = {"code": "编号", "latitude": "纬度", "longitude": "经度", "datum": "坐标系"}


def placed(tmp_path: Path) -> Path:
    """The shipped campaign with a position for every site in sites.csv itself."""
    folder = copy(tmp_path)
    with (folder / "demo_positions.csv").open(encoding="utf-8", newline="") as file:
        places = {row["code"]: row for row in csv.DictReader(file)}

    def change(rows: Rows) -> Rows:
        for row in rows[1:]:
            for key, heading in CHINESE.items():
                row[rows[0].index(heading)] = places[row[0]][key]
        return rows

    rewrite(folder, change)
    return folder


@pytest.mark.parametrize(("code", "heading", "value", "mistake"), POSITIONS)
def test_positions(tmp_path: Path, code: str, heading: str, value: str, mistake: str) -> None:
    folder = placed(tmp_path)
    rewrite(folder, with_cell(code, heading, value))
    error = only_error(folder)
    assert (error.code, error.line) == (mistake, 4)


def test_degrees_and_minutes_are_worked_out_for_the_clerk(tmp_path: Path) -> None:
    folder = placed(tmp_path)
    rewrite(folder, with_cell("C03", "纬度", "北23°43'48\""))
    assert only_error(folder).args["degrees"] == "23.730000"


def test_zero_zero_is_at_sea(tmp_path: Path) -> None:
    folder = placed(tmp_path)
    rewrite(folder, with_cell("C03", "纬度", "0"))
    rewrite(folder, with_cell("C03", "经度", "0.0"))
    assert only_error(folder).code == "position_zero"


def test_one_swapped_position_and_all_swapped(tmp_path: Path) -> None:
    folder = placed(tmp_path)

    def swapped(rows: Rows, codes: tuple[str, ...]) -> Rows:
        one, other = rows[0].index("纬度"), rows[0].index("经度")
        for row in rows[1:]:
            if not codes or row[0] in codes:
                row[one], row[other] = row[other], row[one]
        return rows

    rewrite(folder, lambda rows: swapped(rows, ("C03",)))
    assert [(error.code, error.line) for error in errors_of(folder)] == [("position_swapped", 4)]
    rewrite(folder, lambda rows: swapped(rows, ("C03",)))
    rewrite(folder, lambda rows: swapped(rows, ()))
    error = only_error(folder)
    assert (error.code, error.args) == ("positions_swapped", {"outside": "32", "all": "32"})


def test_all_far_away_is_one_mistake(tmp_path: Path) -> None:
    folder = placed(tmp_path)
    spoil(folder, "south = 23.3", "south = 33.3")
    spoil(folder, "north = 24.5", "north = 34.5")
    assert only_error(folder).code == "positions_outside"


def test_the_datum_is_kept(tmp_path: Path) -> None:
    folder = placed(tmp_path)
    rewrite(folder, with_cell("C03", "坐标系", "高德"))
    site = read_campaign(folder).sites[2]
    assert site.position is not None
    assert site.position.datum is Datum.GCJ02


def test_extra_columns_are_kept_as_attributes(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    rewrite(folder, with_cell("C03", "人流量", "人流量较大地区"))
    assert read_campaign(folder).sites[2].attributes["人流量"] == "人流量较大地区"


def test_the_overlay_of_positions_refuses_strangers_and_repeats(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    spoil(folder, "C02,", "C1,", "demo_positions.csv")
    spoil(folder, "C04,", "C03,", "demo_positions.csv")
    found = [(error.code, error.line) for error in errors_of(folder, "demo_positions.csv")]
    assert found == [("reference_unknown", 3), ("duplicate", 5)]


def test_same_name_twice_is_only_a_notice(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    spoil(folder, "C10,松林公园公厕", "C10,松林公园东门公厕", "sites.csv")
    assert [notice.code for notice in read_campaign(folder).notices] == ["date_flagged", "same_name"]
