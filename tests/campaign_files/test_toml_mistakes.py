"""Mistakes in campaign.toml: each is found on its own line, named, and comes with what to do."""

from pathlib import Path

import pytest

from bot.campaign_files import CampaignFileErrors, read_campaign
from tests.campaign_files.folders import DATA, ROOT, copy, errors_of, only_error, spoil

LIVESTOCK = DATA / "livestock-farms"
ROOMS = DATA / "mother-baby-rooms"

# What is written, what it is changed to, the mistake, the key, and what is suggested.
SLIPS = [
    ('name = "厕所革命 2018"', '# name', "key_missing", "campaign.name", None),
    ("radius_m = 150", "radiusm = 150", "key_unknown", "office.radiusm", "radius_m"),
    ("photos_required = 2", 'photos_required = "2"', "wrong_type", "office.photos_required", None),
    ("photos_required = 2", "photos_required = true", "wrong_type", "office.photos_required", None),
    ("photos_required = 2", "photos_required = 99", "number_out_of_range", "office.photos_required", None),
    ('digest_at = "18:00"', 'digest_at = "25:00"', "time_wrong", "office.digest_at", None),
    ('aliases = ["厕所", "厕所革命", "公厕"]', 'aliases = "厕所"', "wrong_type", "campaign.aliases", None),
    ('"Asia/Shanghai"', '"Asia/Shangai"', "timezone_unknown", "campaign.timezone", "Asia/Shanghai"),
    ("ends = 2018-12-31", "ends = 2017-12-31", "dates_reversed", "campaign.ends", None),
    ("ends = 2018-04-30", 'ends = "2018-13-01"', "date_wrong", "phase[1].ends", None),
    ("ends = 2018-04-30", "ends = 43220", "date_wrong", "phase[1].ends", None),
    ("query_office =", "query_ofice =", "key_unknown", "document[1].query_ofice", "query_office"),
    ('source = "24号 三（一）"', 'source = "25号 三（一）"', "source_unknown", "phase[1].source", "24号"),
    ('superseded_by = "40号"', 'superseded_by = "41号"', "reference_unknown", "phase[1].superseded_by", "40号"),
    ('parent = "清新区"', 'parent = "清城区"', "reference_unknown", "area[2].parent", "清新区"),
    ('prefix = "SHT"', 'prefix = "ST"', "duplicate", "area[9].prefix", None),
    ('prefix = "SHT"', "", "key_missing", "area[9].prefix", None),
    ('kind = "片区"', 'kind = "偏区"', "word_unknown", "area[10].kind", "片区"),
    ('role = "责任"', 'role = "责仁"', "word_unknown", "task[1].role[1].role", "责任"),
    ('unit = "区住房城乡建设局", role = "牵头"', 'unit = "区住房城乡建设厅", role = "牵头"', "reference_unknown",
     "task[13].role[1].unit", "区住房城乡建设局"),
    ('comparison = ">="', 'comparison = "=>"', "word_unknown", "target[1].comparison", ">="),
    ("value = 20", 'value = "20"', "wrong_type", "target[1].value", None),
    ('code = "listed"', 'code = "total"', "duplicate", "target[6].code", None),
    ('lead_unit = "区旅游局"', 'lead_unit = "区旅油局"', "reference_unknown", "kind[3].lead_unit", "区旅游局"),
    ("no = 13", "no = 12", "duplicate", "checklist[1].item[13].no", None),
    ('acceptable = ["一类", "二类"]', 'acceptable = ["二級"]', "option_unknown", "checklist[2].item[1].acceptable",
     "二类"),
    ('"一般地区" = "3:2"', '"一般地区" = "三比二"', "ratio_wrong", "checklist[2].item[6].at_least", None),
    ('requirement = "选配"', 'requirement = "选购"', "word_unknown", "checklist[2].item[2].requirement", "选配"),
    ('name = "无烟蒂"', 'name = "无烟蒂"\nat_least = 1', "key_not_for_kind", "checklist[1].item[3].at_least", None),
    ("every_days = 7", "every_days = 0", "number_out_of_range", "office.cadence.every_days", None),
    ("south = 23.3", "south = 25.3", "extent_wrong", "extent", None),
    ('reason = "7个镇', 'raeson = "7个镇', "key_missing", "exemption[1].reason", None),
    ("[campaign]", "[[campaign]]", "needs_single_brackets", "campaign", None),
    ('name = "厕所革命 2018"', 'name = ""', "value_empty", "campaign.name", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "suggestion"), SLIPS, ids=[f"{slip[2]} {slip[3]}" for slip in SLIPS]
)
def test_a_slip_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, code: str, key: str, suggestion: str | None
) -> None:
    folder = copy(tmp_path)
    line = spoil(folder, old, new)
    error = next(error for error in errors_of(folder) if error.code == code)
    assert (error.file, error.key, error.suggestion) == ("campaign.toml", key, suggestion)
    lines = (folder / "campaign.toml").read_text(encoding="utf-8").splitlines()
    at_table = code in {"key_missing", "extent_wrong"}
    # A missing key has no line of its own: the table that should have it is shown.
    assert lines[error.line - 1].startswith("[") if at_table else error.line in {line, line + new.count("\n")}


