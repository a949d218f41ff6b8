"""What is wrong in a campaign's files: every place at once, each with its line and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from bot.campaign_files.texts_en import EN
from bot.campaign_files.texts_zh import ZH
from models.campaign_plan import Notice
from models.naming import pinyin

SHOWN = 50
MOST_COMPARED = 2000
CATALOGUES: Mapping[str, Mapping[str, str]] = {"zh": ZH, "en": EN}


@dataclass(frozen=True)
class FileError:
    """One mistake. `line` counts from 1, 0 is the file as a whole. Arguments named …_term are themselves translated."""

    code: str
    file: str
    line: int = 0
    key: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None

    def text(self, language: str = "zh") -> str:
        words = CATALOGUES[language]
        parts = [_where(words, self.file, self.line, self.key) + _filled(words, self.code, self.args)]
        if self.suggestion is not None:
            parts.append(words["did_you_mean"].format(suggestion=self.suggestion))
        if self.allowed:
            parts.append(words["allowed"].format(allowed=words["comma"].join(self.allowed)))
        return words["space"].join(parts)


class CampaignFileErrors(Exception):
    """The files cannot be used; nothing of them has been."""

    def __init__(self, errors: list[FileError]) -> None:
        super().__init__(errors)
        self.errors = errors

    def text(self, language: str = "zh") -> str:
        lines = [error.text(language) for error in self.errors[:SHOWN]]
        if len(self.errors) > SHOWN:
            lines.append(CATALOGUES[language]["more"].format(count=len(self.errors) - SHOWN))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text("zh")


class Problems:
    """Collects mistakes and notices while reading goes on, so that all are shown at once."""

    def __init__(self) -> None:
        self.errors: list[FileError] = []
        self.notices: list[Notice] = []
        self._seen: set[tuple[object, ...]] = set()

    def add(self, error: FileError) -> None:
        """Some tables are looked at twice, once for their names; a mistake in them is still one mistake."""
        same = (error.code, error.file, error.line, error.key, tuple(error.args.items()))
        if same not in self._seen:
            self._seen.add(same)
            self.errors.append(error)

    def note(self, code: str, file: str, line: int, **args: str) -> None:
        self.notices.append(Notice(code, file, line, args))

    def refuse_if_any(self) -> None:
        if self.errors:
            raise CampaignFileErrors(sorted(self.errors, key=lambda error: (error.file, error.line)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """What was probably meant: one slip away, or one letter in three of a longer word; of equals what sounds alike.

    Among very many names any word is near to some, and comparing them all would take long.
    """
    typed, names = word.casefold(), list(known)
    if len(names) > MOST_COMPARED:
        return None
    slips = {name: OSA.distance(typed, name.casefold()) for name in names}
    fewest = min(slips.values(), default=len(typed))
    if fewest > max(1, len(typed) // 3) or fewest >= len(typed):
        return None
    near = (name for name in names if slips[name] == fewest)
    return min(near, key=lambda name: (abs(len(name) - len(typed)), OSA.distance(pinyin(typed), pinyin(name))))


def notice_text(notice: Notice, language: str = "zh") -> str:
    words = CATALOGUES[language]
    return _where(words, notice.file, notice.line, "") + _filled(words, notice.code, notice.args)


def _where(words: Mapping[str, str], file: str, line: int, key: str) -> str:
    place = words["at_line"].format(file=file, line=line) if line else file
    return words["where"].format(place=place, key=f" {key}" if key else "")


def _filled(words: Mapping[str, str], code: str, args: Mapping[str, str]) -> str:
    return words[code].format(
        **{name: words[value] if name.endswith("_term") else value for name, value in args.items()}
    )
