"""What weakens a check's evidence, in words: on its card, its receipt and in the ledger."""

from collections.abc import Iterable

from handlers import texts
from models.checks import Check
from models.rules.flags import Flag, figure_of, name_of


def metres(language: str, distance: float) -> str:
    """35 米, 1.2 公里."""
    if distance < 1000:
        return texts.say(language, "check.metres", metres=round(distance))
    return texts.say(language, "check.kilometres", kilometres=f"{distance / 1000:.1f}")


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
        return texts.say(language, key, reason=check.reason)
    return texts.say(language, f"flag.{name}", distance=metres(language, figure), n=round(figure))