LIVESTOCK_SLIPS = [
    ("on = 2018-09-30", "on = 2018-09-30\ndays = 7", "limit_count", "deadline[2].on"),
    ("on = 2018-09-30", "", "limit_count", "deadline[2]"),
    ("at_most = 20, ", "", "band_open", "deadline[1].band[1]"),
    ("at_least = 21, at_most = 70", "at_least = 71, at_most = 70", "bounds_reversed", "deadline[1].band[2].at_least"),
    ("items = [3, 8, 9]", "items = [3, 8, 99]", "item_unknown", "deadline[3].items"),
    ('checklist = "farm"\nitems = [3', "items = [3", "key_missing", "deadline[3].checklist"),
    ('event = "进猪苗"', "", "key_missing", "deadline[4].event"),
    ('measured = "生猪体重"', "", "key_missing", "deadline[1].measured"),
    ('trigger = "逾期"', 'trigger = "逾限"', "word_unknown", "ladder[1].step[3].trigger"),
]


@pytest.mark.parametrize(("old", "new", "code", "key"), LIVESTOCK_SLIPS, ids=[slip[3] for slip in LIVESTOCK_SLIPS])
def test_slips_in_time_limits(tmp_path: Path, old: str, new: str, code: str, key: str) -> None:
    folder = copy(tmp_path, LIVESTOCK)
    spoil(folder, old, new)
    assert (code, key) in [(error.code, error.key) for error in errors_of(folder)]


ROOM_SLIPS = [
    ('["●", "●", "●"]', '["●", "●"]', "case_count"),
    ('requirement = ["—", "○", "○"]', 'requirement = { "基础版" = "—" }', "case_missing"),
    ('about = { "基础版" = 10', 'about = { "基本版" = 10', "reference_unknown"),
    ('options = ["独立", "嵌入"]', "", "key_missing"),
    ("items = [26]", "items = []", "exemption_open"),
]


