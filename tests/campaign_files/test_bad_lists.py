"""B76–B90 in campaign.toml and sites.csv, as the person who imports meets them, in both languages; nothing is written.

There is no YAML here: TOML has no anchors to make a bomb of, no tags that build objects and no times in sixties
(B78, B82), so those cases come down to what TOML can do, a deep nest and a value of the wrong type.
"""

import csv
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.importing import Exit
from models.places import Site
from tests.campaign_files.desk import Desk, empty_desk
from tests.campaign_files.folders import DATA, copy, spoil
from tests.campaign_files.test_sheet_mistakes import Rows, placed, rewrite, with_cell


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = empty_desk(tmp_path)
    yield desk
    desk.database.close()


# Case, file, what is written, what it is changed to, what is said after file and line.
SLIPS = [
    ("B76", "campaign.toml", 'name = "厕所革命 2018"', "", "campaign.name：缺少「name」。请补上。",
     "campaign.name: name is missing. Add it."),
    ("B76", "campaign.toml", "number = ", "# ", "document[1].number：缺少「number」。请补上。",
     "document[1].number: number is missing. Add it."),
    ("B77", "campaign.toml", "undo_minutes", "undo_minuts",
     "office.undo_minuts：没有「undo_minuts」这一项。请改正写法或删去。"
     "是不是「undo_minutes」？",
     'office.undo_minuts: there is no key undo_minuts. Correct it or remove it. Did you mean '
     '"undo_minutes"?'),
    ("B78", "campaign.toml", "radius_m = 150", 'radius_m = "yes"',
     '「radius_m」应为整数（不加引号），现在写的是 "yes"。',
     'radius_m must be a whole number without quotes, not "yes".'),
    ("B78", "campaign.toml", 'full_name = "清远市清新区2018年“厕所革命”"', 'full_name = ["甲"]',
     "「full_name」应为文字（加英文引号）",
     "full_name must be text in quotes"),
    ("B78", "campaign.toml", 'digest_at = "18:00"', "digest_at = 1080",
     'office.digest_at：1080 不是时间。请写成 "18:00"。',
     'office.digest_at: 1080 is not a time. Write it as "18:00".'),
    ("B79", "campaign.toml", "ends = 2018-12-31", "ends = 2017-12-31", "结束日期 2017-12-31 早于开始日期 2018-01-01。",
     "the end 2017-12-31 is before the start 2018-01-01."),
    ("B79", "campaign.toml", "ends = 2018-12-31", "ends = 2018-01-01", "campaign.ends：开始和结束是同一天",
     "campaign.ends: it starts and ends on the same day"),
    ("B79", "campaign.toml", "ends = 2018-12-31", "ends = 2018-07-31", "campaign.ends：结束日期 2018-07-31 已经过去",
     "campaign.ends: the end 2018-07-31 has passed already"),
    ("B80", "campaign.toml", 'code = "listed"', 'code = "total"', "「total」与第 ", '"total" stands on line '),
    ("B81", "campaign.toml", 'parent = "清新区"', 'parent = "青新区"',
     "没有登记名为「青新区」的区域。请改正，或先登记。是不是「清新区」？",
     'there is no area named "青新区". Correct it, or declare it first. Did you mean "清新区"?'),
    ("B81", "campaign.toml", 'role = "责任"', 'role = "责仁"', "「责仁」不在可选的词里。是不是「责任」？",
     'Did you mean "责任"?'),
    ("B81", "sites.csv", "C06,太和市场公厕,太和镇", "C06,太和市场公厕,泰和镇", "没有登记名为「泰和镇」的区域",
     'no area named "泰和镇"'),
    ("B86", "sites.csv", "编号,名称,镇街", "编号,名称,乡镇名", "缺少「area」列（也可写「镇街」）",
     "the column area is missing"),
    ("B88", "sites.csv", "\nC03,", "\nＣ０２,", "第 4 行 code：「Ｃ０２」与第 3 行重复",
     'line 4 code: "Ｃ０２" stands on line 3'),
    ("B88", "sites.csv", "\nC03,", "\nc02,", "第 4 行 code：「c02」与第 3 行重复",
     'line 4 code: "c02" stands on line 3'),
    ("B89", "sites.csv", "\nC03,", "\n1.2E+11,", "请把整列设为「文本」格式", "Format the column as text"),
    ("B89", "sites.csv", "\nC03,", "\n45292,", "日期序号。请把整列设为「文本」格式", "Format the column as text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "file", "old", "new", "zh", "en"), SLIPS, ids=[f"{slip[0]}-{slip[1]}-{slip[3][:14]}" for slip in SLIPS]
)
def test_a_slip_is_told_and_nothing_is_written(
    desk: Desk, case: str, file: str, old: str, new: str, zh: str, en: str
) -> None:
    spoil(desk.folder, old, new, file)
    desk.refuses(zh, en)
    assert desk.said[1].startswith(f"{file} line ")


def test_b76_b81_no_inspectors_stand_in_these_files(desk: Desk) -> None:
    """People join by invitation in chat: a key that would name one is unknown, wherever it is put."""
    spoil(desk.folder, 'kind = "片区"', 'kind = "片区"\ninspector = "小陈"')
    desk.refuses("没有「inspector」这一项", "there is no key inspector")


def test_b79_a_campaign_that_is_over_comes_in_when_it_is_meant(desk: Desk) -> None:
    """And one in the record may be mended after its end without ado."""
    spoil(desk.folder, "ends = 2018-12-31", "ends = 2018-07-31")
    assert desk.imports(past=True) is Exit.DONE
    spoil(desk.folder, "radius_m = 150", "radius_m = 200")
    assert desk.imports() is Exit.DONE
    spoil(desk.folder, "ends = 2018-07-31", "ends = 2018-07-30")
    desk.refuses("2018-07-30 已经过去", "2018-07-30 has passed")


def test_b79_a_phase_of_one_day_is_a_day_long(desk: Desk) -> None:
    spoil(desk.folder, "ends = 2018-04-30", "ends = 2018-04-30\nstarts_was = 1")
    text = (desk.folder / "campaign.toml").read_text(encoding="utf-8")
    (desk.folder / "campaign.toml").write_text(
        text.replace("ends = 2018-04-30\nstarts_was = 1", "ends = 2018-01-01"), encoding="utf-8"
    )
    assert desk.imports() is Exit.DONE


def test_b80_ids_the_record_has_already_are_named_on_both_sides(desk: Desk, tmp_path: Path) -> None:
    assert desk.imports() is Exit.DONE
    desk.folder = copy(tmp_path / "second", DATA / "livestock-farms")
    name = next(line for line in (desk.folder / "campaign.toml").read_text(encoding="utf-8").splitlines()
                if line.startswith("name = "))  # fmt: skip
    line = spoil(desk.folder, name, 'name = "厕所革命２０１８"')
    desk.refuses(
        f"第 {line} 行 campaign.name：记录里已有叫「厕所革命２０１８」的专项行动（代码 toilets-2018，2018-08-01 导入）",
        f"line {line} campaign.name: a campaign named 厕所革命２０１８ is in the record (code toilets-2018",
    )
    spoil(desk.folder, 'name = "厕所革命２０１８"', name)
    spoil(desk.folder, 'name = "太和镇"', 'name = "城东街道"')
    spoil(desk.folder, 'area = "太和镇"', 'area = "城东街道"')
    sheet = desk.folder / "sites.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("太和镇", "城东街道"), encoding="utf-8")
    desk.refuses(
        "].prefix：「城东街道」的编号前缀 TH 在记录里已由「太和镇」使用。请换一个。",
        "].prefix: the prefix TH of 城东街道 is used by 太和镇 in the record.",
    )
    assert desk.said[1].startswith("campaign.toml line ")


@pytest.mark.parametrize(
    ("file", "content", "zh", "en"),
    [
        ("campaign.toml", b"", "文件里没有内容", "there is nothing in the file"),
        ("campaign.toml", b"# a remark\n\n", "文件里没有内容", "there is nothing in the file"),
        ("campaign.toml", b"a = " + b"[" * 50_000, "括号套得太深", "nested too deep"),
        ("campaign.toml", b"#" * 1_000_001, "文件超过 1 MB", "the file is larger than 1 MB"),
        ("sites.csv", b"", "文件里没有内容", "there is nothing in the file"),
        ("sites.csv", "编号,名称,镇街,类别\n".encode(), "只有表头，没有点位", "a heading line but no site"),
        ("campaign.toml", b"name = '\xff\xfe\xfa\x80\x81'\n", "认不出文件的编码", "the encoding is not known"),
        ("sites.csv", b"\xff\xfa\x80\x81,\x80\n", "认不出文件的编码", "the encoding is not known"),
    ],
    ids=["B82-empty", "B82-remarks", "B82-deep", "B82-large", "B82-list-empty", "B82-list-heading", "B83", "B83-list"],
)
def test_b82_b83_files_that_cannot_be_used(desk: Desk, file: str, content: bytes, zh: str, en: str) -> None:
    (desk.folder / file).write_bytes(content)
    desk.refuses(zh, en)


@pytest.mark.parametrize("file", ["campaign.toml", "sites.csv"])
def test_b82_fifty_megabytes_are_refused_unread(desk: Desk, file: str) -> None:
    with (desk.folder / file).open("r+b") as opened:
        opened.truncate(50_000_000)
    tracemalloc.start()
    try:
        desk.refuses("文件超过", "the file is larger than")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_b83_marks_and_utf_16_are_read_without_a_question(desk: Desk, encoding: str) -> None:
    for file in ("campaign.toml", "sites.csv"):
        path = desk.folder / file
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert desk.imports() is Exit.DONE
    assert (desk.count(Site), desk.questions) == (32, [])


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_b84_gb18030_is_shown_and_confirmed_even_by_who_said_yes_beforehand(desk: Desk, encoding: str) -> None:
    path = desk.folder / "sites.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert desk.imports(answer="n") is Exit.DECLINED
    shown = next(line for line in desk.said if "GB18030" in line)
    assert "sites.csv：文件不是 UTF-8，已按 GB18030 读取，例如：「C01,体育馆五星公厕,太和镇,中心城区" in shown
    assert desk.questions == ["以上用 GB18030 读出的文字读得通吗？[y/N] "]
    assert desk.count(Site) == 0
    assert desk.imports("en", answer="n") is Exit.DECLINED
    assert desk.said[-1].endswith("if the words can be read, add --encoding GB18030.")
    assert desk.imports(answer="y") is Exit.DONE
    assert desk.count(Site) == 32


def test_b84_who_has_looked_may_say_so_on_the_command_line(desk: Desk) -> None:
    path = desk.folder / "sites.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert desk.imports(encoding="gb18030") is Exit.DONE
    assert desk.questions == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_b85_b86_the_shape_of_the_sheet_does_not_matter(desk: Desk, separator: str) -> None:
    """Separators, quoted line breaks, CRLF, blank columns at the end, columns in another order."""

    def change(rows: Rows) -> Rows:
        return [[*(cell.replace("，", "\n") for cell in row[::-1]), "", ""] for row in rows]

    rewrite(desk.folder, change, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    assert desk.imports() is Exit.DONE
    with desk.database.reading() as session:
        site = session.scalars(select(Site).filter_by(code="C01")).one()
        assert (site.name, site.area.name) == ("体育馆五星公厕", "太和镇")
        assert site.attributes["plan"].startswith("扩大面积\n改建为一类公厕\n作为示范点")


def swapped(rows: Rows) -> Rows:
    one, other = rows[0].index("纬度"), rows[0].index("经度")
    for row in rows[1:]:
        row[one], row[other] = row[other], row[one]
    return rows


def moved(rows: Rows) -> Rows:
    for row in rows[1:]:
        row[rows[0].index("纬度")] = "33.7"
    return rows


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (swapped, "32 个位置里有 32 个的经度和纬度像是写反了。请对调这两列。",
         "in 32 of 32 positions latitude and longitude"),
        (moved, "32 个位置里有 32 个不在 [extent] 范围内。请核对坐标系和 [extent]。",
         "32 of 32 positions lie outside [extent]"),
        (with_cell("C03", "纬度", "23°43.8′"), "「23°43.8′」是度分秒。请写成小数：23.730000。",
         "Write the decimal 23.730000."),
        (with_cell("C03", "坐标系", ""), "高德、腾讯地图上量的填 GCJ-02",
         "figures read off AMap or Tencent maps are GCJ-02"),
        (with_cell("C03", "坐标系", "BD-09"), "不认识坐标系「BD-09」。", 'the datum "BD-09" is not known.'),
    ],
    ids=["B87-swapped", "B87-elsewhere", "B87-minutes", "B87-no-datum", "B87-baidu"],
)  # fmt: skip
def test_b87_positions(tmp_path: Path, desk: Desk, change: object, zh: str, en: str) -> None:
    desk.folder = placed(tmp_path / "placed")
    rewrite(desk.folder, change)
    desk.refuses(zh, en)


def test_b87_gcj_02_is_kept_as_such(tmp_path: Path, desk: Desk) -> None:
    desk.folder = placed(tmp_path / "placed")
    rewrite(desk.folder, with_cell("C03", "坐标系", "火星坐标"))
    assert desk.imports() is Exit.DONE
    with desk.database.reading() as session:
        assert session.scalars(select(Site.datum).filter_by(code="C03")).one() == "GCJ-02"


def test_b89_lost_zeros_are_written_out(desk: Desk) -> None:
    rewrite(desk.folder, lambda rows: [[str(n) if n else row[0], *row[1:]] for n, row in enumerate(rows)])
    desk.refuses("「1」比别的编号短，像是被表格软件去掉了开头的 0。请把整列设为「文本」格式，填 01。", "write 01.")
