"""What a question asks: a word for what, any of area, campaign, kind and day, and whatever is left as a name."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.campaign_plan import AreaKind
from models.campaigns import Campaign
from models.listing import words_for_lists
from models.naming import fold
from models.places import Area, SiteKind
from models.record import columns


class Intent(StrEnum):
    PROGRESS = "progress"
    OPEN = "open"
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    MINE = "mine"
    MAP = "map"
    WHO = "who"
    SITES = "sites"
    LISTS = "lists"


INTENTS = {
    "进度": Intent.PROGRESS,
    "进展": Intent.PROGRESS,
    "覆盖": Intent.PROGRESS,
    "status": Intent.PROGRESS,
    "progress": Intent.PROGRESS,
    "未整改": Intent.OPEN,
    "未销号": Intent.OPEN,
    "待整改": Intent.OPEN,
    "问题": Intent.OPEN,
    "open": Intent.OPEN,
    "problems": Intent.OPEN,
    "逾期": Intent.OVERDUE,
    "超期": Intent.OVERDUE,
    "overdue": Intent.OVERDUE,
    "今天": Intent.TODAY,
    "今日": Intent.TODAY,
    "today": Intent.TODAY,
    "本周": Intent.WEEK,
    "week": Intent.WEEK,
    "地图": Intent.MAP,
    "map": Intent.MAP,
    "谁负责": Intent.WHO,
    "谁牵头": Intent.WHO,
    "who": Intent.WHO,
    "点位": Intent.SITES,
    "sites": Intent.SITES,
    "清单": Intent.LISTS,
    "名单": Intent.LISTS,
    "lists": Intent.LISTS,
    "list": Intent.LISTS,
}
BY_AREA = frozenset({"按镇", "各镇", "分镇", "byarea", "bytown"})
FILLERS = re.compile(r"(怎么样|如何|情况|一下|请问|查询|查看|查|看|有哪些|有多少|多少|的|吗|呢|了|[?？!！。.])")

TOO_WIDE = re.compile(
    r"(19|20)\d\d\s*(年|-\d+)?.{0,6}?(以来|至今|起到|到现在|开始的)|自\s*(19|20)\d\d|有史以来|从古至今"
    r"|所有人.{0,4}(所有|全部|一切)|(所有|全部)的?(记录|检查|数据)|since\s+(19|20)\d\d|everything|everybody|all\s+(records|data|time)"
)


@dataclass(frozen=True, slots=True)
class Question:
    """None and empty: not said. `listed`: the name of a list that sites sit on, or of a group of lists. `name` is what
    was left: a site's name, an item, a task."""

    intent: Intent | None = None
    area: int | None = None
    campaign: int | None = None
    kind: int | None = None
    by_area: bool = False
    listed: str = ""
    name: str = ""

    @property
    def says_anything(self) -> bool:
        said = (self.intent, self.area, self.kind)
        return any(each is not None for each in said) or self.by_area or bool(self.listed)

    @property
    def is_plain(self) -> bool:
        """Only words of the vocabulary, nothing left over."""
        return not self.name and (self.says_anything or self.campaign is not None)


Word = tuple[str, Any]


_ALWAYS: dict[str, Word] = {fold(word): ("intent", intent) for word, intent in INTENTS.items()}
_ALWAYS |= {fold(word): ("by_area", True) for word in BY_AREA}

_AREAS = select(Area.id, Area.name, Area.aliases, Area.kind).order_by(Area.id)
_KINDS = select(SiteKind.id, SiteKind.name).order_by(SiteKind.id)
_CAMPAIGNS = select(
    Campaign.id, Campaign.name, Campaign.full_name, Campaign.name_en, Campaign.code, Campaign.aliases
).order_by(Campaign.closed_at.is_not(None), Campaign.id)


def vocabulary(session: Session) -> dict[str, Word]:
    """Folded word → what it means. What an office calls things comes from its own campaigns."""
    words = dict(_ALWAYS)
    for area in columns(session, _AREAS):
        for name in (area.name, *area.aliases):
            folded = fold(name)
            words[folded] = ("area", area.id)
            if area.kind is AreaKind.TOWN:
                words.setdefault(re.sub("(镇|街道|乡|场)$", "", folded), ("area", area.id))
    for kind in columns(session, _KINDS):
        words.setdefault(fold(kind.name), ("kind", kind.id))
    for campaign in columns(session, _CAMPAIGNS):
        for name in (campaign.name, campaign.full_name, campaign.name_en, campaign.code, *campaign.aliases):
            if fold(name):
                words.setdefault(fold(name), ("campaign", campaign.id))
    for folded, listed in words_for_lists(session).items():
        words.setdefault(folded, ("listed", listed))
    words.pop("", None)
    return words


def _with(question: Question, word: Word) -> Question:
    if word[0] == "listed":
        campaign, name = word[1]
        return replace(question, listed=name, campaign=question.campaign or campaign)
    return replace(question, **{word[0]: word[1]})


def _segments(text: str, words: dict[str, Word]) -> tuple[list[Word], str]:
    """The vocabulary's words in a run of text, longest first, and what is left between them."""
    found: list[Word] = []
    left, at = [], 0
    longest = max((len(word) for word in words), default=0)
    while at < len(text):
        size = next((n for n in range(min(longest, len(text) - at), 1, -1) if text[at : at + n] in words), 0)
        if size:
            found.append(words[text[at : at + size]])
            left.append(" ")
            at += size
        else:
            left.append(text[at])
            at += 1
    return found, " ".join("".join(left).split())


def read_question(session: Session, line: str) -> Question:
    """Understands what it can: `太和镇未整改`, `厕所 进度`, `三坑 公厕`; the rest stays as `name`."""
    words = vocabulary(session)
    plain = FILLERS.sub(" ", unicodedata.normalize("NFKC", line))
    question, left = Question(), []
    for token in re.split(r"[\s,，、;；:：/]+", plain):
        folded = fold(token)
        if not folded:
            continue
        if folded in words:
            question = _with(question, words[folded])
            continue
        if folded.isascii():
            left.append(folded)
            continue
        found, rest = _segments(folded, words)
        for word in found:
            question = _with(question, word)
        if rest:
            left.append(rest)
    return replace(question, name=" ".join(left))


def without_intents(line: str) -> str:
    """`玄真公厕 未整改` → `玄真公厕`: what may be a name whole, before its parts are taken for words."""
    left = FILLERS.sub(" ", unicodedata.normalize("NFKC", line))
    for word in sorted(INTENTS, key=len, reverse=True):
        left = re.sub(rf"\b{word}\b" if word.isascii() else word, " ", left, flags=re.IGNORECASE)
    return left.strip()


def is_too_wide(line: str) -> bool:
    """`1970年以来所有人的全部记录`: everything of everybody; nobody can read that, so it is to be narrowed (B62)."""
    return TOO_WIDE.search(unicodedata.normalize("NFKC", line[:200]).casefold()) is not None


def begins_with_intent(line: str) -> bool:
    """Whether a line in a group is meant for the bot: it begins or ends with a word that asks."""
    folded = fold(FILLERS.sub(" ", line))
    return len(folded) <= 30 and any(
        folded == fold(word)
        or (
            not (word.isascii() or intent is Intent.LISTS)  # 缺检查清单 is a note
            and (folded.startswith(fold(word)) or folded.endswith(fold(word)))
        )
        for word, intent in INTENTS.items()
    )