@pytest.mark.parametrize(("old", "new", "code"), ROOM_SLIPS, ids=[slip[2] for slip in ROOM_SLIPS])
def test_slips_in_tiers(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = copy(tmp_path, ROOMS)
    spoil(folder, old, new)
    assert code in [error.code for error in errors_of(folder)]


SECTIONS = [
    ("[[exemption]]\n", "[exemption]\n", "needs_double_brackets", "exemption"),
    ("role = [", "role = 7\nrole_was = [", "needs_double_brackets", "task[1].role"),
    ('kind = "区"', 'kind = "区"\nparent = "太和镇"', "area_in_itself", "area[1].parent"),
    ("[[kind]]", "[[kinds]]", "key_unknown", "kinds"),
]


@pytest.mark.parametrize(("old", "new", "code", "key"), SECTIONS, ids=[slip[3] for slip in SECTIONS])
def test_slips_in_whole_tables(tmp_path: Path, old: str, new: str, code: str, key: str) -> None:
    folder = copy(tmp_path)
    spoil(folder, old, new)
    assert (code, key) in [(error.code, error.key) for error in errors_of(folder)]


def test_what_a_campaign_cannot_do_without(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "campaign.toml").write_text(
        '[campaign]\ncode = "x"\nname = "空"\nstarts = 2018-01-01\n\n[[document]]\nnumber = "1号"\ntitle = "一"\n'
        'issued = 2018-01-01\n\n[[checklist]]\ncode = "c"\nname = "表"\ndefined_by = "原文列出"\nsource = "1号"\n',
        encoding="utf-8",
    )
    (folder / "sites.csv").write_text("编号,名称,镇街,类别\nC01,公厕,太和镇,中心城区\n", encoding="utf-8")
    found = [(error.code, error.line, error.key) for error in errors_of(folder) if error.file == "campaign.toml"]
    assert found == [
        ("section_missing", 1, "area"),
        ("section_missing", 1, "kind"),
        ("checklist_empty", 11, "checklist[1].item"),
    ]


# What a clerk's editor or habit makes of the file: it cannot even be parsed.
UNPARSABLE = [
    ('name = "厕所革命 2018"', "name = “厕所革命 2018”", "toml_full_width"),
    ('name = "厕所革命 2018"', 'name ＝ "厕所革命 2018"', "toml_full_width"),
    ('name = "厕所革命 2018"', "name = 厕所革命", "toml_no_quotes"),
    ('name = "厕所革命 2018"', 'name = "厕所革命 2018', "toml_unclosed"),
    ('name = "厕所革命 2018"', 'name "厕所革命 2018"', "toml_no_equals"),
    ('name = "厕所革命 2018"', 'name = "a"\nname = "b"', "toml_key_twice"),
    ('digest_at = "18:00"', "digest_at = 18:00", "toml_no_quotes"),
    ('ends = "2018-11-31"', "ends = 2018-11-31", "toml_date"),
    ('name = "厕所革命 2018"', '名称 = "厕所革命 2018"', "toml_statement"),
    ("[office] ", "[campaign] ", "toml_table_twice"),
    ('name = "厕所革命 2018"', 'name = "厕所\\革命 2018"', "toml_syntax"),
]


@pytest.mark.parametrize(("old", "new", "code"), UNPARSABLE, ids=[f"{slip[2]} {slip[1][:6]}" for slip in UNPARSABLE])
def test_what_cannot_be_parsed_is_explained(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = copy(tmp_path)
    line = spoil(folder, old, new)
    error = only_error(folder)
    assert error.code == code
    assert line <= error.line <= line + 1


def test_an_impossible_date_without_quotes_says_how_to_keep_it(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    line = spoil(folder, 'ends = "2018-11-31"', "ends = 2018-11-31")
    assert (
        only_error(folder).text("zh").startswith(f"campaign.toml 第 {line} 行：日历上没有这个日期：ends = 2018-11-31")
    )


def test_the_whole_sentence_in_both_languages(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    line = spoil(folder, 'kind = "片区"', 'kind = "偏区"')
    error = only_error(folder)
    assert error.text("zh") == (
        f"campaign.toml 第 {line} 行 area[10].kind：「偏区」不在可选的词里。是不是「片区」？"
        "可以写：区 (district)、镇 (town)、村 (village)、网格 (grid)、片区 (zone)。"
    )
    assert error.text("en") == (
        f'campaign.toml line {line} area[10].kind: "偏区" is not one of the words to choose from. '
        'Did you mean "片区"? Allowed: 区 (district), 镇 (town), 村 (village), 网格 (grid), 片区 (zone).'
    )


def test_duplicates_name_the_first_line(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    text = (folder / "campaign.toml").read_text(encoding="utf-8")
    first = text[: text.index('name = "区财政局"')].count("\n") + 1
    spoil(folder, 'name = "区旅游局"', 'name = "区财政局"')
    error = next(error for error in errors_of(folder) if error.code == "duplicate")
    assert error.args == {"value": "区财政局", "first": str(first)}


def test_all_mistakes_at_once_and_no_more_than_fifty_shown(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    path = folder / "campaign.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('superseded_by = "40号"', 'superseded_by = "4O号"'), encoding="utf-8"
    )
    spoil(folder, "radius_m = 150", "radius_m = 0")
    codes = [error.code for error in errors_of(folder)]
    assert codes.count("reference_unknown") == path.read_text(encoding="utf-8").count("4O号")
    assert "number_out_of_range" in codes
    wide = "\n".join(f'[[unit]]\nname = "单位{number}"\nnaem = "x"' for number in range(60))
    path.write_text(path.read_text(encoding="utf-8") + wide, encoding="utf-8")
    with pytest.raises(CampaignFileErrors) as caught:
        read_campaign(folder)
    shown = str(caught.value).splitlines()
    assert len(shown) == 51
    assert shown[-1] == f"……另有 {len(caught.value.errors) - 50} 处错误，改好以上各处后再看。"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"# only a remark\n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"[campaign]\nname = '\xff\xfe\xfa\x80\x81'\n", "encoding_unreadable"),
        (b"a = " + b"[" * 50_000, "toml_deep"),
        (b"# " + b"x" * 1_000_000, "file_too_big"),
    ],
)  # fmt: skip
def test_files_that_are_no_campaign(tmp_path: Path, content: bytes, code: str) -> None:
    folder = copy(tmp_path)
    (folder / "campaign.toml").write_bytes(content)
    assert only_error(folder).code == code


def test_a_missing_file_names_the_folder(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "campaign.toml").unlink()
    assert only_error(folder).text("en") == "campaign.toml: there is no such file. Put it into the folder campaign."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings_of_old_editors_are_read(tmp_path: Path, encoding: str) -> None:
    folder = copy(tmp_path)
    path = folder / "campaign.toml"
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", "\r\n").encode(encoding))
    plan = read_campaign(folder)
    assert (plan.name, len(plan.sites)) == ("厕所革命 2018", 32)
    guessed = [notice.code for notice in plan.notices if notice.code == "encoding_guessed"]
    assert guessed == (["encoding_guessed"] if encoding == "gb18030" else [])


@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "1e5000", "[1, 9_999_999_999_999_999]"])
def test_a_number_that_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, number: str) -> None:
    folder = copy(tmp_path)
    spoil(folder, "radius_m = 150", f"radius_m = {number}")
    (error,) = errors_of(folder)
    lines = (folder / "campaign.toml").read_text(encoding="utf-8").split("\n")
    assert error.code == "number_too_large"
    assert lines[error.line - 1].startswith(f"radius_m = {number}")


