"""The words a clerk may write for each fixed choice: Chinese as the plans print it, or plain English."""

from collections.abc import Mapping
from enum import StrEnum

from models.campaign_plan import (
    AreaKind,
    CheckKind,
    Comparison,
    CountedFrom,
    Datum,
    DefinedBy,
    DocumentStatus,
    EvidenceRule,
    ItemKind,
    Measure,
    NoticeKind,
    Requirement,
    Severity,
    StepEffect,
    StepTrigger,
    UnitRole,
)

# The first word of each row is the one shown when the allowed words are listed in Chinese.
WORDS: Mapping[StrEnum, tuple[str, ...]] = {
    DocumentStatus.IN_FORCE: ("有效", "现行"),
    DocumentStatus.AMENDED: ("已修订", "部分修订"),
    DocumentStatus.ENDED: ("已到期", "已结束"),
    DocumentStatus.LAPSED: ("失效", "已失效", "废止"),
    AreaKind.DISTRICT: ("区", "县"),
    AreaKind.TOWN: ("镇", "街道", "乡", "场", "镇街"),
    AreaKind.VILLAGE: ("村", "社区"),
    AreaKind.GRID: ("网格",),
    AreaKind.ZONE: ("片区", "功能区"),
    UnitRole.LEAD: ("牵头",),
    UnitRole.SUPPORT: ("配合", "协助"),
    UnitRole.RESPONSIBLE: ("责任", "负责"),
    UnitRole.CARRY_OUT: ("落实",),
    UnitRole.TERRITORIAL: ("属地",),
    UnitRole.ACCEPT: ("验收",),
    UnitRole.SUPERVISE: ("督查", "督办", "监督"),
    Comparison.AT_LEAST: (">=", "≥", "以上", "不少于", "不低于"),
    Comparison.MORE_THAN: (">", "超过", "高于", "多于"),
    Comparison.AT_MOST: ("<=", "≤", "以下", "以内", "不超过"),
    Comparison.LESS_THAN: ("<", "不足", "少于"),
    Comparison.EQUAL: ("=", "等于"),
    Measure.SITES_LISTED: ("列入清单数",),
    Measure.SITES_CHECKED: ("已检查数",),
    Measure.SITES_ACCEPTED: ("已验收数",),
    Measure.DECLARED: ("上报数",),
    CheckKind.PATROL: ("巡查", "检查"),
    CheckKind.SURVEY: ("摸底", "普查"),
    CheckKind.JOINT: ("联合",),
    CheckKind.RANDOM: ("双随机",),
    CheckKind.UNDERCOVER: ("暗访",),
    CheckKind.SURPRISE: ("突击",),
    CheckKind.REINSPECTION: ("复查", "回头看"),
    CheckKind.ACCEPTANCE: ("验收",),
    CheckKind.SAMPLE: ("抽查",),
    DefinedBy.PRINTED: ("原文列出",),
    DefinedBy.DERIVED: ("由正文整理",),
    ItemKind.YES_NO: ("是否",),
    ItemKind.NUMBER: ("数值",),
    ItemKind.RATIO: ("比例",),
    ItemKind.CHOICE: ("选择",),
    ItemKind.TEXT: ("文字",),
    Requirement.MANDATORY: ("必配", "●"),
    Requirement.OPTIONAL: ("选配", "○"),
    Requirement.NOT_REQUIRED: ("不需配", "—", "-"),
    EvidenceRule.PHOTO_ON_FAIL: ("不合格拍照",),
    EvidenceRule.ALWAYS: ("必须拍照",),
    EvidenceRule.BEFORE_AFTER: ("整治前后",),
    EvidenceRule.NONE: ("不要求",),
    Severity.SLIGHT: ("轻微",),
    Severity.ORDINARY: ("一般",),
    Severity.SERIOUS: ("严重",),
    CountedFrom.FOUND: ("发现",),
    CountedFrom.NOTICE: ("通知送达", "通知"),
    CountedFrom.ISSUED: ("印发",),
    CountedFrom.EVENT: ("事件",),
    StepTrigger.FOUND: ("发现",),
    StepTrigger.OVERDUE: ("逾期",),
    StepTrigger.REFUSED: ("拒不整改",),
    StepTrigger.NOT_CONFORMING: ("仍不符合要求", "不按要求整改"),
    StepTrigger.RECURRED: ("再次发生", "反弹", "死灰复燃"),
    StepEffect.NOTICE: ("发限期整改通知",),
    StepEffect.STOP_NOTICE: ("发停产通知",),
    StepEffect.REPORT: ("上报",),
    StepEffect.KEY_LIST: ("纳入重点监管清单",),
    NoticeKind.RECTIFY: ("整改", "限期整改"),
    NoticeKind.STOP: ("停产", "停产停业", "停产停业整顿"),
    Datum.WGS84: ("WGS84", "WGS 84", "CGCS2000", "国家2000"),
    Datum.GCJ02: ("GCJ02", "火星坐标", "高德", "腾讯"),
}


def meanings(choice: type[StrEnum]) -> dict[str, StrEnum]:
    """Every accepted word, in lower case, with what it stands for."""
    found: dict[str, StrEnum] = {}
    for member in choice:
        for word in (member.value, *WORDS[member]):
            found[word.casefold()] = member
    return found


def shown(choice: type[StrEnum]) -> tuple[str, ...]:
    """The allowed words as an error lists them: both languages side by side, symbols once."""
    return tuple(dict.fromkeys(_pair(member) for member in choice))


def _pair(member: StrEnum) -> str:
    first = WORDS[member][0]
    return member.value if first == member.value or isinstance(member, Datum) else f"{first} ({member.value})"
