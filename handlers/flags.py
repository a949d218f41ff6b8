"""What weakens a check's evidence, in words: on its card, its receipt and in the ledger."""

from collections.abc import Iterable

from handlers import texts
from models.checks import Check
from models.naming import shown
from models.rules.flags import Flag, figure_of, name_of

LONGEST_LINE = 300  # characters shown; the record keeps all


def metres(language: str, distance: float) -> str:
    """35 米, 1.2 公里."""
    if distance < 1000:
        return texts.say(language, "check.metres", metres=round(distance))
    return texts.say(language, "check.kilometres", kilometres=f"{distance / 1000:.1f}")


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """One line of what somebody wrote: line breaks in it could pass for lines of ours (B59)."""
    line = shown(" / ".join(part.strip() for part in text.splitlines() if part.strip()))
    return line if len(line) <= longest else f"{line[:longest]}…"


def words_of(language: str, check: Check) -> list[str]:
    """One phrase for each flag, in the order in which they came up."""
    return [_word(language, check, flag) for flag in check.flags or ()]


def line_of(language: str, check: Check, leaving_out: Iterable[str] = ()) -> str:
    """`⚠ 疑似坐标系偏移 · 定位精度只有 1500 米`; empty where there is nothing to say."""
    left_out = set(leaving_out)
    told = [_word(language, check, flag) for flag in check.flags or () if name_of(flag) not in left_out]
    return f"⚠ {' · '.join(told)}" if told else ""


def _word(language: str, check: Check, flag: str) -> str:
    name, figure = name_of(flag), figure_of(flag)
    if name == Flag.FAR:
        key = "flag.far_because" if check.reason else "flag.far"
        return texts.say(language, key, reason=one_line(check.reason))
    return texts.say(language, f"flag.{name}", distance=metres(language, figure), n=round(figure))