PREMISES = ROOT / "campaigns" / "yuexiu-premises-2022"
LIST_SLIPS = [
    ('code = "relocate"', 'code = "shut-down"', "duplicate", "list[2].code"),
    ('name = "整合搬迁"', 'name = "关停取缔"', "duplicate", "list[2].name"),
    ('aliases = ["重点监管"]', 'aliases = ["升级改造"]', "duplicate", "list[4].aliases"),
    ('code = "relocate"', 'code = "搬迁"', "list_code_wrong", "list[2].code"),
    ('code = "relocate"', 'code = "2"', "list_code_wrong", "list[2].code"),
    ("key = true\nsource", "source", "list_code_key", "list[4].code"),
    ('code = "upgrade"', 'code = "upgrade"\nkey = true', "list_code_key", "list[3].code"),
    ('key = true\nsource = "17号', 'key = true\nsource = "18号', "source_unknown", "list[4].source"),
    ('name = "升级改造"', 'nmae = "升级改造"', "key_missing", "list[3].name"),
]


@pytest.mark.parametrize(("old", "new", "code", "key"), LIST_SLIPS, ids=[f"{slip[2]} {slip[3]}" for slip in LIST_SLIPS])
def test_slips_in_lists(tmp_path: Path, old: str, new: str, code: str, key: str) -> None:
    folder = copy(tmp_path, PREMISES)
    spoil(folder, old, new)
    assert (code, key) in [(error.code, error.key) for error in errors_of(folder)]
