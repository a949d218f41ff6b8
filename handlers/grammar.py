"""What an inspector types while checking: `3 有烟蒂`, `3,7 不合格`, `第十三项 灯坏`, `全部合格`."""

import re
import unicodedata
from dataclasses import dataclass

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
ALL_FINE = re.compile(
    r"(全部|全|都|其余|其他|剩下的?)?\s*(均|都|全部)?\s*(合格|正常|没问题|无问题)(提交)?|all\s+(fine|ok|good|pass(ed)?)|the\s+rest\s+(is\s+)?fine",
    re.IGNORECASE,
)
_ALL_FINE_START = re.compile(r"全部?|都|均|其余|其他|剩下|all|the\s+rest", re.IGNORECASE)

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十廿]{1,3})"
_ITEM = re.compile(
    rf"^第?\s*({_NUMBER}(?:\s*[,，、和及&+]\s*{_NUMBER})*)\s*(?:项|号|条|\.(?!\d))?(?P<gap>[\s:：、,，\-]*)(?P<rest>.*)$",
    re.DOTALL,
)
_DATE_LIKE = re.compile(r"^\s*(月|日|天|年|点|時|时|分|:\d|：\d|[./\-]\d|\d|米|公里|号公厕|个)")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of some items. `note` is empty where the verdict alone was given; `words` is the rest as typed."""

    numbers: tuple[int, ...]
    outcome: Outcome
    note: str
    words: str


def says_all_fine(text: str) -> bool:
    """「全部合格」, 「其余均合格」, "all fine": of everything not yet answered."""
    plain = unicodedata.normalize("NFKC", text).strip(" 。.!！,，✅")
    return bool(ALL_FINE.fullmatch(plain)) and bool(_ALL_FINE_START.match(plain))


def split_all_fine(text: str) -> tuple[str, bool]:
    """`体育馆公厕 全部合格` → (`体育馆公厕`, True)."""
    parts = re.split(r"[\s,，;；]+", clean(text).strip())
    for cut in (1, 2, 3):
        if len(parts) >= cut and says_all_fine(" ".join(parts[-cut:])):
            return " ".join(parts[:-cut]), True
    return clean(text).strip(), False


def _verdict(rest: str) -> tuple[Outcome, str]:
    word = fold(rest).strip("!！.")
    if word in {fold(w) for w in PASS_WORDS}:
        return Outcome.PASS, ""
    if word in {fold(w) for w in NA_WORDS}:
        return Outcome.NOT_APPLICABLE, ""
    if not word or word in {fold(w) for w in FAIL_WORDS}:
        return Outcome.FAIL, ""
    for sign in FAIL_WORDS:
        if rest.casefold().startswith(sign) and len(rest) > len(sign) and rest[len(sign)] in " ,，:：":
            return Outcome.FAIL, rest[len(sign) :].strip(" ,，:：")
    return Outcome.FAIL, rest


def _line(line: str, items: int) -> Said | None:
    plain = unicodedata.normalize("NFKC", line).strip()
    found = _ITEM.match(plain)
    if found is None:
        return None
    rest = found["rest"].strip()
    if not found["gap"] and _DATE_LIKE.match(rest):
        return None
    written = re.split(r"\s*[,，、和及&+]\s*", found[1])
    numbers = tuple(dict.fromkeys(n for part in written if (n := chinese_number(part)) is not None))
    is_spelled = not any(c.isdigit() for c in found[1])
    if not numbers or (is_spelled and not plain.startswith("第") and not found["gap"] and rest):
        return None  # 一明 … is a word, not item 1
    if any(not 1 <= number <= items for number in numbers):
        return None
    outcome, note = _verdict(rest)
    return Said(numbers, outcome, note, rest)


def read_exceptions(text: str, items: int) -> list[Said] | None:
    """Every line must speak of items of a list of so many; otherwise None: it is something else."""
    lines = [line for line in re.split(r"[\n;；]+", clean(text)) if line.strip()]
    said = [_line(line, items) for line in lines]
    if not said or any(one is None for one in said):
        return None
    return [one for one in said if one is not None]
