"""The columns of the ledgers: keys never change, titles come in Chinese and English."""

from dataclasses import dataclass

from handlers.sheets.ledger import Column, Kind


@dataclass(frozen=True)
class _Titled:
    key: str
    zh: str
    en: str
    width: int
    kind: Kind = Kind.TEXT

    def column(self, lang: str) -> Column:
        return Column(self.key, self.en if lang == "en" else self.zh, self.width, self.kind)


_CHECK = (
    _Titled("no", "序号", "No.", 6, Kind.NUMBER),
    _Titled("number", "记录编号", "Record no.", 16),
    _Titled("campaign", "专项行动", "Campaign", 18),
    _Titled("area", "镇街", "Area", 10),
    _Titled("site_code", "点位编码", "Site code", 11),
    _Titled("site", "点位", "Site", 20),
    _Titled("kind", "类别", "Kind", 11),
    _Titled("inspector", "巡查员", "Inspector", 10),
    _Titled("started", "开始时间", "Started", 16, Kind.DATETIME),
    _Titled("submitted", "提交时间", "Submitted", 16, Kind.DATETIME),
    _Titled("distance_m", "距点位（米）", "Distance (m)", 10, Kind.NUMBER),
    _Titled("flags", "存疑说明", "Doubts", 22),
    _Titled("passed", "合格项", "Passed", 8, Kind.NUMBER),
    _Titled("failed", "不合格项", "Failed", 9, Kind.NUMBER),
    _Titled("failed_items", "不合格内容", "What failed", 34),
    _Titled("photos", "照片数", "Photos", 8, Kind.NUMBER),
    _Titled("sent_late", "迟到发送", "Sent late", 10),
    _Titled("corrections", "更正次数", "Corrections", 10, Kind.NUMBER),
    _Titled("thumbnails", "照片", "Pictures", 29, Kind.PHOTO),
    _Titled("attachments", "附件", "Attachments", 30),
    _Titled("note", "备注", "Note", 24),
)

# Problem, measure, time limit and responsible unit: the four columns a rectification ledger must have
# (清新府办〔2024〕4号, 专项整治台账).
_FINDING = (
    _Titled("no", "序号", "No.", 6, Kind.NUMBER),
    _Titled("number", "问题编号", "Case no.", 18),
    _Titled("site", "点位", "Site", 20),
    _Titled("item", "检查项", "Item", 18),
    _Titled("problem", "存在问题", "Problem", 30),
    _Titled("measure", "整改措施", "Measure", 26),
    _Titled("deadline", "整改时限", "Time limit", 12, Kind.DATE),
    _Titled("deadline_source", "时限依据", "Source of the limit", 16),
    _Titled("responsible_unit", "责任单位", "Responsible unit", 20),
    _Titled("state", "状态", "State", 10),
    _Titled("opened", "发现时间", "Opened", 16, Kind.DATETIME),
    _Titled("closed", "销号时间", "Closed", 16, Kind.DATETIME),
    _Titled("before", "整改前", "Before", 15, Kind.PHOTO),
    _Titled("after", "整改后", "After", 15, Kind.PHOTO),
)

_SHEET_NAMES = {"zh": ("检查", "问题"), "en": ("Checks", "Findings")}


def check_columns(lang: str) -> tuple[Column, ...]:
    return tuple(titled.column(lang) for titled in _CHECK)


def finding_columns(lang: str) -> tuple[Column, ...]:
    return tuple(titled.column(lang) for titled in _FINDING)


def check_sheet_name(lang: str) -> str:
    return _SHEET_NAMES.get(lang, _SHEET_NAMES["zh"])[0]


def finding_sheet_name(lang: str) -> str:
    return _SHEET_NAMES.get(lang, _SHEET_NAMES["zh"])[1]
