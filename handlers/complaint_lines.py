"""What is typed of a complaint: `玄真公厕 12345 灯不亮 8月10日前答复`; who complained is left out before it is kept."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.deadlines import read_deadline
from models.complaints import ComplaintSource
from models.naming import clean

HIDDEN = "***"
FARTHEST = timedelta(days=183)  # what is farther off is a day that has passed, taken for next year's
_WORD = re.compile(r"^(?:(?:投诉|投訴|答复|答復|complaints?\b|answer\b)[\s:：,，、]*|\S+\s*)", re.IGNORECASE)
_STOP = r"[\s,，。;；:：、]"
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)"
    r"|(?<![\dA-Za-z])[（(]?0\d{2,3}[)）]?[-\s]?\d{7,8}(?!\d)"  # a telephone of an office or a home
    r"|(?<![\dA-Za-z])[1-9]\d{16}[\dXx](?![\dA-Za-z])"  # of an identity card
    r"|(?<=电话)\s*[:：]?\s*[2-8]\d{6,7}(?!\d)"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温欧区麦伍植禤"
)
_NAME = re.compile(
    rf"(?:(?:欧阳|上官|司徒|诸葛|[{_SURNAMES}])[\u4e00-\u9fff]{{0,2}}|[\u4e00-\u9fff])(?:女士|先生|小姐)"
    rf"|(?<=联系人|投诉人|举报人|来电人|反映人)(?:[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}(?=[\s,，。;；]|$)"
    r"|(?:联系人|投诉人|举报人|来电人|反映人|姓名)\s*[:：]\s*[^\s,，。;；]{1,8}|\b(?:Mrs?|Ms|Miss)\.?\s+[A-Z]\w+"
)
_HIDDEN_TWICE = re.compile(rf"\*{{3}}(?:{_STOP}*\*{{3}})+")
_REFERENCE = re.compile(
    r"(?:工单编?号?|单号|编号|受理号|\bref(?:erence)?\b\.?|\border\b)\s*[:：#]?\s*([A-Z0-9][A-Z0-9-]{3,29})"
    r"|(?<![A-Z0-9-])([A-Z]{0,6}\d{9,24})(?![A-Z0-9-])",
    re.IGNORECASE,
)
_ON = (
    r"(?:(?:19|20)\d\d\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|明天|后天|大后天"
    r"|(?:下周|下星期|本周|这周|周|星期)[一二三四五六日天]|本?月底"
)
# 10日前 is the tenth, not ten days.
_IN = r"[0-9一二两三四五六七八九十]{1,3}\s*(?:天(?=[之以]?内|\s*答|\s*回)|日(?=[之以]?内))"
_DAY = rf"(?:{_ON}|{_IN})"
_DUE = re.compile(
    rf"(?:请?于|限)?\s*(?P<before>{_DAY})\s*(?:之前|以前|前|之内|以内|内)?\s*(?:要|须|需)?(?:答复|回复|反馈|办结)(?:群众|市民)?"
    rf"|(?:答复|回复)?(?:期限|时限)\s*[:：]?\s*(?P<limit>{_DAY})\s*(?:之前|前|内)?"
    r"|\b(?:answer\s+)?(?:due\s+)?by\s+(?P<by>(?:\d{4}-)?\d{1,2}-\d{1,2}|tomorrow)\b"
    r"|\b(?:answer\s+)?within\s+(?P<within>\d{1,3}\s*days?)\b",
    re.IGNORECASE,
)
_SOURCES: dict[ComplaintSource, str] = {
    ComplaintSource.HOTLINE: r"12345(?:热线|平台|投诉)?",
    ComplaintSource.FOOD_HOTLINE: r"12331(?:热线|平台|投诉)?",
    ComplaintSource.PHONE: r"(?:电话|来电)(?:投诉|反映|举报)?|phone",
    ComplaintSource.PUBLIC: r"(?:群众|市民|居民|路人)(?:投诉|反映|举报)?|public|passer-?by|resident",
    ComplaintSource.MEDIA: r"媒体(?:曝光|报道)?|记者|media|press",
}
_ALONE = {
    source: re.compile(rf"(?:^|(?<={_STOP}))(?:{words})(?={_STOP}|$)", re.IGNORECASE)
    for source, words in _SOURCES.items()
}


@dataclass(frozen=True, slots=True)
class Written:
    """What a line says besides where and what; `rest` is what is left of it, `hid`: something was left out."""

    rest: str
    source: ComplaintSource
    reference: str
    due: date | None
    hid: bool


def as_typed(line: str) -> str:
    """What follows the first word, in the writer's own signs: 答复 TH-0806-C01 已换灯，谢谢 keeps its comma."""
    return _WORD.sub("", clean(line).strip(), count=1)


def without_person(line: str) -> tuple[str, bool]:
    """Telephone numbers and names of who complained are not kept; whether there were any."""
    hidden = _NAME.sub(HIDDEN, _PHONE.sub(HIDDEN, line))
    return _HIDDEN_TWICE.sub(HIDDEN, hidden), hidden != line


def read(line: str, today: date) -> Written:
    plain, hid = without_person(line)
    due, plain = _due(plain, today)
    reference, plain = _reference(plain)
    source, plain = _source(plain)
    return Written(_tidied(plain), source, reference, due, hid)


def _due(line: str, today: date) -> tuple[date | None, str]:
    """What is no day that can be kept stays in the line, and is asked for."""
    found = _DUE.search(line)
    said = next((part for part in found.groups() if part), "") if found else ""
    on = read_deadline(re.sub(r"\s", "", said), today) if said else None
    if found is None or on is None or on > today + FARTHEST:
        return None, line
    return on, line[: found.start()] + " " + line[found.end() :]


def _reference(line: str) -> tuple[str, str]:
    found = _REFERENCE.search(line)
    if found is None:
        return "", line
    return (found[1] or found[2]).upper(), line[: found.start()] + " " + line[found.end() :]


def _source(line: str) -> tuple[ComplaintSource, str]:
    """The first that is named by itself; 电话 within a sentence may be what is broken."""
    named = [(found.start(), source, found) for source, words in _ALONE.items() if (found := words.search(line))]
    if not named:
        return ComplaintSource.UNSAID, line
    _, source, found = min(named, key=lambda one: one[0])
    return source, line[: found.start()] + " " + line[found.end() :]


def _tidied(line: str) -> str:
    line = re.sub(rf"({_STOP}){_STOP}+", lambda m: m[1] if m[1].strip() else (m[0].strip() or " ")[0], line)
    return line.strip(" \t\n,，。;；:：、")
