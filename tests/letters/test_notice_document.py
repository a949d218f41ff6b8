"""The document of a notice: a package that any word processor opens, with all its words and its code."""

import io
import posixpath
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from handlers.letters import write_docx
from handlers.pictures import NoticePage, qr_code

PAGE = NoticePage(
    title="限期整改通知",
    number="编号：TH-0806-T01",
    to="区城市综合管理局：",
    body=("经 2018年8月6日 检查，玄真公厕不符合要求：灯不亮。", "请于 2018年8月13日 前完成整改。"),
    signer="清新区",
    date="2018年8月6日",
    link="https://t.me/xuncha_bot?start=c_0O81QHdAW1CgP8a_QszRyA",
    code_note="扫码看本案 TH-0806-W01",
    receipt=("送达人：", "签收人：", "签收日期："),
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
A4 = {f"{WORD}w": "11906", f"{WORD}h": "16838"}


def opened(page: NoticePage) -> zipfile.ZipFile:
    package = zipfile.ZipFile(io.BytesIO(write_docx(page)))
    assert package.testzip() is None
    return package


def tree(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(package.read(name))


def lines_of(package: zipfile.ZipFile) -> list[str]:
    found = ("".join(part.itertext()) for part in tree(package, "word/document.xml").iter(f"{WORD}p"))
    return [line for line in found if line]


@pytest.mark.parametrize("page", [PAGE, replace(PAGE, link="", mark="预览 未发出")], ids=["issued", "preview"])
def test_every_part_has_a_type_and_every_relation_its_part(page: NoticePage) -> None:
    package = opened(page)
    names = package.namelist()
    assert names[0] == "[Content_Types].xml"
    types = tree(package, names[0])
    by_ending = {each.get("Extension") for each in types.iter(f"{TYPES}Default")}
    by_name = {each.get("PartName") for each in types.iter(f"{TYPES}Override")}
    for name in names[1:]:
        assert f"/{name}" in by_name or name.rsplit(".", 1)[1] in by_ending
        if not name.endswith(".png"):
            tree(package, name)
    assert {name.removeprefix("/") for name in by_name if name} <= set(names)
    for part, folder in (("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word")):
        relations = tree(package, part).findall(RELATION)
        assert len({each.get("Id") for each in relations}) == len(relations)
        for each in relations:
            assert posixpath.join(folder, each.get("Target", "")) in names


def test_it_says_all_of_the_page_in_its_order() -> None:
    receipt = [f"{words}____________________" for words in PAGE.receipt]
    assert lines_of(opened(PAGE)) == [
        PAGE.title, PAGE.number, PAGE.to, *PAGE.body, PAGE.signer, PAGE.date, PAGE.code_note, *receipt
    ]  # fmt: skip


def test_the_code_in_it_is_that_of_the_case() -> None:
    package = opened(PAGE)
    blips = [each.get(EMBED) for each in tree(package, "word/document.xml").iter() if each.get(EMBED)]
    targets = {each.get("Id"): each.get("Target") for each in tree(package, "word/_rels/document.xml.rels")}
    (name,) = [targets[blip] for blip in blips]
    stored = package.read(f"word/{name}")
    assert stored == qr_code(PAGE.link)
    assert Image.open(io.BytesIO(stored)).format == "PNG"


def test_it_is_an_a4_page_in_the_typeface_of_official_letters() -> None:
    package = opened(PAGE)
    (size,) = tree(package, "word/document.xml").iter(f"{WORD}pgSz")
    assert size.attrib == A4
    (fonts,) = tree(package, "word/styles.xml").iter(f"{WORD}rFonts")
    assert fonts.get(f"{WORD}eastAsia") == "仿宋"
    title = next(tree(package, "word/document.xml").iter(f"{WORD}p"))
    assert [each.get(f"{WORD}val") for each in title.iter(f"{WORD}jc")] == ["center"]


def test_a_draft_says_so_and_has_no_code() -> None:
    package = opened(replace(PAGE, link="", mark="预览 未发出"))
    assert lines_of(package)[0] == "预览 未发出"
    assert not [name for name in package.namelist() if name.endswith(".png")]


def test_whatever_was_typed_can_be_read() -> None:
    package = opened(replace(PAGE, body=("<b>&amp; \x00\x08\ud800\ufffe ]]> “引号”",)))
    assert lines_of(package)[3] == "<b>&amp;  ]]> “引号”"


def test_the_same_page_is_the_same_file() -> None:
    assert write_docx(PAGE) == write_docx(PAGE)
