"""Writes a notice as a Word document: the smallest package that word processors open, set as official letters are."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from handlers.pictures.notice import NoticePage
from handlers.pictures.qr import qr_code

FONT = "仿宋"
TITLE, TEXT, SMALL = 44, 32, 24  # half points: 二号, 三号, 小四
LEADING = 560  # twentieths of a point
CODE_SIDE = 1_080_000  # 3 cm, in the units of drawings
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the same page is the same file, byte for byte
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_PARTS}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_PARTS}.styles+xml"/></Types>'
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="{FONT}"/>'
    f'<w:sz w:val="{TEXT}"/><w:szCs w:val="{TEXT}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
    "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
    f'<w:spacing w:before="0" w:after="0" w:line="{LEADING}" w:lineRule="exact"/>'
    '</w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style></w:styles>'
)
# A4, with the margins of official letters (GB/T 9704): 37, 26, 35 and 28 mm.
_SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="992" w:gutter="0"/>'
    "</w:sectPr>"
)


def write_docx(page: NoticePage) -> bytes:
    """The package; the same page gives the same bytes."""
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _ROOT.encode(),
        "word/document.xml": _document(page).encode(),
        "word/styles.xml": _STYLES.encode(),
        "word/_rels/document.xml.rels": _relations(page).encode(),
    }
    if page.link:
        parts["word/media/code.png"] = qr_code(page.link)
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _OLDEST), content, zipfile.ZIP_DEFLATED)
    return stored.getvalue()


def _relations(page: NoticePage) -> str:
    styles = f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>'
    code = f'<Relationship Id="rId2" Type="{_OFFICE}/relationships/image" Target="media/code.png"/>'
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{styles}{code if page.link else ""}</Relationships>'


def _document(page: NoticePage) -> str:
    blocks = [
        _paragraph(page.title, align="center", size=TITLE, bold=True, after=200),
        _paragraph(page.number, align="center", size=SMALL, after=300),
        _paragraph(page.to),
        *(_paragraph(words, indent=True) for words in page.body),
        _paragraph(""),
        *(_paragraph(words, align="right") for words in (page.signer, page.date) if words),
    ]
    if page.link:
        blocks.append(_code_paragraph())
        blocks.append(_paragraph(page.code_note, size=SMALL))
    blocks += [_paragraph(f"{words}____________________", size=SMALL) for words in page.receipt]
    if page.mark:
        blocks.insert(0, _paragraph(page.mark, align="right", size=SMALL, bold=True))
    spaces = f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}/relationships" xmlns:wp="{_DRAWING}/wordprocessingDrawing"'
    return f"{_HEAD}<w:document {spaces}><w:body>{''.join(blocks)}{_SECTION}</w:body></w:document>"


def _paragraph(
    words: str, align: str = "", size: int = TEXT, bold: bool = False, indent: bool = False, after: int = 0
) -> str:  # fmt: skip
    leading = 'w:line="240" w:lineRule="auto"' if size > TEXT else f'w:line="{LEADING}" w:lineRule="exact"'
    shape = f'<w:spacing w:after="{after}" {leading}/>'
    shape += '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if indent else ""
    shape += f'<w:jc w:val="{align}"/>' if align else ""
    letters = "<w:b/><w:bCs/>" if bold else ""
    letters += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    run = f'<w:r><w:rPr>{letters}</w:rPr><w:t xml:space="preserve">{_plain(words)}</w:t></w:r>' if words else ""
    return f"<w:p><w:pPr>{shape}</w:pPr>{run}</w:p>"


def _plain(words: str) -> str:
    """What may stand in XML at all; a note may hold anything that can be typed."""
    return escape(_NOT_XML.sub("", words))


def _code_paragraph() -> str:
    """Its line is as high as the picture: a line of fixed height would cut it off."""
    size = f'cx="{CODE_SIDE}" cy="{CODE_SIDE}"'
    picture = (
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="code.png"/><pic:cNvPicPr/>'
        '</pic:nvPicPr><pic:blipFill><a:blip r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    )
    drawing = (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr id="1" name="code"/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">{picture}</a:graphicData>'
        "</a:graphic></wp:inline>"
    )
    spacing = '<w:pPr><w:spacing w:before="240" w:line="240" w:lineRule="auto"/></w:pPr>'
    return f"<w:p>{spacing}<w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>"
