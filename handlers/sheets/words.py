"""The fixed words printed in ledgers, in Chinese and English."""

_ZH = {
    "filter": "范围：{filter}",
    "as_of": "截至 {time}",
    "exported_by": "导出人：{name}",
    "reference": "导出编号：{number}",
    "rows": "共 {count} 条",
    "rows_and_photos": "共 {count} 条，含 {photos} 张缩略图",
    "cut": "……（已截断，全文见原记录）",
    "no_photo": "照片无法显示",
    "page": "第 &P 页，共 &N 页",
    "sheet": "台账",
    "photo_of": "{column} {place}，{record}",
}

_EN = {
    "filter": "Covers: {filter}",
    "as_of": "As of {time}",
    "exported_by": "Exported by: {name}",
    "reference": "Export no.: {number}",
    "rows": "Records: {count}",
    "rows_and_photos": "Records: {count}, thumbnails: {photos}",
    "cut": "… (cut here, see the record for all of it)",
    "no_photo": "Photo cannot be shown",
    "page": "Page &P of &N",
    "sheet": "Ledger",
    "photo_of": "{column} {place}, {record}",
}

CATALOGUES = {"zh": _ZH, "en": _EN}


def word(lang: str, key: str, **values: object) -> str:
    """The word in that language; a language we do not speak gets Chinese."""
    return CATALOGUES.get(lang, _ZH)[key].format(**values)
