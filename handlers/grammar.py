"""What an inspector types while checking: `3 有烟蒂`, `3,7 不合格`, `第十三项 灯坏`, `全部合格`."""

import re
import unicodedata
from dataclasses import dataclass, replace

from models.checks import Outcome
from models.naming import chinese_number, clean, fold

PASS_WORDS = frozenset(
    [
        "合格",
        "正常",
        "没问题",
        "无问题",
        "好",
        "好了",
        "通过",
        "ok",
        "yes",
        "pass",
        "passed",
        "fine",
        "good",
        "√",
        "✓",
        "✔",
        "是",
    ]
)
FAIL_WORDS = frozenset(
    ["不合格", "不行", "不好", "有问题", "不通过", "坏", "否", "no", "fail", "failed", "bad", "x", "×", "✗", "✘", "差"]
)
NA_WORDS = frozenset(["不适用", "无此项", "没有此项", "不涉及", "na", "n/a", "none", "无"])
# Behind these a further word is a note, not part of the verdict; 「no soap」 is all note.
_PASS_STARTS = ("合格", "正常", "没问题", "无问题", "通过", "ok")
_FAIL_STARTS = ("不合格", "不行", "不好", "有问题", "不通过", "fail", "failed", "x", "×", "✗", "✘")
_WORDS = {fold(w): o for words, o in (
    (FAIL_WORDS, Outcome.FAIL), (NA_WORDS, Outcome.NOT_APPLICABLE), (PASS_WORDS, Outcome.PASS)) for w in words
}  # fmt: skip
_PREFIX = r"(?:全部|全|都|均|其余|其他|剩下|所有)"
ALL_FINE = re.compile(
    rf"{_PREFIX}的?\s*(?:\d+\s*项)?\s*(?:均|都|全部)?\s*(?:合格|正常|没问题|无问题|好)[,\s]*(?:提交)?"
    r"|all\s+(?:fine|ok|good|pass(?:ed)?)|(?:the\s+rest|everything)\s+(?:is\s+)?(?:fine|ok|good)",
    re.IGNORECASE,
)

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十廿]{1,3})"
_ITEM = re.compile(
    rf"^(?P<first>第|#|item\b|no\.)?\s*(?P<numbers>{_NUMBER}(?:\s*[,，、和及&+]\s*{_NUMBER})*)"
    r"(?P<mark>\s*(?:项|号|条|[.．](?!\d)|[)）]))?(?P<gap>[\s:：、,，\-]*)(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)
# What a number with no space behind it can measure or name; such a line is not about an item.
_DATE_LIKE = re.compile(r"(月|日|天|年|点|時|时|分|[.．/]\d|\d|米|公里|[a-z]|个|楼|层|座|栋|间|处|次)", re.IGNORECASE)
_CLOCK_OR_DATE = re.compile(r"[:：]\d|\s*-\s*\d")
_MORE_NUMBERS = re.compile(r"((?:\d{1,3}\s+)+)(\D+)")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of some items. `note` is empty where the verdict alone was given; `words` is the rest as typed."""

    numbers: tuple[int, ...]
    outcome: Outcome
    note: str
    words: str


def says_all_fine(text: str) -> bool:
    """「全部合格」, 「其余均合格」, "all fine": of everything not yet answered."""
    return bool(ALL_FINE.fullmatch(unicodedata.normalize("NFKC", text).strip(" 。.!,✅")))


def is_command(line: str) -> bool:
    """`/status`, `／STATUS@OurBot`, with whatever behind it."""
    return re.match(r"^/[A-Za-z_]+", unicodedata.normalize("NFKC", line).strip()) is not None


def split_all_fine(text: str) -> tuple[str, bool]:
    """`体育馆公厕 全部合格` → (`体育馆公厕`, True); what stands before keeps its lines."""
    plain = clean(text).strip()
    if says_all_fine(plain):
        return "", True
    for cut in reversed(list(re.finditer(r"[\s,，;；。]+", plain))[-4:]):
        before, after = plain[: cut.start()], plain[cut.end() :]
        if says_all_fine(after) and not _is_bare_number(before):
            return before, True
    return plain, False


def _is_bare_number(text: str) -> bool:
    """`3 都好` is of item 3 alone."""
    found = _ITEM.match(text)
    return found is not None and not found["rest"]


def _verdict(rest: str) -> tuple[Outcome, str]:
    word = fold(rest).strip("!.！")
    if not word:
        return Outcome.FAIL, ""
    if says_all_fine(rest):
        return Outcome.PASS, ""
    if word in _WORDS:
        return _WORDS[word], ""
    for starts, outcome in ((_PASS_STARTS, Outcome.PASS), (_FAIL_STARTS, Outcome.FAIL)):
        for sign in starts:
            if rest.casefold().startswith(sign) and rest[len(sign) : len(sign) + 1] in set(" ,，:：。、"):
                return outcome, rest[len(sign) :].strip(" ,，:：。、")
    return Outcome.FAIL, rest


def _is_something_else(found: re.Match[str]) -> bool:
    """8月6日, 5号公厕, 3.5, 3:30, 8-20, 一明 …: a number, but not of an item."""
    mark, gap, rest = (found["mark"] or "").strip(), found["gap"], found["rest"]
    if _CLOCK_OR_DATE.match(gap + rest):
        return True
    if gap or not rest or found["first"]:
        return False
    is_spelled = not any(c.isdigit() for c in found["numbers"])
    return mark == "号" or (not mark and (is_spelled or _DATE_LIKE.match(rest) is not None))


def _with_plain_digits(line: str) -> str:
    """３ and ⑬ are numbers; the rest of the line stays as it was typed."""
    return "".join(unicodedata.normalize("NFKC", c) if c.isdecimal() or "①" <= c <= "⑳" else c for c in line)


def _line(line: str, items: int) -> Said | None:
    found = _ITEM.match(_with_plain_digits(line).strip())
    if found is None or _is_something_else(found):
        return None
    rest = found["rest"].strip()
    written = re.split(r"\s*[,，、和及&+]\s*", found["numbers"])
    if (more := _MORE_NUMBERS.fullmatch(rest)) and fold(more[2]) in _WORDS:
        written, rest = [*written, *more[1].split()], more[2]
    numbers = tuple(dict.fromkeys(n for part in written if (n := chinese_number(part)) is not None))
    if not numbers or any(not 1 <= number <= items for number in numbers):
        return None
    outcome, note = _verdict(rest)
    return Said(numbers, outcome, note, rest)


def _statements(line: str, items: int) -> list[Said] | None:
    """`3 有烟蒂；7 水渍` is two, `3 有烟蒂；地面湿` one."""
    parts = [_line(part, items) for part in re.split(r"[;；]+", line) if part.strip()]
    if parts and all(parts):
        return [one for one in parts if one is not None]
    whole = _line(line, items)
    return [whole] if whole is not None else None


def read_exceptions(text: str, items: int) -> list[Said] | None:
    """What a text says of the items of a list of so many; None when it is something else.

    The first line speaks of an item; a later one that does not goes on with the note before it.
    """
    said: list[Said] = []
    for line in (line.strip() for line in clean(text).splitlines() if line.strip()):
        found = _statements(line, items)
        if found is not None:
            said += found
        elif said and said[-1].outcome is Outcome.FAIL:
            last = said[-1]
            said[-1] = replace(last, note=f"{last.note} {line}".strip(), words=f"{last.words} {line}".strip())
        else:
            return None
    return said or None
