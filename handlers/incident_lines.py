"""What is typed of a serious incident: `太和镇 3死2伤 客车侧翻`, `更正 TH-0806-Z01 5死`."""

import re
import unicodedata
from dataclasses import dataclass

from models.naming import chinese_number

# 重大 alone or before a word of its own; 重大隐患 in somebody's note raises no alarm.
_RAISED = re.compile(
    r"(?:重大(?:情况|问题|突发事件)?(?=$|[\s:：,，。;；!！])|重大(?=事故|食物中毒|群体性事件|车祸|火灾)|(?:serious|urgent)\s+(?:incident|matter)(?=$|[\s:,])|(?:serious|urgent)(?=$|[\s:,]))[\s:：,，。;；!！]*(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
NUMBER = r"(?:No\.?\s*)?([A-Z]{2,6}-\d{4}-Z\d{2,4})"
_CORRECTED = re.compile(rf"(?:更正|改正|correct)\s*{NUMBER}[\s:：,，]*(.*)", re.DOTALL | re.IGNORECASE)
_BY_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_FIGURE = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,5})"
_MANY = r"(?:多|余|几|左右|以上|以下)"  # 十多人: nobody has counted
_DEAD = re.compile(
    rf"(?<!第)(?P<n>{_FIGURE})\s*(?:人|名|个)?\s*(?:当场)?(?:死亡|死|遇难|身亡|罹难)(?!于)|(?:死亡|死|遇难)\s*(?P<m>{_FIGURE})\s*(?:人|名|个)?(?!{_MANY}|[\d岁时点月日])"
    r"|(?P<e>\d{1,4})\s*(?:people\s+)?(?:dead|deaths?|killed|died)\b|(?P<no>(?:无人|没有人|没人)(?:员)?死亡|无死亡|no\s+deaths?\b)",
    re.IGNORECASE,
)
_HURT = re.compile(
    rf"(?P<n>{_FIGURE})\s*(?:人|名|个)?\s*(?:受|重|轻)?伤|(?:受|重|轻)?伤\s*(?P<m>{_FIGURE})\s*(?:人|名|个)?(?!{_MANY})"
    r"|(?P<e>\d{1,4})\s*(?:people\s+)?(?:injured|hurt|wounded)\b|(?P<no>(?:无人|没有人|没人)受伤|无伤者|no\s+injur(?:y|ies|ed)\b)",
    re.IGNORECASE,
)
_TURNED = re.compile(  # 死3伤2: the figures stand behind
    rf"(?<![\d零〇一二两三四五六七八九十百人名个])死亡?\s*({_FIGURE})\s*人?\s*[,，、]?\s*受?伤\s*({_FIGURE})\s*人?"
)
_BOTH = re.compile(rf"{_FIGURE}\s*人?死亡?\s*{_FIGURE}\s*人?受?伤")  # 3死2伤
_STOPS = re.compile(r"([\s,，。;；、]+)")
MOST = 9999


@dataclass(frozen=True, slots=True)
class Figures:
    """None: not said, or not a figure."""

    deaths: int | None = None
    injured: int | None = None


def is_common_word(line: str) -> bool:
    """`serious leak`: said of much that is none."""
    return re.match(r"\s*(?:serious|urgent)\b(?!\s+(?:incident|matter)\b)", line, re.IGNORECASE) is not None


def raised(line: str) -> str | None:
    """What follows 重大 in a line that raises an alarm; None for any other line."""
    found = _RAISED.fullmatch(line.strip()) or _RAISED.fullmatch(_plain(line))
    return found["rest"].strip() if found else None


def corrected(line: str) -> tuple[str, str] | None:
    """The number of an incident, and what is said of it now."""
    found = _CORRECTED.fullmatch(line.strip()) or _CORRECTED.fullmatch(_plain(line))
    return (found[1].upper(), found[2].strip()) if found else None


def numbered(line: str) -> str | None:
    found = _BY_NUMBER.fullmatch(_plain(line))
    return found[1].upper() if found else None


def _plain(line: str) -> str:
    return unicodedata.normalize("NFKC", line).strip()


def figures(line: str) -> Figures:
    line = _TURNED.sub(r"\1死\2伤", line)
    return Figures(_figure(_DEAD, line), _figure(_HURT, line))


def bare_figure(line: str) -> int | None:
    """`3`, `三人`, `3死`, `没有`: an answer to how many have died."""
    plain = line.strip(" 。.!！")
    said = _figure(_DEAD, plain)
    if said is not None:
        return said
    if plain.casefold() in {"无", "没有", "无人", "没有人", "none", "no", "nobody"}:
        return 0
    number = chinese_number(re.sub(r"\s*(?:人|名|个)$", "", plain))
    return number if number is not None and number <= MOST else None


def _figure(pattern: re.Pattern[str], line: str) -> int | None:
    """Of several figures for the same nobody can say which holds: asked for."""
    said = set()
    for found in pattern.finditer(line):
        before = line[: found.start()]
        if re.search(rf"(?:{_MANY}|约|至少|超过|[\d一二三四五六七八九十])$", before):
            return None
        said.add(0 if found["no"] else chinese_number(found["n"] or found["m"] or found["e"]))
    number = said.pop() if len(said) == 1 else None
    return number if number is not None and number <= MOST else None


def without_figures(line: str, names: set[str]) -> str:
    """The words that say what happened: without those that only give figures, or one of these names."""
    for pattern in (_TURNED, _BOTH, _DEAD, _HURT):
        line = pattern.sub(_alone_left_out, line)
    parts = _STOPS.split(line.strip())
    kept = [
        parts[at] + (parts[at + 1] if at + 1 < len(parts) else "")
        for at in range(0, len(parts), 2) if parts[at] and parts[at].casefold() not in names
    ]  # fmt: skip
    return "".join(kept).strip(" ,，。;；、\n")


def _alone_left_out(found: re.Match[str]) -> str:
    """3死 as a word of its own; within a sentence it stays."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    ends = found[0][-1:].isspace() or _STOPS.fullmatch(after or " ")
    return "" if _STOPS.fullmatch(before or " ") and ends else found[0]
