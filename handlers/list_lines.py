"""Reads a line that moves a site between lists: 列入 重点监管清单 示例作坊一 群众反复投诉."""

import re
import unicodedata
from dataclasses import dataclass

from handlers.site_names import sites_named
from handlers.turn import Turn
from models.listing import words_for_lists
from models.naming import fold
from models.places import Site
from models.rights import Scope
from models.search import EXACT

_MOVES = re.compile(r"(列入|移出|list|unlist|delist)(?![a-z])\s*(.*)", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r"[^\s,，。;；:：、]+")
LEAVES = frozenset({"移出", "unlist", "delist"})
LIST_WORDS = frozenset({"清单", "名单", "list"})
MOST_TOKENS = 4  # of a name with spaces in it


@dataclass(frozen=True, slots=True)
class Move:
    """What a line says: the list, the sites it may mean, why; and what of it names nothing known."""

    leaves: bool
    word: str = ""
    sites: tuple[Site, ...] = ()
    reason: str = ""
    unknown: str = ""


def begins_as_move(line: str) -> tuple[bool, str] | None:
    """Whether it takes a site off a list, and the rest of the line."""
    found = _MOVES.fullmatch(unicodedata.normalize("NFKC", line).strip())
    return (found[1].casefold() in LEAVES, found[2]) if found is not None else None


def read_move(turn: Turn, leaves: bool, rest: str, granted: list[Scope]) -> Move:
    """The list and the site in either order; what is left is the reason."""
    word, after = _list_at(turn, rest)
    sites, behind = _sites_at(turn, after, granted)
    if not word:
        word, behind = _list_at(turn, behind) if sites else ("", behind)
    if not sites and after.strip():
        return Move(leaves, word, unknown=_TOKEN.findall(after)[0] if _TOKEN.search(after) else after.strip())
    return Move(leaves, word, tuple(sites), behind.strip(" ,，。;；:：、"))


def _list_at(turn: Turn, text: str) -> tuple[str, str]:
    """The name of a list that the text begins with, and what stands behind it; Chinese needs no space between."""
    known, tokens = words_for_lists(turn.session), list(_TOKEN.finditer(text))
    for n in range(min(MOST_TOKENS, len(tokens)), 0, -1):
        folded = fold(text[tokens[0].start() : tokens[n - 1].end()])
        if folded in known:
            return known[folded][1], _without_list_word(text[tokens[n - 1].end() :])
    if not tokens:
        return "", text
    first = tokens[0].group()
    for size in range(len(first) - 1, 1, -1):
        folded = fold(first[:size])
        if folded in known and not folded.isascii():
            return known[folded][1], _without_list_word(text[tokens[0].start() + size :])
    return "", text


def _without_list_word(text: str) -> str:
    found = _TOKEN.search(text)
    return text[found.end() :] if found is not None and fold(found.group()) in LIST_WORDS else text


def _sites_at(turn: Turn, text: str, granted: list[Scope]) -> tuple[list[Site], str]:
    """The site whose whole name the text begins with; else those that its first word may mean."""
    tokens = list(_TOKEN.finditer(text))
    for n in range(min(MOST_TOKENS, len(tokens)), 0, -1):
        named = sites_named(turn, text[tokens[0].start() : tokens[n - 1].end()], EXACT, granted)
        if named:
            return named, text[tokens[n - 1].end() :]
    if not tokens:
        return [], text
    return sites_named(turn, tokens[0].group(), granted=granted), text[tokens[0].end() :]
